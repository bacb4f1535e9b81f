// Tested by tests/cli/enrichment_test.py

#include "cli/knowledge_option.h"

#include <chrono>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "cli/config_option.h"

namespace riposte::cli {
namespace {

// When the file was last written.
base::EventTime written_at(const std::string& path) {
  std::error_code failure;
  const auto time = std::filesystem::last_write_time(path, failure);
  if (failure) return {};
  return std::chrono::floor<base::Millis>(std::chrono::file_clock::to_sys(time));
}

void limit_in_time(enrich::ThreatList& list, base::EventTime until) {
  for (enrich::Indicator& indicator : list.indicators) {
    if (!indicator.valid_until) indicator.valid_until = until;
  }
}

std::optional<enrich::ThreatList> read_list(const std::string& path,
                                            const engine::ThreatListSettings& settings,
                                            const Console& console) {
  const base::Result<std::string> text = base::read_file(path, enrich::kThreatListBytesMax);
  if (!text.ok()) {
    console.complain(path + ": " + text.error().message);
    return std::nullopt;
  }
  const bool has_name = !settings.name.empty() && path == settings.path;  // no file of a folder
  const std::string name = has_name ? settings.name : std::filesystem::path(path).stem().string();
  base::Result<enrich::ThreatList> list = enrich::read_threat_list(text.value(), name);
  if (!list.ok()) {
    console.complain(path + ": " + list.error().message);
    return std::nullopt;
  }
  for (const enrich::ThreatList::Flaw& flaw : list.value().flaws)
    console.complain(fmt::format("{}:{}: {}", path, flaw.line, flaw.reason));
  if (list.value().flaw_count > list.value().flaws.size()) {
    console.complain(fmt::format("{}: and {} more that could not be read", path,
                                 list.value().flaw_count - list.value().flaws.size()));
  }
  if (list.value().other_count > 0) {
    console.complain(fmt::format("{}: {} indicators are neither addresses nor domains", path,
                                 list.value().other_count));
  }
  if (settings.expires) limit_in_time(list.value(), written_at(path) + *settings.expires);
  return std::move(list).value();
}

}  // namespace

void KnowledgeOption::add_to(CLI::App& command) {
  command
      .add_option("--geo", geo,
                  "Where addresses are and whose: a database in MaxMind's format, City, Country or "
                  "ASN; may be given again")
      ->type_name("FILE");
  command
      .add_option(
          "--threats", threats,
          "Addresses, networks and domains known for harm: plain, CSV, STIX or MISP; a file "
          "or a folder; may be given again")
      ->type_name("PATH");
}

std::vector<engine::ConfigFlag> KnowledgeOption::flags() const {
  return said({{"enrich", "geo", geo, "--geo"}, {"enrich", "threats", threats, "--threats"}});
}

std::optional<std::shared_ptr<const enrich::Knowledge>> load_knowledge(
    const engine::Config::Enrich& settings, const Console& console) {
  if (settings.geo.empty() && settings.threats.empty())
    return std::shared_ptr<const enrich::Knowledge>();
  bool is_whole = true;
  std::vector<enrich::GeoDatabase> geo;
  for (const std::string& path : settings.geo) {
    base::Result<enrich::GeoDatabase> database = enrich::GeoDatabase::open(path);
    if (database.ok()) {
      geo.push_back(std::move(database).value());
    } else {
      console.complain(database.error().message);
      is_whole = false;
    }
  }
  std::vector<enrich::ThreatList> lists;
  for (const engine::ThreatListSettings& threats : settings.threats) {
    std::vector<base::Error> failures;
    for (const std::string& file : base::list_files(threats.path, failures)) {
      std::optional<enrich::ThreatList> list = read_list(file, threats, console);
      is_whole = is_whole && list.has_value();
      if (list) lists.push_back(std::move(*list));
    }
    for (const base::Error& failure : failures)
      console.complain(failure.message);
    is_whole = is_whole && failures.empty();
  }
  if (!is_whole) return std::nullopt;
  return std::make_shared<const enrich::Knowledge>(std::move(geo),
                                                   enrich::ThreatIndex(std::move(lists)));
}

}  // namespace riposte::cli
