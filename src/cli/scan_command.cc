// riposte scan PATH...: rules over log files.
// Tested by tests/cli/scan_test.py

#include <algorithm>
#include <chrono>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/ledger_option.h"
#include "cli/logs_option.h"
#include "cli/rules_option.h"
#include "cli/version.h"
#include "engine/scan.h"
#include "finding/writers.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

struct ScanOptions {
  LogsOption logs;
  ConfigOption config;
  RulesOption rules;
  std::string output = "human";
  std::string level = "informational";
  std::string fail_on;
  std::string lateness;
  std::string stats;
  std::string ledger;
  bool incidents = false;
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

std::optional<engine::ScanSpec> spec_of(const ScanOptions& options, const engine::Config& config,
                                        const Console& console) {
  std::optional<engine::ScanSpec> spec = options.logs.spec(config, console);
  if (!spec) return std::nullopt;
  spec->level = *rule::parse_level(options.level);
  if (options.lateness.empty()) return spec;
  spec->lateness = base::parse_span(options.lateness);
  if (spec->lateness) return spec;
  console.complain("\"" + options.lateness +
                   "\" is no span of time; write a number and s, m, h or d, as in 15m");
  return std::nullopt;
}

ExitCode exit_code_of(const engine::ScanResult& result, const std::string& fail_on) {
  if (fail_on.empty()) return ExitCode::Done;
  const rule::Level least = *rule::parse_level(fail_on);
  const bool failed = std::any_of(
      result.findings.begin(), result.findings.end(),
      [least](const finding::Finding& finding) { return finding.rule->level >= least; });
  return failed ? ExitCode::CheckFailed : ExitCode::Done;
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
  const auto config =
      options.config.load(console, joined({options.rules.flags(), options.logs.flags()}));
  if (!config) return ExitCode::WrongUse;
  std::optional<engine::ScanSpec> spec = spec_of(options, *config, console);
  if (!spec) return ExitCode::WrongUse;
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
  const bool is_whole = tell_what_is_missing(result, console);
  if (options.output == "human") {
    console.err << fmt::format("{} events in {} files, {} rules, {}, {:.1f} s\n",
                               result.stats.events, result.stats.files, rules->rules().size(),
                               found, seconds);
  }
  if (!options.stats.empty() &&
      !write_stats(options.stats, stats_json(result, rules->rules().size(), seconds), console)) {
    return ExitCode::Incomplete;
  }
  return all_saved && is_whole ? exit_code_of(result, options.fail_on) : ExitCode::Incomplete;
}

}  // namespace

void add_scan(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand("scan", "Run rules over log files");
  command->footer("Example: riposte scan AWSLogs/ --level medium -o ndjson > findings.ndjson");
  const auto options = std::make_shared<ScanOptions>();
  const std::vector<std::string> levels(rule::kLevelNames.begin(), rule::kLevelNames.end());
  options->logs.add_to(*command);
  options->config.add_to(*command);
  options->rules.add_to(*command);
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
  command
      ->add_option(
          "--lateness", options->lateness,
          "Correlate as a stream would: files in the order of their newest events, without "
          "what comes later than this")
      ->type_name("SPAN");
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
