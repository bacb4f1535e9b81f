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
  // told by where the other characters are.
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.size() - 1 < 31) {
    const auto not_digits = [](const char* bytes) {
      const __m128i value = _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)),
                                         _mm_set1_epi8('0'));
      const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
      return static_cast<std::uint32_t>(_mm_movemask_epi8(is_digit)) ^ 0xFFFFu;
    };
    std::uint32_t others = not_digits(text.data()) & ((1u << text.size()) - 1);
    if (text.size() > 16) {
      others |= not_digits(text.data() + 16) << 16 & ((1u << text.size()) - 1);
    }
    const bool leading_zero = text[0] == '0' && text.size() > 1 && text[1] != '.';
    if (others == 0) return !leading_zero;
    const auto point = static_cast<std::size_t>(std::countr_zero(others));
    if ((others & (others - 1)) == 0 && text[point] == '.') {
      return !leading_zero && point > 0 && point + 1 < text.size();
    }
  }
  return !text.starts_with('-') && is_number_by_grammar(text);
#else
  return is_number_by_grammar(text);
#endif
}

}  // namespace riposte::json
