#pragma once

// Bytes that are added behind and dropped in front, in memory that is used again and again.
//
//     |  dropped  |<------ bytes() ------>|  room  | padding |
//                 begin_                  end_               capacity_
//
// Invariant: json::kPadding readable bytes stand behind bytes(), of any content.
//
// Cost: what is left is moved to the front when room is needed, so whoever drops most of it before
// asking for more pays for the rest only. Memory that was never filled is never touched.
//
// Threads: confined to its owner.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace riposte::stream {

class Buffer {
 public:
  Buffer();

  std::string_view bytes() const { return {memory_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  void drop(std::size_t count);     // from the front of bytes()
  void shorten(std::size_t count);  // from their back

  // Room for `count` bytes right behind bytes(), which moves. add() says how many were filled.
  std::span<char> room(std::size_t count);
  void add(std::size_t count) { end_ += count; }

  // Empty again; memory beyond `kept` bytes is given back.
  void clear(std::size_t kept);

 private:
  void move_to(std::size_t capacity);

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace riposte::stream
