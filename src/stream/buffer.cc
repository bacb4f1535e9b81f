#include "stream/buffer.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "json/structure.h"

namespace riposte::stream {

Buffer::Buffer() { move_to(json::kPadding); }

void Buffer::drop(std::size_t count) {
  CHECK(count <= size(), "no more is dropped than is there");
  begin_ += count;
}

void Buffer::shorten(std::size_t count) {
  CHECK(count <= size(), "no more is dropped than is there");
  end_ -= count;
}

std::span<char> Buffer::room(std::size_t count) {
  const std::size_t wanted = size() + count + json::kPadding;
  if (wanted > capacity_) {
    move_to(std::bit_ceil(wanted));
  } else if (begin_ > 0) {
    std::memmove(memory_.get(), memory_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  return {memory_.get() + end_, count};
}

void Buffer::clear(std::size_t kept) {
  begin_ = end_ = 0;
  if (capacity_ > kept) move_to(json::kPadding);
}

void Buffer::move_to(std::size_t capacity) {
  // Not zeroed: pages that are never filled stay untouched.
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(capacity);
  if (!empty()) std::memcpy(memory.get(), memory_.get() + begin_, size());
  memory_ = std::move(memory);
  capacity_ = capacity;
  end_ -= begin_;
  begin_ = 0;
}

}  // namespace riposte::stream
