#include "rule/rule_set.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "rule/sigma_reader.h"

namespace riposte::rule {
namespace {

std::string place_text(const Rule& rule) {
  return fmt::format("{}:{}:{}", rule.file, rule.place.line, rule.place.column);
}

// Everything that was read, before the rules know of each other.
struct Draft {
  std::vector<Rule> rules;
  std::vector<SigmaFilter> filters;
  std::map<std::string, const RuleText*, std::less<>> texts;

  // Complaints that follow speak of this file.
  void turn_to(const std::string& file, base::Diagnostics& diagnostics) const {
    const auto found = texts.find(file);
    if (found != texts.end() && diagnostics.file() != file)
      diagnostics.set_source(file, found->second->text);
  }
};

void drop_repeated_ids(Draft& draft, base::Diagnostics& diagnostics) {
  std::map<std::string, std::string> first_places;
  std::vector<Rule> kept;
  for (Rule& rule : draft.rules) {
    const auto [first, is_new] = first_places.emplace(rule.id, place_text(rule));
    if (is_new) {
      kept.push_back(std::move(rule));
      continue;
    }
    draft.turn_to(rule.file, diagnostics);
    diagnostics.warning(
        rule.place, "rule-duplicate-id",
        fmt::format("the rule \"{}\" has the id of another one and is left out", rule.title),
        "the first one stands at " + first->second);
  }
  draft.rules = std::move(kept);
}

void tell_repeated_names(const Draft& draft, base::Diagnostics& diagnostics) {
  std::map<std::string, std::string> first_places;
  for (const Rule& rule : draft.rules) {
    if (!rule.has_own_name) continue;
    const auto [first, is_new] = first_places.emplace(rule.name, place_text(rule));
    if (is_new) continue;
    draft.turn_to(rule.file, diagnostics);
    diagnostics.warning(
        rule.place, "rule-duplicate-name",
        fmt::format("another rule is named \"{}\", too; the name means the first one", rule.name),
        "the first one stands at " + first->second);
  }
}

// Rules by everything that may name them; the first of a name stands for it.
class Index {
 public:
  explicit Index(const std::vector<Rule>& rules) {
    for (std::size_t i = 0; i < rules.size(); ++i)
      ids_.emplace(rules[i].id, i);
    for (std::size_t i = 0; i < rules.size(); ++i)
      names_.emplace(rules[i].name, i);
    for (std::size_t i = 0; i < rules.size(); ++i)
      titles_.emplace(rules[i].title, i);
  }

  std::optional<std::size_t> find(std::string_view reference) const {
    for (const auto* names : {&ids_, &names_, &titles_}) {
      const auto found = names->find(reference);
      if (found != names->end()) return found->second;
    }
    return std::nullopt;
  }

 private:
  std::map<std::string, std::size_t, std::less<>> ids_;
  std::map<std::string, std::size_t, std::less<>> names_;
  std::map<std::string, std::size_t, std::less<>> titles_;
};

// Correlations whose rules are not all there go; so do, in turn, those that build on them.
class CorrelationCheck {
 public:
  CorrelationCheck(Draft& draft, base::Diagnostics& diagnostics)
      : draft_(draft),
        diagnostics_(diagnostics),
        users_(draft.rules.size()),
        broken_(draft.rules.size(), false) {}

  void drop_broken() {
    link();
    while (!to_tell_.empty()) {
      const std::size_t broken = to_tell_.back();
      to_tell_.pop_back();
      for (const Use& use : users_[broken])
        break_off(use.correlation, use.reference);
    }
    break_circles();
    std::vector<Rule> kept;
    for (std::size_t i = 0; i < draft_.rules.size(); ++i) {
      if (!broken_[i]) kept.push_back(std::move(draft_.rules[i]));
    }
    draft_.rules = std::move(kept);
  }

 private:
  struct Use {
    std::size_t correlation;  // position in the draft
    std::size_t reference;    // position in its rules
  };

