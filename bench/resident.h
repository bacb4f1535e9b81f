#pragma once

// What every contender of `make bench` is: a process that loads once and then, for every line "run"
// on standard input, makes one pass over its data and prints one line of JSON.
//
//     -> {"ready": true, ...}                                          after loading
//     <- run
//     -> {"seconds": 0.213, "events": 106000, "bytes": 157286400, "hits": {"name": count, ...}}
//
// bench/README.md describes the protocol for contenders in any language.
//
// Threads: confined to the caller.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace riposte::bench {

// Bytes in one anonymous mapping, huge pages asked for, kSlack zero bytes behind them.
class Buffer {
 public:
  static constexpr std::size_t kSlack = 4096;

  // `copies` times the content of the file. Ends the process with a message where it cannot be
  // read.
  Buffer(const std::string& path, std::size_t copies);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::string_view bytes() const { return {data_, size_}; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;
};

// What one pass saw. `seconds` is measured by who makes the pass, around the work alone.
struct Pass {
  double seconds = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::map<std::string, std::uint64_t, std::less<>> hits;
  std::uint64_t refused = 0;  // records that could not be read: there must be none
};

// `ready` is the inside of the first line: "\"rules\": 5, ...". Returns at the end of the input.
int serve(std::string_view ready, const std::function<Pass()>& run);

// Seconds of a steady clock.
double now();

// Peak and present resident memory of this process, in bytes.
std::uint64_t resident_peak();
std::uint64_t resident_now();

[[noreturn]] void die(const std::string& message);

}  // namespace riposte::bench
