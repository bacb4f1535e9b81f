// riposte rule match --pattern FILE|JSON [FILE|-]: which events an EventBridge pattern matches.
// Tested by tests/cli/rule_match_test.py
//
// An event is taken as it stands, as EventBridge's own test of patterns does. What does not match
// so is opened as a scan would: a record of a trail file gets the envelope that EventBridge puts
// around it, and messages are unwrapped.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "json/spans.h"
#include "json/value.h"
#include "match/matcher.h"
#include "rule/eventbridge_reader.h"
#include "stream/file_list.h"
#include "stream/log_file.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kPatternBytesMax = 4 << 20;
constexpr std::size_t kComplaintsShownMax = 20;

struct MatchOptions {
  std::string pattern;
  std::string input = "-";
  bool count = false;
};

// The pattern as a rule for every event, or nothing after diagnostics.
std::optional<rule::RulePointer> read_pattern(const std::string& pattern, const Console& console) {
  const bool is_json = json::skip_space(pattern).starts_with('{');
  base::Result<std::string> text =
      is_json ? base::Result<std::string>(pattern) : base::read_file(pattern, kPatternBytesMax);
  if (!text.ok()) {
    console.complain(pattern + ": " + text.error().message);
    return std::nullopt;
  }
  base::Diagnostics diagnostics;
  diagnostics.set_source(is_json ? "pattern" : pattern, *text);
  const std::optional<json::Value> value = json::read_json(*text, diagnostics);
  std::optional<rule::Condition> condition;
  if (value) condition = rule::read_eventbridge(*value, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!condition || !diagnostics.ok()) return std::nullopt;

  rule::Rule rule;
  rule.name = "pattern";
  rule.condition = std::move(*condition);
  return std::make_shared<const rule::Rule>(std::move(rule));
}

// Takes inputs apart into events and tells which of them match.
class PatternTester {
 public:
  using OnMatch = std::function<void(const json::Node& event)>;

  PatternTester(rule::RulePointer rule, OnMatch on_match)
      : matcher_({std::move(rule)}), on_match_(std::move(on_match)) {}

  // `bytes` is followed by json::kPadding readable bytes.
  void read(std::string_view bytes, std::string_view path) {
    path_ = path;
    record_ = 0;
    lines_only_ = false;
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    std::string_view rest = json::skip_space(bytes);
    while (!rest.empty())
      rest = json::skip_space(read_value(rest));
  }

  std::vector<event::Quarantined> take_quarantined() { return quarantine_.take_sorted(); }
  std::uint64_t quarantined_count() const { return quarantine_.count(); }

 private:
  // Reads the value at the front of `rest` and returns what stands behind it. A line that is no
  // value costs itself alone.
  std::string_view read_value(std::string_view rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    std::string_view behind = line;
    std::optional<std::string_view> value = json::take_value(behind);
    const bool is_line = value && json::skip_space(behind).empty();
    if (!is_line && !lines_only_) value = json::take_value(behind = rest);
    if (is_line || (!lines_only_ && value)) {
      take_apart(*value);
      return is_line ? rest.substr(line.size()) : behind;
    }
    refuse("not JSON, or it ends too early");
    lines_only_ = true;  // else every broken line would be read to the end of the file
    return rest.substr(line.size());
  }

  void take_apart(std::string_view value) {
    const std::optional<std::string_view> records = json::leading_array(value, "Records");
    if (!value.starts_with('[') && !records) return test(value);
    json::Elements elements(records ? *records : value);
    while (const std::optional<std::string_view> element = elements.next())
      test(*element);
    if (!elements.complete()) refuse("the text ends inside a list of records");
  }

  void test(std::string_view text) {
    const base::Status parsed = parser_.parse(text, document_);
    if (!parsed.ok()) return refuse(parsed.error().message);
    ++record_;
    event::Event event;
    event.record = event.envelope = &document_.front();
    event.raw.record = event.raw.envelope = parser_.root();
    event.origin = {path_, record_};
    if (matches(event)) return on_match_(*event.envelope);

    event::Quarantine unopened;  // it was an event as it stood
    const json::Node* told = nullptr;
    reader_.read(
        text, path_,
        [&](event::Event& opened) {
          const json::Node* whole = opened.envelope_is_made ? opened.record : opened.envelope;
          if (whole != told && matches(opened)) on_match_(*(told = whole));
        },
        unopened);
  }

  bool matches(event::Event& event) {
    enricher_.enrich(event);
    hits_.clear();
    matcher_.match(event.raw, scratch_, hits_);
    return !hits_.empty();
  }

  void refuse(std::string reason) { quarantine_.add({path_, ++record_}, std::move(reason)); }

  match::Matcher matcher_;
  OnMatch on_match_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
  enrich::Enricher enricher_;
  json::Parser parser_;
  json::Document document_;
  event::EventReader reader_;
  event::Quarantine quarantine_;
  std::string_view path_;
  std::uint64_t record_ = 0;
  bool lines_only_ = false;
};

ExitCode match_pattern(const MatchOptions& options, const Console& console) {
  std::optional<rule::RulePointer> rule = read_pattern(options.pattern, console);
  if (!rule) return ExitCode::WrongUse;

  std::uint64_t count = 0;
  PatternTester tester(std::move(*rule), [&](const json::Node& event) {
    ++count;
    if (!options.count) console.out << json::compact(event) << '\n';
  });
  bool all_read = true;
  stream::FileList files({options.input});
  stream::LogFile file;
  while (const std::optional<std::string> path = files.next()) {
    const stream::LogFile::Window all = file.read_all(*path);
    if (file.error()) {
      console.complain(*path + ": " + file.error()->message);
      all_read = false;
    }
    tester.read(all.bytes, *path);
  }
  if (options.count) console.out << count << '\n';

  std::size_t shown = 0;
  for (const event::Quarantined& item : tester.take_quarantined()) {
    if (++shown > kComplaintsShownMax) break;
    console.complain(fmt::format("{}: record {}: {}", item.path, item.record, item.reason));
  }
  if (tester.quarantined_count() > kComplaintsShownMax) {
    console.complain(
        fmt::format("and {} more records", tester.quarantined_count() - kComplaintsShownMax));
  }
  if (!all_read || tester.quarantined_count() > 0) return ExitCode::Incomplete;
  return count > 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace

void add_rule_match(CLI::App& rule, Picked& picked) {
  CLI::App* command =
      rule.add_subcommand("match", "Print the events that an EventBridge pattern matches");
  command->footer(
      "Example: riposte rule match --pattern '{\"source\": [\"aws.iam\"]}' events.json");
  const auto options = std::make_shared<MatchOptions>();
  command->add_option("--pattern", options->pattern, "The pattern, or a file with it")
      ->required()
      ->type_name("FILE|JSON");
  command
      ->add_option("file", options->input,
                   "Events: NDJSON, an array, {\"Records\": [...]}, plain or compressed; - is "
                   "standard input")
      ->capture_default_str();
  command->add_flag("--count", options->count, "Print only how many match");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return match_pattern(*options, console); };
  });
}

}  // namespace riposte::cli
