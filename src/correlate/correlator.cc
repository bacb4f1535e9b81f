#include "correlate/correlator.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace riposte::correlate {
namespace {

// Behind every hit and every timer.
constexpr base::EventTime kEndOfTime = base::EventTime::max();

// Hits between two looks at how much memory all windows take.
constexpr std::size_t kTakenBetweenChecks = 256;

// Keys are made of the values of all group-by fields: a mark, and the value where there is one.
constexpr char kMissing = '\0';
constexpr char kThere = '\1';

void put_key(std::string& key, std::optional<std::string_view> value) {
  key += value ? kThere : kMissing;
  if (value) put_text(key, *value);
}

std::vector<std::optional<std::string_view>> parts_of(std::string_view key) {
  std::vector<std::optional<std::string_view>> parts;
  ByteReader reader(key);
  while (!reader.at_end()) {
    parts.emplace_back();
    if (reader.byte() == kThere) parts.back() = reader.text();
  }
  return parts;
}

// All choices of one value a field, the first kKeysOfHitMax. `add` puts one more value, or none, to
// a text.
template <typename Add>
std::vector<std::string> choices(const FieldValues& values, const std::vector<std::size_t>& fields,
                                 const Add& add) {
  std::vector<std::string> all = {std::string()};
  for (const std::size_t field : fields) {
    std::vector<std::string> longer;
    for (const std::string& begin : all) {
      for (std::size_t i = 0; i < std::max<std::size_t>(1, values[field].size()); ++i) {
        if (longer.size() == kKeysOfHitMax) break;
        std::string text = begin;
        add(text, values[field].empty() ? std::nullopt : std::optional(values[field][i]));
        longer.push_back(std::move(text));
      }
    }
    all = std::move(longer);
  }
  return all;
}

bool are_all_missing(const FieldValues& values, const std::vector<std::size_t>& fields) {
  return !fields.empty() && std::all_of(fields.begin(), fields.end(),
                                        [&](std::size_t field) { return values[field].empty(); });
}

bool has_one_key(const FieldValues& values, const std::vector<std::size_t>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [&](std::size_t field) { return values[field].size() <= 1; });
}

// What a hit counts for where several fields make one value: a text for each choice. A hit that
// lacks one of the fields has none.
std::vector<std::string> joined_values(const FieldValues& values, const Plan::Join& join,
                                       const std::vector<std::size_t>& fields) {
  if (std::any_of(fields.begin(), fields.end(),
                  [&](std::size_t field) { return values[field].empty(); })) {
    return {};
  }
  const bool is_travel = join.correlation().type == rule::CorrelationType::Travel;
  return choices(values, fields, [&](std::string& text, std::optional<std::string_view> value) {
    if (is_travel) {
      text += (text.empty() ? "" : " ") + std::string(*value);
    } else {
      put_text(text, *value);
    }
  });
}

// The events in a row by time, each once.
std::vector<std::pair<base::EventTime, std::string_view>> evidence_of(const Row& row) {
  std::vector<std::pair<base::EventTime, std::string_view>> events;
  row.each([&events](const Entry& entry) {
    if (!entry.event.empty()) events.emplace_back(entry.time, entry.event);
  });
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

}  // namespace

Correlator::Correlator(const Plan& plan, const Limits& limits)
    : plan_(plan),
      limits_(limits),
      watermark_(limits.lateness),
      tables_(plan.joins().size()),
      pending_(plan.joins().size()) {}

void Correlator::add(const Hit& hit) {
  ++counts_.hits;
  if (hit.time < passed_) {
    ++counts_.late;
    return;
  }
  std::string bytes;
  bytes.reserve(hit.event.size() + hit.fields.size());
  bytes.append(hit.event).append(hit.fields);
  const auto event_size = static_cast<std::uint32_t>(hit.event.size());
  waiting_.push_back({hit.time, hit.rule, event_size, std::move(bytes)});
  std::push_heap(waiting_.begin(), waiting_.end(), std::greater<>());
  advance(watermark_.note(hit.source, hit.time));
  if (waiting_.size() > limits_.waiting) {
    ++counts_.hurried;
    advance(waiting_.front().time + base::Millis(1));
  }
}

