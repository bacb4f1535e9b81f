#pragma once

// The texts of a Sigma rule while modifiers work on them: literal bytes between wildcards.
//
// Escaping, exactly as Sigma has it: a backslash makes a following `*`, `?` or backslash literal,
// and is an ordinary character before anything else.
//
//     written   means
//     a\b       a\b, one backslash
//     a\\b      a\b, the same
//     \*        a literal *
//     \\*       one backslash and a wildcard
//     \\\*      one backslash and a literal *
//     a\\\\b    a\\b, two backslashes

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rule/glob.h"
#include "rule/rule.h"

namespace riposte::rule {

// Neighbouring literals may be separate parts.
using SigmaText = std::vector<Glob::Part>;

// Texts that one value of a rule may become.
inline constexpr std::size_t kVariantsMax = 4096;

SigmaText parse_sigma_text(std::string_view written);
bool has_wildcards(const SigmaText& text);
std::string literal_of(const SigmaText& text);  // all literals, wildcards left out

// What `|expand` makes of a value. Nothing when it would be more than kVariantsMax texts.
struct Expansion {
  std::vector<std::string> texts;    // still written, not parsed: values bring their own wildcards
  std::vector<std::string> missing;  // placeholders without values; then there are no texts
  std::size_t placeholder_count = 0;
};
// `\%` is a literal percent sign; %name% is a placeholder, its name of letters, digits and
// underscores.
std::optional<Expansion> expand_placeholders(std::string_view written,
                                             const Placeholders& placeholders);

// Every way to write the dashes and slashes that begin a word (- / en dash, em dash, horizontal
// bar), the text itself first. Nothing when it would be more than kVariantsMax.
std::optional<std::vector<SigmaText>> dash_variants(const SigmaText& text);

enum class Utf16 : bool { Little, Big };
// Every literal as UTF-16; wildcards stay.
SigmaText encode_utf16(const SigmaText& text, Utf16 order);

std::string encode_base64(std::string_view bytes);

// The part that stays the same in the base64 of any text that holds `bytes` at a position of 0, 1
// or 2 modulo 3.
std::vector<std::string> encode_base64_offsets(std::string_view bytes);

}  // namespace riposte::rule
