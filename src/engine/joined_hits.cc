// Tested by src/engine/scan_test.cc

#include "engine/joined_hits.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace riposte::engine {

using finding::Finding;

std::pair<std::uint32_t, bool> JoinedHits::Texts::put(std::string text) {
  const auto [at, is_new] =
      numbers_.try_emplace(std::move(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(&at->first);
  return {at->second, is_new};
}

void JoinedHits::add(rule::RuleIndex rule, const event::Event& event) {
  if (!plan_.is_joined(rule)) return;
  if (!event.time) {
    ++counts_.without_time;
    return;
  }
  if (bytes_ > bytes_max_) {
    ++counts_.not_kept;
    return;
  }
  const auto put = [this](std::string text) {
    const std::size_t size = text.size();
    const auto [number, is_new] = texts_.put(std::move(text));
    if (is_new) bytes_ += size + 100;
    return number;
  };
  Kept kept{*event.time,
            correlate::packed_id(finding::event_id_of(event)),
            rule,
            put(plan_.pack_fields(rule, event)),
            put(std::string(event.origin.path)),
            subject_of(event),
            event.origin.record};
  bytes_ += sizeof(Kept) + kept.event.capacity();
  hits_.push_back(std::move(kept));
}

// Nearly everything but time and place repeats from event to event.
std::uint32_t JoinedHits::subject_of(const event::Event& event) {
  Finding subject = finding::finding_of(nullptr, event);
  std::string key;
  const auto add = [&key](const std::string& text) { correlate::put_text(key, text); };
  for (const std::string* text :
       {&subject.account, &subject.region, &subject.service, &subject.event_name,
        &subject.error_code, &subject.actor.type, &subject.actor.id, &subject.actor.name,
        &subject.actor.arn, &subject.actor.account, &subject.actor.access_key,
        &subject.actor.session_of, &subject.actor.ip, &subject.actor.user_agent,
        &subject.actor.source_identity}) {
    add(*text);
  }
  if (subject.actor.session_time) correlate::put_time(key, *subject.actor.session_time);
  key += subject.actor.on_instance ? '\1' : '\0';
  for (const event::Resource& resource : subject.resources) {
    add(resource.type);
    add(resource.id);
    add(resource.arn);
  }
  key += static_cast<char>(subject.format);
  const std::size_t size = key.size();
  const auto [number, is_new] = subject_keys_.put(std::move(key));
  if (is_new) {
    subject.events.clear();
    subject.source_path.clear();
    bytes_ += 2 * size + sizeof(Finding) + 100;
    subjects_.push_back(std::move(subject));
  }
  return number;
}

// A hit among those of all workers, in the order in which it is correlated. Of copies the one whose
// place sorts first stands in front.
struct JoinedHits::Order {
  const JoinedHits* part;
  const Kept* hit;

  const std::string& path() const { return part->texts_.at(hit->path); }
  bool operator<(const Order& other) const {
    const auto time = hit->time <=> other.hit->time;
    if (time != 0) return time < 0;
    return std::tie(hit->event, hit->rule, path(), hit->record) <
           std::tie(other.hit->event, other.hit->rule, other.path(), other.hit->record);
  }
};

// Where the event that each result is about stands first.
std::map<std::string_view, const JoinedHits::Order*> JoinedHits::subjects_of(
    const std::vector<correlate::Result>& results, const std::vector<Order>& hits) {
  std::map<std::string_view, const Order*> subjects;
  for (const correlate::Result& result : results)
    subjects.emplace(result.subject, nullptr);
  for (const Order& each : hits) {
    const auto found = subjects.find(each.hit->event);
    if (found != subjects.end() && found->second == nullptr) found->second = &each;
  }
  return subjects;
}

std::vector<Finding> JoinedHits::correlate(const correlate::Plan& plan,
                                           const std::vector<rule::RulePointer>& rules,
                                           const std::vector<const JoinedHits*>& parts,
                                           const event::Lineage& lineage, Counts& counts) {
  std::vector<Order> hits;
  for (const JoinedHits* part : parts) {
    counts.without_time += part->counts_.without_time;
    counts.not_kept += part->counts_.not_kept;
    for (const Kept& hit : part->hits_)
      hits.push_back({part, &hit});
  }
  std::sort(hits.begin(), hits.end());

  correlate::Limits limits;
  limits.lateness = base::Millis(0);  // they are in order
  correlate::Correlator correlator(plan, limits);
  std::string with_origin;
  for (const Order& each : hits) {
    const Kept& hit = *each.hit;
    const std::string& fields = each.part->texts_.at(hit.fields);
    const bool asks_origin = plan.asks_origin(hit.rule);
    if (asks_origin) with_origin = plan.with_origin(hit.rule, fields, lineage);
    correlator.add({hit.rule, hit.time, "scan", hit.event, asks_origin ? with_origin : fields});
  }
  correlator.finish();
  counts.windows_lost += correlator.counts().keys_evicted + correlator.counts().hits_forgotten;

  const std::vector<correlate::Result> results = correlator.take_results();
  const std::map<std::string_view, const Order*> subjects = subjects_of(results, hits);

  // A result that has grown replaces what was told of it, but for its id.
  std::map<std::tuple<rule::RuleIndex, std::string, base::EventTime>, Finding> findings;
  for (const correlate::Result& result : results) {
    if (!result.is_update) ++counts.results;
    if (!plan.is_told(result.rule)) continue;
    Finding& finding = findings[{result.rule, result.key_bytes, result.opened}];
    if (!result.is_update) {
      const Order& subject = *subjects.at(result.subject);
      finding = subject.part->subjects_[subject.hit->subject];
      finding.rule = rules[result.rule];
      finding.source_path = subject.path();
      finding.source_record = subject.hit->record;
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
