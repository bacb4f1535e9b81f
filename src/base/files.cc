#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace riposte::base {

Error system_error(int code) {
  const Errc errc = code == ENOENT                    ? Errc::NotFound
                    : code == EACCES || code == EPERM ? Errc::Denied
                                                      : Errc::Io;
  return {errc, std::strerror(code)};
}

Error larger_than(std::size_t limit) {
  return {Errc::Limit, "larger than the limit of " + std::to_string(limit >> 20) + " MiB"};
}

Result<File> File::open(const std::string& path) {
  const bool is_stdin = path == "-";
  // Not blocking: opening a pipe must not wait for somebody to write into it.
  File file(is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK), 0);
  if (file.descriptor_ < 0) return system_error(errno);
  struct stat status {};
  if (::fstat(file.descriptor_, &status) != 0) return system_error(errno);
  if (S_ISDIR(status.st_mode)) return system_error(EISDIR);
  if (is_stdin) return file;  // its size would count what somebody else has read of it
  if (!S_ISREG(status.st_mode)) return Error{Errc::Invalid, "not a regular file"};
  file.size_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  return file;
}

File::~File() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);  // -1: moved from
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      taken_(other.taken_),
      error_(std::move(other.error_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(taken_, other.taken_);
  std::swap(error_, other.error_);
  return *this;
}

std::size_t File::read(std::span<char> room) {
  std::size_t filled = 0;
  while (filled < room.size() && !error_) {
    const ssize_t count = ::read(descriptor_, room.data() + filled, room.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      error_ = system_error(errno);
      break;
    }
    filled += static_cast<std::size_t>(count);
    taken_ += static_cast<std::uint64_t>(count);
    const bool as_long_as_told = size_ > 0 && taken_ >= size_;
    if (count == 0 || (as_long_as_told && filled < room.size())) break;
  }
  return filled;
}

void File::seek(std::uint64_t place) {
  if (::lseek(descriptor_, static_cast<off_t>(place), SEEK_SET) < 0) error_ = system_error(errno);
  taken_ = place;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  File file = TRY(File::open(path));
  std::string content;
  std::size_t filled = 0;
  std::size_t room = std::min<std::uint64_t>(limit, file.size()) + 1;
  while (filled == content.size()) {
    content.resize(filled + room);
    filled += file.read({content.data() + filled, room});
    if (file.error()) return *file.error();
    if (filled > limit) return larger_than(limit);
    room = std::min(std::max<std::size_t>(filled, 4096), limit + 1 - filled);
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
      failures.push_back(system_error(error.value()).in(folder.string()));
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
