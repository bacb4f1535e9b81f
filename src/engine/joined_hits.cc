// Tested by src/engine/scan_test.cc

#include "engine/joined_hits.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

#include "engine/subject_reader.h"
#include "event/identity.h"

namespace riposte::engine {

using finding::Finding;

namespace {

// Of a text that is kept: its node and its place in the index.
constexpr std::size_t kTextOverhead = 100;

// What the event is known by in a finding, packed.
std::string packed_id_of(const event::RawEvent& event) {
  return correlate::packed_id(finding::event_id_of(event));
}

}  // namespace

std::pair<std::uint32_t, bool> JoinedHits::Texts::put(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return {found->second, false};
  const auto number = static_cast<std::uint32_t>(texts_.size());
  numbers_.emplace(texts_.emplace_back(text), number);
  return {number, true};
}

std::uint32_t JoinedHits::put(std::string_view text) {
  const auto [number, is_new] = texts_.put(text);
  if (is_new) bytes_ += text.size() + kTextOverhead;
  return number;
}

void JoinedHits::begin(const std::string& path, bool can_be_read_again) {
  path_ = put(path);
  can_be_read_again_ = can_be_read_again;
}

bool JoinedHits::add(const std::vector<rule::Hit>& hits, const event::RawEvent& event) {
  const auto is_joined = [this](const rule::Hit& hit) { return plan_.is_joined(hit.rule); };
  const auto count = std::count_if(hits.begin(), hits.end(), is_joined);
  if (count == 0) return true;
  const auto time = event::time_of(event);
  if (!time) {
    counts_.without_time += static_cast<std::uint64_t>(count);
    return true;
  }
  if (bytes_ > bytes_max_) {
    counts_.not_kept += static_cast<std::uint64_t>(count);
    return true;
  }

  KeptEvent kept;
  kept.time = *time;
  kept.record = event.origin.record;
  kept.id_begin = ids_.size();
  kept.first_hit = hits_.size();
  kept.path = path_;
  kept.format = event.format;
  fields_.begin(event);
  fresh_hits_.clear();
  for (const rule::Hit& hit : hits) {
    if (!is_joined(hit)) continue;
    buffer_.clear();
    fields_.pack(hit.rule, buffer_);
    if (fields_.repeats_key()) return false;
    fresh_hits_.push_back({hit.rule, put(buffer_)});
  }
  hits_.insert(hits_.end(), fresh_hits_.begin(), fresh_hits_.end());
  ids_ += packed_id_of(event);
  keep_place(event.whole().written(), kept);
  events_.push_back(kept);
  bytes_ += sizeof(KeptEvent) + ids_.size() - kept.id_begin + fresh_hits_.size() * sizeof(KeptHit);
  return true;
}

// So that the event can be read again.
void JoinedHits::keep_place(std::string_view text, KeptEvent& kept) {
  if (!can_be_read_again_) {
    kept.text = put(text);
    return;
  }
  const std::less_equal<> is_not_behind;
  const std::string_view bytes = window_.bytes;
  const bool is_inside = is_not_behind(bytes.data(), text.data()) &&
                         is_not_behind(text.data() + text.size(), bytes.data() + bytes.size());
  if (!window_.begin || !is_inside || text.size() > UINT32_MAX) return;
  kept.begin = *window_.begin + static_cast<std::uint64_t>(text.data() - bytes.data());
  kept.size = static_cast<std::uint32_t>(text.size());
}

std::string_view JoinedHits::id_of(const KeptEvent& event) const {
  const KeptEvent* next = &event + 1;
  const bool is_last = next == events_.data() + events_.size();
  const std::size_t end = is_last ? ids_.size() : next->id_begin;
  return std::string_view(ids_).substr(event.id_begin, end - event.id_begin);
}

std::span<const JoinedHits::KeptHit> JoinedHits::hits_of(const KeptEvent& event) const {
  const KeptEvent* next = &event + 1;
  const bool is_last = next == events_.data() + events_.size();
  const std::size_t end = is_last ? hits_.size() : next->first_hit;
  return std::span(hits_).subspan(event.first_hit, end - event.first_hit);
}

// An event among those of all workers.
struct JoinedHits::Order {
  base::EventTime time;  // of the event, or when its file was delivered
  const JoinedHits* part;
  const KeptEvent* event;

