#include "stream/file_list.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/files.h"

namespace riposte::stream {
namespace {

// In this file a path that ends in a slash is a folder, any other a file.
bool is_folder(std::string_view path) { return path.ends_with('/'); }

std::string as_folder(std::string path) {
  if (!is_folder(path)) path += '/';
  return path;
}

// One spelling for all paths that lead to the same entry of the same folder. Of a folder all links
// are resolved, of a file those above it: two links to a file are two files, as they are in a walk.
std::string canonical(const std::filesystem::path& path) {
  std::error_code error;
  if (is_folder(path.native())) {
    const std::filesystem::path folder = std::filesystem::canonical(path, error);
    return error ? path.native() : as_folder(folder.native());
  }
  const std::filesystem::path above = path.has_parent_path() ? path.parent_path() : ".";
  const std::filesystem::path folder = std::filesystem::canonical(above, error);
  return error ? path.native() : as_folder(folder.native()) + path.filename().native();
}

// The folder that `canonical` stands in, or nothing at the root.
std::string_view above(std::string_view canonical) {
  if (is_folder(canonical)) canonical.remove_suffix(1);
  return canonical.substr(0, canonical.rfind('/') + 1);
}

// Gives `paths` without those that another one stands for, in the same order, folders marked.
std::vector<std::string> distinct(const std::vector<std::string>& paths) {
  std::vector<std::string> marked;
  std::vector<std::string> canonicals;
  std::unordered_set<std::string_view> folders;
  canonicals.reserve(paths.size());  // `folders` points into it
  for (const std::string& path : paths) {
    struct stat status {};
    const bool folder = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    marked.push_back(folder ? as_folder(path) : path);
    canonicals.push_back(path == "-" ? path : canonical(marked.back()));
    if (folder) folders.insert(canonicals.back());
  }

  std::vector<std::string> kept;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    bool covered = !seen.insert(canonicals[i]).second;
    for (std::string_view folder = above(canonicals[i]); !covered && !folder.empty();
         folder = above(folder))
      covered = folders.contains(folder);
    if (!covered) kept.push_back(std::move(marked[i]));
  }
  return kept;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Whether a walk takes an entry, and with which name: a folder's ends in a slash, a link to a
// folder has none.
std::string name_in_walk(DIR* folder, const dirent& entry) {
  std::string name = entry.d_name;
  if (entry.d_type == DT_DIR) return name + '/';
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return name;
  struct stat status {};
  const int descriptor = ::dirfd(folder);
  // What cannot be looked at is a file, and whoever opens it will tell why it cannot be read.
  if (::fstatat(descriptor, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return name;
  if (S_ISDIR(status.st_mode)) return name + '/';
  if (!S_ISLNK(status.st_mode)) return name;
  const bool is_found = ::fstatat(descriptor, entry.d_name, &status, 0) == 0;
  return is_found && S_ISDIR(status.st_mode) ? std::string() : name;
}

}  // namespace

// What is left of one folder, or of the paths that were given.
class FileList::Level {
 public:
  // Paths as they are; nothing is read.
  explicit Level(std::vector<std::string> paths) : names_(std::move(paths)) {
    std::reverse(names_.begin(), names_.end());
  }
  Level(std::string path, DIR* folder) : path_(std::move(path)), folder_(folder) {}

  const std::vector<std::string>& names() const { return names_; }
  const std::string& path() const { return path_; }
  // Whether there are entries that names() does not hold.
  bool is_open() const { return folder_ != nullptr; }

  std::string take() {
    std::string path = path_ + names_.back();
    names_.pop_back();
    return path;
  }

  // Reads the next names. Gives what errno says where the folder ends too early, else 0.
  int read() {
    int failure = 0;
    while (names_.size() < kSortedNames) {
      errno = 0;
      const dirent* entry = ::readdir(folder_.get());
      if (entry == nullptr) {
        failure = errno;
        folder_.reset();
        break;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (std::string taken = name_in_walk(folder_.get(), *entry); !taken.empty())
        names_.push_back(std::move(taken));
    }
    std::sort(names_.begin(), names_.end(), std::greater<>());
    return failure;
  }

 private:
  std::string path_;                // empty, or ends in a slash
  std::vector<std::string> names_;  // in reverse order
  std::unique_ptr<DIR, CloseFolder> folder_;
};

FileList::FileList(const std::vector<std::string>& paths) {
  levels_.push_back(std::make_unique<Level>(distinct(paths)));
  count(*levels_.back());
}

FileList::~FileList() = default;

std::optional<std::string> FileList::next() {
  const std::lock_guard lock(mutex_);
  while (!levels_.empty()) {
    Level& level = *levels_.back();
    if (!level.names().empty()) {
      std::string path = level.take();
      if (is_folder(path)) {
        open(path);
        continue;
      }
      taken_count_.fetch_add(1, std::memory_order_relaxed);
      return path;
    }
    if (!level.is_open()) {
      levels_.pop_back();
      continue;
    }
    if (const int failure = level.read(); failure != 0) tell(failure, level.path());
    count(level);
    if (!level.is_open()) unlisted_count_.fetch_sub(1, std::memory_order_relaxed);
  }
  return std::nullopt;
}

std::vector<base::Error> FileList::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

void FileList::open(const std::string& folder) {
  DIR* const opened = ::opendir(folder.c_str());
  if (opened == nullptr) {
    tell(errno, folder);
    unlisted_count_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  levels_.push_back(std::make_unique<Level>(folder, opened));
}

void FileList::count(const Level& level) {
  const auto folders = static_cast<std::size_t>(
      std::count_if(level.names().begin(), level.names().end(), is_folder));
  unlisted_count_.fetch_add(folders, std::memory_order_relaxed);
  found_count_.fetch_add(level.names().size() - folders, std::memory_order_relaxed);
}

void FileList::tell(int failure, std::string_view folder) {
  if (folder.size() > 1) folder.remove_suffix(1);  // as it was given, without our slash
  failures_.push_back(base::system_error(failure).in(folder));
}

}  // namespace riposte::stream
