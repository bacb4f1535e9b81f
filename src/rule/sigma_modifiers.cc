#include "rule/sigma_modifiers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace riposte::rule {
namespace {

struct Row {
  std::string_view name;
  Modifier modifier;
};

// The first name of a modifier is the one shown. `ignorecase` and its like are pySigma's.
constexpr Row kRows[] = {
    {"all", Modifier::All},
    {"neq", Modifier::Neq},
    {"contains", Modifier::Contains},
    {"startswith", Modifier::StartsWith},
    {"endswith", Modifier::EndsWith},
    {"cased", Modifier::Cased},
    {"windash", Modifier::WinDash},
    {"base64", Modifier::Base64},
    {"base64offset", Modifier::Base64Offset},
    {"utf16le", Modifier::Utf16Le},
    {"wide", Modifier::Utf16Le},
    {"utf16be", Modifier::Utf16Be},
    {"utf16", Modifier::Utf16},
    {"expand", Modifier::Expand},
    {"re", Modifier::Re},
    {"i", Modifier::IgnoreCase},
    {"ignorecase", Modifier::IgnoreCase},
    {"m", Modifier::MultiLine},
    {"multiline", Modifier::MultiLine},
    {"s", Modifier::DotAll},
    {"dotall", Modifier::DotAll},
    {"cidr", Modifier::Cidr},
    {"exists", Modifier::Exists},
    {"fieldref", Modifier::FieldRef},
    {"lt", Modifier::Lt},
    {"lte", Modifier::Lte},
    {"gt", Modifier::Gt},
    {"gte", Modifier::Gte},
    {"minute", Modifier::Minute},
    {"hour", Modifier::Hour},
    {"day", Modifier::Day},
    {"week", Modifier::Week},
    {"month", Modifier::Month},
    {"year", Modifier::Year},
};

using Group = std::initializer_list<Modifier>;

constexpr Group kShapes = {Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith};
constexpr Group kEncodings = {Modifier::Base64, Modifier::Base64Offset, Modifier::Utf16Le,
                              Modifier::Utf16Be, Modifier::Utf16};
constexpr Group kFlags = {Modifier::IgnoreCase, Modifier::MultiLine, Modifier::DotAll};
constexpr Group kComparisons = {Modifier::Lt, Modifier::Lte, Modifier::Gt, Modifier::Gte};
constexpr Group kTimeParts = {Modifier::Minute, Modifier::Hour,  Modifier::Day,
                              Modifier::Week,   Modifier::Month, Modifier::Year};

bool is_in(Group group, Modifier modifier) {
  return std::find(group.begin(), group.end(), modifier) != group.end();
}

std::string_view name_of(Modifier modifier) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const Row& each) { return each.modifier == modifier; });
  return row->name;
}

SigmaTest test_of(const SigmaKey& key) {
  if (key.has(Modifier::Exists)) return SigmaTest::Exists;
  if (key.has(Modifier::FieldRef)) return SigmaTest::FieldRef;
  if (key.has(Modifier::Re)) return SigmaTest::Regex;
  if (key.has(Modifier::Cidr)) return SigmaTest::Network;
  if (key.any_of(kTimeParts)) return SigmaTest::TimePart;
  return key.any_of(kComparisons) ? SigmaTest::Number : SigmaTest::Text;
}

// The table of the header.
bool may_stand(SigmaTest test, Modifier modifier) {
  if (modifier == Modifier::All || modifier == Modifier::Neq) return test != SigmaTest::Exists;
  switch (test) {
    case SigmaTest::Text:
      return is_in(kShapes, modifier) || is_in(kEncodings, modifier) ||
             modifier == Modifier::Cased || modifier == Modifier::WinDash ||
             modifier == Modifier::Expand;
    case SigmaTest::Regex:
      return modifier == Modifier::Re || is_in(kFlags, modifier) || modifier == Modifier::Expand;
    case SigmaTest::Network:
      return modifier == Modifier::Cidr || modifier == Modifier::Expand;
    case SigmaTest::Number:
      return is_in(kComparisons, modifier) || modifier == Modifier::Expand;
    case SigmaTest::TimePart:
      return is_in(kTimeParts, modifier) || is_in(kComparisons, modifier);
    case SigmaTest::FieldRef:
      return modifier == Modifier::FieldRef || is_in(kShapes, modifier) ||
             modifier == Modifier::Cased;
    case SigmaTest::Exists:
      return modifier == Modifier::Exists;
  }
  return false;
}

std::string_view name_of(SigmaTest test) {
  switch (test) {
    case SigmaTest::Text:
      return "text";
    case SigmaTest::Regex:
      return "re";
    case SigmaTest::Network:
      return "cidr";
    case SigmaTest::Exists:
      return "exists";
    case SigmaTest::FieldRef:
      return "fieldref";
    case SigmaTest::Number:
      return "a comparison of numbers";
    case SigmaTest::TimePart:
      return "a part of a time";
  }
  return "?";
}

std::string hint_for(SigmaTest test, Modifier modifier) {
  if (is_in(kFlags, modifier))
    return "it belongs to re: field|re|" + std::string(name_of(modifier));
  if (test == SigmaTest::Regex && is_in(kShapes, modifier)) {
    return "an expression is searched for anywhere; anchor it with ^ or $";
  }
  if (test == SigmaTest::Regex && modifier == Modifier::Cased)
    return "expressions respect case unless i is given";
  if (test == SigmaTest::Exists && modifier == Modifier::Neq) return "write exists: false";
  return {};
}

