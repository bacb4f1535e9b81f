#include "engine/scan.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <pthread.h>

#include "correlate/plan.h"
#include "engine/joined_hits.h"
#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "event/identity.h"
#include "finding/triager.h"

namespace riposte::engine {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{100};

// One thread's share of a scan: everything it needs and everything it found.
class Worker {
 public:
  Worker(const ScanSpec& spec, const match::Matcher& matcher, const correlate::Plan& plan,
         std::size_t jobs)
      : spec_(spec),
        matcher_(matcher),
        plan_(plan),
        asks_facts_(matcher.asks_facts() || plan.asks_facts()),
        joined_hits_(plan, JoinedHits::kJoinedBytesMax / jobs) {}

  void run(stream::FileSource& source) {
    while (const std::optional<stream::FileSource::File> file = source.next())
      scan(*file);
  }

  const JoinedHits& joined_hits() const { return joined_hits_; }

  // Moves what was found into `result`; triage and quarantine are joined by the caller.
  void finish(ScanResult& result, finding::Triager& triager, event::Quarantine& quarantine) {
    result.stats.files_failed += stats_.files_failed;
    result.stats.bytes += stats_.bytes;
    result.stats.events += reader_.event_count();
    result.stats.outside_time += stats_.outside_time;
    result.stats.skipped += reader_.skipped_count();
    result.stats.hits += stats_.hits;
    std::move(failures_.begin(), failures_.end(), std::back_inserter(result.failures));
    triager.merge(std::move(triager_));
    quarantine.merge(std::move(quarantine_));
  }

 private:
  void scan(const stream::FileSource::File& file) {
    stats_.bytes += file.bytes.size();
    if (file.error) {
      ++stats_.files_failed;
      failures_.push_back({file.path, file.error->message});
    }
    reader_.begin(file.path);
    reader_.feed(file.bytes, true, take_, quarantine_);
  }

  // Only what somebody wants to know more about is built: where facts are due, and where rules hit.
  void take(const event::RawEvent& raw) {
    if (is_outside_time(raw)) {
      ++stats_.outside_time;
      return;
    }
    event::Event* event = nullptr;
    if (asks_facts_ && enrich::Enricher::may_add(raw)) {
      event = reader_.complete(raw);
      if (event == nullptr) return;
      enricher_.enrich(*event);
    }
    hits_.clear();
    matcher_.match(event != nullptr ? event->raw : raw, scratch_, hits_);
    if (hits_.empty() && !scratch_.repeats_key()) return;
    if (event == nullptr) event = reader_.complete(raw);
    if (event == nullptr) return;
    for (const rule::Hit& hit : hits_) {
      const rule::RulePointer& rule = matcher_.rules()[hit.rule];
      ++stats_.hits;
      joined_hits_.add(hit.rule, *event);
      if (rule->level >= spec_.level && plan_.is_told(hit.rule)) triager_.add(rule, *event);
    }
  }

  bool is_outside_time(const event::RawEvent& raw) const {
    if (!spec_.since && !spec_.until) return false;
    const auto time = event::time_of(raw.record, raw.needs_envelope() ? raw.record : raw.envelope);
    return time &&
           ((spec_.since && *time < *spec_.since) || (spec_.until && *time >= *spec_.until));
  }

  const ScanSpec& spec_;
  const match::Matcher& matcher_;
  const correlate::Plan& plan_;
  const bool asks_facts_;
  const event::EventReader::OnRawEvent take_ = [this](const event::RawEvent& raw) { take(raw); };
  event::EventReader reader_;
  enrich::Enricher enricher_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
  finding::Triager triager_;
  JoinedHits joined_hits_;
  event::Quarantine quarantine_;
  std::vector<FileFailure> failures_;
  ScanStats stats_;
};

// Appends what correlations find, in the order of all findings.
void add_correlated(const ScanSpec& spec, const correlate::Plan& plan,
                    const std::vector<rule::RulePointer>& rules,
                    const std::vector<std::unique_ptr<Worker>>& workers, ScanResult& result) {
  std::vector<const JoinedHits*> parts;
  for (const std::unique_ptr<Worker>& worker : workers)
    parts.push_back(&worker->joined_hits());
  JoinedHits::Counts counts;
  std::vector<finding::Finding> findings = JoinedHits::correlate(plan, rules, parts, counts);
  std::erase_if(findings, [&spec](const auto& each) { return each.rule->level < spec.level; });
  result.stats.hits += counts.results;
  result.stats.hits_not_correlated = counts.without_time + counts.not_kept;
  result.stats.windows_lost = counts.windows_lost;
  const auto middle = static_cast<std::ptrdiff_t>(result.findings.size());
  std::move(findings.begin(), findings.end(), std::back_inserter(result.findings));
  std::inplace_merge(result.findings.begin(), result.findings.begin() + middle,
                     result.findings.end(), finding::earlier);
}

// Tells the progress every kProgressInterval until it is destroyed.
class ProgressTeller {
 public:
  ProgressTeller(const stream::FileSource& source, const OnProgress& on_progress)
      : thread_([&source, &on_progress, this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), "progress");
          std::unique_lock lock(mutex_);
          while (!stopped_.wait_for(lock, stop, kProgressInterval,
                                    [&stop] { return stop.stop_requested(); })) {
            on_progress(source.taken_count(), source.file_count());
          }
        }) {}

 private:
  std::mutex mutex_;  // for the condition variable only; it guards nothing
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace

ScanResult scan(const ScanSpec& spec, const match::Matcher& matcher,
                const OnProgress& on_progress) {
  stream::FileSource source(spec.paths, spec.limits);
  ScanResult result;
  for (const base::Error& failure : source.failures())
    result.failures.push_back({failure.message, "not read"});

  const std::size_t jobs =
      std::clamp<std::size_t>(spec.jobs, 1, std::max<std::size_t>(1, source.file_count()));
  const correlate::Plan plan(matcher.rules());
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::size_t i = 0; i < jobs; ++i)
    workers.push_back(std::make_unique<Worker>(spec, matcher, plan, jobs));
  {
    std::optional<ProgressTeller> teller;
    if (on_progress) teller.emplace(source, on_progress);
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (const std::unique_ptr<Worker>& worker : workers) {
      threads.emplace_back([&source, &worker] {
        pthread_setname_np(pthread_self(), "scan");
        worker->run(source);
      });
    }
  }
  if (on_progress) on_progress(source.file_count(), source.file_count());
  // Beyond this line one thread is left.

  finding::Triager triager;
  event::Quarantine quarantine;
  for (const std::unique_ptr<Worker>& worker : workers)
    worker->finish(result, triager, quarantine);
  result.stats.files = source.file_count();
  result.stats.files_failed += source.failures().size();
  result.stats.quarantined = quarantine.count();
  result.stats.duplicates = triager.duplicate_count();
  result.findings = triager.take();
  add_correlated(spec, plan, matcher.rules(), workers, result);
  result.quarantined = quarantine.take_sorted();
  std::sort(result.failures.begin(), result.failures.end());
  return result;
}

}  // namespace riposte::engine
