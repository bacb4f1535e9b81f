#pragma once

// Small things about text that the standard library lacks. All of them treat bytes; only ASCII
// letters have cases here (see rule/fold.h for Sigma's Unicode folding).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::base {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
std::string lower(std::string_view text);

bool equals_ignore_case(std::string_view a, std::string_view b);

// The parts between separators; "a,,b" has three, "" has one. The parts borrow `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string_view trim(std::string_view text);

// A decimal number that is the whole of `text`: digits with an optional sign, fraction and
// exponent.
std::optional<double> parse_number(std::string_view text);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace riposte::base
