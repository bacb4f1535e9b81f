#pragma once

// Text that must not be seen: a secret key, a session token. It cannot be printed, compared or
// turned into a string by accident; who needs the bytes says so with reveal(), which a reader can
// search for. The bytes are overwritten before their memory is given back, and a move takes them
// along instead of leaving a copy.
//
// It guards against mistakes of ours, not against who can read the memory of the process: the
// texts that a secret was read from and written into lie there, too.
//
// Threads: as a std::string.

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace riposte::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  Secret(const Secret& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Secret();

  bool empty() const { return size_ == 0; }

  // What is inside. Never goes into a message; lives as long as this.
  std::string_view reveal() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace riposte::base
