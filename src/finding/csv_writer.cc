#include <span>

#include "base/text.h"
#include "finding/terminal_text.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

constexpr std::string_view kHeader =
    "time,level,rule,title,account,region,actor_type,actor,ip,event,error,resources,count,id,"
    "source,origin,key";
constexpr std::string_view kIncidentHeader =
    "time,last_time,level,title,accounts,regions,origins,actors,addresses,tactics,resources,"
    "findings,events,id";

// Spreadsheets run what begins like this; an IAM user may be called "=cmd|'/c calc'!A1".
bool begins_formula(std::string_view cell) {
  return !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string cell = visible(text);
  if (begins_formula(cell)) cell.insert(0, "'");
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string out = "\"";
  for (char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string text_of(const std::vector<event::Resource>& resources) {
  std::string text;
  for (const event::Resource& resource : resources) {
    if (!text.empty()) text += "; ";
    text += resource.type;
    if (!resource.type.empty()) text += ' ';
    text += resource.arn.empty() ? resource.id : resource.arn;
  }
  return text;
}

std::string time_text(std::optional<base::EventTime> time) {
  return time ? base::format_time(*time) : "";
}

std::string line_of(std::span<const std::string> cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != cells.data()) line += ',';
    line += quoted(cell);
  }
  return line;
}

}  // namespace

std::string csv_header() { return std::string(kHeader); }

std::string to_csv(const Finding& finding) {
  const std::string cells[] = {
      time_text(finding.first_time),
      std::string(rule::name_of(finding.rule->level)),
      finding.rule->name,
      finding.rule->title,
      finding.account,
      finding.region,
      finding.actor.type,
      finding.actor.name,
      finding.actor.ip,
      call_of(finding),
      finding.error_code,
      text_of(finding.resources),
      std::to_string(finding.count),
      finding.id,
      finding.source_path + ":" + std::to_string(finding.source_record),
      finding.lineage.origin,
      finding.correlated ? text_of(*finding.correlated) : "",
  };
  return line_of(cells);
}

std::string incident_csv_header() { return std::string(kIncidentHeader); }

std::string to_csv(const Incident& incident) {
  std::vector<std::string> tactics;
  for (const Incident::Passed& passed : incident.tactics)
    tactics.emplace_back(passed.tactic->name);
  const std::string cells[] = {
      time_text(incident.first_time),
      time_text(incident.last_time),
      std::string(rule::name_of(incident.level)),
      incident.title,
      base::join(incident.accounts.shown, "; "),
      base::join(incident.regions.shown, "; "),
      base::join(incident.origins.shown, "; "),
      base::join(incident.actors.shown, "; "),
      base::join(incident.addresses.shown, "; "),
      base::join(tactics, "; "),
      text_of(incident.resources.shown),
      std::to_string(incident.findings.size()),
      std::to_string(incident.event_count),
      incident.id,
  };
  return line_of(cells);
}

}  // namespace riposte::finding
