#include "rule/sigma_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/utf8.h"

namespace riposte::rule {

using Kind = Glob::Part::Kind;

namespace {

bool is_special(char c) { return c == '*' || c == '?' || c == '\\'; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Every way to take one alternative from each slot, the first alternatives first.
std::optional<std::vector<std::string>> cross(const std::vector<std::vector<std::string>>& slots) {
  std::vector<std::string> texts = {""};
  for (const std::vector<std::string>& slot : slots) {
    if (texts.size() * slot.size() > kVariantsMax) return std::nullopt;
    std::vector<std::string> longer;
    longer.reserve(texts.size() * slot.size());
    for (const std::string& text : texts) {
      for (const std::string& alternative : slot)
        longer.push_back(text + alternative);
    }
    texts = std::move(longer);
  }
  return texts;
}

}  // namespace

SigmaText parse_sigma_text(std::string_view written) {
  SigmaText text;
  std::string literal;
  const auto add_wildcard = [&](Kind kind) {
    if (!literal.empty()) text.push_back({Kind::Literal, std::move(literal)});
    literal.clear();
    text.push_back({kind, {}});
  };
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c == '\\' && i + 1 < written.size() && is_special(written[i + 1])) {
      literal += written[++i];
    } else if (c == '*') {
      add_wildcard(Kind::Any);
    } else if (c == '?') {
      add_wildcard(Kind::One);
    } else {
      literal += c;
    }
  }
  if (!literal.empty()) text.push_back({Kind::Literal, std::move(literal)});
  return text;
}

bool has_wildcards(const SigmaText& text) {
  return std::any_of(text.begin(), text.end(),
                     [](const Glob::Part& part) { return part.kind != Kind::Literal; });
}

std::string literal_of(const SigmaText& text) {
  std::string literal;
  for (const Glob::Part& part : text)
    literal += part.text;
  return literal;
}

namespace {

// The length of a placeholder at the beginning of `rest`, or 0.
std::size_t placeholder_length(std::string_view rest) {
  if (!rest.starts_with('%')) return 0;
  std::size_t end = 1;
  while (end < rest.size() && is_word(rest[end]))
    ++end;
  return end > 1 && end < rest.size() && rest[end] == '%' ? end + 1 : 0;
}

}  // namespace

std::optional<Expansion> expand_placeholders(std::string_view written,
                                             const Placeholders& placeholders) {
  Expansion expansion;
  std::vector<std::vector<std::string>> slots = {{""}};
  std::size_t i = 0;
  while (i < written.size()) {
    const std::string_view rest = written.substr(i);
    if (rest.starts_with("\\%")) {
      slots.back().front() += '%';
      i += 2;
      continue;
    }
    const std::size_t length = placeholder_length(rest);
    if (length == 0) {
      slots.back().front() += written[i++];
      continue;
    }
    ++expansion.placeholder_count;
    const std::string name(rest.substr(1, length - 2));
    const auto found = placeholders.find(name);
    if (found == placeholders.end() || found->second.empty()) {
      expansion.missing.push_back(name);
    } else {
      slots.push_back(found->second);
      slots.push_back({""});
    }
    i += length;
  }
  if (!expansion.missing.empty()) return expansion;
  std::optional<std::vector<std::string>> texts = cross(slots);
  if (!texts) return std::nullopt;
  expansion.texts = *std::move(texts);
  return expansion;
}

namespace {

// The characters that shells and their victims take for each other.
constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "\xE2\x80\x93", "\xE2\x80\x94",
                                                     "\xE2\x80\x95"};

// The dash at the beginning of `rest`, or nothing.
std::string_view dash_at(std::string_view rest) {
  for (std::string_view dash : kDashes) {
    if (rest.starts_with(dash)) return dash;
  }
  return {};
}

// Bytes above ASCII belong to letters, as far as dashes are concerned.
bool begins_word(std::string_view rest) {
  if (rest.empty() || !dash_at(rest).empty()) return false;
  return is_word(rest.front()) || static_cast<unsigned char>(rest.front()) >= 0x80;
}

