// Tested by tests/cli/scan_test.py

#include "cli/logs_option.h"

#include <algorithm>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/answering_option.h"
#include "cli/config_option.h"
#include "engine/session_objects.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kComplaintsShownMax = 20;  // of each kind, on err; the rest is counted
constexpr std::size_t kInflateMibMax = 1 << 20;  // a terabyte: whoever has more has split it

// Says "first few, then how many more" of a list of complaints.
template <typename Items, typename Show>
void complain_about(const Items& items, std::uint64_t count, std::string_view what,
                    const Console& console, const Show& show) {
  const std::size_t shown = std::min(items.size(), kComplaintsShownMax);
  for (std::size_t i = 0; i < shown; ++i)
    console.complain(show(items[i]));
  if (count > shown) console.complain(fmt::format("and {} more {}", count - shown, what));
}

}  // namespace

LogsOption::LogsOption()
    : jobs(std::max(1u, std::thread::hardware_concurrency())),
      inflate_max_mib(stream::LogFile::kInflatedBytesMax >> 20) {}

void LogsOption::add_to(CLI::App& command) {
  command
      .add_option("path", paths,
                  "Files and folders, plain, gzip or zstd; s3://BUCKET/PREFIX; - is standard input")
      ->required();
  aws.add_to(command);
  knowledge.add_to(command);
  command.add_option("--since", since, "Leave out events before this time");
  command.add_option("--until", until, "Leave out events from this time on");
  command.add_option("-j,--jobs", jobs, "Threads")
      ->check(CLI::Range(1u, 256u))
      ->capture_default_str();
  command.add_option("--inflate-max", inflate_max_mib, "What a compressed file may hold at most")
      ->type_name("MIB")
      ->check(CLI::Range(std::size_t{1}, kInflateMibMax))
      ->capture_default_str();
}

std::vector<engine::ConfigFlag> LogsOption::flags() const {
  return joined({knowledge.flags(), aws.flags()});
}

std::optional<engine::ScanSpec> LogsOption::spec(const engine::Config& config,
                                                 const Console& console) const {
  engine::ScanSpec spec;
  spec.paths = paths;
  spec.jobs = jobs;
  spec.limits.inflated_bytes = inflate_max_mib << 20;
  const bool has_objects = std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
    return path.starts_with(stream::kObjectScheme);
  });
  if (has_objects) {
    base::Result<stream::MakeObjects> objects =
        engine::objects_of(config, {.user_agent = user_agent()});
    if (!objects.ok()) {
      console.complain(objects.error().message);
      return std::nullopt;
    }
    spec.objects = std::move(objects).value();
  }
  for (const auto& [text, time] :
       {std::pair(&since, &spec.since), std::pair(&until, &spec.until)}) {
    if (text->empty()) continue;
    *time = base::parse_time(*text);
    if (*time) continue;
    console.complain("\"" + *text + "\" is no time; write 2026-01-31 or 2026-01-31T18:37:58Z");
    return std::nullopt;
  }
  spec.windows = config.correlate;
  const auto known = load_knowledge(config.enrich, console);
  if (!known) return std::nullopt;
  spec.knowledge = *known;
  return spec;
}

bool tell_what_is_missing(const engine::ScanResult& result, const Console& console) {
  const engine::ScanStats& stats = result.stats;
  complain_about(
      result.failures, stats.files_failed, "files not read", console,
      [](const engine::FileFailure& failure) { return failure.path + ": " + failure.reason; });
  complain_about(result.quarantined, stats.quarantined, "records in quarantine", console,
                 [](const event::Quarantined& item) {
                   return fmt::format("{}: record {}: {}", item.path, item.record, item.reason);
                 });
  const auto tell = [&console](std::uint64_t count, std::string_view what) {
    if (count > 0) console.complain(fmt::format("{}: {}", what, count));
  };
  tell(stats.hits_not_correlated,
       "hits that no correlation saw, without a time or too many to keep");
  tell(stats.windows_lost, "windows of correlations forgotten for lack of memory");
  tell(stats.issuances_forgotten,
       "sessions whose beginning was forgotten for lack of memory, so that who is behind them may "
       "not be told");
  tell(stats.hits_late, "hits that no correlation saw, later than --lateness allows");
  tell(stats.subjects_lost,
       "findings without actor and resources, because a file changed during the scan");
  return stats.files_failed + stats.quarantined + stats.hits_not_correlated + stats.windows_lost +
             stats.subjects_lost + stats.issuances_forgotten ==
         0;
}

}  // namespace riposte::cli
