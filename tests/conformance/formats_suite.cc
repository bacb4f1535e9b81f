// One sample of everything that AWS sends: each file must open and read, with nothing quarantined
// and at least one event of a format that is known.
//
// Three folders are judged more softly. aws-lambda-go holds what Lambda functions are given and
// what they answer; many of these are no logs, and are events of an unknown format. A few carry a
// message of plain text ("Hello from SNS!") where logs would carry JSON: that message, and nothing
// else, may be quarantined. iam_policies holds documents, not events; they must parse. Of text logs
// every line that is no header must give an event. crowdsec_parsed holds lines with what CrowdSec
// reads in them: where its fields are ours, they must say the same.

#include <functional>
#include <map>

#include <fmt/core.h>

#include "base/inflate.h"
#include "base/text.h"
#include "event/event_reader.h"
#include "event/text_log.h"
#include "json/scanner.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

constexpr std::string_view kLambdaFolder = "aws-lambda-go";
constexpr std::string_view kPolicyFolder = "iam_policies";
constexpr std::string_view kLinesFolder = "crowdsec_parsed";

// What a sample was read as.
struct Outcome {
  std::map<event::Format, std::uint64_t> formats;
  std::uint64_t events = 0;
  std::uint64_t skipped = 0;
  std::vector<event::Quarantined> refused;

  bool only_unknown() const {
    return formats.size() == 1 && formats.contains(event::Format::Unknown);
  }
};

Outcome read_sample(std::string_view bytes, const std::string& name,
                    const std::function<void(const event::Event&)>& see = {}) {
  Outcome outcome;
  event::EventReader reader;
  event::Quarantine quarantine;
  reader.read(
      bytes, name,
      [&](const event::Event& event) {
        ++outcome.formats[event.format];
        if (see) see(event);
      },
      quarantine);
  outcome.events = reader.event_count();
  outcome.skipped = reader.skipped_count();
  outcome.refused = quarantine.take_sorted();
  return outcome;
}

bool is_json(std::string_view text) {
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(text);
  return document.ok() && document->root().is_container();
}

// How many messages below a node are plain text: what queues, topics and streams carry.
std::size_t count_plain_messages(const json::Node& node) {
  std::size_t count = 0;
  for (const json::Node* each = &node; each != &node + node.size; ++each) {
    if (!each->is_string()) continue;
    if (each->key == "data") {
      const base::Result<std::string> decoded = base::decode_base64(each->text);
      count += decoded.ok() && !is_json(*decoded) ? 1 : 0;
    } else if (each->key == "Message" || each->key == "body" || each->key == "Body") {
      count += is_json(each->text) ? 0 : 1;
    }
  }
  return count;
}

std::size_t plain_messages_of(std::string_view bytes) {
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(bytes);
  return document.ok() ? count_plain_messages(document->root()) : 0;
}

std::string reasons_of(const Outcome& outcome) {
  std::string text;
  for (const event::Quarantined& refused : outcome.refused) {
    text += fmt::format("{}record {}: {}", text.empty() ? "quarantined " : "; ", refused.record,
                        refused.reason);
  }
  return text;
}

std::string judge_sample(std::string_view bytes, const Outcome& outcome, bool is_lambda) {
  const std::size_t allowed = is_lambda ? plain_messages_of(bytes) : 0;
  if (outcome.refused.size() > allowed) return reasons_of(outcome);
  if (outcome.events + outcome.skipped + outcome.refused.size() == 0) return "gave nothing at all";
  if (outcome.only_unknown() && !is_lambda) return "read as JSON that no reader claims";
  return {};
}

// "guardduty 2, eventbridge 1": what the samples of a folder turned out to be.
class Tally {
 public:
  void add(const Outcome& outcome) {
    for (const auto& [format, count] : outcome.formats)
      formats_[format] += count;
    skipped_ += outcome.skipped;
    refused_ += outcome.refused.size();
  }

  std::string text() const {
    std::string text = "read as";
    for (const auto& [format, count] : formats_) {
      text += fmt::format(" {} {},", event::name_of(format), count);
    }
    return text + fmt::format(" skipped {}, quarantined {}", skipped_, refused_);
  }

 private:
  std::map<event::Format, std::uint64_t> formats_;
  std::uint64_t skipped_ = 0;
  std::uint64_t refused_ = 0;
};

void run_sample(std::string_view bytes, const std::string& id, bool is_lambda, Tally& tally,
                Part& part) {
  const Outcome outcome = read_sample(bytes, id);
  tally.add(outcome);
  part.judge(id, judge_sample(bytes, outcome, is_lambda));
}

// The file as a scan reads it; every line must have given something.
void run_lines(std::string_view bytes, const std::string& file, Tally& tally, Part& part) {
  std::size_t lines = 0;
  each_row(bytes, part, [&](const json::Node&, std::size_t) { ++lines; });
  const Outcome outcome = read_sample(bytes, file);
  tally.add(outcome);
  std::string complaint = judge_sample(bytes, outcome, false);
  if (complaint.empty() && outcome.events + outcome.skipped < lines) {
    complaint = fmt::format("{} events of {} lines", outcome.events, lines);
  }
  part.judge(file, complaint);
}