// Cuts a literal into slots: fixed pieces, and dashes behind no word and in front of one.
void add_dash_slots(const std::string& literal, std::vector<std::vector<std::string>>& slots) {
  bool after_word = false;
  slots.push_back({""});
  std::size_t i = 0;
  while (i < literal.size()) {
    const std::string_view rest = std::string_view(literal).substr(i);
    const std::string_view dash = dash_at(rest);
    if (!dash.empty() && !after_word && begins_word(rest.substr(dash.size()))) {
      std::vector<std::string> alternatives = {std::string(dash)};
      for (std::string_view other : kDashes) {
        if (other != dash) alternatives.emplace_back(other);
      }
      slots.push_back(std::move(alternatives));
      slots.push_back({""});
      i += dash.size();
      continue;
    }
    const std::size_t length = dash.empty() ? 1 : dash.size();
    after_word = dash.empty() && begins_word(rest);
    slots.back().front() += rest.substr(0, length);
    i += length;
  }
}

}  // namespace

std::optional<std::vector<SigmaText>> dash_variants(const SigmaText& text) {
  std::vector<SigmaText> variants = {{}};
  for (const Glob::Part& part : text) {
    std::vector<std::string> literals = {""};
    if (part.kind == Kind::Literal) {
      std::vector<std::vector<std::string>> slots;
      add_dash_slots(part.text, slots);
      std::optional<std::vector<std::string>> written = cross(slots);
      if (!written) return std::nullopt;
      literals = *std::move(written);
    }
    if (variants.size() * literals.size() > kVariantsMax) return std::nullopt;
    std::vector<SigmaText> longer;
    for (const SigmaText& variant : variants) {
      for (const std::string& literal : literals) {
        longer.push_back(variant);
        longer.back().push_back({part.kind, literal});
      }
    }
    variants = std::move(longer);
  }
  return variants;
}

namespace {

void append_unit(std::string& out, char32_t unit, Utf16 order) {
  const char high = static_cast<char>(static_cast<unsigned char>(unit >> 8));
  const char low = static_cast<char>(static_cast<unsigned char>(unit & 0xFF));
  out += order == Utf16::Big ? high : low;
  out += order == Utf16::Big ? low : high;
}

std::string utf16_of(std::string_view text, Utf16 order) {
  std::string out;
  while (!text.empty()) {
    const char32_t code_point = json::take_code_point(text);
    if (code_point < 0x10000) {
      append_unit(out, code_point, order);
    } else {
      append_unit(out, 0xD800 + ((code_point - 0x10000) >> 10), order);
      append_unit(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF), order);
    }
  }
  return out;
}

}  // namespace

SigmaText encode_utf16(const SigmaText& text, Utf16 order) {
  SigmaText encoded = text;
  for (Glob::Part& part : encoded)
    part.text = utf16_of(part.text, order);
  return encoded;
}

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[(group >> (18 - 6 * j)) & 63] : '=';
    }
  }
  return out;
}

// The first characters of a shifted encoding hold bits of what stands in front, the last ones bits
// of what follows: both are cut off. A shift by one byte spoils two characters, one by two bytes
// three.
std::vector<std::string> encode_base64_offsets(std::string_view bytes) {
  constexpr std::size_t kSpoiltInFront[] = {0, 2, 3};
  constexpr std::size_t kSpoiltBehind[] = {0, 3, 2};
  std::vector<std::string> encodings;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string whole = encode_base64(std::string(shift, ' ') + std::string(bytes));
    const std::size_t behind = kSpoiltBehind[(bytes.size() + shift) % 3];
    const std::size_t front = std::min(kSpoiltInFront[shift], whole.size());
    const std::size_t end = std::max(front, whole.size() - std::min(behind, whole.size()));
    encodings.push_back(whole.substr(front, end - front));
  }
  return encodings;
}

}  // namespace riposte::rule
