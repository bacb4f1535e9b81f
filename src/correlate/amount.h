#pragma once

// A number of an event as sums take it: a whole number of billionths, so that adding and taking
// away are exact, in any order and for ever. A sum of doubles would drift as its window slides, and
// 0.1 ten times would not be 1.
//
// Digits beyond the ninth behind the point are rounded; beyond a trillion of millions (1e18) a
// number counts as that. Numbers with an exponent pass through a double first.
//
// Cost: 16 bytes. 170 billion numbers of 1e18 fit in one sum.
//
// Threads: a plain value.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace riposte::correlate {

class Amount {
 public:
  Amount() = default;

  // What base::parse_number reads, or nothing.
  static std::optional<Amount> parse(std::string_view text);

  Amount& operator+=(const Amount& other);
  Amount& operator-=(const Amount& other);
  bool operator==(const Amount&) const = default;

  double value() const;

  // As bytes and back: kPackedSize of them; anything else is zero.
  static constexpr std::size_t kPackedSize = 16;
  std::string pack() const;
  static Amount unpack(std::string_view packed);

 private:
  __extension__ using Wide = __int128;

  explicit Amount(Wide billionths);
  Wide wide() const;

  // Two words, because a Wide would be aligned to 16 bytes, and there are millions of windows.
  std::uint64_t low_ = 0;
  std::int64_t high_ = 0;
};

}  // namespace riposte::correlate
