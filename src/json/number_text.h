#pragma once

// Whether a text is a number as RFC 8259, section 6, spells it. Numbers are kept as written, so
// this is all that happens to those nobody asks for.

#include <bit>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace riposte::json {

// The whole grammar, character by character.
bool is_number_by_grammar(std::string_view text);

// The same; 32 bytes from where `text` begins must be readable.
inline bool is_number(std::string_view text) {
#if defined(__SSE2__)
  // Nearly all numbers are short, and digits with at most one sign in front and one point between:
  // told, without a branch, by where the other characters are.
  const auto digits_in = [](const char* bytes) {
    const __m128i value =
        _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)), _mm_set1_epi8('0'));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value)));
  };
  if (text.size() < 32) {
    const char* bytes = text.data();
    const auto size = static_cast<std::uint32_t>(text.size());
    const auto sign = static_cast<std::uint32_t>(bytes[0] == '-');
    const std::uint32_t digits = (digits_in(bytes) | digits_in(bytes + 16) << 16) >> sign;
    const std::uint32_t length = size - sign;  // without the sign
    const std::uint32_t others = ~digits & ((1u << length) - 1);
    const auto point = static_cast<std::uint32_t>(std::countr_zero(others | 1u << 31));
    const bool is_whole = others == 0;
    const bool has_point =
        (others & (others - 1)) == 0 && bytes[sign + (point & 31)] == '.' && point + 1 < length;
    const bool leading_zero = bytes[sign] == '0' && (digits & 2 & ((1u << length) - 1)) != 0;
    const bool begins_with_digit = (digits & 1) != 0 && length > 0;
    if (begins_with_digit & !leading_zero & (is_whole | has_point)) return true;
  }
#endif
  return is_number_by_grammar(text);
}

}  // namespace riposte::json
