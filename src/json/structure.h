#pragma once

// The gate to simdjson: the tokens of a JSON text, found and checked, nothing built.
//
// Two steps. index() finds every token of a text, be it one value or a window of many, and with
// them whatever is wrong in strings: invalid UTF-8, unescaped control characters, a string that is
// not closed. check() then reads the grammar of one value, so that whoever walks over it need not
// be on guard: brackets pair up, keys and colons and commas stand where they must, literals are
// spelled as RFC 8259 says, nothing is nested deeper than kDepthMax. What would cost more than all
// of this, the digits of every number and a key that stands twice in an object, is left to whoever
// reads them: DocumentBuilder (scanner.h) refuses both.
//
// index() is simdjson's first stage, for which it picks the widest vectors of the machine as it
// runs; its second stage is left out because it copies every string and converts every number.
// Both are members that simdjson marks as internal: the version is Debian's, and the tests of this
// file would tell.
//
// Cost: two passes, about a quarter of a nanosecond a byte and one for a token. Nothing is
// allocated once the largest text has been seen.
//
// Threads: confined to its owner.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/raw_value.h"

namespace riposte::json {

inline constexpr std::size_t kDepthMax = 128;

// Bytes that must be readable (of any content) behind every text given to a Structure.
inline constexpr std::size_t kPadding = 64;

// The content of a string without its escapes, appended to `buffer`; `text` lies in a text with
// kPadding behind it, a quote following. Where escapes are broken (half a surrogate pair) it is
// kept as written: losing an event for the sake of a strange user agent would help only the
// attacker.
void append_unescaped(std::string_view text, std::string& buffer);

class Structure {
 public:
  Structure();
  ~Structure();
  Structure(Structure&&) noexcept;
  Structure& operator=(Structure&&) noexcept;

  // Less than 4 GiB, followed by kPadding readable bytes. An error leaves no token.
  base::Status index(std::string_view bytes);

  std::uint32_t count() const { return count_; }
  std::size_t begin_of(std::uint32_t token) const { return layout_.begins[token]; }

  // Checks the value that begins at `token`, and gives the token behind it. The error names the
  // byte, counted from where the value begins.
  base::Result<std::uint32_t> check(std::uint32_t token);

  // Whether the last check() found nothing wrong before the text ended.
  bool ended_early() const { return ended_early_; }

  // Of a token from which check() succeeded, or inside such a value. Dies with the next index().
  RawValue value(std::uint32_t token) const { return {layout_, token}; }

 private:
  struct State;
  class Checker;

  std::unique_ptr<State> state_;
  Layout layout_;
  std::uint32_t count_ = 0;
  bool ended_early_ = false;
};

}  // namespace riposte::json
