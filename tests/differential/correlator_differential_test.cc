// Looks for the timeline on which the Correlator and its twin disagree.
//
// The twin keeps every hit and works each correlation out from its definition, one key after the
// other, with all hits of the timeline before it. The Correlator gets the same hits out of order,
// with copies, from several sources. The seed is fixed; RIPOSTE_CASES says how many timelines to
// try, RIPOSTE_SEED where to begin.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "correlate/correlator.h"
#include "json/scanner.h"

namespace riposte::correlate {
namespace {

using rule::Bound;
using rule::Correlation;
using rule::CorrelationType;
using rule::RuleExpression;

constexpr std::size_t kBaseRules = 3;
constexpr std::size_t kCorrelations = 5;
constexpr base::Millis kLateness = std::chrono::seconds(20);
const char* const kGroupFields[] = {"user", "host"};

base::EventTime at(std::int64_t seconds) { return base::EventTime(std::chrono::seconds(seconds)); }

// A hit of a base rule, as its event shows it.
struct Seen {
  rule::RuleIndex rule = 0;
  base::EventTime time;
  std::string event;
  std::map<std::string, std::vector<std::string>> values;  // by field
};

// What decides whether two results are the same one and look alike.
struct Told {
  rule::RuleIndex rule = 0;
  base::EventTime opened;
  std::string key;
  base::EventTime first;
  base::EventTime last;
  std::uint64_t count = 0;
  double value = 0;
  std::vector<std::string> events;

  auto operator<=>(const Told&) const = default;
};

std::string to_text(const Told& told) {
  std::string text =
      "rule " + std::to_string(told.rule) + " opened " + base::format_time(told.opened) + " key " +
      told.key + " " + base::format_time(told.first) + ".." + base::format_time(told.last) +
      " count " + std::to_string(told.count) + " value " + std::to_string(told.value) + " events";
  for (const std::string& event : told.events)
    text += " " + event;
  return text;
}

// The twin.

// A hit on its way into one correlation: `values` are what counts, of one key.
struct Mark {
  base::EventTime time;
  int phase = 0;  // 1: it came to be when time ran out
  std::size_t rank = 0;
  std::size_t side = 0;
  std::string event;
  std::string origin;  // the key of the result that hits
  std::vector<std::string> values;

  auto operator<=>(const Mark&) const = default;
};

class Twin {
 public:
  explicit Twin(const std::vector<rule::RulePointer>& rules) : rules_(rules) {}

  std::vector<Told> run(const std::vector<Seen>& seen) {
    hits_.assign(seen.begin(), seen.end());
    for (rule::RuleIndex rule = kBaseRules; rule < rules_.size(); ++rule)
      correlate(rule);
    std::sort(told_.begin(), told_.end());
    return told_;
  }

 private:
  struct Hit : Seen {
    Hit(const Seen& seen) : Seen(seen) {}  // NOLINT(google-explicit-constructor)
    int phase = 0;
    std::string origin;
  };
  using Marks = std::vector<Mark>;
  // Of one value of a mark.
  struct Value {
    const Mark* mark;
    std::string text;
  };

  void correlate(rule::RuleIndex rule) {
    rule_ = rule;
    correlation_ = &*rules_[rule]->correlation;
    const std::unique_ptr<Window> window = make_window(*correlation_);  // for its ranks alone
    std::map<std::string, Marks> by_key;
    key_values_.clear();
    for (const Hit& hit : hits_) {
      for (std::size_t side = 0; side < correlation_->rules.size(); ++side) {
        if (correlation_->rule_ids[side] == rules_[hit.rule]->id)
          add_marks(hit, side, window->rank(side), by_key);
      }
    }
    std::vector<Hit> results;
    for (auto& [key, marks] : by_key) {
      std::sort(marks.begin(), marks.end());
      marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
      key_ = key;
      judge(marks, results);
    }
    hits_.insert(hits_.end(), results.begin(), results.end());
  }

