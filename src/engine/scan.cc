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
#include "event/lineage.h"
#include "finding/triager.h"
#include "stream/file_list.h"

namespace riposte::engine {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{100};

// Whether a rule asks for what only Knowledge tells.
bool asks_knowledge(const std::vector<rule::RulePointer>& rules, const correlate::Plan& plan) {
  return plan.asks_below("riposte.source.") || plan.asks_below("riposte.dns.") ||
         std::any_of(rules.begin(), rules.end(), [](const rule::RulePointer& rule) {
           return rule::asks_below(rule->condition, {"riposte", "source"}) ||
                  rule::asks_below(rule->condition, {"riposte", "dns"});
         });
}

// One thread's share of a scan: everything it needs and everything it found.
class Worker {
 public:
  Worker(const ScanSpec& spec, const match::Matcher& matcher, const correlate::Plan& plan,
         std::size_t jobs)
      : spec_(spec),
        matcher_(matcher),
        plan_(plan),
        asks_facts_(matcher.asks_facts() || plan.asks_below("riposte.")),
        knows_(spec.knowledge != nullptr && asks_knowledge(matcher.rules(), plan)),
        objects_(spec.objects ? spec.objects() : nullptr),
        file_(spec.limits, objects_.get()),
        enricher_(knows_ ? spec.knowledge : nullptr),
        triager_(spec.records),
        joined_hits_(plan, JoinedHits::kJoinedBytesMax / jobs) {}

  void run(stream::FileList& files) {
    while (const std::optional<std::string> path = files.next())
      scan(*path);
  }

  const JoinedHits& joined_hits() const { return joined_hits_; }

  // Moves what was found into `result`; what is joined, is joined by the caller.
  void finish(ScanResult& result, finding::Triager& triager, event::Quarantine& quarantine,
              event::Lineage& lineage) {
    result.stats.files += stats_.files;
    result.stats.files_failed += stats_.files_failed;
    result.stats.bytes += stats_.bytes;
    result.stats.events += reader_.event_count();
    result.stats.outside_time += stats_.outside_time;
    result.stats.skipped += reader_.skipped_count();
    result.stats.hits += stats_.hits;
    std::move(failures_.begin(), failures_.end(), std::back_inserter(result.failures));
    triager.merge(std::move(triager_));
    quarantine.merge(std::move(quarantine_));
    lineage.merge(std::move(lineage_));
  }

 private:
  void scan(const std::string& path) {
    ++stats_.files;
    file_.open(path);
    reader_.begin(path, file_.written_at());
    joined_hits_.begin(path, path != "-");
    for (std::size_t done = 0;;) {
      const stream::LogFile::Window window = file_.next(done);
      joined_hits_.begin(window);
      done = reader_.feed(window.bytes, window.last, take_, quarantine_);
      if (window.last) break;
    }
    stats_.bytes += file_.byte_count();
    if (!file_.error()) return;
    ++stats_.files_failed;
    failures_.push_back({path, file_.error()->message});
  }

  // Only what somebody wants to know more about is built: where facts are due, and where rules hit.
  void take(const event::RawEvent& raw) {
    // A session may be older than the time that is asked for.
    if (std::optional<event::Issuance> issuance = event::issuance_of(raw))
      lineage_.add(std::move(*issuance));
    if (is_outside_time(raw)) {
      ++stats_.outside_time;
      return;
    }
    event::Event* event = nullptr;
    event::RawEvent known;
    if (asks_facts_ && enrich::Enricher::may_add(raw)) {
      event = reader_.complete(raw);
      if (event == nullptr) return;
      enricher_.enrich(*event);
    } else if (knows_) {
      known = raw;
      enricher_.enrich(known);
    }
    hits_.clear();
    const event::RawEvent& matched = event != nullptr ? event->raw : knows_ ? known : raw;
    matcher_.match(matched, scratch_, hits_);
    if (hits_.empty() && !scratch_.repeats_key()) return;
    news_.clear();
    for (const rule::Hit& hit : hits_) {
      if (tells(hit) && !triager_.repeats(matcher_.rules()[hit.rule], raw)) news_.push_back(hit);
    }
    if (event == nullptr && (!news_.empty() || scratch_.repeats_key())) {
      event = reader_.complete(raw);
      if (event == nullptr) return;
    }
    if (!joined_hits_.add(hits_, matched)) {
      reader_.complete(raw);  // which says why not
      return;
    }
    stats_.hits += hits_.size();
    for (const rule::Hit& hit : news_)
      triager_.add(matcher_.rules()[hit.rule], *event);
  }

  bool tells(const rule::Hit& hit) const {
    return plan_.is_told(hit.rule) && matcher_.rules()[hit.rule]->level >= spec_.level;
  }

