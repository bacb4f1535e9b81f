// CloudTrail as it comes: delivered files, Logstash's JSON lines, LookupEvents answers, arrays,
// EventBridge envelopes. What must be there is taken from the labels, or counted in the JSON by the
// plain parser; what the EventReader makes of it must be the same records, each with its time and
// the one who made the call.

#include <map>

#include <fmt/core.h>

#include "base/time.h"
#include "event/actor.h"
#include "event/event_reader.h"
#include "json/scanner.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

// What the data says of a record.
struct Expected {
  std::string id;
  std::string name;
  std::string time;  // as written; empty where the record has none that could be read
};

// What the EventReader made of one.
struct Seen {
  event::Format format = event::Format::Unknown;
  std::string name;
  std::optional<base::EventTime> time;
  event::Actor actor;
};

// Samples whose authors wrote "..." over most values tell neither a type nor a name.
enum class Actors : bool { MayBeBlanked, MustBeKnown };

struct Reading {
  std::multimap<std::string, Seen> records;  // by eventID
  std::vector<event::Quarantined> refused;
};

Reading read_records(std::string_view bytes, const std::string& path) {
  Reading reading;
  event::EventReader reader;
  event::Quarantine quarantine;
  const auto take = [&](const event::Event& event) {
    reading.records.emplace(std::string(event.id), Seen{event.format, std::string(event.name),
                                                        event.time, event::actor_of(event)});
  };
  reader.read(bytes, path, take, quarantine);
  reading.refused = quarantine.take_sorted();
  return reading;
}

std::string complaint_of(const Expected& expected, const Seen& seen, Actors actors) {
  if (seen.format != event::Format::CloudTrail) {
    return fmt::format("read as {}", event::name_of(seen.format));
  }
  if (seen.name != expected.name) {
    return fmt::format("eventName is {}, not {}", seen.name, expected.name);
  }
  if (!expected.time.empty()) {
    if (!seen.time) return "has no time, the record says " + expected.time;
    const std::optional<base::EventTime> time = base::parse_time(expected.time);
    if (time && *time != *seen.time) {
      return fmt::format("time is {}, not {}", base::format_time(*seen.time), expected.time);
    }
  }
  if (seen.actor.type.empty() || seen.actor.name.empty()) return "the actor has no type or name";
  if (actors == Actors::MustBeKnown && seen.actor.type == "Unknown") {
    return fmt::format("the actor {} is of no known type", seen.actor.name);
  }
  return {};
}

// A case for each expected record, and one for the file: nothing of it may be quarantined.
void judge_file(std::string_view bytes, const std::string& file,
                const std::vector<Expected>& expected, Actors actors, Part& part) {
  Reading reading = read_records(bytes, file);
  const std::string name = file_name_of(file);
  for (const Expected& each : expected) {
    const std::string id = fmt::format("{} in {}", each.id, name);
    const auto found = reading.records.find(each.id);
    if (found == reading.records.end()) {
      part.fail(id, "not read");
      continue;
    }
    part.judge(id, complaint_of(each, found->second, actors));
    reading.records.erase(found);  // the next record of the same id is another one
  }
  std::string complaint;
  for (const event::Quarantined& refused : reading.refused) {
    complaint += fmt::format("{}record {}: {}", complaint.empty() ? "quarantined " : "; ",
                             refused.record, refused.reason);
  }
  part.judge(name, complaint);
}

// Logs that went through Logstash say @timestamp. A time that begins with no digit was blanked.
std::string time_of(const json::Node& record) {
  for (std::string_view key : {"eventTime", "@timestamp"}) {
    const std::string_view time = record.string_at(key);
    if (!time.empty() && time.front() >= '0' && time.front() <= '9') return std::string(time);
  }
  return {};
}