  std::vector<std::string> values_of(const Hit& hit, std::size_t side, const std::string& name) {
    const auto found = hit.values.find(std::string(correlation_->field_in(side, name)));
    return found == hit.values.end() ? std::vector<std::string>{} : found->second;
  }

  void add_marks(const Hit& hit, std::size_t side, std::size_t rank,
                 std::map<std::string, Marks>& by_key) {
    std::vector<std::map<std::string, std::string>> keys = {{}};
    bool some_there = correlation_->group_by.empty();
    for (const std::string& name : correlation_->group_by) {
      const std::vector<std::string> values = values_of(hit, side, name);
      some_there = some_there || !values.empty();
      std::vector<std::map<std::string, std::string>> longer;
      for (const auto& key : keys) {
        if (values.empty()) longer.push_back(key);
        for (const std::string& value : values) {
          longer.push_back(key);
          longer.back()[name] = value;
        }
      }
      keys = longer;
    }
    if (!some_there) return;
    Mark mark{hit.time, hit.phase, rank, side, hit.event, hit.origin, {std::string()}};
    if (!correlation_->fields.empty()) {
      mark.values = values_of(hit, side, correlation_->fields.front());
      if (wants_numbers())
        std::erase_if(mark.values, [](const auto& text) { return !base::parse_number(text); });
      if (mark.values.empty()) return;
    }
    for (const auto& key : keys) {
      std::string text;
      for (const std::string& name : correlation_->group_by) {
        const auto found = key.find(name);
        text += found == key.end() ? "-;" : "=" + found->second + ";";
      }
      by_key[text].push_back(mark);
      key_values_[text] = key;
    }
  }

  bool wants_numbers() const {
    return correlation_->type == CorrelationType::ValueSum ||
           correlation_->type == CorrelationType::ValueAvg || correlation_->percentile;
  }

  void judge(const Marks& marks, std::vector<Hit>& results) {
    switch (correlation_->type) {
      case CorrelationType::NewValue:
        return judge_new_values(marks, results);
      case CorrelationType::Absence:
        if (!correlation_->expected) return judge_silence(marks, results);
        return correlation_->side == Correlation::Side::After
                   ? judge_missing_after(marks, results)
                   : judge_missing_before(marks, results);
      default:
        return correlation_->settles() ? judge_settled(marks, results)
                                       : judge_rising(marks, results);
    }
  }

  bool is_expected(const Mark& mark) const { return correlation_->expected == mark.side; }

  void judge_new_values(const Marks& marks, std::vector<Hit>& results) {
    std::optional<base::EventTime> begin;
    std::optional<base::EventTime> last;
    std::map<std::string, base::EventTime> known;
    for (const Mark& mark : marks) {
      if (!begin || *last + correlation_->timespan < mark.time) {
        begin = mark.time;
        known.clear();
      }
      last = mark.time;
      for (const std::string& value : mark.values) {
        const auto found = known.find(value);
        const bool is_new =
            found == known.end() || found->second + correlation_->timespan < mark.time;
        known[value] = mark.time;
        if (!is_new || mark.time - *begin < correlation_->learning) continue;
        Told told{rule_, mark.time, key_ + value, mark.time, mark.time, 1, 1, {mark.event}};
        tell(told, mark.event, 0, results);
      }
    }
  }

  void judge_silence(const Marks& marks, std::vector<Hit>& results) {
    std::optional<std::uint64_t> count;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      count = count.value_or(0) + 1;
      const base::EventTime over = marks[i].time + correlation_->timespan;
      if (i + 1 < marks.size() && !is_over(marks[i + 1], over)) continue;
      tell({rule_, over, key_, marks[i].time, marks[i].time, *count, 0, {marks[i].event}},
           marks[i].event, 1, results);
      count.reset();
    }
  }

  // Whether a window that ends at `over` is judged before the mark comes: one that came to be when
  // time ran out at that very moment is still taken, because joined correlations are judged first.
  static bool is_over(const Mark& mark, base::EventTime over) { return mark.time > over; }