  // Finds what every reference means, and breaks what has one that means nothing.
  void link() {
    const Index index(draft_.rules);
    for (std::size_t i = 0; i < draft_.rules.size(); ++i) {
      if (!draft_.rules[i].correlation) continue;
      const std::vector<std::string>& references = draft_.rules[i].correlation->rules;
      for (std::size_t reference = 0; reference < references.size(); ++reference) {
        const std::optional<std::size_t> found = index.find(references[reference]);
        if (found) {
          draft_.rules[i].correlation->rule_ids.push_back(draft_.rules[*found].id);
          users_[*found].push_back({i, reference});
        } else {
          break_off(i, reference);
        }
      }
    }
  }

  // What can be reached from rules that join nothing is in order; the rest goes in circles.
  void break_circles() {
    std::vector<std::size_t> missing(draft_.rules.size(), 0);  // references not yet in order
    for (const std::vector<Use>& uses : users_) {
      for (const Use& use : uses)
        ++missing[use.correlation];
    }
    std::vector<std::size_t> in_order;
    for (std::size_t i = 0; i < draft_.rules.size(); ++i) {
      if (!draft_.rules[i].correlation) in_order.push_back(i);
    }
    for (std::size_t next = 0; next < in_order.size(); ++next) {
      for (const Use& use : users_[in_order[next]]) {
        if (--missing[use.correlation] == 0) in_order.push_back(use.correlation);
      }
    }
    for (std::size_t i = 0; i < draft_.rules.size(); ++i) {
      if (missing[i] == 0 || broken_[i]) continue;
      draft_.turn_to(draft_.rules[i].file, diagnostics_);
      diagnostics_.error(draft_.rules[i].correlation->rule_places.front(), "sigma-correlation-rule",
                         "the correlation joins itself, through others "
                         "or not",
                         "the correlation is left out");
      broken_[i] = true;
    }
  }

  void break_off(std::size_t position, std::size_t reference) {
    const Rule& rule = draft_.rules[position];
    draft_.turn_to(rule.file, diagnostics_);
    diagnostics_.error(rule.correlation->rule_places[reference], "sigma-correlation-rule",
                       fmt::format("there is no rule with the id, name or title \"{}\"",
                                   rule.correlation->rules[reference]),
                       "the correlation is left out; load the rule together with it");
    if (broken_[position]) return;
    broken_[position] = true;
    to_tell_.push_back(position);
  }

  Draft& draft_;
  base::Diagnostics& diagnostics_;
  std::vector<std::vector<Use>> users_;  // of each rule of the draft
  std::vector<bool> broken_;             // each rule of the draft
  std::vector<std::size_t> to_tell_;     // broken, but its users do not know yet
};

// Sigma's meaning, and pySigma's: the rule holds where it and the conditions of all its filters do.
class FilterPass {
 public:
  FilterPass(Draft& draft, base::Diagnostics& diagnostics)
      : draft_(draft),
        diagnostics_(diagnostics),
        index_(draft.rules),
        filters_of_(draft.rules.size()) {}

  void apply() {
    if (draft_.filters.size() > kFiltersMax) {
      const SigmaFilter& first_too_many = draft_.filters[kFiltersMax];
      draft_.turn_to(first_too_many.file, diagnostics_);
      diagnostics_.error(first_too_many.place, "sigma-limit",
                         fmt::format("{} filters are enough", kFiltersMax),
                         "this one and those behind it are left out");
      draft_.filters.resize(kFiltersMax);
    }
    for (const SigmaFilter& filter : draft_.filters) {
      if (filter.any_rule) {
        choose_all(filter);
      } else {
        choose_named(filter);
      }
    }
    for (std::size_t i = 0; i < draft_.rules.size(); ++i)
      join(draft_.rules[i], filters_of_[i]);
  }

