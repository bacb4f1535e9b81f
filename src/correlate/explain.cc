#include "correlate/explain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/check.h"

namespace riposte::correlate {
namespace {

using rule::Bound;
using rule::Correlation;
using rule::CorrelationType;

constexpr base::Millis kAnyOrder = std::chrono::years(1000);  // hits wait for each other

using Values = std::vector<std::vector<std::string>>;  // by wanted field

Values unpack(std::string_view packed) {
  Values values;
  ByteReader reader(packed);
  while (!reader.at_end() && reader.ok()) {
    values.emplace_back();
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left)
      values.back().emplace_back(reader.text());
  }
  return values;
}

// A hit of one of the joined rules, in one correlation.
struct Use {
  base::EventTime time;
  std::size_t rank = 0;
  std::size_t side = 0;
  std::string event;   // packed
  std::string origin;  // of a result: its key
  std::string fields;
  auto operator<=>(const Use&) const = default;
};

using Parts = std::vector<std::optional<std::string>>;

// All choices of one value a field, as the Correlator makes keys of them.
std::vector<Parts> choices(const Values& values, const std::vector<std::size_t>& fields) {
  std::vector<Parts> all = {{}};
  for (const std::size_t field : fields) {
    std::vector<Parts> longer;
    for (const Parts& begin : all) {
      for (std::size_t i = 0; i < std::max<std::size_t>(1, values[field].size()); ++i) {
        if (longer.size() == kKeysOfHitMax) break;
        Parts& parts = longer.emplace_back(begin);
        parts.push_back(values[field].empty() ? std::nullopt : std::optional(values[field][i]));
      }
    }
    all = std::move(longer);
  }
  return all;
}

bool lacks_all(const Values& values, const std::vector<std::size_t>& fields) {
  return !fields.empty() && std::all_of(fields.begin(), fields.end(),
                                        [&](std::size_t field) { return values[field].empty(); });
}

// How far a value is from holding a bound.
double distance(const Bound& bound, double value) {
  if (bound.holds(value)) return 0;
  constexpr double kBeyond = 0.5;  // "more than 3" is farther from 3 than "3 or more"
  const bool is_strict = bound.op == Bound::Operator::Gt || bound.op == Bound::Operator::Lt ||
                         bound.op == Bound::Operator::Neq;
  return std::abs(value - bound.number) + (is_strict ? kBeyond : 0);
}

std::string number_text(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// One correlation and one key.
class Judge {
 public:
  struct Hit {
    base::EventTime time;
    std::size_t side = 0;
    std::string event;
    std::vector<std::string> counted;
  };

  explicit Judge(const Correlation& correlation)
      : correlation_(correlation), lenient_(lenient(correlation)), window_(make_window(lenient_)) {}

  // The window that comes nearest, the first of several.
  std::optional<KeyStory::Nearest> nearest(const std::vector<Hit>& hits) const {
    std::optional<KeyStory::Nearest> best;
    double best_distance = std::numeric_limits<double>::infinity();
    const auto consider = [&](std::size_t begin, std::size_t end) {
      const std::vector<Hit> held(hits.begin() + static_cast<std::ptrdiff_t>(begin),
                                  hits.begin() + static_cast<std::ptrdiff_t>(end));
      const std::optional<double> value = value_of(held);
      if (!value) return;
      const double far = distance_of(held, *value);
      if (best && far >= best_distance) return;
      best_distance = far;
      best = {held.front().time, held.back().time, held.size(), *value, missing(held, *value)};
    };
    const bool looks_back = !correlation_.settles();
    for (std::size_t begin = 0, end = 0; end < hits.size();) {
      ++end;
      if (looks_back) {
        while (hits[end - 1].time - hits[begin].time > correlation_.timespan)
          ++begin;
        consider(begin, end);
      } else if (end == hits.size() || hits[end].time - hits[begin].time >= correlation_.timespan) {
        consider(begin, end);
        begin = end;
      }
    }
    return best;
  }

 private:
  // The same correlation, whose windows are judged when they are over and hold whatever the value.
  static Correlation lenient(const Correlation& correlation) {
    Correlation copy = correlation;
    copy.bounds = {{Bound::Operator::Neq, std::numeric_limits<double>::quiet_NaN()}};
    copy.expression.reset();
    return copy;
  }

  std::optional<double> value_of(const std::vector<Hit>& held) const {
    WindowState state;
    state.first = held.front().time;
    for (const Hit& hit : held) {
      ++state.count;
      for (const std::string& value : hit.counted)
        window_->take({hit.time, static_cast<std::uint16_t>(hit.side), value, hit.event}, state);
      state.last = hit.time;
    }
    return window_->judge(state);
  }

  bool names_rules() const {
    return correlation_.bounds.empty() && (correlation_.type == CorrelationType::Temporal ||
                                           correlation_.type == CorrelationType::TemporalOrdered);
  }

  double distance_of(const std::vector<Hit>& held, double value) const {
    if (names_rules() && correlation_.expression) return holds(held) ? 0 : 1;
    if (names_rules()) return static_cast<double>(correlation_.rules.size()) - value;
    double sum = 0;
    for (const Bound& bound : correlation_.bounds)
      sum += distance(bound, value);
    return sum;
  }

  bool holds(const std::vector<Hit>& held) const {
    return correlation_.expression->holds([&](std::size_t side) { return has_hit(held, side); });
  }

  static bool has_hit(const std::vector<Hit>& held, std::size_t side) {
    return std::any_of(held.begin(), held.end(),
                       [side](const Hit& hit) { return hit.side == side; });
  }

  std::string missing(const std::vector<Hit>& held, double value) const {
    if (!names_rules()) return missing_number(value);
    if (correlation_.type == CorrelationType::TemporalOrdered) {
      const auto length = static_cast<std::size_t>(value);
      if (length >= correlation_.rules.size()) return {};
      return "no hit of " + correlation_.rules[length] +
             (length == 0 ? "" : " behind " + correlation_.rules[length - 1]);
    }
    std::string hit;
    std::string not_hit;
    for (std::size_t side = 0; side < correlation_.rules.size(); ++side) {
      std::string& list = has_hit(held, side) ? hit : not_hit;
      list += (list.empty() ? "" : ", ") + correlation_.rules[side];
    }
    if (!correlation_.expression) return "no hit of " + not_hit;
    return "hits of " + (hit.empty() ? "none" : hit) +
           (not_hit.empty() ? "" : ", no hit of " + not_hit);
  }

  // What a bound that does not hold would need.
  std::string missing_number(double value) const {
    for (const Bound& bound : correlation_.bounds) {
      if (bound.holds(value)) continue;
      const std::string difference = number_text(std::abs(bound.number - value));
      switch (bound.op) {
        case Bound::Operator::Gte:
          return difference + " more";
        case Bound::Operator::Gt:
          return "more than " + difference + " more";
        case Bound::Operator::Lte:
          return difference + " less";
        case Bound::Operator::Lt:
          return "more than " + difference + " less";
        case Bound::Operator::Eq:
          return difference + (value < bound.number ? " more" : " less");
        case Bound::Operator::Neq:
          return "any other number";
      }
    }
    return {};
  }

  const Correlation& correlation_;
  const Correlation lenient_;
  const std::unique_ptr<Window> window_;  // borrows lenient_
};

bool can_be_near(CorrelationType type) {
  switch (type) {
    case CorrelationType::NewValue:
    case CorrelationType::Absence:
    case CorrelationType::Spike:
    case CorrelationType::Travel:
      return false;
    default:
      return true;
  }
}

std::vector<Result> results_of(const Plan& plan, const std::vector<TimelineHit>& hits) {
  Correlator correlator(plan, {.lateness = kAnyOrder});
  for (const TimelineHit& hit : hits)
    correlator.add({hit.rule, hit.time, "timeline", hit.event, hit.fields});
  correlator.finish();
  return correlator.take_results();
}

// What reaches a correlation, in the order in which it is taken.
std::vector<Use> uses_of(const Plan& plan, std::size_t join, const std::vector<TimelineHit>& hits,
                         const std::vector<Result>& results) {
  std::vector<Use> uses;
  const auto add = [&](rule::RuleIndex rule, Use use) {
    for (const Plan::Use& each : plan.uses(rule)) {
      if (each.join != join) continue;
      use.side = each.side;
      use.rank = plan.joins()[join].window->rank(each.side);
      uses.push_back(use);
    }
  };
  for (const TimelineHit& hit : hits)
    add(hit.rule, {hit.time, 0, 0, hit.event, {}, hit.fields});
  for (const Result& result : results) {
    if (result.is_update || !plan.is_joined(result.rule)) continue;
    const auto from = std::find_if(plan.joins().begin(), plan.joins().end(),
                                   [&](const auto& each) { return each.rule == result.rule; });
    std::vector<std::optional<std::string_view>> parts;
    for (std::size_t i = 0; i < from->correlation().group_by.size(); ++i)
      parts.emplace_back(result.key[i].second);
    add(result.rule,
        {result.opened, 0, 0, result.subject, result.key_bytes, plan.pack_fields(*from, parts)});
  }
  std::sort(uses.begin(), uses.end());
  uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
  return uses;
}

struct Counted {
  std::string value;  // as the Correlator makes it
  std::string shown;
};

// What a hit counts for; empty: it lacks what counts.
std::vector<Counted> counted_values(const Values& values, const Plan::Join& join,
                                    const std::vector<std::size_t>& fields) {
  if (fields.empty()) return {{}};
  // Several fields are one value that is not that of other texts: ("a b", "c") is not ("a", "b c").
  const bool is_packed = fields.size() > 1 && join.correlation().type != CorrelationType::Travel;
  std::vector<Counted> counted;
  for (const Parts& parts : choices(values, fields)) {
    Counted each;
    for (const std::optional<std::string>& part : parts) {
      if (!part) return {};
      each.shown += (each.shown.empty() ? "" : " ") + *part;
      if (is_packed) put_text(each.value, *part);
    }
    if (!is_packed) each.value = each.shown;
    if (join.window->counts(each.value)) counted.push_back(std::move(each));
  }
  return counted;
}

// A result that has grown replaces what was told of it.
void add_result(const Result& result, std::vector<Result>& results) {
  const auto known = std::find_if(results.begin(), results.end(), [&](const Result& each) {
    return each.opened == result.opened && each.key_bytes == result.key_bytes;
  });
  if (known == results.end()) {
    results.push_back(result);
  } else {
    *known = result;
  }
}

}  // namespace

TimelineStory explain(const Plan& plan, rule::RuleIndex rule,
                      const std::vector<TimelineHit>& hits) {
  const auto found = std::find_if(plan.joins().begin(), plan.joins().end(),
                                  [rule](const auto& each) { return each.rule == rule; });
  CHECK(found != plan.joins().end(), "the rule is a correlation of the plan");
  const Plan::Join& join = *found;
  const Correlation& correlation = join.correlation();
  const std::vector<Result> results = results_of(plan, hits);

  TimelineStory story;
  struct Kept {
    KeyStory story;
    std::vector<Judge::Hit> hits;
  };
  std::map<Parts, Kept> by_key;
  for (const Use& use :
       uses_of(plan, static_cast<std::size_t>(found - plan.joins().begin()), hits, results)) {
    const Values values = unpack(use.fields);
    const Plan::Join::Side& side = join.sides[use.side];
    if (lacks_all(values, side.group_by)) {
      ++story.without_key;
      continue;
    }
    const std::vector<Counted> counted = counted_values(values, join, side.fields);
    if (counted.empty()) {
      ++story.without_value;
      continue;
    }
    std::vector<std::string> texts;
    std::vector<std::string> shown;
    for (const Counted& each : counted) {
      texts.push_back(each.value);
      if (!side.fields.empty()) shown.push_back(each.shown);
    }
    for (const Parts& parts : choices(values, side.group_by)) {
      Kept& kept = by_key[parts];
      kept.hits.push_back({use.time, use.side, use.event, texts});
      kept.story.held.push_back(
          {use.time, correlation.rules[use.side], unpacked_id(use.event), shown});
    }
  }
  const Judge judge(correlation);
  for (auto& [parts, kept] : by_key) {
    for (std::size_t i = 0; i < parts.size(); ++i)
      kept.story.key.emplace_back(correlation.group_by[i], parts[i]);
    for (const Result& result : results) {
      const bool is_of_key =
          result.rule == rule &&
          std::equal(kept.story.key.begin(), kept.story.key.end(), result.key.begin());
      if (is_of_key) add_result(result, kept.story.results);
    }
    if (kept.story.results.empty() && can_be_near(correlation.type))
      kept.story.nearest = judge.nearest(kept.hits);
    story.keys.push_back(std::move(kept.story));
  }
  std::stable_sort(story.keys.begin(), story.keys.end(), [](const KeyStory& a, const KeyStory& b) {
    const auto rank = [](const KeyStory& each) {
      return std::pair(each.results.empty(),
                       each.nearest ? -static_cast<double>(each.nearest->hits) : 0);
    };
    return rank(a) < rank(b);
  });
  return story;
}

}  // namespace riposte::correlate