  void judge_missing_after(const Marks& marks, std::vector<Hit>& results) {
    for (std::size_t i = 0; i < marks.size();) {
      if (is_expected(marks[i])) {
        ++i;
        continue;
      }
      const base::EventTime over = marks[i].time + correlation_->timespan;
      std::size_t end = i;
      while (end < marks.size() && !is_over(marks[end], over) && !is_expected(marks[end]))
        ++end;
      const bool is_met = end < marks.size() && !is_over(marks[end], over);
      if (!is_met)
        tell_marks({marks.begin() + std::ptrdiff_t(i), marks.begin() + std::ptrdiff_t(end)}, over,
                   0, 1, results);
      i = end;
    }
  }

  void judge_missing_before(const Marks& marks, std::vector<Hit>& results) {
    std::optional<base::EventTime> expected;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (is_expected(marks[i])) {
        expected = marks[i].time;
        continue;
      }
      if (expected && *expected + correlation_->timespan >= marks[i].time) continue;
      const std::size_t opening = i;
      while (i + 1 < marks.size() &&
             !is_over(marks[i + 1], marks[opening].time + correlation_->timespan) &&
             !is_expected(marks[i + 1])) {
        ++i;
      }
      tell_opened({{&marks[opening], ""}}, marks, opening, i + 1, 0, results);
      expected.reset();
    }
  }

  void judge_settled(const Marks& marks, std::vector<Hit>& results) {
    for (std::size_t i = 0; i < marks.size();) {
      const base::EventTime over = marks[i].time + correlation_->timespan;
      std::size_t end = i;
      while (end < marks.size() && !is_over(marks[end], over))
        ++end;
      const Marks window(marks.begin() + std::ptrdiff_t(i), marks.begin() + std::ptrdiff_t(end));
      std::vector<Value> values;
      for (const Mark& mark : window) {
        for (const std::string& value : mark.values)
          values.push_back({&mark, value});
      }
      const auto value = value_of(values, window.size());
      if (value) tell_marks(window, over, *value, 1, results);
      i = end;
    }
  }

  void judge_rising(const Marks& marks, std::vector<Hit>& results) {
    std::vector<Value> values;  // since the last result
    for (std::size_t i = 0; i < marks.size(); ++i) {
      std::optional<double> value;
      std::vector<Value> window;
      for (const std::string& text : marks[i].values) {
        values.push_back({&marks[i], text});
        window.clear();
        std::copy_if(values.begin(), values.end(), std::back_inserter(window),
                     [&](const Value& each) {
                       return each.mark->time >= marks[i].time - correlation_->timespan;
                     });
        value = value_of(window, window.size());
        if (value) break;
      }
      if (!value) continue;
      std::size_t end = i + 1;
      while (!correlation_->again && end < marks.size() &&
             !is_over(marks[end], marks[i].time + correlation_->timespan)) {
        ++end;
      }
      tell_opened(window, marks, i, end, *value, results);
      values.clear();
      i = end - 1;
    }
  }