void run_policies(std::string_view bytes, const std::string& file, Part& part) {
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(bytes);
  part.judge(file, document.ok() ? std::string() : document.error().message);
}

void run_file(std::string_view bytes, const std::string& folder, const std::string& file,
              Tally& tally, Part& part) {
  if (folder == kPolicyFolder) return run_policies(bytes, file, part);
  if (is_json_lines_file(file)) return run_lines(bytes, file, tally, part);
  run_sample(bytes, file, folder == kLambdaFolder, tally, part);
}

// Lines that are no comments and no headers: each must have given an event.
std::size_t text_lines(std::string_view bytes) {
  std::size_t lines = 0;
  std::string ignored;
  event::TextLog log;
  for (std::string_view line : base::split(bytes, '\n')) {
    line = base::trim(line);
    if (line.empty()) continue;
    const base::Result<event::Format> format = log.read(line, ignored);
    if (!format.ok() || *format != event::Format::Unknown) ++lines;
  }
  return lines;
}

void run_text(std::string_view bytes, const std::string& file, Tally& tally, Part& part) {
  const Outcome outcome = read_sample(bytes, file);
  tally.add(outcome);
  const std::size_t lines = text_lines(bytes);
  std::string complaint;
  if (outcome.events != lines || lines == 0)
    complaint = fmt::format("{} events of {} lines", outcome.events, lines);
  part.judge(file, complaint);
}

// What CrowdSec calls a field that we have under another name.
constexpr std::pair<std::string_view, std::string_view> kTheirNames[] = {
    {"remote_addr", "client_ip"},
    {"remote_port", "client_port"},
    {"target_addr", "target_ip"},
    {"http_method", "cs-method"},
    {"http_user_agent", "cs-user-agent"},
    {"request", "cs-uri-stem"},
    {"host", "cs-host"},
    {"target_list", "target_port_list"}};

std::string_view our_name(std::string_view theirs) {
  for (const auto& [name, ours] : kTheirNames) {
    if (name == theirs) return ours;
  }
  return theirs;
}

// Every field that both know, of one line; "-" is what we leave out.
std::string compare_fields(const json::Node& theirs, const json::Node& ours, std::size_t& same) {
  for (const json::Node& field : json::children(theirs)) {
    const json::Node* found = ours.find(our_name(field.key));
    if (found == nullptr || field.text == "-") continue;
    if (found->text != field.text)
      return fmt::format("{}: \"{}\", not \"{}\"", field.key, found->text, field.text);
    ++same;
  }
  return {};
}

void run_parsed(std::string_view bytes, const std::string& file, Tally& tally, Part& part) {
  constexpr std::size_t kSameLeast = 20;  // fields of a line
  const json::OwnedDocument document = json::OwnedDocument::parse(bytes).value();
  const json::Node* lines = document.root().find("lines");
  const json::Node* parsed = document.root().find("expected_parsed");
  if (lines == nullptr || parsed == nullptr) return part.judge(file, "it holds no lines");
  auto expected = json::children(*parsed).begin();
  std::size_t number = 0;
  for (const json::Node& line : json::children(*lines)) {
    const std::string id = fmt::format("{}:{}", file, ++number);
    std::string complaint = "no event";
    std::size_t same = 0;
    tally.add(read_sample(line.text, id, [&](const event::Event& event) {
      complaint = compare_fields(*(*expected).find("parsed"), *event.record, same);
      if (complaint.empty() && same < kSameLeast)
        complaint = fmt::format("only {} fields in common", same);
    }));
    part.judge(id, complaint);
    ++expected;
  }
}

void run_folder(const Setting& setting, const std::string& folder, Report& report) {
  const std::string name = file_name_of(folder);
  const std::vector<std::string> files = setting.corpus.files(folder, report);
  if (files.empty()) return;
  Part& part = report.part(name);
  Tally tally;
  for (const std::string& file : files) {
    const auto bytes = setting.corpus.read(file, report);
    if (!bytes) continue;
    if (name == kLinesFolder) {
      run_parsed(*bytes, file, tally, part);
    } else if (is_json_file(file) || is_json_lines_file(file)) {
      run_file(*bytes, name, file, tally, part);
    } else {
      run_text(*bytes, file, tally, part);
    }
  }
  if (name != kPolicyFolder) part.note(tally.text());
}

// Rows with an event by log type; some have none, for checks that need no event.
void run_classifier(const Setting& setting, Report& report) {
  const auto bytes = setting.corpus.read("formats/streamalert_classifier.jsonl", report);
  if (!bytes) return;
  Part& part = report.part("streamalert_classifier");
  Tally tally;
  each_row(*bytes, part, [&](const json::Node& row, std::size_t line) {
    const json::Node* event = row.find("event");
    if (event == nullptr || !event->is_container()) return;
    const std::string id = fmt::format("{}:{}", part.name(), line);
    run_sample(event->text, fmt::format("{} {}", id, row.string_at("log")), true, tally, part);
  });
  part.note(tally.text());
}

}  // namespace

void run_formats(const Setting& setting, Report& report) {
  for (const std::string& folder : setting.corpus.folders("formats", report))
    run_folder(setting, folder, report);
  run_classifier(setting, report);
}

}  // namespace riposte::conformance
