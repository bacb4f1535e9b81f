#include "rule/sigma_condition.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "rule/glob.h"

namespace riposte::rule {
namespace {

struct Token {
  std::string_view text;  // "(" or ")" or a word; empty at the end
  std::size_t offset = 0;

  bool is(std::string_view word) const { return base::equals_ignore_case(text, word); }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_bracket(char c) { return c == '(' || c == ')'; }

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  while (i < text.size()) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i++;
    if (!is_bracket(text[begin])) {
      while (i < text.size() && !is_space(text[i]) && !is_bracket(text[i]))
        ++i;
    }
    tokens.push_back({text.substr(begin, i - begin), begin});
  }
  tokens.push_back({{}, text.size()});
  return tokens;
}

Glob pattern_of(std::string_view text) {
  std::vector<Glob::Part> parts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      parts.push_back({Glob::Part::Kind::Any, {}});
    } else {
      parts.push_back({Glob::Part::Kind::Literal, std::string(1, text[i])});
    }
  }
  return Glob(std::move(parts));
}

constexpr std::string_view kWords[] = {"and", "or", "not", "of", "them", "all", "any"};

bool is_word(const Token& token) {
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return token.is(word); });
}

// Reads one expression by descent, one function a line of the grammar. After the first error every
// function returns nothing, and the error stands in `error_*`.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<NamedCondition>& named, std::size_t atoms_before)
      : tokens_(tokens_of(text)), named_(named), atom_count_(atoms_before) {}

  struct Problem {
    std::size_t offset = 0;
    std::string code;
    std::string message;
    std::string hint;
  };

  std::optional<Condition> parse() {
    std::optional<Condition> condition = parse_or();
    if (condition && !next().text.empty()) {
      return fail(
          "sigma-condition",
          fmt::format("\"{}\" stands where `and`, `or` or the end is expected", next().text));
    }
    return condition;
  }

  const Problem& problem() const { return problem_; }
  std::set<std::string, std::less<>>& used() { return used_; }
  std::size_t atom_count() const { return atom_count_; }

 private:
  using Parsed = std::optional<Condition>;

  const Token& next() const { return tokens_[position_]; }
  const Token& after_next() const { return tokens_[std::min(position_ + 1, tokens_.size() - 1)]; }

  std::nullopt_t fail(std::string code, std::string message, std::string hint = {}) {
    problem_ = {next().offset, std::move(code), std::move(message), std::move(hint)};
    return std::nullopt;
  }

  bool take(std::string_view word) {
    if (!next().is(word)) return false;
    ++position_;
    return true;
  }

  Parsed parse_or() {
    std::vector<Condition> parts;
    do {
      Parsed part = parse_and();
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    } while (take("or"));
    return Condition::any_of(std::move(parts));
  }

  Parsed parse_and() {
    std::vector<Condition> parts;
    do {
      Parsed part = parse_not();
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    } while (take("and"));
    return Condition::all_of(std::move(parts));
  }

  // `not`s and parentheses are the two ways down; both count here.
  Parsed parse_not() {
    if (depth_ == kExpressionDepthMax) {
      return fail("sigma-limit",
                  fmt::format("more than {} parentheses and `not`s stand within each other",
                              kExpressionDepthMax));
    }
    ++depth_;
    Parsed parsed = take("not") ? negated() : parse_term();
    --depth_;
    return parsed;
  }

  Parsed negated() {
    Parsed inner = parse_not();
    if (!inner) return std::nullopt;
    return Condition::negate(*std::move(inner));
  }

  Parsed parse_term() {
    if (take("(")) return parse_group();
    if (next().text.empty())
      return fail("sigma-condition", "the expression ends where an identifier is expected");
    if (after_next().is("of")) return parse_selector();
    if (next().text == ")" || (is_word(next()) && find(next().text) == nullptr)) {
      return fail("sigma-condition",
                  fmt::format("\"{}\" stands where an identifier is expected", next().text));
    }
    return parse_identifier();
  }

  Parsed parse_group() {
    Parsed inner = parse_or();
    if (!inner) return std::nullopt;
    if (!take(")")) return fail("sigma-condition", "a parenthesis is not closed");
    return inner;
  }

  Parsed parse_identifier() {
    const NamedCondition* named = find(next().text);
    if (named == nullptr) {
      std::vector<std::string_view> names;
      for (const NamedCondition& each : named_)
        names.push_back(each.name);
      const std::string near = base::nearest(next().text, names);
      return fail("sigma-undefined", fmt::format("nothing is named \"{}\" here", next().text),
                  near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }
    Parsed copy = copy_of(*named);
    if (copy) ++position_;
    return copy;
  }

  // "1 of them", "all of selection_*", "2 of filter_*".
  Parsed parse_selector() {
    const std::optional<std::size_t> threshold = parse_count();
    if (!threshold) return std::nullopt;
    position_ += 2;
    if (next().text.empty() || is_bracket(next().text.front())) {
      return fail("sigma-condition", "`of` is followed by `them` or a pattern",
                  "for example: 1 of selection_*");
    }
    const std::vector<const NamedCondition*> chosen = choose(next());
    if (chosen.empty()) {
      return fail("sigma-undefined", fmt::format("nothing is named like \"{}\" here", next().text));
    }
    const std::size_t needed = *threshold == kAll ? chosen.size() : *threshold;
    if (needed > chosen.size()) {
      return fail("sigma-condition",
                  fmt::format("{} are asked for, but only {} are named so", needed, chosen.size()));
    }
    if (needed == chosen.size()) {
      Parsed together = and_of(chosen);
      if (together) ++position_;
      return together;
    }
    if (needed > kCountMax)
      return fail("sigma-limit", fmt::format("a count may be {}, or all", kCountMax));
    std::vector<Condition> combinations;
    std::vector<const NamedCondition*> picked;
    if (!combine(chosen, 0, needed, picked, combinations)) return std::nullopt;
    ++position_;
    return Condition::any_of(std::move(combinations));
  }

  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

  std::optional<std::size_t> parse_count() {
    const Token& token = next();
    if (token.is("all")) return kAll;
    if (token.is("any")) return 1;
    std::size_t number = 0;
    const char* end = token.text.data() + token.text.size();
    const auto [rest, error] = std::from_chars(token.text.data(), end, number);
    if (error == std::errc() && rest == end && number > 0) return number;
    return fail("sigma-condition", fmt::format("\"{}\" is no count", token.text),
                "write 1, all, or another number");
  }

  std::vector<const NamedCondition*> choose(const Token& pattern) const {
    const bool them = pattern.is("them");
    const Glob glob = pattern_of(pattern.text);
    const bool hidden_too = pattern.text.starts_with('_');
    std::vector<const NamedCondition*> chosen;
    for (const NamedCondition& each : named_) {
      if (each.name.starts_with('_') && !hidden_too) continue;
      if (them || glob.matches(each.name)) chosen.push_back(&each);
    }
    return chosen;
  }

  // Every choice of `needed` from chosen[from..], each an And. What is picked already stands in
  // `picked`.
  bool combine(const std::vector<const NamedCondition*>& chosen, std::size_t from,
               std::size_t needed, std::vector<const NamedCondition*>& picked,
               std::vector<Condition>& combinations) {
    if (needed == 0) {
      Parsed combination = and_of(picked);
      if (!combination) return false;
      combinations.push_back(*std::move(combination));
      return true;
    }
    for (std::size_t i = from; i + needed <= chosen.size(); ++i) {
      picked.push_back(chosen[i]);
      const bool done = combine(chosen, i + 1, needed - 1, picked, combinations);
      picked.pop_back();
      if (!done) return false;
    }
    return true;
  }

  Parsed and_of(const std::vector<const NamedCondition*>& picked) {
    std::vector<Condition> parts;
    for (const NamedCondition* named : picked) {
      Parsed part = copy_of(*named);
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    }
    return Condition::all_of(std::move(parts));
  }

  Parsed copy_of(const NamedCondition& named) {
    used_.insert(named.name);
    // One for the node itself: a condition that never holds has no atoms, and must not be copied
    // without end either.
    atom_count_ += count_atoms(named.condition) + 1;
    if (atom_count_ > kAtomsMax) {
      return fail("sigma-limit",
                  fmt::format("the condition spells out to more than {} comparisons", kAtomsMax));
    }
    return named.condition;
  }

  const NamedCondition* find(std::string_view name) const {
    const auto found = std::find_if(named_.begin(), named_.end(),
                                    [&](const NamedCondition& each) { return each.name == name; });
    return found == named_.end() ? nullptr : &*found;
  }

  std::vector<Token> tokens_;
  const std::vector<NamedCondition>& named_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::size_t atom_count_;
  Problem problem_;
  std::set<std::string, std::less<>> used_;
};