  // The value with which these hits satisfy the correlation.
  std::optional<double> value_of(const std::vector<Value>& values, std::size_t hits) const {
    const auto accept = [this](double value) {
      return correlation_->accepts(value) ? std::optional(value) : std::nullopt;
    };
    std::vector<double> numbers;
    std::map<std::string, double> counts;
    std::set<std::size_t> sides;
    for (const Value& value : values) {
      if (wants_numbers()) numbers.push_back(*base::parse_number(value.text));
      ++counts[value.text];
      sides.insert(value.mark->side);
    }
    double sum = 0;
    for (const double number : numbers)
      sum += number;
    const auto rules = static_cast<double>(sides.size());
    switch (correlation_->type) {
      case CorrelationType::EventCount:
        return accept(static_cast<double>(hits));
      case CorrelationType::ValueCount:
        return accept(static_cast<double>(counts.size()));
      case CorrelationType::ValueSum:
        return accept(sum);
      case CorrelationType::ValueAvg:
        return accept(sum / static_cast<double>(numbers.size()));
      case CorrelationType::ValuePercentile: {
        if (correlation_->percentile) {
          std::sort(numbers.begin(), numbers.end());
          // The least number that enough of them do not exceed.
          for (const double number : numbers) {
            const auto below = static_cast<double>(
                std::upper_bound(numbers.begin(), numbers.end(), number) - numbers.begin());
            if (100 * below >= *correlation_->percentile * static_cast<double>(numbers.size()))
              return accept(number);
          }
        }
        std::optional<double> rarest;
        for (const auto& [text, count] : counts) {
          const double share = 100 * count / static_cast<double>(values.size());
          if (accept(share)) rarest = std::min(rarest.value_or(share), share);
        }
        return rarest;
      }
      case CorrelationType::Temporal:
        if (correlation_->expression) {
          const auto has = [&](std::size_t rule) { return sides.contains(rule); };
          return correlation_->expression->holds(has) ? std::optional(rules) : std::nullopt;
        }
        if (!correlation_->bounds.empty()) return accept(rules);
        return sides.size() == correlation_->rules.size() ? std::optional(rules) : std::nullopt;
      case CorrelationType::TemporalOrdered: {
        const std::vector<Value> chain = ordered_chain(values);
        const auto length = static_cast<double>(chain.size());
        if (!correlation_->bounds.empty()) return accept(length);
        return chain.size() == correlation_->rules.size() ? std::optional(length) : std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  // The longest in-order chain of the first rules; its hits as late as can be.
  std::vector<Value> ordered_chain(const std::vector<Value>& values) const {
    std::vector<std::vector<Value>> chains(values.size());
    std::vector<Value> longest;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t side = values[i].mark->side;
      for (std::size_t j = i; side > 0 && j-- > 0;) {
        if (values[j].mark->side + 1 != side || chains[j].empty()) continue;
        chains[i] = chains[j];
        break;
      }
      if (side == 0 || !chains[i].empty()) chains[i].push_back(values[i]);
      if (chains[i].size() >= longest.size() && !chains[i].empty()) longest = chains[i];
    }
    return longest;
  }

  // Of hits that satisfied a correlation, those that name it.
  std::vector<Value> evidence_of(const std::vector<Value>& values) const {
    if (correlation_->type == CorrelationType::TemporalOrdered) return ordered_chain(values);
    std::vector<Value> evidence;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool is_repeated = std::any_of(
          values.begin() + std::ptrdiff_t(i) + 1, values.end(), [&](const Value& later) {
            return correlation_->type == CorrelationType::ValueCount
                       ? later.text == values[i].text
                       : correlation_->type == CorrelationType::Temporal &&
                             later.mark->side == values[i].mark->side;
          });
      if (!is_repeated) evidence.push_back(values[i]);
    }
    return evidence;
  }

  void tell_opened(const std::vector<Value>& window, const Marks& marks, std::size_t opening,
                   std::size_t end, double value, std::vector<Hit>& results) {
    std::set<std::pair<base::EventTime, std::string>> events;
    for (const Value& each : evidence_of(window))
      events.emplace(each.mark->time, each.mark->event);
    Told told{rule_,
              marks[opening].time,
              key_,
              events.begin()->first,
              marks[end - 1].time,
              events.size() + (end - opening - 1),
              value,
              {}};
    std::vector<std::pair<base::EventTime, std::string>> named(events.begin(), events.end());
    for (std::size_t i = opening + 1; i < end; ++i)
      named.emplace_back(marks[i].time, marks[i].event);
    tell(with_events(told, named), marks[opening].event, marks[opening].phase, results);
  }

  void tell_marks(const Marks& window, base::EventTime over, double value, int phase,
                  std::vector<Hit>& results) {
    std::vector<std::pair<base::EventTime, std::string>> named;
    std::set<std::string> values;
    std::set<std::size_t> sides;
    for (const Mark& mark : window) {
      bool is_named = true;
      if (correlation_->type == CorrelationType::ValueCount) {
        is_named = false;
        for (const std::string& each : mark.values)
          is_named = values.insert(each).second || is_named;
      }
      if (correlation_->type == CorrelationType::Temporal)
        is_named = sides.insert(mark.side).second;
      if (is_named) named.emplace_back(mark.time, mark.event);
    }
    const Told told{rule_,         over,  key_, window.front().time, window.back().time,
                    window.size(), value, {}};
    std::vector<std::pair<base::EventTime, std::string>> sorted = named;
    std::sort(sorted.begin(), sorted.end());
    tell(with_events(told, named), sorted.front().second, phase, results);
  }

  static Told with_events(Told told, std::vector<std::pair<base::EventTime, std::string>> named) {
    std::set<std::pair<base::EventTime, std::string>> earliest;
    for (const auto& each : named) {
      if (earliest.size() < kEvidenceMax) earliest.insert(each);
    }
    for (const auto& [time, event] : earliest)
      told.events.push_back(event);
    return told;
  }

  void tell(const Told& told, const std::string& event, int phase, std::vector<Hit>& results) {
    told_.push_back(told);
    Hit hit{Seen{rule_, told.opened, event, {}}};
    hit.phase = phase;
    hit.origin = told.key;
    for (const auto& [name, value] : key_values_[key_])
      hit.values[name] = {value};
    results.push_back(hit);
  }

  const std::vector<rule::RulePointer>& rules_;
  std::vector<Hit> hits_;
  std::vector<Told> told_;
  rule::RuleIndex rule_ = 0;
  const Correlation* correlation_ = nullptr;
  std::string key_;
  std::map<std::string, std::map<std::string, std::string>> key_values_;
};

// Timelines.

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::vector<rule::RulePointer> rules() {
    std::vector<rule::RulePointer> rules;
    for (std::size_t i = 0; i < kBaseRules + kCorrelations; ++i) {
      auto made = std::make_shared<rule::Rule>();
      made->id = made->name = "r" + std::to_string(i);
      if (i >= kBaseRules) made->correlation = correlation(rules);
      rules.push_back(made);
    }
    return rules;
  }

