#pragma once

// One object, read from its beginning to its end as base::File reads a file.
//
// Cost: a request and kPieceBytes of memory for each piece; most delivered objects are one.
//
// Threads: confined to its owner.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "stream/objects.h"

namespace riposte::stream {

class ObjectFile {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{8} << 20;

  // Borrows the store. What Objects::read says.
  static base::Result<ObjectFile> open(Objects& objects, const std::string& path);

  std::uint64_t size() const { return piece_.size; }
  // How many bytes of `room` were filled: fewer than all only at the end, or after error().
  std::size_t read(std::span<char> room);
  const std::optional<base::Error>& error() const { return error_; }

 private:
  ObjectFile(Objects& objects, std::string path, Objects::Piece piece)
      : objects_(&objects), path_(std::move(path)), piece_(std::move(piece)) {}

  Objects* objects_;
  std::string path_;
  Objects::Piece piece_;
  std::uint64_t begin_ = 0;  // of the piece in the object
  std::size_t taken_ = 0;    // of the piece
  std::optional<base::Error> error_;
};

}  // namespace riposte::stream
