#pragma once

// A hash of a short text, for tables that compare it afterwards. Fixed: results that depend on it
// depend on the text alone.
//
// Cost: a multiplication for eight bytes.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace riposte::match {

// Multiplies to 128 bits and folds the halves together, so that every bit of the word reaches every
// bit of the result.
inline std::uint64_t mix(std::uint64_t word) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(word ^ 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Eight bytes at a time; the last words overlap rather than end in a loop over bytes.
inline std::uint64_t hash_of(std::string_view text) {
  const auto load = [bytes = text.data()]<typename Word>(std::size_t at, Word word) {
    std::memcpy(&word, bytes + at, sizeof word);
    return std::uint64_t{word};
  };
  const std::size_t size = text.size();
  std::uint64_t hash = size;
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      hash = mix(hash ^ load(at, std::uint64_t{}));
    return mix(hash ^ load(size - 8, std::uint64_t{}));
  }
  std::uint64_t word = 0;
  if (size >= 4) {
    word = load(0, std::uint32_t{}) << 32 | load(size - 4, std::uint32_t{});
  } else if (size > 0) {
    word = load(0, std::uint8_t{}) << 16 | load(size / 2, std::uint8_t{}) << 8 |
           load(size - 1, std::uint8_t{});
  }
  return mix(mix(hash) ^ word);
}

}  // namespace riposte::match
