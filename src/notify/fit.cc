#include "notify/fit.h"

#include "json/utf8.h"

namespace riposte::notify {
namespace {

constexpr std::string_view kCut = "...";

std::size_t units(char32_t c) { return c > 0xFFFF ? 2 : 1; }

// `cost` of a character, from its code point and its bytes.
template <typename Cost>
std::string fit(std::string_view text, std::size_t max, Cost cost) {
  std::size_t used = 0;
  std::size_t room_for_cut = 0;  // bytes of the prefix behind which "..." fits
  std::string_view rest = text;
  while (!rest.empty()) {
    if (used + kCut.size() <= max) room_for_cut = text.size() - rest.size();
    std::string_view next = rest;
    const char32_t c = json::take_code_point(next);
    used += cost(c, rest.size() - next.size());
    if (used > max) {
      return max < kCut.size() ? std::string() : std::string(text, 0, room_for_cut).append(kCut);
    }
    rest = next;
  }
  return std::string(text);
}

}  // namespace

std::string fit_bytes(std::string_view text, std::size_t max) {
  return fit(text, max, [](char32_t, std::size_t bytes) { return bytes; });
}

std::string fit_units(std::string_view text, std::size_t max) {
  return fit(text, max, [](char32_t c, std::size_t) { return units(c); });
}

std::size_t units_of(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty())
    count += units(json::take_code_point(text));
  return count;
}

std::string fit_ascii(std::string_view text, std::size_t max) {
  std::string plain;
  while (!text.empty()) {
    const char32_t c = json::take_code_point(text);
    if (c == '\n' || c == '\r' || c == '\t') {
      plain += ' ';
    } else {
      plain += c >= ' ' && c < 0x7F ? static_cast<char>(c) : '?';
    }
  }
  return fit_bytes(plain, max);
}

}  // namespace riposte::notify
