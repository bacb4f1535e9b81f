// riposte scan PATH...: rules over log files.
// Tested by tests/cli/scan_test.py

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/knowledge_option.h"
#include "cli/ledger_option.h"
#include "cli/rules_option.h"
#include "cli/version.h"
#include "engine/scan.h"
#include "finding/writers.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kComplaintsShownMax = 20;  // of each kind, on err; the rest is counted
constexpr std::size_t kInflateMibMax = 1 << 20;  // a terabyte: whoever has more has split it

struct ScanOptions {
  std::vector<std::string> paths;
  ConfigOption config;
  RulesOption rules;
  KnowledgeOption knowledge;
  std::string output = "human";
  std::string level = "informational";
  std::string fail_on;
  std::string since;
  std::string until;
  std::string lateness;
  std::string stats;
  std::string ledger;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool incidents = false;
  std::size_t inflate_max = stream::LogFile::kInflatedBytesMax >> 20;  // MiB
};

// A bar on a terminal's last line; nothing anywhere else.
class ProgressBar {
 public:
  explicit ProgressBar(const Console& console) : console_(console) {}
  ~ProgressBar() {
    if (shown_) console_.err << "\r\x1b[K" << std::flush;
  }

  void show(std::size_t done, std::size_t all) {
    if (all < 2) return;
    shown_ = true;
    constexpr std::size_t kCells = 30;
    const std::size_t filled = done * kCells / all;
    console_.err << fmt::format("\r[{:█<{}}{:·<{}}] {}/{} files", "", filled, "", kCells - filled,
                                done, all)
                 << std::flush;
  }

 private:
  const Console& console_;
  bool shown_ = false;
};

// Says "first few, then how many more" of a list of complaints.
template <typename Items, typename Show>
void complain_about(const Items& items, std::uint64_t count, std::string_view what,
                    const Console& console, const Show& show) {
  const std::size_t shown = std::min(items.size(), kComplaintsShownMax);
  for (std::size_t i = 0; i < shown; ++i)
    console.complain(show(items[i]));
  if (count > shown) console.complain(fmt::format("and {} more {}", count - shown, what));
}

void complain_about(const engine::ScanResult& result, const Console& console) {
  complain_about(
      result.failures, result.stats.files_failed, "files not read", console,
      [](const engine::FileFailure& failure) { return failure.path + ": " + failure.reason; });
  complain_about(result.quarantined, result.stats.quarantined, "records in quarantine", console,
                 [](const event::Quarantined& item) {
                   return fmt::format("{}: record {}: {}", item.path, item.record, item.reason);
                 });
}

// Findings, or incidents.
template <typename Items>
void print(const Items& items, std::string_view csv_header, std::string_view output,
           const Console& console) {
  if (output == "human") {
    const finding::Palette palette =
        console.color ? finding::Palette::colored() : finding::Palette::plain();
    console.out << finding::to_human(items, palette, console.width);
    return;
  }
  if (output == "csv") console.out << csv_header << "\r\n";
  for (const auto& item : items) {
    if (output == "csv") {
      console.out << finding::to_csv(item) << "\r\n";
    } else {
      console.out << (output == "ocsf" ? finding::to_ocsf(item, kVersion)
                                       : finding::to_ndjson(item))
                  << '\n';
    }
  }
}

// What was found, and how many of it for the last line.
std::string print(const engine::ScanResult& result, const ScanOptions& options,
                  const Console& console) {
  std::string count = fmt::format("{} findings", result.findings.size());
  if (!options.incidents) {
    print(result.findings, finding::csv_header(), options.output, console);
    return count;
  }
  const std::vector<finding::Incident> incidents = finding::incidents_of(result.findings);
  print(incidents, finding::incident_csv_header(), options.output, console);
  return fmt::format("{} in {} incidents", count, incidents.size());
}

