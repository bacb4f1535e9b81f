// riposte rule explain RULE EVENT: why a rule fires on an event, or a correlation on a timeline, or
// does not.
// Tested by tests/cli/rule_explain_test.py

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/config_option.h"
#include "cli/explanation.h"
#include "cli/knowledge_option.h"
#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "cli/timeline_explanation.h"
#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "finding/terminal_text.h"
#include "stream/file_list.h"
#include "stream/log_file.h"

namespace riposte::cli {
namespace {

struct ExplainOptions {
  std::string rule;
  std::string event;
  std::uint64_t record = 0;  // 0: the first that fires, else the one that comes nearest
  ConfigOption config;
  RulesOption rules;
  KnowledgeOption knowledge;
};

// One rule's answer, as text, because the event is gone when it is printed.
struct Answer {
  std::size_t nearness = 0;
  bool fires = false;
  std::uint64_t record = 0;
  std::string text;
};

// All rules that were read, and which of them to explain.
struct Found {
  std::vector<rule::RulePointer> all;
  std::vector<rule::RulePointer> events;      // that look at one event
  std::vector<rule::RuleIndex> correlations;  // of `all`

  void add(rule::RuleIndex index) {
    if (all[index]->correlation) {
      correlations.push_back(index);
    } else {
      events.push_back(all[index]);
    }
  }
};

// The rules of a file, or the one of that name, id or title; nothing after a complaint. Of a file
// with correlations these alone: the others are what they join.
std::optional<Found> find_rules(const ExplainOptions& options, const Console& console) {
  std::error_code error;
  RulesOption from = options.rules;
  const bool is_file = std::filesystem::is_regular_file(options.rule, error);
  if (is_file) {
    from.paths = {options.rule};
    from.no_default_rules = true;
  }
  const std::optional<rule::RuleSet> rules = load_rules(from, console);
  if (!rules) return std::nullopt;
  Found found{rules->rules(), {}, {}};
  const rule::RulePointer* named = is_file ? nullptr : rules->find(options.rule);
  for (rule::RuleIndex i = 0; i < found.all.size(); ++i) {
    if (is_file || (named != nullptr && found.all[i] == *named)) found.add(i);
  }
  if (is_file && !found.correlations.empty()) found.events.clear();
  if (is_file || named != nullptr) return found;

  std::vector<std::string_view> names;
  for (const rule::RulePointer& rule : rules->rules())
    names.push_back(rule->name);
  const std::string nearest = base::nearest(options.rule, names);
  console.complain("there is no file and no rule \"" + options.rule + "\"" +
                   (nearest.empty() ? "; `riposte rule list` shows all"
                                    : "; did you mean \"" + nearest + "\"?"));
  return std::nullopt;
}

// How many of the things that must all be so are so.
std::size_t nearness_of(const match::Explanation& explanation) {
  if (!explanation.log_source_covers) return 0;
  const std::vector<match::Verdict>& parts = explanation.condition.children;
  return 1 + static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(),
                                                    [](const auto& part) { return part.holds; }));
}

std::string name_of(const event::Event& event) {
  std::string name = fmt::format(
      "{}{}{}", event.service, event.service.empty() || event.name.empty() ? "" : ":", event.name);
  if (name.empty()) name = event::name_of(event.format);
  if (event.time) name += ", " + base::format_time(*event.time);
  return name;
}

// Explains every rule on the record that was asked for.
class Explainer {
 public:
  Explainer(const Found& found, std::uint64_t record,
            std::shared_ptr<const enrich::Knowledge> knowledge, const Console& console)
      : rules_(found.events),
        answers_(found.events.size()),
        record_(record),
        console_(console),
        enricher_(std::move(knowledge)) {
    if (!found.correlations.empty()) timeline_.emplace(found.all);
  }