  bool is_outside_time(const event::RawEvent& raw) const {
    if (!spec_.since && !spec_.until) return false;
    const auto time = event::time_of(raw);
    return time &&
           ((spec_.since && *time < *spec_.since) || (spec_.until && *time >= *spec_.until));
  }

  const ScanSpec& spec_;
  const match::Matcher& matcher_;
  const correlate::Plan& plan_;
  const bool asks_facts_;
  const bool knows_;  // something of addresses that somebody asks for
  const event::EventReader::OnRawEvent take_ = [this](const event::RawEvent& raw) { take(raw); };
  const std::unique_ptr<stream::Objects> objects_;
  stream::LogFile file_;
  event::EventReader reader_;
  enrich::Enricher enricher_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
  std::vector<rule::Hit> news_;  // of them, those that are told and not known yet
  finding::Triager triager_;
  JoinedHits joined_hits_;
  event::Lineage lineage_;
  event::Quarantine quarantine_;
  std::vector<FileFailure> failures_;
  ScanStats stats_;
};

// Appends what correlations find, in the order of all findings.
void add_correlated(const ScanSpec& spec, const correlate::Plan& plan,
                    const std::vector<rule::RulePointer>& rules,
                    const std::vector<std::unique_ptr<Worker>>& workers,
                    const event::Lineage& lineage, ScanResult& result) {
  std::vector<const JoinedHits*> parts;
  for (const std::unique_ptr<Worker>& worker : workers)
    parts.push_back(&worker->joined_hits());
  JoinedHits::Counts counts;
  std::vector<finding::Finding> findings = JoinedHits::correlate(
      {plan, rules, parts, lineage, spec.lateness, spec.windows, spec.limits, spec.objects},
      counts);
  std::erase_if(findings, [&spec](const auto& each) { return each.rule->level < spec.level; });
  result.stats.hits += counts.results;
  result.stats.hits_not_correlated = counts.without_time + counts.not_kept;
  result.stats.hits_late = counts.late;
  result.stats.windows_lost = counts.windows_lost;
  result.stats.subjects_lost = counts.subjects_lost;
  const auto middle = static_cast<std::ptrdiff_t>(result.findings.size());
  std::move(findings.begin(), findings.end(), std::back_inserter(result.findings));
  std::inplace_merge(result.findings.begin(), result.findings.begin() + middle,
                     result.findings.end(), finding::earlier);
}

void follow_chains(const event::Lineage& lineage, ScanResult& result) {
  result.stats.issuances = lineage.size();
  result.stats.issuances_forgotten = lineage.forgotten_count();
  for (finding::Finding& finding : result.findings) {
    finding.lineage = lineage.chain_of(event::caller_of(finding.actor));
    if (finding.lineage.is_refused) ++result.stats.chains_refused;
  }
}

// Tells the progress every kProgressInterval until it is destroyed.
class ProgressTeller {
 public:
  ProgressTeller(const stream::FileList& files, const OnProgress& on_progress)
      : thread_([&files, &on_progress, this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), "progress");
          std::unique_lock lock(mutex_);
          while (!stopped_.wait_for(lock, stop, kProgressInterval,
                                    [&stop] { return stop.stop_requested(); })) {
            on_progress(files.taken_count(), files.found_count());
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
  const std::unique_ptr<stream::Objects> objects = spec.objects ? spec.objects() : nullptr;
  stream::FileList files(spec.paths, objects.get());
  const correlate::Plan plan(matcher.rules());
  const unsigned jobs = std::max(1u, spec.jobs);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < jobs; ++i)
    workers.push_back(std::make_unique<Worker>(spec, matcher, plan, jobs));
  {
    std::optional<ProgressTeller> teller;
    if (on_progress) teller.emplace(files, on_progress);
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (const std::unique_ptr<Worker>& worker : workers) {
      threads.emplace_back([&files, &worker] {
        pthread_setname_np(pthread_self(), "scan");
        worker->run(files);
      });
    }
  }
  if (on_progress) on_progress(files.found_count(), files.found_count());
  // Beyond this line one thread is left.

  ScanResult result;
  finding::Triager triager;
  event::Quarantine quarantine;
  event::Lineage lineage;
  for (const std::unique_ptr<Worker>& worker : workers)
    worker->finish(result, triager, quarantine, lineage);
  const std::vector<base::Error> unlisted = files.failures();
  for (const base::Error& failure : unlisted)
    result.failures.push_back({failure.message, "not read"});
  result.stats.files_failed += unlisted.size();
  result.stats.quarantined = quarantine.count();
  result.stats.duplicates = triager.duplicate_count();
  result.findings = triager.take();
  add_correlated(spec, plan, matcher.rules(), workers, lineage, result);
  follow_chains(lineage, result);
  result.quarantined = quarantine.take_sorted();
  std::sort(result.failures.begin(), result.failures.end());
  return result;
}

}  // namespace riposte::engine
