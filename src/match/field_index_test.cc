#include "match/field_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/time.h"
#include "rule/eventbridge_number.h"
#include "rule/fold.h"

namespace riposte::match {
namespace {

using json::Kind;
using rule::Dialect;
using rule::Glob;
using rule::Literal;
using rule::Predicate;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Predicate literal(Literal::Type type, std::string text) { return {Literal{type, std::move(text)}}; }
Predicate text_is(std::string_view text) { return {rule::TextIs{rule::fold(text), true}}; }
Predicate text_like(Glob glob, bool ignore_case) {
  return {rule::TextLike{std::move(glob), ignore_case}};
}
Predicate but(std::vector<Predicate> none_of) { return {rule::AnythingBut{std::move(none_of)}}; }

FieldIndex index_of(Dialect dialect, const std::vector<Predicate>& predicates) {
  FieldIndex index(dialect);
  for (std::size_t i = 0; i < predicates.size(); ++i)
    index.add(static_cast<AtomId>(i), predicates[i]);
  index.build();
  return index;
}

class FieldIndexTest : public testing::Test {
 protected:
  std::vector<AtomId> test(const FieldIndex& index, Kind kind, std::string_view text) {
    std::vector<AtomId> atoms;
    index.test(kind, text, scratch_, atoms);
    std::sort(atoms.begin(), atoms.end());
    return atoms;
  }