std::string stats_json(const engine::ScanResult& result, std::size_t rules, double seconds) {
  const engine::ScanStats& stats = result.stats;
  json::Writer writer;
  writer.object([&] {
    writer.field("files", stats.files);
    writer.field("files_failed", stats.files_failed);
    writer.field("bytes", stats.bytes);
    writer.field("events", stats.events);
    writer.field("quarantined", stats.quarantined);
    writer.field("rules", std::uint64_t{rules});
    writer.field("hits", stats.hits);
    writer.field("findings", std::uint64_t{result.findings.size()});
    writer.field("seconds", seconds);
    writer.field("events_per_second",
                 seconds > 0 ? static_cast<double>(stats.events) / seconds : 0.0);
    writer.field("peak_rss_bytes", base::peak_resident_bytes());
    writer.field("skipped", stats.skipped);
    writer.field("outside_time", stats.outside_time);
    writer.field("duplicates", stats.duplicates);
    writer.field("hits_not_correlated", stats.hits_not_correlated);
    writer.field("windows_lost", stats.windows_lost);
    writer.field("issuances", stats.issuances);
    writer.field("issuances_forgotten", stats.issuances_forgotten);
    writer.field("chains_refused", stats.chains_refused);
    writer.field("hits_late", stats.hits_late);
  });
  return std::move(writer).take();
}

bool write_stats(const std::string& where, const std::string& stats, const Console& console) {
  if (where == "-") {
    console.out << stats << '\n';
    return true;
  }
  std::ofstream file(where);
  file << stats << '\n';
  if (file.flush()) return true;
  console.complain(where + ": the statistics could not be written");
  return false;
}

std::optional<engine::ScanSpec> spec_of(const ScanOptions& options, const Console& console) {
  engine::ScanSpec spec;
  spec.paths = options.paths;
  spec.jobs = options.jobs;
  spec.level = *rule::parse_level(options.level);
  spec.limits.inflated_bytes = options.inflate_max << 20;
  for (const std::string& path : options.paths) {
    if (path.starts_with("s3://")) {
      console.complain(path +
                       ": reading from S3 is not built yet; copy the objects with `aws s3 sync` "
                       "and scan the folder");
      return std::nullopt;
    }
  }
  for (const auto& [text, time] :
       {std::pair(&options.since, &spec.since), std::pair(&options.until, &spec.until)}) {
    if (text->empty()) continue;
    *time = base::parse_time(*text);
    if (*time) continue;
    console.complain("\"" + *text + "\" is no time; write 2026-01-31 or 2026-01-31T18:37:58Z");
    return std::nullopt;
  }
  if (!options.lateness.empty()) {
    spec.lateness = base::parse_span(options.lateness);
    if (!spec.lateness) {
      console.complain("\"" + options.lateness +
                       "\" is no span of time; write a number and s, m, h or d, as in 15m");
      return std::nullopt;
    }
  }
  return spec;
}

ExitCode exit_code_of(const engine::ScanResult& result, const std::string& fail_on) {
  if (result.stats.files_failed > 0 || result.stats.quarantined > 0) return ExitCode::Incomplete;
  if (fail_on.empty()) return ExitCode::Done;
  const rule::Level least = *rule::parse_level(fail_on);
  const bool failed = std::any_of(
      result.findings.begin(), result.findings.end(),
      [least](const finding::Finding& finding) { return finding.rule->level >= least; });
  return failed ? ExitCode::CheckFailed : ExitCode::Done;
}

// Whether everything was correlated; what was not is told.
bool tell_what_was_lost(const engine::ScanStats& stats, const Console& console) {
  if (stats.hits_not_correlated > 0) {
    console.complain(
        fmt::format("hits that no correlation saw, without a time or too many to keep: {}",
                    stats.hits_not_correlated));
  }
  if (stats.windows_lost > 0)
    console.complain(fmt::format("windows of correlations forgotten for lack of memory: {}",
                                 stats.windows_lost));
  if (stats.issuances_forgotten > 0) {
    console.complain(
        fmt::format("sessions whose beginning was forgotten for lack of memory: {}; who is behind "
                    "them may not be told",
                    stats.issuances_forgotten));
  }
  if (stats.hits_late > 0) {
    console.complain(fmt::format("hits that no correlation saw, later than --lateness allows: {}",
                                 stats.hits_late));
  }
  if (stats.subjects_lost > 0) {
    console.complain(fmt::format(
        "findings without actor and resources, because a file changed during the scan: {}",
        stats.subjects_lost));
  }
  return stats.hits_not_correlated + stats.windows_lost + stats.subjects_lost +
             stats.issuances_forgotten ==
         0;
}

// Whether the ledger has all of the findings; what is new is told.
bool commit(finding::Ledger& ledger, const engine::ScanResult& result, const Console& console) {
  const base::Result<finding::Ledger::Committed> committed =
      ledger.commit(result.findings, {}, now());
  if (!committed.ok()) {
    console.complain("nothing was saved in the ledger: " + committed.error().message);
    return false;
  }
  console.err << fmt::format("ledger: {} new findings, {} known, {} grown\n", committed->added,
                             committed->repeated, committed->grown);
  return true;
}