void Correlator::advance(EventTime watermark) {
  while (true) {
    const EventTime hit = waiting_.empty() ? kEndOfTime : waiting_.front().time;
    const EventTime timer = timers_.empty() ? kEndOfTime : timers_.top().time;
    if (std::min(hit, timer) >= watermark) break;
    // A window holds what happens at the moment of its end.
    if (hit <= timer) {
      take_hits(hit);
    } else {
      run_timers(timer);
    }
  }
  passed_ = std::max(passed_, watermark);
}

void Correlator::finish() { advance(kEndOfTime); }

// Everything of one time, correlation after correlation; the results of one are hits of later ones.
void Correlator::take_hits(EventTime time) {
  begin_moment();
  while (!waiting_.empty() && waiting_.front().time == time) {
    std::pop_heap(waiting_.begin(), waiting_.end(), std::greater<>());
    taken_.push_back(std::move(waiting_.back()));
    waiting_.pop_back();
  }
  // Each correlation takes them in this order, which is looked for once.
  std::sort(taken_.begin(), taken_.end(), [](const Waiting& a, const Waiting& b) {
    return std::tuple(a.event(), a.fields()) < std::tuple(b.event(), b.fields());
  });
  for (const Waiting& hit : taken_) {
    const std::size_t number = hit_count_++;
    for (const Plan::Use& use : plan_.uses(hit.rule)) {
      const std::size_t rank = plan_.joins()[use.join].window->rank(use.side);
      wait(use.join, {rank, use.side, hit.event(), {}, hit.fields(), number});
    }
  }
  while (!touched_.empty())
    take_pending(touched_.front(), time);
}

void Correlator::run_timers(EventTime time) {
  begin_moment();
  while (true) {
    const bool has_timer = !timers_.empty() && timers_.top().time == time;
    const std::size_t timer_join = has_timer ? timers_.top().join : tables_.size();
    if (!touched_.empty() && touched_.front() <= timer_join) {
      take_pending(touched_.front(), time);
    } else if (has_timer) {
      const Timer timer = timers_.top();
      timers_.pop();
      run_timer(timer);
    } else {
      return;
    }
  }
}

// Nothing is pending now, so that nobody borrows these.
void Correlator::begin_moment() {
  taken_.clear();
  told_.clear();
  for (std::size_t i = 0; i < std::min(hit_count_, kUnpackedMax); ++i)
    values_[i].clear();
  hit_count_ = 0;
}

void Correlator::wait(std::size_t join, const Use& use) {
  if (pending_[join].empty()) {
    touched_.push_back(join);
    std::push_heap(touched_.begin(), touched_.end(), std::greater<>());
  }
  pending_[join].push_back(use);
}

// Of the first of the joins that are touched.
void Correlator::take_pending(std::size_t join, EventTime time) {
  std::pop_heap(touched_.begin(), touched_.end(), std::greater<>());
  touched_.pop_back();
  uses_.clear();
  uses_.swap(pending_[join]);
  const auto is_disorder = [](const Use& a, const Use& b) { return !(a < b); };
  if (std::adjacent_find(uses_.begin(), uses_.end(), is_disorder) != uses_.end()) {
    std::sort(uses_.begin(), uses_.end());
    uses_.erase(std::unique(uses_.begin(), uses_.end()), uses_.end());
  }
  forget_idle(join, time);
  for (const Use& use : uses_)
    take_use(join, time, use);
  if ((unweighed_ += uses_.size()) >= kTakenBetweenChecks) keep_bytes();
}

void Correlator::take_use(std::size_t join, EventTime time, const Use& use) {
  const Plan::Join& to = plan_.joins()[join];
  const Plan::Join::Side& side = to.sides[use.side];
  FieldValues& values = values_[use.number % kUnpackedMax];
  values.unpack(use.fields);
  if (are_all_missing(values, side.group_by)) {
    ++counts_.without_key;
    return;
  }
  counted_.clear();
  std::vector<std::string> joined;
  if (side.fields.empty()) {
    counted_.emplace_back();
  } else if (side.fields.size() == 1) {
    const std::span<const std::string_view> texts = values[side.fields.front()];
    counted_.assign(texts.begin(), texts.end());
  } else {
    joined = joined_values(values, to, side.fields);
    counted_.assign(joined.begin(), joined.end());
  }
  std::erase_if(counted_, [&](std::string_view value) { return !to.window->counts(value); });
  if (counted_.empty()) return;

  const Entry hit{time, static_cast<std::uint16_t>(use.side), {}, use.event};
  if (has_one_key(values, side.group_by)) {
    key_.clear();
    for (const std::size_t field : side.group_by) {
      const std::span<const std::string_view> texts = values[field];
      put_key(key_, texts.empty() ? std::nullopt : std::optional(texts.front()));
    }
    take_entry(join, key_, counted_, hit);
    return;
  }
  for (const std::string& key : choices(values, side.group_by, put_key))
    take_entry(join, key, counted_, hit);
}

