#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace riposte::base {
namespace {

Error from_errno(int code) {
  const Errc errc = code == ENOENT                    ? Errc::NotFound
                    : code == EACCES || code == EPERM ? Errc::Denied
                                                      : Errc::Io;
  return {errc, std::strerror(code)};
}

struct Descriptor {
  int number;
  bool owned;
  ~Descriptor() {
    if (owned && number >= 0) ::close(number);
  }
};

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const bool is_stdin = path == "-";
  const Descriptor file{
      is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK), !is_stdin};
  if (file.number < 0) return from_errno(errno);
  struct stat status {};
  if (::fstat(file.number, &status) != 0) return from_errno(errno);
  if (S_ISDIR(status.st_mode)) return from_errno(EISDIR);
  if (!is_stdin && !S_ISREG(status.st_mode)) return Error{Errc::Invalid, "not a regular file"};

  std::string content;
  std::size_t filled = 0;
  content.resize(std::min<std::size_t>(
      limit + 1, static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 4096));
  while (true) {
    const ssize_t count = ::read(file.number, content.data() + filled, content.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return from_errno(errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > limit) {
      return Error{Errc::Limit, "larger than the limit of " + std::to_string(limit >> 20) + " MiB"};
    }
    if (filled == content.size()) content.resize(std::min(limit + 1, content.size() * 2));
  }
  content.resize(filled);
  return content;
}

std::vector<std::string> list_files(const std::string& path, std::vector<Error>& failures) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};

  std::vector<std::string> files;
  std::vector<fs::path> folders = {path};
  while (!folders.empty()) {
    const fs::path folder = std::move(folders.back());
    folders.pop_back();
    fs::directory_iterator entries(folder, error);
    if (error) {
      failures.push_back(from_errno(error.value()).in(folder.string()));
      continue;
    }
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      if (error) break;
      const fs::directory_entry& entry = *entries;
      std::error_code unknown;
      if (entry.is_directory(unknown)) {
        if (!entry.is_symlink(unknown)) folders.push_back(entry.path());
      } else {
        files.push_back(entry.path().string());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace riposte::base