  TextScratch scratch_;
};

TEST_F(FieldIndexTest, SigmaComparesTexts) {
  const FieldIndex index = index_of(Dialect::Sigma, {{rule::Exists{}},
                                                     {rule::HasValue{}},
                                                     text_is("True"),
                                                     text_is("12"),
                                                     {rule::NumberIn{.lower = 10, .upper = 20}}});
  EXPECT_THAT(test(index, Kind::Null, "null"), ElementsAre(0));
  EXPECT_THAT(test(index, Kind::Array, "[12]"), ElementsAre(0, 1));
  EXPECT_THAT(test(index, Kind::True, "true"), ElementsAre(0, 1, 2));
  EXPECT_THAT(test(index, Kind::Number, "12"), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(test(index, Kind::String, "12"), ElementsAre(0, 1, 3, 4));
}

TEST_F(FieldIndexTest, SigmaComparesObjectsAsText) {
  const FieldIndex texts =
      index_of(Dialect::Sigma, {text_like(Glob::contains("\"a\":1"), true), but({text_is("x")})});
  ASSERT_TRUE(texts.needs_object_text());
  EXPECT_THAT(test(texts, Kind::Object, R"({"a":1})"), ElementsAre(0));
  EXPECT_FALSE(index_of(Dialect::Sigma, {{rule::HasValue{}}}).needs_object_text());
  EXPECT_FALSE(index_of(Dialect::EventBridge, {text_is("x")}).needs_object_text());
}

TEST_F(FieldIndexTest, EventBridgeKeepsTypesApart) {
  using Type = Literal::Type;
  const FieldIndex index = index_of(Dialect::EventBridge, {literal(Type::String, "1"),
                                                           literal(Type::Number, "1"),
                                                           literal(Type::True, "true"),
                                                           literal(Type::False, "false"),
                                                           literal(Type::Null, "null"),
                                                           {rule::HasValue{}}});
  EXPECT_THAT(test(index, Kind::String, "1"), ElementsAre(0, 5));
  EXPECT_THAT(test(index, Kind::Number, "1.0"), ElementsAre(1, 5));
  EXPECT_THAT(test(index, Kind::True, "true"), ElementsAre(2, 5));
  EXPECT_THAT(test(index, Kind::False, "false"), ElementsAre(3, 5));
  EXPECT_THAT(test(index, Kind::Null, "null"), ElementsAre(4, 5));
  EXPECT_THAT(test(index, Kind::Object, "{}"), IsEmpty());
  EXPECT_THAT(test(index, Kind::String, "true"), ElementsAre(5));
}

TEST_F(FieldIndexTest, NumbersThatNoDoubleHoldsAreKnownByTheirText) {
  using Type = Literal::Type;
  const FieldIndex index =
      index_of(Dialect::EventBridge, {literal(Type::Number, "9007199254740993"),
                                      literal(Type::Number, "9007199254740992"),
                                      {rule::NumberIn{.lower = 0, .upper = {}}}});
  EXPECT_THAT(test(index, Kind::Number, "9007199254740993"), ElementsAre(0));
  EXPECT_THAT(test(index, Kind::Number, "9007199254740992"), ElementsAre(1, 2));
  EXPECT_THAT(test(index, Kind::Number, "9007199254740992.0"), ElementsAre(1, 2));
}

TEST_F(FieldIndexTest, AnythingButListsWhatIsNotExcluded) {
  const FieldIndex index =
      index_of(Dialect::EventBridge,
               {but({text_is("a"), text_is("b")}), but({text_is("b")}), but({}), text_is("b"),
                but({but({text_is("b")})}), but({literal(Literal::Type::Null, "null")})});
  EXPECT_THAT(test(index, Kind::String, "A"), ElementsAre(1, 2, 5));
  EXPECT_THAT(test(index, Kind::String, "b"), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(test(index, Kind::Number, "1"), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(test(index, Kind::Null, "null"), ElementsAre(0, 1, 2));
  EXPECT_THAT(test(index, Kind::Array, "[]"), IsEmpty());
}

TEST_F(FieldIndexTest, ManyAnythingButsAreToldApart) {
  std::vector<Predicate> predicates;
  for (int i = 0; i < 200; ++i)
    predicates.push_back(but({text_is(std::to_string(i)), text_is("all")}));
  const FieldIndex index = index_of(Dialect::EventBridge, predicates);
  for (AtomId i = 0; i < 200; ++i) {
    const std::vector<AtomId> atoms = test(index, Kind::String, std::to_string(i));
    EXPECT_EQ(atoms.size(), 199);
    EXPECT_FALSE(std::binary_search(atoms.begin(), atoms.end(), i));
  }
  EXPECT_THAT(test(index, Kind::String, "all"), IsEmpty());
}

TEST_F(FieldIndexTest, FoldingMayShortenAText) {
  // U+212A, the Kelvin sign, has three bytes and folds to k.
  const FieldIndex index = index_of(Dialect::Sigma, {text_is("kk")});
  EXPECT_THAT(test(index, Kind::String, "\u212A\u212A"), ElementsAre(0));
  EXPECT_THAT(test(index, Kind::String, std::string(1 << 20, 'k')), IsEmpty());
}

TEST_F(FieldIndexTest, HostileTextsAreReadToTheEnd) {
  std::vector<Predicate> predicates;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string run(5 + i, 'a');
    const std::vector<Glob::Part> parts = {{Glob::Part::Kind::Any, ""},
                                           {Glob::Part::Kind::Literal, run},
                                           {Glob::Part::Kind::One, ""},
                                           {Glob::Part::Kind::Literal, run + "b"}};
    const bool ignore_case = i % 2 == 0;
    predicates.push_back(text_like(Glob::contains(run + "b"), ignore_case));
    predicates.push_back(text_like(Glob(parts), ignore_case));
    predicates.push_back(text_like(Glob::starts_with(run), ignore_case));
  }
  for (Dialect dialect : {Dialect::Sigma, Dialect::EventBridge}) {
    const FieldIndex index = index_of(dialect, predicates);
    EXPECT_EQ(test(index, Kind::String, std::string(100'000, 'a')).size(), 200);
    EXPECT_EQ(test(index, Kind::String, std::string(100'000, '9')).size(), 0);
    EXPECT_EQ(test(index, Kind::String, std::string(100'000, '\xFF')).size(), 0);
    EXPECT_EQ(test(index, Kind::String, std::string(100'000, '\0')).size(), 0);
  }
}

// The definition of each predicate, with nothing shared and nothing clever.
bool slowly(const Predicate& predicate, Dialect dialect, Kind kind, const std::string& text) {
  const bool sigma = dialect == Dialect::Sigma;
  const bool container = kind == Kind::Array || kind == Kind::Object;
  if (std::holds_alternative<rule::Exists>(predicate.test)) return sigma || !container;
  if (sigma ? kind == Kind::Null : container) return false;
  if (std::holds_alternative<rule::HasValue>(predicate.test)) return true;
  if (const auto* test = std::get_if<rule::AnythingBut>(&predicate.test)) {
    return !container &&
           std::none_of(test->none_of.begin(), test->none_of.end(),
                        [&](const Predicate& each) { return slowly(each, dialect, kind, text); });
  }
  if (const auto* test = std::get_if<rule::NumberIn>(&predicate.test)) {
    if (container || (!sigma && kind != Kind::Number)) return false;
    const auto number = sigma ? base::parse_number(text) : rule::comparable_number(text);
    return number && test->contains(*number);
  }
  if (const auto* test = std::get_if<Literal>(&predicate.test)) {
    using Type = Literal::Type;
    if (test->type == Type::String) return kind == Kind::String && text == test->text;
    if (test->type == Type::Number)
      return kind == Kind::Number && rule::same_number(text, test->text);
    return kind == (test->type == Type::True    ? Kind::True
                    : test->type == Type::False ? Kind::False
                                                : Kind::Null);
  }
  if (kind == Kind::Array || (!sigma && kind != Kind::String)) return false;
  if (const auto* test = std::get_if<rule::TextIs>(&predicate.test))
    return (test->ignore_case ? rule::fold(text) : text) == test->text;
  if (const auto* test = std::get_if<rule::TextLike>(&predicate.test))
    return test->glob.matches(test->ignore_case ? rule::fold(text) : text);
  if (const auto* test = std::get_if<rule::TextMatches>(&predicate.test))
    return test->regex->found_in(text);
  if (const auto* test = std::get_if<rule::InNetwork>(&predicate.test)) {
    const auto address = sigma ? base::parse_address(text) : rule::pattern_address(text);
    return address && test->network.contains(*address);
  }
  if (const auto* test = std::get_if<rule::TimePartIn>(&predicate.test)) {
    const auto time = base::parse_time(text);
    if (!time) return false;
    const base::CivilTime parts = base::civil(*time);
    const int all[] = {parts.minute,   parts.hour,  parts.day,
                       parts.iso_week, parts.month, parts.year};
    return test->range.contains(all[static_cast<std::size_t>(test->part)]);
  }
  return false;
}

// Predicates and values of few words, so that they meet often.
class Maker {
 public:
  explicit Maker(Dialect dialect, unsigned seed) : dialect_(dialect), random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }

  std::string word() {
    static const std::string kWords[] = {"",
                                         "x",
                                         "xy",
                                         "XY",
                                         "xyxyxyXY",
                                         "É",
                                         "éx",
                                         "\xFF",
                                         "10.1.2.3",
                                         "010.1.2.3",
                                         "10.1.9.9",
                                         "fe80::1",
                                         "12",
                                         "-3",
                                         "+12",
                                         "1e1",
                                         "12.0",
                                         "-",
                                         "2026-01-31T18:00:00Z",
                                         "2020-12-30",
                                         "x\nY",
                                         std::string("x\0y", 3),
                                         "\u212A",
                                         "K"};
    std::string word = kWords[pick(std::size(kWords))];
    if (pick(3) == 0) word += kWords[pick(std::size(kWords))];
    return word;
  }

  std::pair<Kind, std::string> value() {
    switch (pick(12)) {
      case 0:
        return {Kind::Null, "null"};
      case 1:
        return {Kind::True, "true"};
      case 2:
        return {Kind::False, "false"};
      case 3:
      case 4:
      case 5:
        return {Kind::Number, number()};
      case 6:
        return {Kind::Array, "[1]"};
      case 7:
        return {Kind::Object, R"({"xy":"12"})"};
      default:
        return {Kind::String, word()};
    }
  }

  Predicate predicate(int depth = 2) {
    const bool ignore_case = pick(2) == 0;
    const auto seen = [&](std::string text) { return ignore_case ? rule::fold(text) : text; };
    switch (pick(11)) {
      case 0:
        return {rule::TextIs{seen(word()), ignore_case}};
      case 1:
      case 2:
        return text_like(ignore_case ? glob().folded() : glob(), ignore_case);
      case 3:
        return {rule::TextMatches{regex()}};
      case 4:
        return {rule::InNetwork{network()}};
      case 5:
        return {range(20)};
      case 6:
        return pick(2) == 0 ? Predicate{rule::Exists{}} : Predicate{rule::HasValue{}};
      case 7:
        return {rule::TimePartIn{static_cast<rule::TimePartIn::Part>(pick(6)), range(31)}};
      case 8:
        if (depth == 0) return {rule::FieldRef{}};
        return but(predicates(pick(4), depth - 1));
      default:
        // Only EventBridge has literals.
        return dialect_ == Dialect::Sigma ? Predicate{rule::TextIs{seen(word()), ignore_case}}
                                          : literal_of_some_type();
    }
  }

  std::vector<Predicate> predicates(std::size_t count, int depth = 2) {
    std::vector<Predicate> all;
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(predicate(depth));
    return all;
  }

 private:
  std::string number() {
    static const std::string kNumbers[] = {"0",
                                           "-0",
                                           "1",
                                           "12",
                                           "12.0",
                                           "1.5",
                                           "1e1",
                                           "10",
                                           "-3",
                                           "9007199254740993",
                                           "1e400",
                                           "0.1",
                                           "123456789012345",
                                           "0.00000000000001",
                                           "1234567890.123456"};
    return kNumbers[pick(std::size(kNumbers))];
  }

  Predicate literal_of_some_type() {
    using Type = Literal::Type;
    const Type type = static_cast<Type>(pick(5));
    return literal(type, type == Type::Number ? number() : word());
  }

  Glob glob() {
    std::vector<Glob::Part> parts;
    for (std::size_t count = pick(5); parts.size() < count;) {
      const auto kind = static_cast<Glob::Part::Kind>(pick(3));
      parts.push_back({kind, kind == Glob::Part::Kind::Literal ? word() : ""});
    }
    return Glob(parts);
  }

  std::shared_ptr<const rule::Regex> regex() {
    static const std::string kExpressions[] = {"x", "^x", "y$", "x.y", "[0-9]+", "^$", "k"};
    return rule::Regex::compile(kExpressions[pick(std::size(kExpressions))],
                                {pick(2) == 0, pick(2) == 0, pick(2) == 0})
        .value();
  }

  base::Network network() {
    static const std::string kNetworks[] = {"10.0.0.0/8",  "10.1.0.0/16", "0.0.0.0/0",
                                            "10.1.2.3/32", "8.1.2.3/32",  "fe80::/10"};
    return base::parse_network(kNetworks[pick(std::size(kNetworks))]).value();
  }

  rule::NumberIn range(std::size_t most) {
    rule::NumberIn range;
    if (pick(3) != 0) range.lower = static_cast<double>(pick(most)) - 4;
    if (pick(3) != 0) range.upper = range.lower.value_or(0) + static_cast<double>(pick(most));
    range.lower_included = pick(2) == 0;
    range.upper_included = pick(2) == 0;
    return range;
  }

  Dialect dialect_;
  std::mt19937 random_;
};

class FieldIndexRandomTest : public FieldIndexTest, public testing::WithParamInterface<Dialect> {};

TEST_P(FieldIndexRandomTest, AgreesWithTryingAll) {
  Maker maker(GetParam(), 8);
  for (int round = 0; round < 300; ++round) {
    const std::vector<Predicate> predicates = maker.predicates(1 + maker.pick(60));
    const FieldIndex index = index_of(GetParam(), predicates);
    for (int i = 0; i < 40; ++i) {
      const auto [kind, text] = maker.value();
      std::vector<AtomId> truth;
      for (std::size_t k = 0; k < predicates.size(); ++k) {
        const bool truly = slowly(predicates[k], GetParam(), kind, text);
        if (truly) truth.push_back(static_cast<AtomId>(k));
        ASSERT_EQ(holds(predicates[k], GetParam(), kind, text, scratch_), truly)
            << rule::to_text(predicates[k]) << " on " << text;
      }
      ASSERT_EQ(test(index, kind, text), truth) << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dialects, FieldIndexRandomTest,
                         testing::Values(Dialect::Sigma, Dialect::EventBridge));

}  // namespace
}  // namespace riposte::match
