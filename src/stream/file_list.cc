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

// In this file a path that ends in a slash is a folder, any other a file; paths of objects are
// apart.
bool is_folder(std::string_view path) { return path.ends_with('/'); }

bool is_object(std::string_view path) { return path.starts_with(kObjectScheme); }

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

// Whether another one stands for it: an earlier one that is the same, or one that it begins with.
bool is_covered(const std::string& prefix, const std::vector<std::string>& paths) {
  return std::any_of(paths.begin(), paths.end(), [&prefix](const std::string& other) {
    const bool is_other = other != prefix || &other < &prefix;
    return is_other && is_object(other) && prefix.starts_with(other);
  });
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
    const bool is_as_it_is = path == "-" || is_object(path);
    canonicals.push_back(is_as_it_is ? path : canonical(marked.back()));
    if (folder) folders.insert(canonicals.back());
  }

  std::vector<std::string> kept;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    bool covered = !seen.insert(canonicals[i]).second || is_covered(paths[i], paths);
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

// What is left of one folder, of the objects below a prefix, or of the paths that were given.
class FileList::Level {
 public:
  // Paths as they are; nothing is read.
  explicit Level(std::vector<std::string> paths) : names_(std::move(paths)) {
    std::reverse(names_.begin(), names_.end());
  }
  Level(std::string path, DIR* folder) : path_(std::move(path)), folder_(folder) {}
  Level(std::string prefix, Objects& objects) : prefix_(std::move(prefix)), objects_(&objects) {}

  const std::vector<std::string>& names() const { return names_; }
  const std::string& path() const { return prefix_.empty() ? path_ : prefix_; }
  // Whether there are entries that names() does not hold.
  bool is_open() const { return folder_ != nullptr || objects_ != nullptr; }

  std::string take() {
    std::string path = path_ + names_.back();
    names_.pop_back();
    return path;
  }

  // Reads the next names. Gives why they end too early, where they do.
  std::optional<base::Error> read() { return objects_ != nullptr ? read_page() : read_names(); }

 private:
  std::optional<base::Error> read_page() {
    base::Result<Objects::Page> page = objects_->list(prefix_, next_page_);
    if (!page.ok() || page->next.empty()) objects_ = nullptr;
    if (!page.ok()) return std::move(page).error();
    names_ = std::move(page->paths);
    std::reverse(names_.begin(), names_.end());
    next_page_ = std::move(page->next);
    return std::nullopt;
  }

  std::optional<base::Error> read_names() {
    std::optional<base::Error> failure;
    while (names_.size() < kSortedNames) {
      errno = 0;
      const dirent* entry = ::readdir(folder_.get());
      if (entry == nullptr) {
        if (errno != 0) failure = base::system_error(errno);
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

  std::string path_;                // empty, or ends in a slash
  std::vector<std::string> names_;  // in reverse order
  std::unique_ptr<DIR, CloseFolder> folder_;

  std::string prefix_;
  std::string next_page_;
  Objects* objects_ = nullptr;
};

FileList::FileList(const std::vector<std::string>& paths, Objects* objects) : objects_(objects) {
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
      if (is_listed(path)) {
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
    if (auto failure = level.read()) tell(std::move(*failure), level.path());
    count(level);
    if (!level.is_open()) unlisted_count_.fetch_sub(1, std::memory_order_relaxed);
  }
  return std::nullopt;
}

std::vector<base::Error> FileList::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

// Whether a path of the last level stands for what is below it. Only a given one may be a prefix.
bool FileList::is_listed(std::string_view path) const {
  if (objects_ != nullptr && is_object(path)) return levels_.size() == 1;
  return is_folder(path);
}

void FileList::open(const std::string& folder) {
  if (is_object(folder)) {
    levels_.push_back(std::make_unique<Level>(folder, *objects_));
    return;
  }
  DIR* const opened = ::opendir(folder.c_str());
  if (opened == nullptr) {
    tell(base::system_error(errno), folder);
    unlisted_count_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  levels_.push_back(std::make_unique<Level>(folder, opened));
}

void FileList::count(const Level& level) {
  const auto folders = static_cast<std::size_t>(
      std::count_if(level.names().begin(), level.names().end(),
                    [this](const std::string& name) { return is_listed(name); }));
  unlisted_count_.fetch_add(folders, std::memory_order_relaxed);
  found_count_.fetch_add(level.names().size() - folders, std::memory_order_relaxed);
}

void FileList::tell(base::Error failure, std::string_view folder) {
  // As it was given, without our slash.
  if (folder.size() > 1 && !is_object(folder)) folder.remove_suffix(1);
  failures_.push_back(std::move(failure).in(folder));
}

}  // namespace riposte::stream