// The place of a byte of the expression, as far as it is written on one line.
base::Place place_in(const ScalarText& expression, std::size_t offset) {
  if (expression.text.find('\n') != std::string_view::npos) return expression.place;
  return {expression.place.line, expression.place.column + offset};
}

}  // namespace

std::optional<Condition> SigmaConditionReader::read(const ScalarText& expression) {
  if (expression.text.size() > kExpressionBytesMax) {
    diagnostics_.error(expression.place, "sigma-limit",
                       fmt::format("an expression may have {} bytes", kExpressionBytesMax));
    return std::nullopt;
  }
  const std::size_t pipe = expression.text.find('|');
  if (pipe != std::string_view::npos) {
    diagnostics_.error(place_in(expression, pipe), "sigma-aggregation",
                       "aggregations after a pipe are no longer part of Sigma",
                       "write a correlation document of type event_count or value_count");
    return std::nullopt;
  }
  Parser parser(expression.text, named_, atom_count_);
  std::optional<Condition> condition = parser.parse();
  used_.merge(parser.used());
  atom_count_ = parser.atom_count();
  if (!condition) {
    const Parser::Problem& problem = parser.problem();
    diagnostics_.error(place_in(expression, problem.offset), problem.code, problem.message,
                       problem.hint);
  }
  return condition;
}

void SigmaConditionReader::tell_unused() const {
  for (const NamedCondition& named : named_) {
    if (used_.contains(named.name)) continue;
    diagnostics_.warning(named.place, "sigma-unused",
                         fmt::format("no condition uses \"{}\"", named.name),
                         "name it in the condition, or remove it");
  }
}

std::size_t count_atoms(const Condition& condition) {
  std::size_t count = condition.fields.size() + (condition.atom ? 1 : 0);
  for (const Condition& child : condition.children)
    count += count_atoms(child);
  return count;
}

}  // namespace riposte::rule
