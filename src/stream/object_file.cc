#include "stream/object_file.h"

#include <algorithm>

// Tested by src/stream/objects_test.cc

namespace riposte::stream {

base::Result<ObjectFile> ObjectFile::open(Objects& objects, const std::string& path) {
  Objects::Piece first = TRY(objects.read(path, 0, kPieceBytes, {}));
  return ObjectFile(objects, path, std::move(first));
}

std::size_t ObjectFile::read(std::span<char> room) {
  std::size_t filled = 0;
  while (filled < room.size() && !error_) {
    if (taken_ == piece_.bytes.size()) {
      begin_ += piece_.bytes.size();
      if (begin_ >= piece_.size) break;
      base::Result<Objects::Piece> next =
          objects_->read(path_, begin_, kPieceBytes, piece_.version);
      taken_ = 0;
      if (next.ok() && next->bytes.empty())
        next = base::Error{base::Errc::Io, "it ends before its end"};
      if (!next.ok()) {
        error_ = std::move(next).error();
        break;
      }
      piece_ = std::move(next).value();
    }
    const std::size_t count = std::min(room.size() - filled, piece_.bytes.size() - taken_);
    std::copy_n(piece_.bytes.data() + taken_, count, room.data() + filled);
    taken_ += count;
    filled += count;
  }
  return filled;
}

}  // namespace riposte::stream
