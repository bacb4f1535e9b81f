// Looks for the rule and event on which the compiled matcher and the reference matcher disagree.
//
// Rules and events are made of few keys and few values, so that they meet often. The seed is fixed;
// RIPOSTE_CASES says how many events to try (a nightly run takes a million), RIPOSTE_SEED where to
// begin.

#include <algorithm>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "json/scanner.h"
#include "match/matcher.h"
#include "match/reference_matcher.h"
#include "rule/fold.h"

namespace riposte::match {
namespace {

using rule::Condition;
using rule::Dialect;
using rule::Predicate;

constexpr std::size_t kRulesAtOnce = 40;
constexpr std::size_t kEventsARuleSet = 50;

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::string event() {
    std::string text = "{";
    append_members(text, 3);
    return text + "}";
  }

  Condition condition(int depth) {
    switch (depth == 0 ? 3 : pick(6)) {
      case 0:
        return Condition::all_of(conditions(depth - 1));
      case 1:
        return Condition::any_of(conditions(depth - 1));
      case 2:
        return Condition::negate(condition(depth - 1));
      case 5:
        return pattern();
      default:
        return Condition::of({Dialect::Sigma, paths(), sigma_predicate()});
    }
  }

 private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  template <typename T, std::size_t N>
  const T& one_of(const T (&choices)[N]) {
    return choices[pick(N)];
  }

  std::string key() {
    static const std::string kKeys[] = {"a", "b", "c", "a.b", "detail", "b.c"};
    return one_of(kKeys);
  }
  std::string word() {
    static const std::string kWords[] = {
        "x", "y", "xy", "XY", "xyx", "", "10.1.2.3", "12", "2026-01-31T18:00:00Z", "É"};
    return one_of(kWords);
  }
  std::string number() {
    static const std::string kNumbers[] = {"0", "1", "12", "1.5", "-3", "12.0", "1e1"};
    return one_of(kNumbers);
  }

  void append_value(std::string& text, int depth) {
    switch (depth == 0 ? 3 + pick(4) : pick(8)) {
      case 0:
        text += '{';
        append_members(text, depth - 1);
        text += '}';
        return;
      case 1:
      case 2: {
        text += '[';
        const std::size_t count = pick(4);
        for (std::size_t i = 0; i < count; ++i) {
          if (i > 0) text += ',';
          append_value(text, depth - 1);
        }
        text += ']';
        return;
      }
      case 3:
        text += number();
        return;
      case 4:
        text += pick(2) == 0 ? "true" : "null";
        return;
      default:
        text += "\"" + word() + "\"";
    }
  }

  void append_members(std::string& text, int depth) {
    std::vector<std::string> keys = {"a", "b", "c", "a.b", "detail", "b.c"};
    std::shuffle(keys.begin(), keys.end(), random_);
    const std::size_t count = pick(5);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += ',';
      text += "\"" + keys[i] + "\":";
      append_value(text, depth);
    }
  }

  rule::FieldPath path() {
    static const char* const kKeys[] = {"a", "b", "c", "detail"};
    rule::FieldPath path;
    const std::size_t length = 1 + pick(3);
    for (std::size_t i = 0; i < length; ++i)
      path.emplace_back(one_of(kKeys));
    return path;
  }

  std::vector<rule::FieldPath> paths() {
    if (pick(12) == 0) return {rule::FieldPath()};
    std::vector<rule::FieldPath> all = {path()};
    if (pick(4) == 0) all.push_back(path());
    if (pick(8) == 0) all.front().back() = "*";
    return all;
  }

  std::vector<Condition> conditions(int depth) {
    std::vector<Condition> all;
    const std::size_t count = pick(4);
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(condition(depth));
    return all;
  }

  rule::NumberIn range() {
    rule::NumberIn range;
    if (pick(3) != 0) range.lower = static_cast<double>(pick(4)) * 4.0 - 4.0;
    if (pick(3) != 0) range.upper = range.lower.value_or(0) + static_cast<double>(pick(3)) * 6.0;
    range.lower_included = pick(2) == 0;
    range.upper_included = pick(2) == 0;
    return range;
  }