ExitCode scan(const ScanOptions& options, const Console& console) {
  std::optional<engine::ScanSpec> spec = spec_of(options, console);
  if (!spec) return ExitCode::WrongUse;
  const auto config =
      options.config.load(console, joined({options.rules.flags(), options.knowledge.flags()}));
  if (!config) return ExitCode::WrongUse;
  spec->windows = config->correlate;
  const auto knowledge = load_knowledge(config->enrich, console);
  if (!knowledge) return ExitCode::WrongUse;
  spec->knowledge = *knowledge;
  const std::optional<rule::RuleSet> rules = load_rules(RulesOption::of(*config), console);
  if (!rules) return ExitCode::WrongUse;
  std::optional<finding::Ledger> ledger;
  if (!options.ledger.empty()) {
    ledger = LedgerOption{options.ledger}.open(store::Database::Access::Create, console);
    if (!ledger) return ExitCode::WrongUse;
    spec->records = finding::Triager::Records::Kept;
  }
  const match::Matcher matcher(rules->rules());

  const auto begin = std::chrono::steady_clock::now();
  engine::ScanResult result;
  {
    ProgressBar bar(console);
    const engine::OnProgress on_progress = [&bar](std::size_t done, std::size_t all) {
      bar.show(done, all);
    };
    result =
        engine::scan(*spec, matcher, console.err_is_terminal ? on_progress : engine::OnProgress());
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  const bool all_saved = !ledger || commit(*ledger, result, console);
  const std::string found = print(result, options, console);
  complain_about(result, console);
  const bool all_correlated = tell_what_was_lost(result.stats, console);
  if (options.output == "human") {
    console.err << fmt::format("{} events in {} files, {} rules, {}, {:.1f} s\n",
                               result.stats.events, result.stats.files, rules->rules().size(),
                               found, seconds);
  }
  if (!options.stats.empty() &&
      !write_stats(options.stats, stats_json(result, rules->rules().size(), seconds), console)) {
    return ExitCode::Incomplete;
  }
  return all_saved && all_correlated ? exit_code_of(result, options.fail_on) : ExitCode::Incomplete;
}

}  // namespace

void add_scan(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand("scan", "Run rules over log files");
  command->footer("Example: riposte scan AWSLogs/ --level medium -o ndjson > findings.ndjson");
  const auto options = std::make_shared<ScanOptions>();
  const std::vector<std::string> levels(rule::kLevelNames.begin(), rule::kLevelNames.end());
  command
      ->add_option("path", options->paths,
                   "Files and folders, plain, gzip or zstd; - is standard input")
      ->required();
  options->config.add_to(*command);
  options->rules.add_to(*command);
  options->knowledge.add_to(*command);
  command->add_option("-o,--output", options->output, "How findings are written")
      ->check(CLI::IsMember({"human", "ndjson", "ocsf", "csv"}))
      ->capture_default_str();
  command->add_flag("--incidents", options->incidents,
                    "Join findings of one story to one incident each");
  command->add_option("--level", options->level, "Least level shown")
      ->check(CLI::IsMember(levels))
      ->capture_default_str();
  command
      ->add_option("--fail-on", options->fail_on,
                   "Exit with 1 when there is a finding of this level or above")
      ->check(CLI::IsMember(levels));
  command->add_option("--since", options->since, "Leave out events before this time");
  command->add_option("--until", options->until, "Leave out events from this time on");
  command
      ->add_option(
          "--lateness", options->lateness,
          "Correlate as a stream would: files in the order of their newest events, without "
          "what comes later than this")
      ->type_name("SPAN");
  command->add_option("-j,--jobs", options->jobs, "Threads")
      ->check(CLI::Range(1u, 256u))
      ->capture_default_str();
  command
      ->add_option("--inflate-max", options->inflate_max, "What a compressed file may hold at most")
      ->type_name("MIB")
      ->check(CLI::Range(std::size_t{1}, kInflateMibMax))
      ->capture_default_str();
  command
      ->add_option("--stats", options->stats,
                   "Write counts and speed as JSON to this file; - is standard output")
      ->type_name("FILE");
  command
      ->add_option("--ledger", options->ledger,
                   "Save the findings and their records in this file, too")
      ->type_name("FILE");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return scan(*options, console); };
  });
}

}  // namespace riposte::cli
