#include "rule/sigma_value.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "rule/field_mapping.h"
#include "rule/fold.h"
#include "rule/sigma_condition.h"
#include "rule/sigma_text.h"

namespace riposte::rule {
namespace {

using PartKind = Glob::Part::Kind;

// Numbers are compared as they are written, booleans in YAML's own spelling.
std::string text_of(const json::Value& value) {
  return value.is_bool() ? (*value.as_bool() ? "true" : "false") : value.text();
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

NumberIn range_of(const SigmaKey& key, double number) {
  NumberIn range;
  if (key.any_of({Modifier::Gt, Modifier::Gte})) {
    range.lower = number;
    range.lower_included = key.has(Modifier::Gte);
  } else if (key.any_of({Modifier::Lt, Modifier::Lte})) {
    range.upper = number;
    range.upper_included = key.has(Modifier::Lte);
  } else {
    range.lower = range.upper = number;
  }
  return range;
}

// A part of a time, its modifier and the values it can have.
struct TimePartRow {
  Modifier modifier;
  TimePartIn::Part part;
  double least;
  double most;
};
constexpr TimePartRow kTimeParts[] = {
    {Modifier::Minute, TimePartIn::Part::Minute, 0, 59},
    {Modifier::Hour, TimePartIn::Part::Hour, 0, 23},
    {Modifier::Day, TimePartIn::Part::Day, 1, 31},
    {Modifier::Week, TimePartIn::Part::Week, 1, 53},
    {Modifier::Month, TimePartIn::Part::Month, 1, 12},
    {Modifier::Year, TimePartIn::Part::Year, 1, 9999},
};

const TimePartRow& time_part_of(const SigmaKey& key) {
  for (const TimePartRow& row : kTimeParts) {
    if (key.has(row.modifier)) return row;
  }
  CHECK(false, "a test of a time part has the modifier that names the part");
}

FieldRef::Mode mode_of(const SigmaKey& key) {
  if (key.has(Modifier::Contains)) return FieldRef::Mode::Contains;
  if (key.has(Modifier::StartsWith)) return FieldRef::Mode::StartsWith;
  if (key.has(Modifier::EndsWith)) return FieldRef::Mode::EndsWith;
  return FieldRef::Mode::Equals;
}

void open_front(SigmaText& text) {
  if (text.empty() || text.front().kind != PartKind::Any)
    text.insert(text.begin(), {PartKind::Any, {}});
}

void open_back(SigmaText& text) {
  if (text.empty() || text.back().kind != PartKind::Any) text.push_back({PartKind::Any, {}});
}

void open_both(SigmaText& text) {
  open_front(text);
  open_back(text);
}

Predicate predicate_of(const SigmaText& text, bool ignore_case) {
  if (!has_wildcards(text)) {
    std::string literal = literal_of(text);
    return {TextIs{ignore_case ? fold(literal) : std::move(literal), ignore_case}};
  }
  Glob glob(text);
  return {TextLike{ignore_case ? glob.folded() : std::move(glob), ignore_case}};
}

// The texts that one written text becomes as the modifiers are applied in their order; nothing
// beyond kVariantsMax.
class Variants {
 public:
  explicit Variants(std::string_view written) : texts_{parse_sigma_text(written)} {}

  enum class Outcome { Done, EncodesWildcards, TooMany };

  Outcome apply(Modifier modifier) {
    switch (modifier) {
      case Modifier::Contains:
        return each(open_both);
      case Modifier::StartsWith:
        return each(open_back);
      case Modifier::EndsWith:
        return each(open_front);
      case Modifier::Utf16Le:
        return each([](SigmaText& text) { text = encode_utf16(text, Utf16::Little); });
      case Modifier::Utf16Be:
        return each([](SigmaText& text) { text = encode_utf16(text, Utf16::Big); });
      case Modifier::Utf16:
        return each([](SigmaText& text) {
          text = encode_utf16(text, Utf16::Little);
          text.insert(text.begin(), {PartKind::Literal, "\xFF\xFE"});
        });
      case Modifier::WinDash:
        return spread(dash_variants);
      case Modifier::Base64:
      case Modifier::Base64Offset:
        for (const SigmaText& text : texts_) {
          if (has_wildcards(text)) return Outcome::EncodesWildcards;
        }
        return spread([&](const SigmaText& text) { return encoded(modifier, literal_of(text)); });
      default:
        return Outcome::Done;
    }
  }

  std::vector<SigmaText>& texts() { return texts_; }

 private:
  using Spread = std::optional<std::vector<SigmaText>>;

  static Spread encoded(Modifier modifier, const std::string& bytes) {
    std::vector<SigmaText> texts;
    if (modifier == Modifier::Base64) {
      texts.push_back({{PartKind::Literal, encode_base64(bytes)}});
    } else {
      for (std::string& encoding : encode_base64_offsets(bytes)) {
        // Too short to leave anything certain at this offset: an empty text would be found
        // everywhere.
        if (!encoding.empty()) texts.push_back({{PartKind::Literal, std::move(encoding)}});
      }
    }
    return texts;
  }

  template <typename Change>
  Outcome each(Change change) {
    for (SigmaText& text : texts_)
      change(text);
    return Outcome::Done;
  }

  template <typename OneToMany>
  Outcome spread(OneToMany one_to_many) {
    std::vector<SigmaText> all;
    for (const SigmaText& text : texts_) {
      Spread some = one_to_many(text);
      if (!some || all.size() + some->size() > kVariantsMax) return Outcome::TooMany;
      std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    texts_ = std::move(all);
    return Outcome::Done;
  }

  std::vector<SigmaText> texts_;
};

}  // namespace

std::optional<Condition> SigmaValueReader::read(const json::Value& definition) {
  if (definition.is_object()) return read_map(definition);
  if (definition.is_array()) return read_list(definition);
  return read_item("", definition.place(), definition);
}

std::optional<Condition> SigmaValueReader::read_map(const json::Value& map) {
  if (map.members().empty()) return refuse(map, "sigma-type", "an empty map selects nothing");
  std::vector<Condition> items;
  bool ok = true;
  for (const json::Value::Member& member : map.members()) {
    if (is_full()) return std::nullopt;
    std::optional<Condition> item = read_item(member.key, member.key_place, member.value);
    if (item) {
      items.push_back(*std::move(item));
    } else {
      ok = false;
    }
  }
  if (!ok) return std::nullopt;
  return Condition::all_of(std::move(items));
}

std::optional<Condition> SigmaValueReader::read_list(const json::Value& list) {
  if (list.items().empty()) return refuse(list, "sigma-type", "an empty list selects nothing");
  std::vector<Condition> elements;
  bool ok = true;
  for (const json::Value& item : list.items()) {
    if (is_full()) return std::nullopt;
    std::optional<Condition> element = read(item);
    if (element) {
      elements.push_back(*std::move(element));
    } else {
      ok = false;
    }
  }
  if (!ok) return std::nullopt;
  return Condition::any_of(std::move(elements));
}

std::optional<Condition> SigmaValueReader::read_item(const std::string& written_key,
                                                     base::Place place, const json::Value& value) {
  const std::optional<SigmaKey> key =
      read_sigma_key(written_key, place, spec_.places, diagnostics_);
  if (!key) return std::nullopt;
  Scalars scalars;
  if (!collect(value, scalars)) return std::nullopt;
  if (scalars.empty())
    return refuse(value, "sigma-type", "an empty list has nothing to compare with");
  tell_doubtful_use(*key, place, scalars.size());
  return join(*key, place, scalars);
}

// What is allowed, but hardly what was meant.
void SigmaValueReader::tell_doubtful_use(const SigmaKey& key, base::Place place,
                                         std::size_t value_count) {
  const auto warn = [&](std::string message, std::string hint) {
    diagnostics_.warning(place, "sigma-modifier-use", std::move(message), std::move(hint));
  };
  if (key.has(Modifier::All) && value_count == 1 && !key.has(Modifier::Expand)) {
    warn("`all` joins several values; here is one", "leave `all` out");
  }
  const bool whole = !key.field.empty() &&
                     !key.any_of({Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith});
  if (key.has(Modifier::Base64Offset) && whole) {
    warn("what base64offset gives is a part of a text, never a whole one",
         "write base64offset|contains");
  }
  const bool wide = key.any_of({Modifier::Utf16Le, Modifier::Utf16Be, Modifier::Utf16}).has_value();
  if (wide && !key.any_of({Modifier::Base64, Modifier::Base64Offset})) {
    warn("logs hold UTF-16 only in encoded form", "write base64offset|contains behind it");
  }
}

// Lists within lists are what YAML aliases of lists become; they mean their elements.
bool SigmaValueReader::collect(const json::Value& value, Scalars& scalars) {
  if (value.is_object()) {
    refuse(value, "sigma-type", "a field is compared with values, not with a map",
           "write a nested field with dots: outer.inner");
    return false;
  }
  if (!value.is_array()) {
    scalars.push_back(&value);
    return true;
  }
  bool ok = true;
  for (const json::Value& item : value.items()) {
    if (is_full()) return false;
    ok = collect(item, scalars) && ok;
  }
  return ok;
}

std::optional<Condition> SigmaValueReader::join(const SigmaKey& key, base::Place place,
                                                const Scalars& scalars) {
  std::vector<Condition> values;
  bool ok = true;
  bool has_gap = false;  // a value that no placeholder filled
  for (const json::Value* scalar : scalars) {
    if (is_full()) return std::nullopt;
    if (atom_count_ > kAtomsMax) break;
    Lowered lowered = lower(key, *scalar);
    if (!lowered) {
      ok = false;
      continue;
    }
    has_gap = has_gap || lowered->empty();
    std::move(lowered->begin(), lowered->end(), std::back_inserter(values));
  }
  if (!ok) return std::nullopt;
  if (atom_count_ > kAtomsMax) {
    diagnostics_.error(place, "sigma-limit",
                       fmt::format("a rule may have {} comparisons", kAtomsMax));
    return std::nullopt;
  }
  const bool all = key.has(Modifier::All);
  if (values.empty() || (all && has_gap)) return Condition::any_of({});
  Condition joined =
      all ? Condition::all_of(std::move(values)) : Condition::any_of(std::move(values));
  return key.has(Modifier::Neq) ? Condition::negate(std::move(joined)) : std::move(joined);
}

SigmaValueReader::Lowered SigmaValueReader::lower(const SigmaKey& key, const json::Value& value) {
  if (value.is_null()) return lower_null(key, value);
  switch (key.test) {
    case SigmaTest::Text:
      return lower_text(key, value);
    case SigmaTest::Regex:
      return lower_regex(key, value);
    case SigmaTest::Network:
      return lower_network(key, value);
    case SigmaTest::Number:
      return lower_number(key, value);
    case SigmaTest::TimePart:
      return lower_time_part(key, value);
    case SigmaTest::FieldRef:
      return lower_field_ref(key, value);
    case SigmaTest::Exists:
      return lower_exists(key, value);
  }
  return std::nullopt;
}

// The value as written, or what its placeholders make of it.
std::optional<std::vector<std::string>> SigmaValueReader::texts_of(const SigmaKey& key,
                                                                   const json::Value& value) {
  if (!key.has(Modifier::Expand)) return std::vector<std::string>{text_of(value)};
  const std::optional<Expansion> expansion =
      expand_placeholders(text_of(value), spec_.placeholders);
  if (!expansion) {
    return refuse(
        value, "sigma-limit",
        fmt::format("the placeholders make more than {} values of this one", kVariantsMax));
  }
  for (const std::string& name : expansion->missing) {
    diagnostics_.warning(
        value.place(), "sigma-placeholder",
        fmt::format("the placeholder %{}% has no values, so this never holds", name),
        fmt::format("give a list for \"{}\"", name));
  }
  if (expansion->placeholder_count == 0) {
    diagnostics_.warning(value.place(), "sigma-modifier-use", "`expand` finds no placeholder here",
                         "write it between percent signs: %name%");
  }
  return expansion->texts;
}

SigmaValueReader::Lowered SigmaValueReader::lower_text(const SigmaKey& key,
                                                       const json::Value& value) {
  const std::optional<std::vector<std::string>> texts = texts_of(key, value);
  if (!texts) return std::nullopt;
  std::vector<Condition> conditions;
  for (const std::string& text : *texts) {
    std::optional<Condition> condition = test_text(key, value, text);
    if (!condition) return std::nullopt;
    conditions.push_back(*std::move(condition));
  }
  return conditions;
}

// One text may become several (dashes, offsets); any of them is enough, whatever `all` says of the
// values.
std::optional<Condition> SigmaValueReader::test_text(const SigmaKey& key, const json::Value& value,
                                                     const std::string& written) {
  Variants variants(written);
  for (Modifier modifier : key.modifiers) {
    switch (variants.apply(modifier)) {
      case Variants::Outcome::Done:
        break;
      case Variants::Outcome::EncodesWildcards:
        return refuse(value, "sigma-value", "a text with wildcards cannot be encoded",
                      "escape them: \\* and \\?");
      case Variants::Outcome::TooMany:
        return refuse(
            value, "sigma-limit",
            fmt::format("the modifiers make more than {} texts of this one", kVariantsMax));
    }
  }
  const bool anywhere = key.field.empty() &&
                        !key.any_of({Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith});
  std::vector<Condition> tests;
  for (SigmaText& text : variants.texts()) {
    if (anywhere) open_both(text);
    if (atom_count_ > kAtomsMax) break;
    tests.push_back(atom(key, predicate_of(text, !key.has(Modifier::Cased))));
  }
  return Condition::any_of(std::move(tests));
}

SigmaValueReader::Lowered SigmaValueReader::lower_regex(const SigmaKey& key,
                                                        const json::Value& value) {
  const std::optional<std::vector<std::string>> texts = texts_of(key, value);
  if (!texts) return std::nullopt;
  const Regex::Flags flags = {.ignore_case = key.has(Modifier::IgnoreCase),
                              .multi_line = key.has(Modifier::MultiLine),
                              .dot_matches_break = key.has(Modifier::DotAll)};
  std::vector<Condition> conditions;
  for (const std::string& text : *texts) {
    base::Result<std::shared_ptr<const Regex>> regex = Regex::compile(text, flags);
    if (!regex.ok()) {
      return refuse(value, "sigma-regex",
                    "the regular expression is refused: " + regex.error().message,
                    "RE2 reads it: no look-around, no back-references, no possessive repetition; "
                    "say with a filter what must not follow");
    }
    conditions.push_back(atom(key, {TextMatches{*std::move(regex)}}));
  }
  return conditions;
}

SigmaValueReader::Lowered SigmaValueReader::lower_network(const SigmaKey& key,
                                                          const json::Value& value) {
  const std::optional<std::vector<std::string>> texts = texts_of(key, value);
  if (!texts) return std::nullopt;
  std::vector<Condition> conditions;
  for (const std::string& text : *texts) {
    const std::optional<base::Network> network = base::parse_network(text);
    if (!network) {
      return refuse(value, "sigma-value", fmt::format("\"{}\" is no network", text),
                    "for example 10.0.0.0/8 or 2001:db8::/32");
    }
    conditions.push_back(atom(key, {InNetwork{*network}}));
  }
  return conditions;
}

SigmaValueReader::Lowered SigmaValueReader::lower_number(const SigmaKey& key,
                                                         const json::Value& value) {
  const bool expanded = key.has(Modifier::Expand);
  if (!expanded && !value.is_number()) {
    return refuse(value, "sigma-value",
                  fmt::format("a comparison needs a number, not {}", json::name_of(value.kind())),
                  parse_number(value.text()) ? "write it without quotes" : "");
  }
  const std::optional<std::vector<std::string>> texts = texts_of(key, value);
  if (!texts) return std::nullopt;
  std::vector<Condition> conditions;
  for (const std::string& text : *texts) {
    const std::optional<double> number = expanded ? parse_number(text) : value.as_number();
    if (!number) return refuse(value, "sigma-value", fmt::format("\"{}\" is no number", text));
    conditions.push_back(atom(key, {range_of(key, *number)}));
  }
  return conditions;
}

SigmaValueReader::Lowered SigmaValueReader::lower_time_part(const SigmaKey& key,
                                                            const json::Value& value) {
  const TimePartRow& row = time_part_of(key);
  const std::optional<double> number = value.as_number();
  if (!number || std::trunc(*number) != *number) {
    return refuse(value, "sigma-value", "a part of a time is compared with a whole number");
  }
  if (*number < row.least || *number > row.most) {
    diagnostics_.warning(
        value.place(), "sigma-modifier-use",
        fmt::format("this part of a time is never outside {} to {}", row.least, row.most));
  }
  return std::vector<Condition>{atom(key, {TimePartIn{row.part, range_of(key, *number)}})};
}

SigmaValueReader::Lowered SigmaValueReader::lower_field_ref(const SigmaKey& key,
                                                            const json::Value& value) {
  if (!value.is_string() || value.text().empty())
    return refuse(value, "sigma-value", "fieldref needs the name of a field");
  if (value.text().size() > kSigmaKeyBytesMax) {
    return refuse(value, "sigma-limit",
                  fmt::format("the name of a field may have {} bytes", kSigmaKeyBytesMax));
  }
  const SigmaText text = parse_sigma_text(value.text());
  if (has_wildcards(text))
    return refuse(value, "sigma-value", "the name of a field has no wildcards");
  FieldRef reference = {paths_of(spec_.log_source, literal_of(text)), mode_of(key),
                        !key.has(Modifier::Cased)};
  return std::vector<Condition>{atom(key, {std::move(reference)})};
}

SigmaValueReader::Lowered SigmaValueReader::lower_exists(const SigmaKey& key,
                                                         const json::Value& value) {
  const std::optional<bool> wanted = value.as_bool();
  if (!wanted)
    return refuse(value, "sigma-value", "exists is either true or false", "without quotes");
  Condition exists = atom(key, {Exists{}});
  return std::vector<Condition>{*wanted ? std::move(exists) : Condition::negate(std::move(exists))};
}

SigmaValueReader::Lowered SigmaValueReader::lower_null(const SigmaKey& key,
                                                       const json::Value& value) {
  if (key.field.empty())
    return refuse(value, "sigma-value", "a keyword must be text", "null needs a field");
  for (Modifier modifier : key.modifiers) {
    if (modifier == Modifier::All || modifier == Modifier::Neq) continue;
    return refuse(
        value, "sigma-value", "null has no text that a modifier could work on",
        "write null for an absent value in an item without modifiers, '' for an empty one");
  }
  return std::vector<Condition>{Condition::negate(atom(key, {HasValue{}}))};
}

Condition SigmaValueReader::atom(const SigmaKey& key, Predicate predicate) {
  ++atom_count_;
  return Condition::of(
      {Dialect::Sigma, paths_of(spec_.log_source, key.field), std::move(predicate)});
}

std::nullopt_t SigmaValueReader::refuse(const json::Value& value, std::string code,
                                        std::string message, std::string hint) {
  diagnostics_.error(value.place(), std::move(code), std::move(message), std::move(hint));
  return std::nullopt;
}

bool SigmaValueReader::is_full() const { return diagnostics_.all().size() >= spec_.complaints_max; }

}  // namespace riposte::rule
