// Shipped rules over published attacks, told as incidents: is an attack one story, and does nobody
// else's work stand in it? Asked of whole scans, whose files are shuffled once and asked again.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "detector.h"
#include "engine/scan.h"
#include "finding/incident.h"
#include "finding/writers.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

namespace fs = std::filesystem;
using rule::Level;

constexpr Level kTold = Level::Low;            // informational rules only tell
constexpr Level kAlarm = Level::Medium;        // one that a person is asked to look at
constexpr double kBackgroundAlarmsMax = 0.02;  // of everyday records, strictly below
constexpr std::size_t kFiles = 7;              // that records are dealt out to

struct Record {
  std::string text;
  std::string label;
  std::string technique;
  std::string caller;  // the ARN and key of the record: who its author says it was
};
using Records = std::map<std::string, Record>;  // by eventID

std::string caller_of(const json::Node& record) {
  return std::string(record.string_at("userIdentity.arn")) + " " +
         std::string(record.string_at("userIdentity.accessKeyId"));
}

// A folder of log files that is gone when the suite is.
class TemporaryLogs {
 public:
  TemporaryLogs()
      : folder_(fs::temp_directory_path() / fmt::format("riposte_incidents_{}", getpid())) {}
  ~TemporaryLogs() {
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  TemporaryLogs(const TemporaryLogs&) = delete;
  TemporaryLogs& operator=(const TemporaryLogs&) = delete;

  void write(const std::vector<std::vector<std::string>>& files) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::ofstream file(folder_ / fmt::format("{}.ndjson", i));
      for (const std::string& record : files[i])
        file << record << '\n';
    }
  }
  std::string path() const { return folder_.string(); }

 private:
  fs::path folder_;
};

class Stories {
 public:
  Stories(const Setting& setting, Report& report) : setting_(setting), report_(report) {
    std::vector<std::string> complaints;
    matcher_.emplace(load_rules(setting.rules, complaints));
    for (const std::string& complaint : complaints)
      report.part("rules").fail("rules", complaint);
  }

  void run_invictus();
  void run_scenarios();

 private:
  std::vector<finding::Finding> scan(const std::vector<std::vector<std::string>>& files,
                                     unsigned jobs) {
    logs_.write(files);
    engine::ScanSpec spec;
    spec.paths = {logs_.path()};
    spec.jobs = jobs;
    spec.level = kTold;
    std::vector<finding::Finding> findings = engine::scan(spec, *matcher_, {}).findings;
    for (finding::Finding& finding : findings) {
      finding.source_path.clear();
      finding.source_record = 0;
    }
    return findings;
  }

  static std::string told(const std::vector<finding::Finding>& findings) {
    std::string text;
    for (const finding::Finding& finding : findings)
      text += finding::to_ndjson(finding) + '\n';
    for (const finding::Incident& incident : finding::incidents_of(findings))
      text += finding::to_ndjson(incident) + '\n';
    return text;
  }

  std::vector<finding::Finding> scan_in_any_order(const Records& records, Part& part) {
    std::vector<std::string> texts;
    for (const auto& [id, record] : records)
      texts.push_back(record.text);
    std::vector<finding::Finding> findings = scan({texts}, 1);
    std::mt19937 random(1);
    std::shuffle(texts.begin(), texts.end(), random);
    std::vector<std::vector<std::string>> files(kFiles);
    for (const std::string& text : texts)
      files[random() % kFiles].push_back(text);
    part.judge("shuffled", told(scan(files, 2)) == told(findings)
                               ? ""
                               : "another order of files gives other findings or incidents");
    return findings;
  }

  const Setting& setting_;
  Report& report_;
  std::optional<match::Matcher> matcher_;
  TemporaryLogs logs_;
};

