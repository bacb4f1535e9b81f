#pragma once

// Decompression of what logs are delivered in: gzip (RFC 1952, several members too) and Zstandard
// (RFC 8878), told apart by their first bytes, never by a file's name.
//
// A damaged or oversized stream gives both what could be read and the reason why there is no more.
//
// Two libraries read gzip. libdeflate is the fastest and wants all of it at once, with room for all
// that comes out; ISA-L reads piece by piece, twice as fast as zlib, and gives what stands before
// the damage.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace riposte::base {

enum class Compression { None, Gzip, Zstd };

Compression compression_of(std::string_view bytes);
std::string_view name_of(Compression compression);

// Inflates one stream after another and keeps what the libraries need between them: 100 KiB for
// gzip, up to 9 MiB for zstd, made when first needed.
//
//     inflater.start(compression);
//     while (!inflater.done()) inflater.advance(input, input_ends, room);
//
// Threads: confined to its owner.
class Inflater {
 public:
  struct Progress {
    std::size_t taken = 0;  // bytes from the front of the input
    std::size_t given = 0;  // bytes to the front of the room
  };

  Inflater();
  ~Inflater();

  // All of `gzip` at once. Nothing when it is damaged or inflates to more than `room`: read it
  // piece by piece then.
  std::optional<std::size_t> inflate_whole(std::string_view gzip, std::span<char> room);

  // Begins a stream of this Compression, which is not None.
  void start(Compression compression);
  // Goes on until all of `input` is taken, `room` (at least one byte) is full, or it is done().
  // `input_ends` says that nothing follows this input.
  Progress advance(std::string_view input, bool input_ends, std::span<char> room);
  // Nothing more will be given: the end was reached, or error() says why not.
  bool done() const { return done_; }
  // Invalid: damaged or truncated.
  const std::optional<Error>& error() const { return error_; }

 private:
  struct State;

  Progress advance_gzip(std::string_view input, bool input_ends, std::span<char> room);
  Progress advance_zstd(std::string_view input, bool input_ends, std::span<char> room);
  void fail(std::string reason);

  std::unique_ptr<State> state_;
  Compression compression_ = Compression::None;
  bool within_ = false;  // a gzip member or zstd frame that has begun and not ended
  bool done_ = true;
  std::optional<Error> error_;
};

// What `gzip` says it inflates to: exact for a whole single member, else a guess, and never more
// than deflate can make of that many bytes (1032 times as many).
std::size_t inflated_size_hint(std::string_view gzip);

// "inflates to more than the limit of 4 MiB", the same words wherever inflating stops at a limit.
Error inflates_to_more_than(std::size_t limit);

struct Inflated {
  std::string bytes;           // as far as it could be read
  std::optional<Error> error;  // why not further: Invalid (damaged, truncated) or Limit
};

// Never gives more than `limit` bytes.
Inflated inflate(std::string_view bytes, Compression compression, std::size_t limit);

// One gzip member that inflates to `bytes`.
std::string gzip(std::string_view bytes);

// RFC 4648, with or without padding, white space skipped.
Result<std::string> decode_base64(std::string_view text);

}  // namespace riposte::base
