#include "base/percent.h"

#include "base/text.h"

namespace riposte::base {
namespace {

std::string decode(std::string_view text, char plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::optional<char> byte = text[i] == '%' ? hex_byte(text, i + 1) : std::optional<char>();
    decoded += byte.value_or(text[i] == '+' ? plus : text[i]);
    if (byte) i += 2;
  }
  return decoded;
}

}  // namespace

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char folded = lower(c);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

std::optional<char> hex_byte(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return std::nullopt;
  const int high = hex_digit(text[at]);
  const int low = hex_digit(text[at + 1]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::string percent_decode(std::string_view text) { return decode(text, '+'); }
std::string form_decode(std::string_view text) { return decode(text, ' '); }

}  // namespace riposte::base