// Every detonation's findings are one incident each at most, and nobody else's are with them:
// records of a caller that attacks nowhere.
void Stories::run_invictus() {
  const std::string root = "cloudtrail/invictus";
  const auto rows = setting_.corpus.read(root + "/labels.jsonl", report_);
  if (!rows) return;
  Part& part = report_.part("invictus");
  std::map<std::string, std::map<std::string, std::pair<std::string, std::string>>> labels;
  each_row(*rows, part, [&](const json::Node& row, std::size_t) {
    labels[std::string(row.string_at("file"))][std::string(row.string_at("eventID"))] = {
        std::string(row.string_at("label")), std::string(row.string_at("technique"))};
  });

  Records records;
  std::set<std::string> attackers;
  std::uint64_t background = 0;
  for (const auto& [file, of_file] : labels) {
    const auto text = setting_.corpus.read(fmt::format("{}/{}", root, file), report_);
    const auto document = json::OwnedDocument::parse(text.value_or("{}"));
    const json::Node* list = document.ok() ? document->root().find("Records") : nullptr;
    if (list == nullptr) continue;
    for (const json::Node& record : json::children(*list)) {
      const std::string id(record.string_at("eventID"));
      const auto label = of_file.find(id);
      if (label == of_file.end()) continue;
      records[id] = {json::compact(record), label->second.first, label->second.second,
                     caller_of(record)};
      if (label->second.first == "background") ++background;
      if (label->second.first != "background") attackers.insert(records[id].caller);
    }
  }
  const std::vector<finding::Finding> findings = scan_in_any_order(records, part);

  std::set<std::string> alarming;
  for (const finding::Finding& finding : findings) {
    if (finding.rule->level < kAlarm) continue;
    for (const std::string& event : finding.events) {
      if (records[event].label == "background") alarming.insert(event);
    }
  }
  const double share =
      background == 0 ? 0 : static_cast<double>(alarming.size()) / static_cast<double>(background);
  const std::string noise = fmt::format("{} of {} background records at medium or above ({:.2f} %)",
                                        alarming.size(), background, 100 * share);
  part.note(noise);
  part.judge("noise", share < kBackgroundAlarmsMax ? "" : noise);

  std::map<std::string, std::set<std::string>> incidents_by_technique;
  const std::vector<finding::Incident> incidents = finding::incidents_of(findings);
  for (const finding::Incident& incident : incidents) {
    std::set<std::string> strangers;
    std::set<std::string> techniques;
    for (const finding::Finding* finding : incident.findings) {
      for (const std::string& event : finding->events) {
        const Record& record = records[event];
        if (record.label == "detonation") techniques.insert(record.technique);
        if (record.label == "background" && !attackers.contains(record.caller))
          strangers.insert(finding->rule->name + " by " + record.caller);
      }
    }
    for (const std::string& technique : techniques)
      incidents_by_technique[technique].insert(incident.id);
    if (techniques.empty()) continue;
    part.note(fmt::format("incident {} ({}): {} findings of {} techniques, origins: {}",
                          incident.id, rule::name_of(incident.level), incident.findings.size(),
                          techniques.size(), base::join(incident.origins.shown, ", ")));
    part.judge("others in " + incident.id,
               strangers.empty() ? "" : base::join({strangers.begin(), strangers.end()}, "; "));
  }
  for (const auto& [technique, ids] : incidents_by_technique) {
    part.judge(technique, ids.size() == 1 ? "" : fmt::format("told as {} incidents", ids.size()));
  }
  part.note(fmt::format("{} findings in {} incidents", findings.size(), incidents.size()));
}

// Stories whose events are marked as the attacker's or the victim's. Their ids are not always told
// apart; here each event has its own.
void Stories::run_scenarios() {
  for (const std::string& folder : setting_.corpus.folders("labelled/panther_scenarios", report_)) {
    Part& part = report_.part(file_name_of(folder));
    Records records;
    for (const std::string& file : setting_.corpus.files(folder, report_)) {
      const auto rows = setting_.corpus.read(file, report_);
      if (!rows) continue;
      each_row(*rows, part, [&](const json::Node& row, std::size_t line) {
        const json::Node* log = row.find("log");
        if (row.string_at("log_type") != "AWS.CloudTrail" || log == nullptr) return;
        const std::string id = fmt::format("{}:{}", stem_of(file), line);
        json::Writer writer;
        writer.object([&] {
          for (const json::Node& member : json::children(*log)) {
            if (member.key != "eventID") writer.key(member.key).value(member);
          }
          writer.field("eventID", id);
        });
        records[id] = {std::move(writer).take(), std::string(row.string_at("role")), "", ""};
      });
    }
    const std::vector<finding::Finding> findings = scan_in_any_order(records, part);
    std::size_t attacks = 0;
    std::size_t mixed = 0;
    for (const finding::Incident& incident : finding::incidents_of(findings)) {
      std::set<std::string> roles;
      for (const finding::Finding* finding : incident.findings) {
        for (const std::string& event : finding->events)
          roles.insert(records[event].label);
      }
      attacks += roles.contains("attacker") ? 1 : 0;
      mixed += roles.size() > 1 ? 1 : 0;
    }
    part.judge("one incident", attacks == 1 ? "" : fmt::format("the attack is {}", attacks));
    part.judge("nobody else", mixed == 0 ? "" : fmt::format("{} hold the victim's, too", mixed));
  }
}

}  // namespace

void run_incidents(const Setting& setting, Report& report) {
  Stories stories(setting, report);
  stories.run_invictus();
  stories.run_scenarios();
}

}  // namespace riposte::conformance