// The records below a node: of an array, of Records, of an envelope; else the node is one itself.
void collect(const json::Node& node, std::vector<Expected>& records) {
  if (node.is(json::Kind::Array)) {
    for (const json::Node& element : json::children(node))
      collect(element, records);
    return;
  }
  for (std::string_view key : {"Records", "detail"}) {
    if (const json::Node* inner = node.find(key)) return collect(*inner, records);
  }
  records.push_back({std::string(node.string_at("eventID")),
                     std::string(node.string_at("eventName")), time_of(node)});
}

std::vector<Expected> records_of(std::string_view bytes, const std::string& file, Part& part) {
  std::vector<Expected> records;
  if (is_json_lines_file(file)) {
    each_row(bytes, part, [&](const json::Node& row, std::size_t) { collect(row, records); });
    return records;
  }
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(bytes);
  if (document.ok()) {
    collect(document->root(), records);
  } else {
    part.fail(file, document.error().message);
  }
  return records;
}

void run_invictus(const Setting& setting, Report& report) {
  const std::string folder = "cloudtrail/invictus/";
  const auto labels = setting.corpus.read(folder + "labels.jsonl", report);
  if (!labels) return;
  Part& part = report.part("invictus");
  std::map<std::string, std::vector<Expected>> records_of_file;
  each_row(*labels, part, [&](const json::Node& row, std::size_t) {
    records_of_file[std::string(row.string_at("file"))].push_back(
        {std::string(row.string_at("eventID")), std::string(row.string_at("eventName")),
         std::string(row.string_at("eventTime"))});
  });
  for (const auto& [file, records] : records_of_file) {
    const auto bytes = setting.corpus.read(folder + file, report);
    if (bytes) judge_file(*bytes, file, records, Actors::MustBeKnown, part);
  }
}

void run_folder(const Setting& setting, const std::string& name, const std::string& folder,
                Report& report) {
  Part& part = report.part(name);
  for (const std::string& file : setting.corpus.files(folder, report)) {
    if (!is_json_file(file) && !is_json_lines_file(file)) continue;
    const auto bytes = setting.corpus.read(file, report);
    if (!bytes) continue;
    judge_file(*bytes, file, records_of(*bytes, file, part), Actors::MustBeKnown, part);
  }
}

// Answers of LookupEvents: the record stands in a string, its id beside it, too.
void run_lookup_events(const Setting& setting, Report& report) {
  const std::string file = "formats/cloudtrail/lookup_events.jsonl";
  const auto bytes = setting.corpus.read(file, report);
  if (!bytes) return;
  Part& part = report.part("lookup_events");
  std::vector<Expected> records;
  each_row(*bytes, part, [&](const json::Node& row, std::size_t line) {
    const base::Result<json::OwnedDocument> record =
        json::OwnedDocument::parse(row.string_at("CloudTrailEvent"));
    if (!record.ok()) {
      part.fail(fmt::format("lookup_events:{}", line), record.error().message);
      return;
    }
    records.push_back({std::string(row.string_at("EventId")),
                       std::string(row.string_at("EventName")), time_of(record->root())});
  });
  judge_file(*bytes, file, records, Actors::MustBeKnown, part);
}

void run_streamalert(const Setting& setting, Report& report) {
  const auto bytes = setting.corpus.read("labelled/streamalert.jsonl", report);
  if (!bytes) return;
  Part& part = report.part("streamalert");
  each_row(*bytes, part, [&](const json::Node& row, std::size_t line) {
    const json::Node* event = row.find("event");
    if (event == nullptr || !event->is_container()) return;
    std::vector<Expected> records;
    collect(*event, records);
    // GuardDuty's findings stand among them; they have no eventName.
    if (records.empty() || records.front().name.empty()) return;
    judge_file(event->text, fmt::format("streamalert:{}", line), records, Actors::MayBeBlanked,
               part);
  });
}

}  // namespace

void run_cloudtrail(const Setting& setting, Report& report) {
  run_invictus(setting, report);
  run_folder(setting, "otrf", "cloudtrail/otrf", report);
  run_folder(setting, "stratus", "stratus/aws", report);
  run_lookup_events(setting, report);
  run_streamalert(setting, report);
}

}  // namespace riposte::conformance
