#pragma once

// Decompression of what logs are delivered in: gzip (RFC 1952, several members too) and Zstandard
// (RFC 8878), told apart by their first bytes, never by a file's name.
//
// A damaged or oversized stream gives both what could be read and the reason why there is no more.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace riposte::base {

enum class Compression { None, Gzip, Zstd };

Compression compression_of(std::string_view bytes);
std::string_view name_of(Compression compression);

struct Inflated {
  std::string bytes;           // as far as it could be read
  std::optional<Error> error;  // why not further: Invalid (damaged, truncated) or Limit
};

// Never gives more than `limit` bytes.
Inflated inflate(std::string_view bytes, Compression compression, std::size_t limit);

// RFC 4648, with or without padding, white space skipped.
Result<std::string> decode_base64(std::string_view text);

}  // namespace riposte::base