void Correlator::take_entry(std::size_t join, std::string_view key,
                            std::span<const std::string_view> counted, Entry hit) {
  const Window& window = *plan_.joins()[join].window;
  const KeyTable::Slot slot = tables_[join].touch(key);
  KeyState& state = tables_[join].at(slot);
  if (state.is_open && window.belongs(hit)) {
    grow(state, hit);
    return;
  }
  if (state.is_open) {
    close(join, slot);
    return take_entry(join, key, counted, hit);
  }
  if (state.serial == 0) {
    state.serial = ++serial_;
    state.window.first = hit.time;
    if (window.settles())
      set_timer(join, slot, hit.time + plan_.joins()[join].correlation().timespan);
  }
  ++state.window.count;
  for (const std::string_view value : counted) {
    hit.text = value;
    const std::optional<double> satisfied = window.take(hit, state.window);
    if (!satisfied) continue;
    if (window.is_momentary()) {
      tell_moment(join, state, hit, *satisfied);
      continue;
    }
    open(join, slot, hit, *satisfied);
    break;
  }
  state.window.last = hit.time;
  if (state.window.row.empty()) {
    tables_[join].erase(slot);
  } else {
    keep_limits(join, slot);
  }
}

void Correlator::run_timer(const Timer& timer) {
  KeyTable& table = tables_[timer.join];
  if (table.at(timer.slot).serial != timer.serial) return;
  KeyState& state = table.at(timer.slot);
  const Plan::Join& join = plan_.joins()[timer.join];
  if (state.is_open) return close(timer.join, timer.slot);
  const EventTime over = state.window.first + join.correlation().timespan;
  if (over > timer.time) return set_timer(timer.join, timer.slot, over);

  const std::optional<double> satisfied = join.window->judge(state.window);
  if (satisfied) {
    state.opened = timer.time;
    state.value = *satisfied;
    Result result = result_of(timer.join, state);
    result.count = state.window.count;
    const std::string first(evidence_of(state.window.row).front().second);
    tell(timer.join, std::move(result), first);
  }
  table.erase(timer.slot);
}

// From here on the window is one result.
void Correlator::open(std::size_t join, KeyTable::Slot slot, const Entry& hit, double value) {
  KeyState& state = tables_[join].at(slot);
  plan_.joins()[join].window->keep_evidence(state.window);
  state.is_open = true;
  state.opened = hit.time;
  state.value = value;
  state.window.last = hit.time;
  Result result = result_of(join, state);
  state.window.count = result.count;
  state.told_count = static_cast<std::uint32_t>(result.count);
  state.window.first = result.first;
  Row evidence;
  for (const auto& [at, event] : evidence_of(state.window.row))
    keep_early({at, 0, {}, event}, evidence);
  state.window.row = std::move(evidence);
  tell(join, std::move(result), hit.event);
  const rule::Correlation& correlation = plan_.joins()[join].correlation();
  if (correlation.again) {
    state.is_open = false;
    state.window = WindowState();  // what is empty is forgotten
    return;
  }
  set_timer(join, slot, hit.time + correlation.timespan);
}

void Correlator::grow(KeyState& state, const Entry& hit) {
  ++state.window.count;
  state.window.last = hit.time;
  keep_early(hit, state.window.row);
}

void Correlator::close(std::size_t join, KeyTable::Slot slot) {
  const KeyState& state = tables_[join].at(slot);
  if (state.is_open && state.window.count > state.told_count) {
    Result result = result_of(join, state);
    result.first = state.window.first;
    result.count = state.window.count;
    result.is_update = true;
    results_.push_back(std::move(result));
  }
  tables_[join].erase(slot);
}

