#pragma once

// Files, read whole or piece by piece.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::base {

// What errno says: NotFound, Denied or Io.
Error system_error(int code);

// A regular file, or standard input, open for reading. Pipes, sockets and devices are refused: to
// open one may wait for ever. Closed when it is destroyed, standard input excepted.
//
// Threads: confined to its owner.
class File {
 public:
  // "-" is standard input. NotFound, Denied, Io, or Invalid for what is no regular file.
  static Result<File> open(const std::string& path);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  // Bytes, as of open(); 0 where only reading tells, as for standard input.
  std::uint64_t size() const { return size_; }

  // Gives how many bytes of `room` were filled: fewer than all only at the end, or after error().
  // The end of a file as long as it was when it was opened costs no further system call.
  std::size_t read(std::span<char> room);

  // The next read() begins so many bytes behind the beginning. Standard input has no places.
  void seek(std::uint64_t place);

  // Why there is no more, if that is not because the end was reached.
  const std::optional<Error>& error() const { return error_; }

 private:
  File(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;  // -1: moved from
  std::uint64_t size_;
  std::uint64_t taken_ = 0;
  std::optional<Error> error_;
};

// "larger than the limit of 4 MiB", the same words wherever a file is refused for its size.
Error larger_than(std::size_t limit);

// The content of a regular file; "-" is standard input. What File::open says, or Limit above
// `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Every regular file at or below `path`, sorted bytewise; symbolic links to folders are not
// followed (they may lead in circles). Folders that cannot be read are told in `failures`, each
// with its path in front.
std::vector<std::string> list_files(const std::string& path, std::vector<Error>& failures);

}  // namespace riposte::base