  rule::Glob glob(bool fold) {
    using Kind = rule::Glob::Part::Kind;
    std::vector<rule::Glob::Part> parts;
    const std::size_t count = 1 + pick(4);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t kind = pick(3);
      if (kind == 0) parts.push_back({Kind::Any, {}});
      if (kind == 1) parts.push_back({Kind::One, {}});
      if (kind == 2) parts.push_back({Kind::Literal, word()});
    }
    const rule::Glob glob(parts);
    return fold ? glob.folded() : glob;
  }

  rule::Predicate sigma_predicate() {
    const bool ignore_case = pick(3) != 0;
    switch (pick(9)) {
      case 0:
        return {rule::Exists{}};
      case 1:
        return {rule::HasValue{}};
      case 2:
        return {rule::TextLike{glob(ignore_case), ignore_case}};
      case 3:
        return {rule::TextMatches{*rule::Regex::compile("^x.?$|2", {.ignore_case = ignore_case})}};
      case 4:
        return {range()};
      case 5:
        return {rule::InNetwork{*base::parse_network("10.1.0.0/16")}};
      case 6:
        return {rule::TimePartIn{rule::TimePartIn::Part::Hour, {.lower = 18, .upper = 18}}};
      case 7:
        return {rule::FieldRef{{path()}, static_cast<rule::FieldRef::Mode>(pick(4)), ignore_case}};
      default:
        return {rule::TextIs{ignore_case ? rule::fold(word()) : word(), ignore_case}};
    }
  }

  rule::Predicate literal() {
    using Type = rule::Literal::Type;
    switch (pick(4)) {
      case 0:
        return {rule::Literal{Type::Number, number()}};
      case 1:
        if (pick(2) == 0) return {rule::Literal{Type::True, "true"}};
        return {rule::Literal{Type::Null, "null"}};
      default:
        return {rule::Literal{Type::String, word()}};
    }
  }

  rule::Predicate bridge_predicate() {
    switch (pick(8)) {
      case 0:
        return {rule::HasValue{}};
      case 1:
        return {rule::TextLike{rule::Glob::starts_with(word()), false}};
      case 2:
        return {rule::TextLike{rule::Glob::ends_with(word()), false}};
      case 3:
        return {rule::TextIs{rule::fold(word()), true}};
      case 4:
        return {rule::AnythingBut{{literal(), literal()}}};
      case 5:
        return {range()};
      default:
        return literal();
    }
  }

  Condition pattern() {
    std::vector<rule::FieldTest> fields;
    const std::size_t count = 1 + pick(3);
    for (std::size_t i = 0; i < count; ++i) {
      rule::FieldTest test{path(), {}, pick(5) == 0};
      const std::size_t predicates = pick(test.or_absent ? 2 : 3) + (test.or_absent ? 0 : 1);
      for (std::size_t j = 0; j < predicates; ++j)
        test.any_of.push_back(bridge_predicate());
      fields.push_back(std::move(test));
    }
    const auto by_path = [](const rule::FieldTest& a, const rule::FieldTest& b) {
      return rule::to_text(a.path) < rule::to_text(b.path);
    };
    std::sort(fields.begin(), fields.end(), by_path);
    const auto same_path = [](const rule::FieldTest& a, const rule::FieldTest& b) {
      return a.path == b.path;
    };
    fields.erase(std::unique(fields.begin(), fields.end(), same_path), fields.end());
    return Condition::consistent(std::move(fields));
  }

  std::mt19937_64 random_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<rule::RulePointer> make_rules(Maker& maker) {
  std::vector<rule::RulePointer> rules;
  for (std::size_t i = 0; i < kRulesAtOnce; ++i) {
    auto made = std::make_shared<rule::Rule>();
    made->condition = maker.condition(3);
    rules.push_back(made);
  }
  return rules;
}

TEST(MatcherDifferentialTest, TheCompiledMatcherAgreesWithTheReference) {
  const std::uint64_t cases = from_environment("RIPOSTE_CASES", 5000);
  const std::uint64_t seed = from_environment("RIPOSTE_SEED", 1);
  std::uint64_t hit_count = 0;
  for (std::uint64_t done = 0; done < cases; done += kEventsARuleSet) {
    Maker maker(seed + done);
    const std::vector<rule::RulePointer> rules = make_rules(maker);
    const Matcher matcher(rules);
    const ReferenceMatcher reference(rules);
    Scratch scratch;
    for (std::size_t i = 0; i < kEventsARuleSet; ++i) {
      const std::string text = maker.event();
      const auto document = json::OwnedDocument::parse(text);
      ASSERT_TRUE(document.ok()) << text;
      event::Event event;
      event.record = event.envelope = &document->root();
      event.raw.record = event.raw.envelope = document->raw();
      if (i % 3 == 0 && document->root().find("detail") != nullptr) {
        event.record = document->root().find("detail");
        event.raw.record = document->raw().find("detail");
      }

      std::vector<rule::Hit> quick;
      std::vector<rule::Hit> slow;
      matcher.match(event.raw, scratch, quick);
      reference.match(event, slow);
      const auto indexes = [](const std::vector<rule::Hit>& hits) {
        std::vector<rule::RuleIndex> all;
        all.reserve(hits.size());
        for (const rule::Hit& hit : hits)
          all.push_back(hit.rule);
        return all;
      };
      if (indexes(quick) != indexes(slow)) {
        for (rule::RuleIndex rule = 0; rule < rules.size(); ++rule) {
          const auto has = [rule](const rule::Hit& hit) { return hit.rule == rule; };
          const bool quick_hit = std::any_of(quick.begin(), quick.end(), has);
          EXPECT_EQ(quick_hit, std::any_of(slow.begin(), slow.end(), has))
              << "seed " << seed + done << "\nevent " << text << "\nrule "
              << rule::to_text(rules[rule]->condition);
        }
        FAIL() << "the matchers disagree";
      }
      hit_count += slow.size();
    }
  }
  EXPECT_GT(hit_count, cases) << "the cases hardly meet their rules: they prove nothing";
}

}  // namespace
}  // namespace riposte::match