  std::string_view id() const { return part->id_of(*event); }
  std::string_view path() const { return part->texts_.at(event->path); }
  SubjectPlace place(const std::string& readable_id) const {
    std::string_view text;
    if (event->text != 0) text = part->texts_.at(event->text);
    std::optional<Extent> extent;
    if (event->size != 0) extent = {event->begin, event->size};
    return {path(), event->record, text, extent, event->format, readable_id};
  }
};

// By time; of copies the one whose place sorts first stands in front.
void JoinedHits::sort_by_time(std::vector<Order>& events) {
  std::sort(events.begin(), events.end(), [](const Order& a, const Order& b) {
    if (a.time != b.time) return a.time < b.time;
    return std::tuple(a.id(), a.path(), a.event->record) <
           std::tuple(b.id(), b.path(), b.event->record);
  });
}

// A file is delivered some time after the newest event in it.
void JoinedHits::sort_as_delivered(std::vector<Order>& events) {
  std::unordered_map<std::string_view, base::EventTime> newest;
  for (const Order& each : events) {
    base::EventTime& of_file = newest.try_emplace(each.path(), each.time).first->second;
    of_file = std::max(of_file, each.time);
  }
  for (Order& each : events)
    each.time = newest.at(each.path());
  std::sort(events.begin(), events.end(), [](const Order& a, const Order& b) {
    if (a.time != b.time) return a.time < b.time;
    return std::tuple(a.path(), a.event->record) < std::tuple(b.path(), b.event->record);
  });
}

std::vector<Finding> JoinedHits::correlate(const Spec& spec, Counts& counts) {
  for (const JoinedHits* part : spec.parts) {
    counts.without_time += part->counts_.without_time;
    counts.not_kept += part->counts_.not_kept;
  }
  std::vector<Order> events;
  for (const JoinedHits* part : spec.parts) {
    for (const KeptEvent& event : part->events_)
      events.push_back({event.time, part, &event});
  }
  spec.lateness ? sort_as_delivered(events) : sort_by_time(events);
  correlate::Limits limits = spec.windows;
  limits.lateness = spec.lateness.value_or(base::Millis(0));
  correlate::Correlator correlator(spec.plan, limits);
  std::map<std::pair<rule::RuleIndex, const std::string*>, std::string> with_origin;
  for (const Order& each : events) {
    for (const KeptHit& hit : each.part->hits_of(*each.event)) {
      const std::string* fields = &each.part->texts_.at(hit.fields);
      if (spec.plan.asks_origin(hit.rule)) {
        const auto [told, is_new] = with_origin.try_emplace({hit.rule, fields});
        if (is_new) told->second = spec.plan.with_origin(hit.rule, *fields, spec.lineage);
        fields = &told->second;
      }
      correlator.add({hit.rule, each.event->time, "scan", each.id(), *fields});
    }
  }
  correlator.finish();
  counts.late += correlator.counts().late;
  counts.windows_lost += correlator.counts().keys_evicted + correlator.counts().hits_forgotten;

  // A result that has grown replaces what was told of it, but for its id and its subject.
  std::vector<correlate::Result> results = correlator.take_results();
  std::erase_if(results, [&](const correlate::Result& result) {
    if (!result.is_update) ++counts.results;
    return !spec.plan.is_told(result.rule);
  });

  // Where the event that each result is about stands first.
  std::unordered_map<std::string_view, std::string> ids;  // by packed id
  for (const correlate::Result& result : results) {
    if (!result.is_update) ids.emplace(result.subject, correlate::unpacked_id(result.subject));
  }
  std::unordered_map<std::string_view, SubjectPlace> places_by_id;
  for (const Order& each : events) {
    const auto id = ids.find(each.id());
    if (id == ids.end()) continue;
    const SubjectPlace place = each.place(id->second);
    const auto [known, is_new] = places_by_id.emplace(id->first, place);
    known->second = std::min(known->second, place);
  }
  std::vector<SubjectPlace> places;
  places.reserve(places_by_id.size());
  for (const auto& [id, place] : places_by_id)
    places.push_back(place);
  std::sort(places.begin(), places.end());
  const std::vector<Finding> subjects =
      read_subjects(places, spec.limits, spec.objects, counts.subjects_lost);

  using Identity = std::tuple<rule::RuleIndex, std::string_view, base::EventTime, std::uint64_t>;
  std::map<Identity, Finding> findings;
  for (const correlate::Result& result : results) {
    Finding& finding = findings[{result.rule, result.key_bytes, result.opened, result.window}];
    if (!result.is_update) {
      const auto place =
          std::lower_bound(places.begin(), places.end(), places_by_id.at(result.subject));
      finding = subjects[static_cast<std::size_t>(place - places.begin())];
      finding.rule = spec.rules[result.rule];
    }
    finding.correlated = {result.key, result.value};
    finding.first_time = result.first;
    finding.last_time = result.last;
    finding.count = result.count;
    finding.events = result.events;
    std::sort(finding.events.begin(), finding.events.end());
    if (!result.is_update) {
      finding.id = finding::finding_id(
          *finding.rule, result.key_bytes + base::format_time(result.opened), finding.events);
    }
  }
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (auto& [identity, finding] : findings)
    sorted.push_back(std::move(finding));
  std::sort(sorted.begin(), sorted.end(), finding::earlier);
  return sorted;
}

}  // namespace riposte::engine