  std::vector<Seen> timeline() {
    std::vector<Seen> seen(pick(120));
    for (Seen& each : seen) {
      each.rule = static_cast<rule::RuleIndex>(pick(kBaseRules));
      each.time = at(static_cast<std::int64_t>(pick(90)));
      each.event = "e" + std::to_string(pick(200));
      // The same event shows the same values, whichever rule hits it.
      std::mt19937_64 of_event(std::hash<std::string>()(each.event));
      for (const char* field : {"user", "host", "other", "size"}) {
        for (std::size_t i = of_event() % 8 == 0 ? 0 : 1 + (of_event() % 6 == 0); i > 0; --i) {
          const std::string value = field == std::string("size") && of_event() % 9 != 0
                                        ? std::to_string(static_cast<double>(of_event() % 40) / 8)
                                        : std::string(1, static_cast<char>('a' + of_event() % 3));
          auto& values = each.values[field];
          if (std::find(values.begin(), values.end(), value) == values.end())
            values.push_back(value);
        }
      }
    }
    return seen;
  }

  // Out of order, but never more than the lateness behind the newest; some twice.
  std::vector<Seen> delivery(std::vector<Seen> seen) {
    const std::size_t copies = seen.size() / 5;
    for (std::size_t i = 0; i < copies; ++i)
      seen.push_back(seen[pick(seen.size())]);
    std::vector<std::pair<base::EventTime, Seen>> arrivals;
    for (Seen& each : seen) {
      const base::Millis delay{pick(static_cast<std::size_t>(kLateness.count()))};
      arrivals.emplace_back(each.time + delay, std::move(each));
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Seen> delivered;
    for (auto& [time, each] : arrivals)
      delivered.push_back(std::move(each));
    return delivered;
  }

  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

 private:
  Correlation correlation(const std::vector<rule::RulePointer>& rules) {
    static const CorrelationType kTypes[] = {
        CorrelationType::EventCount, CorrelationType::ValueCount,      CorrelationType::ValueSum,
        CorrelationType::ValueAvg,   CorrelationType::ValuePercentile, CorrelationType::Temporal,
        CorrelationType::Temporal,   CorrelationType::TemporalOrdered, CorrelationType::NewValue,
        CorrelationType::Absence};
    Correlation made;
    made.type = kTypes[pick(std::size(kTypes))];
    made.timespan = std::chrono::seconds(1 + pick(12));
    std::vector<std::size_t> joined(rules.size());
    for (std::size_t i = 0; i < joined.size(); ++i)
      joined[i] = i;
    std::shuffle(joined.begin(), joined.end(), random_);
    joined.resize(1 + pick(3));
    for (const std::size_t rule : joined) {
      made.rules.push_back(rules[rule]->name);
      made.rule_ids.push_back(rules[rule]->id);
    }
    for (const char* field : kGroupFields) {
      if (pick(2) == 0) made.group_by.emplace_back(field);
    }
    if (pick(4) == 0 && !made.group_by.empty())
      made.aliases.push_back({made.group_by.front(), made.rules.front(), "other"});
    add_condition(made);
    const bool counts = made.type == CorrelationType::EventCount ||
                        made.type == CorrelationType::ValueCount ||
                        made.type == CorrelationType::ValueSum;
    made.again = counts && !made.settles() && pick(2) == 0;
    return made;
  }

  void add_condition(Correlation& made) {
    const bool is_rising = pick(2) == 0;
    const auto bound = [&](Bound::Operator op, std::size_t most) {
      made.bounds.push_back({op, static_cast<double>(1 + pick(most))});
    };
    const auto any_bound = [&](std::size_t most) {
      if (is_rising) return bound(pick(2) == 0 ? Bound::Operator::Gt : Bound::Operator::Gte, most);
      bound(static_cast<Bound::Operator>(pick(6)), most);
      if (pick(3) == 0) bound(static_cast<Bound::Operator>(pick(6)), most);
    };
    switch (made.type) {
      case CorrelationType::EventCount:
        return any_bound(6);
      case CorrelationType::ValueCount:
        made.fields = {pick(2) == 0 ? "other" : "user"};
        return any_bound(3);
      case CorrelationType::ValueSum:
        made.fields = {"size"};
        return any_bound(12);
      case CorrelationType::ValueAvg:
        made.fields = {"size"};
        return any_bound(5);
      case CorrelationType::ValuePercentile:
        if (pick(2) == 0) {
          made.fields = {"size"};
          made.percentile = static_cast<double>(pick(5) * 25);
          return any_bound(5);
        }
        made.fields = {"other"};
        return any_bound(100);
      case CorrelationType::Temporal:
        if (pick(2) == 0) return add_expression(made);
        if (pick(2) == 0) any_bound(made.rules.size());
        return;
      case CorrelationType::TemporalOrdered:
        if (pick(3) == 0) bound(Bound::Operator::Gte, made.rules.size());
        return;
      case CorrelationType::NewValue:
        made.fields = {"other"};
        made.learning = std::chrono::seconds(pick(10));
        return;
      case CorrelationType::Absence:
        if (made.rules.size() > 1 && pick(4) > 0) made.expected = pick(made.rules.size());
        if (made.expected && pick(2) == 0) made.side = Correlation::Side::Before;
        return;
      default:
        return;
    }
  }

  void add_expression(Correlation& made) {
    RuleExpression all{pick(3) == 0 ? RuleExpression::Kind::Or : RuleExpression::Kind::And, {}, 0};
    for (std::size_t rule = 0; rule < made.rules.size(); ++rule) {
      const RuleExpression one{RuleExpression::Kind::Rule, {}, rule};
      const bool is_negated = rule > 0 && pick(2) == 0;
      all.children.push_back(is_negated ? RuleExpression{RuleExpression::Kind::Not, {one}, 0}
                                        : one);
    }
    made.expression = all;
  }

  std::mt19937_64 random_;
};

// The Correlator, as a scan or a daemon would feed it.

std::string pack(const Plan& plan, const Seen& seen) {
  std::string json = "{";
  for (const auto& [field, values] : seen.values) {
    json += (json.size() > 1 ? ",\"" : "\"") + field + "\":[";
    for (std::size_t i = 0; i < values.size(); ++i)
      json += (i > 0 ? ",\"" : "\"") + values[i] + "\"";
    json += "]";
  }
  const auto document = json::OwnedDocument::parse(json + "}");
  event::RawEvent event;
  event.record = document->raw();
  return plan.pack_fields(seen.rule, event);
}

std::string key_text(const Result& result, const std::vector<rule::RulePointer>& rules) {
  std::string text;
  const std::size_t groups = rules[result.rule]->correlation->group_by.size();
  for (std::size_t i = 0; i < result.key.size(); ++i) {
    const auto& value = result.key[i].second;
    text += i >= groups ? *value : value ? "=" + *value + ";" : "-;";
  }
  return text;
}

std::vector<Told> run(Correlator& correlator, const Plan& plan, const std::vector<Seen>& delivered,
                      const std::vector<rule::RulePointer>& rules) {
  for (const Seen& seen : delivered)
    correlator.add({seen.rule, seen.time, seen.event.back() % 2 == 0 ? "one" : "two",
                    packed_id(seen.event), pack(plan, seen)});
  correlator.finish();
  std::map<std::tuple<rule::RuleIndex, std::string, base::EventTime, std::uint64_t>, Told> newest;
  for (const Result& result : correlator.take_results()) {
    const std::string key = key_text(result, rules);
    std::vector<std::string> events = result.events;
    newest[{result.rule, key, result.opened, result.window}] = {result.rule,  result.opened, key,
                                                 result.first, result.last,   result.count,
                                                 result.value, events};
  }
  std::vector<Told> all;
  for (const auto& [identity, told] : newest)
    all.push_back(told);
  std::sort(all.begin(), all.end());
  return all;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(CorrelatorDifferentialTest, TheCorrelatorAgreesWithItsTwin) {
  const std::uint64_t cases = from_environment("RIPOSTE_CASES", 500);
  const std::uint64_t seed = from_environment("RIPOSTE_SEED", 1);
  std::map<CorrelationType, std::uint64_t> told_by_type;
  for (std::uint64_t i = 0; i < cases; ++i) {
    Maker maker(seed + i);
    const std::vector<rule::RulePointer> rules = maker.rules();
    const std::vector<Seen> timeline = maker.timeline();
    const std::vector<Told> expected = Twin(rules).run(timeline);
    const Plan plan(rules);
    for (int delivery = 0; delivery < 2; ++delivery) {
      Correlator correlator(plan, {.lateness = kLateness});
      const std::vector<Told> got = run(correlator, plan, maker.delivery(timeline), rules);
      ASSERT_EQ(correlator.counts().late, 0u);
      if (got == expected) continue;
      std::vector<Told> missing;
      std::vector<Told> surplus;
      std::set_difference(expected.begin(), expected.end(), got.begin(), got.end(),
                          std::back_inserter(missing));
      std::set_difference(got.begin(), got.end(), expected.begin(), expected.end(),
                          std::back_inserter(surplus));
      for (const Told& told : missing)
        ADD_FAILURE() << rule::name_of(rules[told.rule]->correlation->type) << " missing "
                      << to_text(told);
      for (const Told& told : surplus)
        ADD_FAILURE() << rule::name_of(rules[told.rule]->correlation->type) << " surplus "
                      << to_text(told);
      FAIL() << "seed " << seed + i;
    }
    for (const Told& told : expected)
      ++told_by_type[rules[told.rule]->correlation->type];
  }
  for (const CorrelationType type :
       {CorrelationType::EventCount, CorrelationType::ValueCount, CorrelationType::ValueSum,
        CorrelationType::ValueAvg, CorrelationType::ValuePercentile, CorrelationType::Temporal,
        CorrelationType::TemporalOrdered, CorrelationType::NewValue, CorrelationType::Absence}) {
    EXPECT_GT(told_by_type[type], cases / 10) << rule::name_of(type) << " is hardly tried";
  }
}

}  // namespace
}  // namespace riposte::correlate
