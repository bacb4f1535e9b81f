// riposte rule list [PATH...]: which rules there are.
// Tested by tests/cli/rule_list_test.py

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

struct ListOptions {
  std::vector<std::string> paths;
  RulesOption rules;
  std::string output = "human";
  std::string level = "informational";
  std::vector<std::string> tags;
};

using Row = std::array<std::string, 5>;

std::string text_of(const rule::LogSource& source) {
  std::vector<std::string> parts;
  for (const std::string* part : {&source.product, &source.service, &source.category}) {
    if (!part->empty()) parts.push_back(*part);
  }
  return base::join(parts, "/");
}

// "event_count by sourceIPAddress": a correlation has no log source, but a key.
std::string text_of(const rule::Correlation& correlation) {
  const std::string type(rule::name_of(correlation.type));
  return correlation.group_by.empty() ? type
                                      : type + " by " + base::join(correlation.group_by, ", ");
}

Row row_of(const rule::Rule& rule) {
  Row row = {rule.name, std::string(rule::name_of(rule.level)),
             rule.correlation ? text_of(*rule.correlation) : text_of(rule.log_source), rule.title,
             base::join(rule.tags, " ")};
  for (std::string& cell : row)
    cell = finding::visible(cell);
  return row;
}

// "t1562" is what T1562 and its sub-techniques are tagged with; "attack." may be left out.
bool has_tag(const rule::Rule& rule, const std::string& wanted) {
  return std::any_of(rule.tags.begin(), rule.tags.end(), [&](const std::string& tag) {
    const std::string name = base::lower(tag);
    const std::string asked = base::lower(wanted);
    for (const std::string& full : {asked, "attack." + asked}) {
      if (name == full || name.starts_with(full + ".")) return true;
    }
    return false;
  });
}

// Columns as wide as they need to be; the last two are cut to fit a terminal.
std::string to_table(const std::vector<Row>& rows, const Console& console) {
  constexpr std::string_view kGap = "  ";
  constexpr std::size_t kLeast = 12;
  Row header = {"NAME", "LEVEL", "LOG SOURCE", "TITLE", "TAGS"};
  std::array<std::size_t, 5> widths{};
  const auto widen = [&widths](const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], finding::columns_of(row[i]));
  };
  widen(header);
  for (const Row& row : rows)
    widen(row);
  for (std::size_t i = widths.size(); console.out_is_terminal && i-- > 3;) {
    std::size_t others = kGap.size() * (widths.size() - 1);
    for (std::size_t j = 0; j < widths.size(); ++j)
      others += j == i ? 0 : widths[j];
    if (others + widths[i] > console.width)
      widths[i] = std::max(kLeast, console.width - std::min(others, console.width));
  }

  std::string text;
  const auto add = [&](const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = finding::shorten(row[i], widths[i]);
      line += cell + std::string(widths[i] - std::min(widths[i], finding::columns_of(cell)), ' ') +
              std::string(kGap);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  add(header);
  for (const Row& row : rows)
    add(row);
  return text;
}

std::string kind_of(const rule::Rule& rule) {
  if (rule.correlation) return "correlation";
  return "event";
}

std::string to_json(const rule::Rule& rule) {
  json::Writer writer;
  const auto texts = [&writer](std::string_view key, const std::vector<std::string>& values) {
    writer.key(key).array([&] {
      for (const std::string& value : values)
        writer.value(value);
    });
  };
  writer.object([&] {
    writer.field("id", rule.id);
    writer.field("name", rule.name);
    writer.field("title", rule.title);
    writer.field("level", rule::name_of(rule.level));
    writer.text_or_null("status", rule.status);
    writer.field("kind", kind_of(rule));
    writer.key("logsource").object([&] {
      writer.text_or_null("product", rule.log_source.product);
      writer.text_or_null("service", rule.log_source.service);
      writer.text_or_null("category", rule.log_source.category);
    });
    texts("tags", rule.tags);
    writer.text_or_null("description", rule.description);
    texts("references", rule.references);
    texts("false_positives", rule.false_positives);
    writer.field("tests", std::uint64_t{rule.tests.size()});
    writer.field("file", rule.file);
    writer.field("line", std::uint64_t{rule.place.line});
    writer.key("correlation");
    if (!rule.correlation) return writer.null();
    writer.object([&] {
      writer.field("type", rule::name_of(rule.correlation->type));
      texts("rules", rule.correlation->rules);
      texts("group_by", rule.correlation->group_by);
      writer.field("timespan_seconds", std::int64_t{rule.correlation->timespan.count() / 1000});
    });
  });
  return std::move(writer).take();
}

// RFC 4180; what a spreadsheet would run as a formula gets an apostrophe in front, as in findings.
std::string to_csv(const Row& row) {
  std::string line;
  for (const std::string& cell : row) {
    if (&cell != row.data()) line += ',';
    const bool is_formula =
        !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos;
    line += '"';
    if (is_formula) line += '\'';
    for (char c : cell)
      line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line;
}

bool is_wanted(const rule::Rule& rule, const ListOptions& options) {
  return rule.level >= *rule::parse_level(options.level) &&
         std::all_of(options.tags.begin(), options.tags.end(),
                     [&](const std::string& tag) { return has_tag(rule, tag); });
}

ExitCode list(const ListOptions& options, const Console& console) {
  RulesOption from = options.rules;
  if (!options.paths.empty()) {
    from.paths.insert(from.paths.end(), options.paths.begin(), options.paths.end());
    from.no_default_rules = true;
  }
  const std::optional<rule::RuleSet> rules = load_rules(from, console);
  if (!rules) return ExitCode::WrongUse;

  std::vector<Row> rows;
  if (options.output == "csv") console.out << "name,level,log_source,title,tags\r\n";
  for (const rule::RulePointer& rule : rules->rules()) {
    if (!is_wanted(*rule, options)) continue;
    if (options.output == "json") console.out << to_json(*rule) << '\n';
    if (options.output == "csv") console.out << to_csv(row_of(*rule)) << "\r\n";
    rows.push_back(row_of(*rule));
  }
  if (options.output == "human") {
    console.out << to_table(rows, console);
    console.err << fmt::format("{} of {} rules\n", rows.size(), rules->rules().size());
  }
  return ExitCode::Done;
}

}  // namespace

void add_rule_list(CLI::App& rule, Picked& picked) {
  CLI::App* command = rule.add_subcommand("list", "Say which rules there are");
  command->footer("Example: riposte rule list --level high --tag t1562");
  const auto options = std::make_shared<ListOptions>();
  const std::vector<std::string> levels(rule::kLevelNames.begin(), rule::kLevelNames.end());
  command->add_option(
      "path", options->paths,
      "Rule files and folders; without any, the shipped rules and those of --rules");
  options->rules.add_to(*command);
  command->add_option("-o,--output", options->output, "json: one object a line")
      ->check(CLI::IsMember({"human", "json", "csv"}))
      ->capture_default_str();
  command->add_option("--level", options->level, "Least level shown")
      ->check(CLI::IsMember(levels))
      ->capture_default_str();
  command
      ->add_option("--tag", options->tags,
                   "Only rules with this tag; of a technique also the sub-techniques (repeatable)")
      ->type_name("TAG")
      ->allow_extra_args(false);
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return list(*options, console); };
  });
}

}  // namespace riposte::cli