void Correlator::tell_moment(std::size_t join, const KeyState& state, const Entry& hit,
                             double value) {
  KeyState moment;
  moment.key = state.key;
  moment.opened = hit.time;
  moment.value = value;
  moment.window.last = hit.time;
  moment.window.row = state.window.row;
  moment.window.row.append(hit);
  Result result = result_of(join, moment);
  const rule::Correlation& correlation = plan_.joins()[join].correlation();
  if (correlation.type == rule::CorrelationType::NewValue) {
    for (const std::string& field : correlation.fields)
      result.key.emplace_back(field, std::nullopt);
    ByteReader reader(hit.text);
    const std::size_t behind = correlation.group_by.size();
    for (std::size_t i = 0; i < correlation.fields.size(); ++i) {
      result.key[behind + i].second =
          correlation.fields.size() == 1 ? std::string(hit.text) : std::string(reader.text());
    }
    put_key(result.key_bytes, hit.text);
  }
  if (correlation.type == rule::CorrelationType::Spike) result.count = state.window.amount;
  tell(join, std::move(result), hit.event);
}

// Tells a result to whoever asks, and to the correlations that join it: for them it is a hit of one
// of its events.
void Correlator::tell(std::size_t join, Result result, std::string_view event) {
  result.subject = event;
  const Plan::Join& from = plan_.joins()[join];
  if (plan_.is_joined(from.rule)) {
    const std::string& origin = told_.emplace_back(result.key_bytes);
    const std::string& fields = told_.emplace_back(plan_.pack_fields(from, parts_of(origin)));
    const std::string& named = told_.emplace_back(event);
    const std::size_t number = hit_count_++;
    for (const Plan::Use& use : plan_.uses(from.rule)) {
      const std::size_t rank = plan_.joins()[use.join].window->rank(use.side);
      wait(use.join, {rank, use.side, named, origin, fields, number});
    }
  }
  results_.push_back(std::move(result));
}

Result Correlator::result_of(std::size_t join, const KeyState& state) const {
  const Plan::Join& from = plan_.joins()[join];
  Result result;
  result.rule = from.rule;
  result.key_bytes = state.key;
  result.window = state.serial;
  const std::vector<std::string>& names = from.correlation().group_by;
  const std::vector<std::optional<std::string_view>> parts = parts_of(state.key);
  for (std::size_t i = 0; i < names.size(); ++i)
    result.key.emplace_back(names[i], parts[i]);
  result.opened = state.opened;
  result.last = state.window.last;
  result.value = state.value;

  const auto events = evidence_of(state.window.row);
  result.first = events.empty() ? state.window.first : events.front().first;
  result.count = events.size();
  for (std::size_t i = 0; i < std::min(events.size(), kEvidenceMax); ++i)
    result.events.push_back(unpacked_id(events[i].second));
  return result;
}

void Correlator::set_timer(std::size_t join, KeyTable::Slot slot, EventTime time) {
  timers_.push({time, join, slot, tables_[join].at(slot).serial});
}

// Windows that no hit can fill any more.
void Correlator::forget_idle(std::size_t join, EventTime now) {
  KeyTable& table = tables_[join];
  const base::Millis memory = plan_.joins()[join].window->memory();
  while (table.oldest() != KeyTable::kNone && table.at(table.oldest()).window.last + memory < now &&
         !table.at(table.oldest()).is_open) {
    table.erase(table.oldest());
  }
}

void Correlator::keep_limits(std::size_t join, KeyTable::Slot slot) {
  KeyTable& table = tables_[join];
  WindowState& window = table.at(slot).window;
  while (window.row.packed().size() > limits_.bytes_per_key) {
    plan_.joins()[join].window->forget_oldest(window);
    ++counts_.hits_forgotten;
  }
  table.weigh(slot);
  if (table.size() > limits_.keys_per_rule) evict(join);
}

void Correlator::keep_bytes() {
  unweighed_ = 0;
  while (bytes() > limits_.bytes) {
    const auto largest = std::max_element(
        tables_.begin(), tables_.end(),
        [](const KeyTable& a, const KeyTable& b) { return a.bytes() < b.bytes(); });
    evict(static_cast<std::size_t>(largest - tables_.begin()));
  }
}

void Correlator::evict(std::size_t join) {
  ++counts_.keys_evicted;
  close(join, tables_[join].oldest());
}

std::size_t Correlator::key_count() const {
  std::size_t count = 0;
  for (const KeyTable& table : tables_)
    count += table.size();
  return count;
}

std::size_t Correlator::bytes() const {
  std::size_t bytes = 0;
  for (const KeyTable& table : tables_)
    bytes += table.bytes();
  return bytes;
}

}  // namespace riposte::correlate
