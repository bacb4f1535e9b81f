// riposte's own contender: rules over bytes in memory, through EventReader and Matcher, as a scan
// runs them but for enrichment and triage: an event that some rule hits is built, as for a finding.
//
//     bench-contender sigma    FOLDER DATA COPIES     Sigma rules: every .yml below FOLDER
//     bench-contender patterns FILE   DATA COPIES     event patterns: {"name": .., "pattern": {..}}
//                                                     on each line of FILE
//     bench-contender build sigma|patterns PATH       no data: a pass builds the rules again
//
// Hits are counted by the title of a Sigma rule and the name of a pattern, as the peers do.
//
// Tested by bench/run: no speed is reported where its hits differ from a peer's.

#include <fstream>
#include <iostream>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "event/event_reader.h"
#include "json/value.h"
#include "match/matcher.h"
#include "resident.h"
#include "rule/eventbridge_reader.h"
#include "rule/rule_set.h"

namespace riposte::bench {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 20;

using Rules = std::vector<rule::RulePointer>;

std::string read_text(const std::string& path) {
  base::Result<std::string> text = base::read_file(path, kFileBytesMax);
  if (!text.ok()) die(path + ": " + text.error().message);
  return std::move(text).value();
}

// Rules that are not read are left out; bench/run compares what is left with the peers.
Rules read_sigma(const std::string& folder) {
  std::vector<base::Error> failures;
  std::vector<rule::RuleText> texts;
  for (const std::string& path : base::list_files(folder, failures)) {
    if (path.ends_with(".yml")) texts.push_back({path, read_text(path)});
  }
  if (!failures.empty()) die(failures.front().message);
  base::Diagnostics diagnostics;
  return rule::RuleSet::read(texts, {}, diagnostics).rules();
}

rule::RulePointer read_pattern(const std::string& line) {
  base::Diagnostics diagnostics;
  diagnostics.set_source("pattern", line);
  const std::optional<json::Value> value = json::read_json(line, diagnostics);
  const json::Value* name = value ? value->find("name") : nullptr;
  const json::Value* pattern = value ? value->find("pattern") : nullptr;
  if (name == nullptr || pattern == nullptr) die("not a pattern: " + line);
  std::optional<rule::Condition> condition = rule::read_eventbridge(*pattern, diagnostics);
  if (!condition || !diagnostics.ok()) die("refused: " + line);
  rule::Rule rule;
  rule.id = rule.name = rule.title = name->text();
  rule.condition = std::move(*condition);
  return std::make_shared<const rule::Rule>(std::move(rule));
}

Rules read_patterns(const std::string& path) {
  Rules rules;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    rules.push_back(read_pattern(line));
  if (rules.empty()) die(path + ": no patterns");
  return rules;
}

Rules read_rules(const std::string& kind, const std::string& path) {
  if (kind == "sigma") return read_sigma(path);
  if (kind == "patterns") return read_patterns(path);
  die("sigma or patterns, not " + kind);
}

// The one place where the engine is driven, as engine/scan.cc drives it.
Pass run_over(std::string_view bytes, const match::Matcher& matcher, match::Scratch& scratch) {
  std::vector<std::uint64_t> counts(matcher.rules().size());
  std::vector<rule::Hit> hits;
  event::EventReader reader;
  event::Quarantine quarantine;
  const event::EventReader::OnRawEvent take = [&](const event::RawEvent& raw) {
    hits.clear();
    matcher.match(raw, scratch, hits);
    if (hits.empty() && !scratch.repeats_key()) return;
    if (reader.complete(raw) == nullptr) return;  // it went to the quarantine
    for (const rule::Hit& hit : hits)
      ++counts[hit.rule];
  };
  const double begin = now();
  reader.begin("bench");
  reader.feed(bytes, true, take, quarantine);
  Pass pass;
  pass.seconds = now() - begin;
  pass.events = reader.event_count();
  pass.bytes = bytes.size();
  pass.refused = quarantine.count();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) pass.hits[matcher.rules()[i]->title] += counts[i];
  }
  return pass;
}

int match_command(const std::string& kind, const std::string& rules, const std::string& data,
                  std::size_t copies) {
  const match::Matcher matcher(read_rules(kind, rules));
  const Buffer buffer(data, copies);
  match::Scratch scratch;
  return serve(fmt::format("\"rules\": {}", matcher.rules().size()),
               [&] { return run_over(buffer.bytes(), matcher, scratch); });
}

int build_command(const std::string& kind, const std::string& path) {
  const std::uint64_t before = resident_now();
  double begin = now();
  Rules rules = read_rules(kind, path);
  const double read_seconds = now() - begin;
  begin = now();
  const match::Matcher matcher(rules);
  const double compile_seconds = now() - begin;
  const std::string ready =
      fmt::format("\"rules\": {}, \"read_seconds\": {}, \"compile_seconds\": {}, \"memory\": {}",
                  rules.size(), read_seconds, compile_seconds, resident_peak() - before);
  return serve(ready, [&] {
    Pass pass;
    const double start = now();
    const match::Matcher again(read_rules(kind, path));
    pass.seconds = now() - start;
    pass.events = pass.bytes = again.rules().size();
    return pass;
  });
}

}  // namespace
}  // namespace riposte::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "build")
    return riposte::bench::build_command(arguments[1], arguments[2]);
  if (arguments.size() != 4)
    riposte::bench::die("usage: bench-contender sigma|patterns RULES DATA COPIES");
  return riposte::bench::match_command(arguments[0], arguments[1], arguments[2],
                                       std::stoul(arguments[3]));
}
