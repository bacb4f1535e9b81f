#include "rule/glob.h"

#include <cstring>

#include "json/utf8.h"
#include "rule/fold.h"

namespace riposte::rule {

using Kind = Glob::Part::Kind;

namespace {

// string_view::find costs text times literal on "aaa ... a" in "aaa ... b"; memmem is linear.
std::size_t find(std::string_view text, std::string_view literal) {
  const void* found = memmem(text.data(), text.size(), literal.data(), literal.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

Glob::Glob(std::vector<Part> parts) {
  for (Part& part : parts) {
    if (part.kind == Kind::Literal && part.text.empty()) continue;
    if (!parts_.empty() && parts_.back().kind == part.kind && part.kind != Kind::One) {
      parts_.back().text += part.text;
    } else {
      parts_.push_back(std::move(part));
    }
  }
}

Glob Glob::contains(std::string literal) {
  return Glob({{Kind::Any, {}}, {Kind::Literal, std::move(literal)}, {Kind::Any, {}}});
}
Glob Glob::starts_with(std::string literal) {
  return Glob({{Kind::Literal, std::move(literal)}, {Kind::Any, {}}});
}
Glob Glob::ends_with(std::string literal) {
  return Glob({{Kind::Any, {}}, {Kind::Literal, std::move(literal)}});
}

Glob Glob::folded() const {
  Glob result = *this;
  for (Part& part : result.parts_)
    part.text = fold(part.text);
  return result;
}

// Takes the parts in order; after a mismatch it goes back to the last `*` and lets it swallow one
// character more. A part before that `*` never needs to be tried again, so the work is bounded by
// text times parts.
bool Glob::matches(std::string_view text) const {
  std::size_t part = 0;
  std::string_view rest = text;
  bool has_any = false;
  std::size_t part_after_any = 0;
  std::string_view rest_after_any;
  while (true) {
    if (part == parts_.size()) {
      if (rest.empty()) return true;
    } else if (parts_[part].kind == Kind::Any) {
      has_any = true;
      part_after_any = ++part;
      rest_after_any = rest;
      if (part == parts_.size()) return true;
      continue;
    } else if (parts_[part].kind == Kind::One) {
      if (!rest.empty()) {
        json::take_code_point(rest);
        ++part;
        continue;
      }
    } else if (rest.starts_with(parts_[part].text)) {
      rest.remove_prefix(parts_[part].text.size());
      ++part;
      continue;
    }
    if (!has_any || rest_after_any.empty()) return false;
    rest_after_any.remove_prefix(1);
    if (parts_[part_after_any].kind == Kind::Literal) {
      const std::size_t next = find(rest_after_any, parts_[part_after_any].text);
      if (next == std::string_view::npos) return false;
      rest_after_any.remove_prefix(next);
    }
    part = part_after_any;
    rest = rest_after_any;
  }
}

std::string Glob::to_text() const {
  std::string text;
  for (const Part& part : parts_) {
    if (part.kind == Kind::Any) {
      text += '*';
    } else if (part.kind == Kind::One) {
      text += '?';
    } else {
      for (char c : part.text) {
        if (c == '*' || c == '?' || c == '\\') text += '\\';
        text += c;
      }
    }
  }
  return text;
}

}  // namespace riposte::rule