class KeyReader {
 public:
  KeyReader(std::string_view text, base::Place token, const ScalarPlaces& places,
            base::Diagnostics& diagnostics)
      : text_(text), token_(token), places_(places), diagnostics_(diagnostics) {}

  std::optional<SigmaKey> read() {
    if (text_.size() > kSigmaKeyBytesMax) {
      diagnostics_.error(token_, "sigma-limit",
                         fmt::format("a key may have {} bytes", kSigmaKeyBytesMax));
      return std::nullopt;
    }
    bool ok = true;
    const std::vector<std::string_view> words = base::split(text_, '|');
    key_.field = std::string(words.front());
    for (std::size_t i = 1; i < words.size(); ++i)
      ok = add(words[i]) && ok;
    key_.test = test_of(key_);
    if (!ok || !check_company() || !check_order() || !check_field()) return std::nullopt;
    return std::move(key_);
  }

 private:
  base::Place place_of(std::string_view word) const {
    return places_.of(token_, static_cast<std::size_t>(word.data() - text_.data()));
  }

  bool refuse(std::size_t index, std::string message, std::string hint = {}) {
    diagnostics_.error(places_of_modifiers_[index], "sigma-modifier-combination",
                       std::move(message), std::move(hint));
    return false;
  }

  bool add(std::string_view word) {
    const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                   [&](const Row& each) { return each.name == word; });
    if (row == std::end(kRows)) {
      diagnostics_.error(place_of(word), "sigma-modifier",
                         fmt::format("unknown modifier \"{}\"", word), suggestion(word));
      return false;
    }
    key_.modifiers.push_back(row->modifier);
    places_of_modifiers_.push_back(place_of(word));
    return true;
  }

  static std::string suggestion(std::string_view word) {
    std::vector<std::string_view> names;
    for (const Row& row : kRows) {
      if (base::equals_ignore_case(row.name, word))
        return fmt::format("modifiers are written in lower case: \"{}\"", row.name);
      names.push_back(row.name);
    }
    const std::string near = base::nearest(word, names);
    return near.empty() ? "docs/formats/rules.md lists the modifiers"
                        : fmt::format("did you mean \"{}\"?", near);
  }

  // Every modifier may stand with the key's test, once, and with no rival.
  bool check_company() {
    for (std::size_t i = 0; i < key_.modifiers.size(); ++i) {
      const Modifier modifier = key_.modifiers[i];
      if (!may_stand(key_.test, modifier)) {
        return refuse(
            i, fmt::format("\"{}\" does not go with {}", name_of(modifier), name_of(key_.test)),
            hint_for(key_.test, modifier));
      }
      for (std::size_t earlier = 0; earlier < i; ++earlier) {
        if (!check_pair(earlier, i)) return false;
      }
    }
    return true;
  }

  bool check_pair(std::size_t earlier, std::size_t later) {
    const Modifier a = key_.modifiers[earlier];
    const Modifier b = key_.modifiers[later];
    // Encoding twice is what some attackers do.
    if (a == b && !is_in(kEncodings, a))
      return refuse(later, fmt::format("\"{}\" stands twice", name_of(b)));
    for (const Group group : {kShapes, kComparisons, kTimeParts}) {
      if (a == b || !is_in(group, a) || !is_in(group, b)) continue;
      return refuse(later, fmt::format("\"{}\" does not go with \"{}\"", name_of(b), name_of(a)),
                    group.begin() == kShapes.begin() ? "keep one of them"
                                                     : "write the field twice, in two selections");
    }
    return true;
  }

  // Encodings work on whole texts: what puts wildcards around a text comes behind them.
  bool check_order() {
    bool has_shape = false;
    for (std::size_t i = 0; i < key_.modifiers.size(); ++i) {
      const Modifier modifier = key_.modifiers[i];
      if (is_in(kShapes, modifier)) has_shape = true;
      if (has_shape && is_in(kEncodings, modifier)) {
        return refuse(
            i,
            fmt::format("\"{}\" would encode the wildcards of the modifier in front of it",
                        name_of(modifier)),
            "write it first: field|" + std::string(name_of(modifier)) + "|contains");
      }
    }
    return true;
  }

  bool check_field() {
    const bool keywords_can = key_.test == SigmaTest::Text || key_.test == SigmaTest::Regex ||
                              key_.test == SigmaTest::Network;
    if (!key_.field.empty() || keywords_can) return true;
    return refuse(0, fmt::format("{} needs a field", name_of(key_.test)),
                  "write the field's name in front of the |");
  }

  std::string_view text_;
  base::Place token_;
  const ScalarPlaces& places_;
  base::Diagnostics& diagnostics_;
  SigmaKey key_;
  std::vector<base::Place> places_of_modifiers_;
};

}  // namespace

bool SigmaKey::has(Modifier modifier) const {
  return std::find(modifiers.begin(), modifiers.end(), modifier) != modifiers.end();
}

std::optional<Modifier> SigmaKey::any_of(std::initializer_list<Modifier> wanted) const {
  for (Modifier modifier : wanted) {
    if (has(modifier)) return modifier;
  }
  return std::nullopt;
}

std::optional<SigmaKey> read_sigma_key(std::string_view key, base::Place place,
                                       const ScalarPlaces& places, base::Diagnostics& diagnostics) {
  return KeyReader(key, place, places, diagnostics).read();
}

}  // namespace riposte::rule