 private:
  void choose_all(const SigmaFilter& filter) {
    for (std::size_t i = 0; i < draft_.rules.size(); ++i) {
      if (!draft_.rules[i].correlation && filter.accepts(draft_.rules[i].log_source))
        filters_of_[i].push_back(&filter);
    }
  }

  void choose_named(const SigmaFilter& filter) {
    for (const SigmaFilter::Reference& reference : filter.rules) {
      const std::optional<std::size_t> found = index_.find(reference.rule);
      std::string problem = problem_with(filter, reference, found);
      if (!problem.empty()) {
        draft_.turn_to(filter.file, diagnostics_);
        diagnostics_.warning(reference.place, "sigma-filter-rule", std::move(problem),
                             "the filter does nothing for it");
        continue;
      }
      std::vector<const SigmaFilter*>& filters = filters_of_[*found];
      // A filter's references stand together, so one that is there already is the last one.
      if (filters.empty() || filters.back() != &filter) filters.push_back(&filter);
    }
  }

  std::string problem_with(const SigmaFilter& filter, const SigmaFilter::Reference& reference,
                           std::optional<std::size_t> found) const {
    if (!found)
      return fmt::format("there is no rule with the id, name or title \"{}\"", reference.rule);
    const Rule& rule = draft_.rules[*found];
    if (rule.correlation)
      return fmt::format("\"{}\" is a correlation, and filters are for rules", reference.rule);
    if (!filter.accepts(rule.log_source))
      return fmt::format("\"{}\" has another log source than the filter", reference.rule);
    return {};
  }

  static void join(Rule& rule, const std::vector<const SigmaFilter*>& filters) {
    std::vector<Condition> parts;
    parts.reserve(filters.size() + 1);
    parts.push_back(std::move(rule.condition));
    for (const SigmaFilter* filter : filters)
      parts.push_back(filter->condition);
    rule.condition = Condition::all_of(std::move(parts));
  }

  Draft& draft_;
  base::Diagnostics& diagnostics_;
  Index index_;
  std::vector<std::vector<const SigmaFilter*>> filters_of_;  // each rule of the draft
};

}  // namespace

RuleSet RuleSet::read(const std::vector<RuleText>& texts, const Placeholders& placeholders,
                      base::Diagnostics& diagnostics, TestPlaceholders test_placeholders) {
  Draft draft;
  for (const RuleText& text : texts) {
    draft.texts.emplace(text.file, &text);
    SigmaDocuments documents = read_sigma(text, placeholders, test_placeholders, diagnostics);
    std::move(documents.rules.begin(), documents.rules.end(), std::back_inserter(draft.rules));
    std::move(documents.filters.begin(), documents.filters.end(),
              std::back_inserter(draft.filters));
  }
  drop_repeated_ids(draft, diagnostics);
  tell_repeated_names(draft, diagnostics);
  CorrelationCheck(draft, diagnostics).drop_broken();
  FilterPass(draft, diagnostics).apply();
  // Beyond this line no rule changes.

  std::stable_sort(draft.rules.begin(), draft.rules.end(), [](const Rule& a, const Rule& b) {
    return std::tie(a.file, a.place.line, a.place.column) <
           std::tie(b.file, b.place.line, b.place.column);
  });
  RuleSet set;
  for (Rule& rule : draft.rules)
    set.add(std::move(rule));
  return set;
}

void RuleSet::add(Rule rule) {
  by_id_.emplace(rule.id, rules_.size());
  by_name_.emplace(rule.name, rules_.size());
  by_title_.emplace(rule.title, rules_.size());
  rules_.push_back(std::make_shared<const Rule>(std::move(rule)));
}

const RulePointer* RuleSet::find(std::string_view name_or_id_or_title) const {
  for (const auto* index : {&by_id_, &by_name_, &by_title_}) {
    const auto found = index->find(name_or_id_or_title);
    if (found != index->end()) return &rules_[found->second];
  }
  return nullptr;
}

}  // namespace riposte::rule