  void take(event::Event& event) {
    ++count_;
    if (record_ != 0 && event.origin.record != record_) return;
    enricher_.enrich(event);
    if (timeline_) timeline_->take(event);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      Answer& answer = answers_[i];
      if (answer.fires) continue;
      const match::Explanation explanation = match::explain(rules_[i], event);
      const std::size_t nearness = nearness_of(explanation);
      if (answer.record != 0 && !explanation.fires && nearness <= answer.nearness) continue;
      answer = {nearness, explanation.fires, event.origin.record,
                text_of(explanation, *rules_[i], event)};
    }
  }

  const std::vector<Answer>& answers() const { return answers_; }
  TimelineExplainer::Answer explain(rule::RuleIndex correlation) const {
    return timeline_->explain(correlation);
  }
  std::uint64_t count() const { return count_; }

 private:
  std::string text_of(const match::Explanation& explanation, const rule::Rule& rule,
                      const event::Event& event) const {
    const std::string about =
        fmt::format("{}: {} ({})", rule.name, rule.title, rule::name_of(rule.level));
    const std::string place = fmt::format("{}, record {}", event.origin.path, event.origin.record);
    return fmt::format("rule   {}\nevent  {}\nfrom   {}\n{}", finding::visible(about),
                       finding::visible(name_of(event)), finding::visible(place),
                       to_text(explanation, rule, event.format,
                               {.indent = 0, .width = console_.width, .color = console_.color}));
  }

  const std::vector<rule::RulePointer>& rules_;  // borrows; must outlive
  std::vector<Answer> answers_;
  std::uint64_t record_;
  const Console& console_;
  enrich::Enricher enricher_;
  std::optional<TimelineExplainer> timeline_;  // where a correlation is to be explained
  std::uint64_t count_ = 0;
};

// Gives every event of the file to the explainer; false after a complaint that something could not
// be read.
bool read_events(const std::string& path, Explainer& explainer, const Console& console) {
  stream::FileList files({path});
  stream::LogFile log;
  event::EventReader reader;
  event::Quarantine quarantine;
  bool ok = true;
  while (const std::optional<std::string> file = files.next()) {
    const stream::LogFile::Window all = log.read_all(*file);
    if (log.error()) {
      console.complain(*file + ": " + log.error()->message);
      ok = false;
    }
    reader.read(
        all.bytes, *file, [&explainer](event::Event& event) { explainer.take(event); }, quarantine);
  }
  for (const event::Quarantined& item : quarantine.take_sorted()) {
    console.complain(fmt::format("{}: record {}: {}", item.path, item.record, item.reason));
    ok = false;
  }
  return ok;
}

ExitCode explain(ExplainOptions options, const Console& console) {
  const auto config =
      options.config.load(console, joined({options.rules.flags(), options.knowledge.flags()}));
  if (!config) return ExitCode::WrongUse;
  options.rules = RulesOption::of(*config);
  const std::optional<Found> found = find_rules(options, console);
  if (!found) return ExitCode::WrongUse;
  if (options.record != 0 && !found->correlations.empty()) {
    console.complain("a correlation is explained on all events of the file; --record chooses one");
    return ExitCode::WrongUse;
  }

  const auto knowledge = load_knowledge(config->enrich, console);
  if (!knowledge) return ExitCode::WrongUse;

  Explainer explainer(*found, options.record, *knowledge, console);
  const bool all_read = read_events(options.event, explainer, console);
  bool any_fires = false;
  bool any_answer = false;
  for (const Answer& answer : explainer.answers()) {
    if (answer.record == 0) continue;
    if (any_answer) console.out << '\n';
    console.out << answer.text;
    any_answer = true;
    any_fires = any_fires || answer.fires;
  }
  for (const rule::RuleIndex correlation : found->correlations) {
    if (explainer.count() == 0) break;
    const TimelineExplainer::Answer answer = explainer.explain(correlation);
    if (any_answer) console.out << '\n';
    console.out << answer.text;
    any_answer = true;
    any_fires = any_fires || answer.fires;
  }
  if (!any_answer) {
    console.complain(explainer.count() == 0
                         ? options.event + ": there is no event in it"
                         : fmt::format("{}: there is no record {}", options.event, options.record));
    return ExitCode::Incomplete;
  }
  if (options.record == 0 && explainer.count() > 1 && !found->events.empty()) {
    console.complain(fmt::format(
        "{} events were read; this is the first that fires, else the one that comes nearest; "
        "--record N chooses another",
        explainer.count()));
  }
  if (!all_read) return ExitCode::Incomplete;
  return any_fires ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace

void add_rule_explain(CLI::App& rule, Picked& picked) {
  CLI::App* command = rule.add_subcommand("explain", "Say why a rule fires on events, or does not");
  command->footer("Example: riposte rule explain aws_cloudtrail_trail_stopped event.json");
  const auto options = std::make_shared<ExplainOptions>();
  command->add_option("rule", options->rule, "A rule file, or the name, id or title of a rule")
      ->required();
  command
      ->add_option("event", options->event,
                   "A file with the event, or the timeline of a correlation; - is standard input")
      ->required();
  command->add_option("--record", options->record, "Which record of the file, counting from 1")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  options->rules.add_to(*command);
  options->knowledge.add_to(*command);
  options->config.add_to(*command);
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return explain(*options, console); };
  });
}

}  // namespace riposte::cli
