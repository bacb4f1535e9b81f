// riposte rule coverage PATH...: which ATT&CK tactics and techniques the rules speak of.
// Tested by tests/cli/rule_coverage_test.py

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "cli/technique_list.h"
#include "finding/terminal_text.h"
#include "json/writer.h"
#include "rule/attack.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kRulesShown = 3;  // behind a technique of the list, for people
constexpr std::string_view kDecidedBy =
    "a rule counts when it can fire on a CloudTrail record with the call's name (and service, "
    "where the list tells it), and cannot on one with a name that no API has; a correlation, when "
    "a "
    "rule that it joins does";

struct CoverageOptions {
  std::vector<std::string> paths;
  std::string output = "human";
  std::string techniques;
};

// What the rules' tags say, tactic by tactic.
struct Coverage {
  struct Tactic {
    const rule::Tactic* tactic = nullptr;  // null: techniques whose tactic no tag names
    RuleNames rules;
    std::map<std::string, RuleNames> techniques;  // by number; sub-techniques on their own
  };
  std::size_t rule_count = 0;
  std::vector<Tactic> tactics;  // all of them, in the order of an attack, and the nameless one last
  RuleNames untagged;
};

Coverage cover(const rule::RuleSet& rules) {
  Coverage coverage;
  coverage.rule_count = rules.rules().size();
  for (const rule::Tactic& tactic : rule::tactics())
    coverage.tactics.push_back({&tactic, {}, {}});
  coverage.tactics.emplace_back();
  for (const rule::RulePointer& rule : rules.rules()) {
    const std::vector<rule::Attack> attacks = rule::attacks_of(rule->tags);
    if (attacks.empty()) coverage.untagged.insert(rule->name);
    for (const rule::Attack& attack : attacks) {
      const auto of_attack = [&attack](const Coverage::Tactic& row) {
        return row.tactic == attack.tactic;
      };
      Coverage::Tactic& row =
          *std::find_if(coverage.tactics.begin(), coverage.tactics.end(), of_attack);
      row.rules.insert(rule->name);
      const std::string& number =
          attack.sub_technique.empty() ? attack.technique : attack.sub_technique;
      if (!number.empty()) row.techniques[number].insert(rule->name);
    }
  }
  return coverage;
}

std::string name_of_technique(std::string_view number) {
  const rule::Technique* technique = rule::find_technique(number);
  return technique == nullptr ? "" : std::string(technique->name);
}

std::string name_of(const Coverage::Tactic& row) {
  return row.tactic == nullptr ? "no tactic" : std::string(row.tactic->name);
}

std::string to_text(const Coverage& coverage) {
  std::string text = "TACTIC                        RULES  TECHNIQUES\n";
  for (const Coverage::Tactic& row : coverage.tactics) {
    if (row.tactic == nullptr && row.rules.empty()) continue;
    text +=
        fmt::format("{:<9} {:<20} {:>4}  {:>10}\n", row.tactic == nullptr ? "" : row.tactic->uid,
                    name_of(row), row.rules.size(), row.techniques.size());
  }
  for (const Coverage::Tactic& row : coverage.tactics) {
    if (row.techniques.empty()) continue;
    text += fmt::format("\n{}\n", name_of(row));
    for (const auto& [number, rules] : row.techniques) {
      text +=
          fmt::format("  {:<10} {:<55} {:>4}\n", number, name_of_technique(number), rules.size());
    }
  }
  if (!coverage.untagged.empty())
    text += fmt::format("\n{} rules name neither tactic nor technique\n", coverage.untagged.size());
  return text;
}

std::string to_text(const std::vector<KnownTechnique>& techniques) {
  std::string text;
  for (const KnownTechnique& technique : techniques) {
    text +=
        fmt::format("{} {}\n", technique.is_covered() ? "✔" : "✘", finding::visible(technique.id));
    for (const auto& [event, rules] : technique.key_events) {
      std::vector<std::string> shown(
          rules.begin(), std::next(rules.begin(), static_cast<std::ptrdiff_t>(
                                                      std::min(rules.size(), kRulesShown))));
      const std::string more = rules.size() > shown.size()
                                   ? fmt::format(" and {} more", rules.size() - shown.size())
                                   : "";
      text += fmt::format("    {}: {}{}\n", finding::visible(event.name),
                          shown.empty() ? "no rule" : base::join(shown, ", "), more);
    }
  }
  return text + fmt::format("{} of {} techniques have a rule that names one of their calls: {}\n",
                            count_covered(techniques), techniques.size(), kDecidedBy);
}

void write_names(json::Writer& writer, std::string_view key, const RuleNames& names) {
  writer.key(key).array([&] {
    for (const std::string& name : names)
      writer.value(name);
  });
}

void write(json::Writer& writer, const Coverage::Tactic& row) {
  writer.object([&] {
    writer.text_or_null("uid", row.tactic == nullptr ? "" : row.tactic->uid);
    writer.text_or_null("name", row.tactic == nullptr ? "" : row.tactic->name);
    writer.field("rules", std::uint64_t{row.rules.size()});
    writer.key("techniques").array([&] {
      for (const auto& [number, rules] : row.techniques) {
        writer.object([&, &number = number, &rules = rules] {
          writer.field("uid", number);
          writer.text_or_null("name", name_of_technique(number));
          write_names(writer, "rules", rules);
        });
      }
    });
  });
}

void write(json::Writer& writer, const KnownTechnique& technique) {
  writer.object([&] {
    writer.field("technique", technique.id);
    writer.text_or_null("name", technique.name);
    writer.key("attack_ids").array([&] {
      for (const std::string& id : technique.attack_ids)
        writer.value(id);
    });
    writer.field("covered", technique.is_covered());
    writer.key("key_events").array([&] {
      for (const auto& [event, rules] : technique.key_events) {
        writer.object([&, &event = event, &rules = rules] {
          writer.field("name", event.name);
          writer.text_or_null("service", event.service);
          write_names(writer, "rules", rules);
        });
      }
    });
  });
}

std::string to_json(const Coverage& coverage,
                    const std::optional<std::vector<KnownTechnique>>& techniques) {
  json::Writer writer;
  writer.object([&] {
    writer.field("rules", std::uint64_t{coverage.rule_count});
    writer.key("tactics").array([&] {
      for (const Coverage::Tactic& row : coverage.tactics) {
        if (row.tactic != nullptr || !row.rules.empty()) write(writer, row);
      }
    });
    write_names(writer, "untagged", coverage.untagged);
    if (!techniques) return;
    writer.field("techniques_covered", std::uint64_t{count_covered(*techniques)});
    writer.field("decided_by", kDecidedBy);
    writer.key("techniques").array([&] {
      for (const KnownTechnique& technique : *techniques)
        write(writer, technique);
    });
  });
  return std::move(writer).take();
}

// A layer of MITRE's ATT&CK Navigator: the more rules, the darker.
std::string to_navigator_layer(const Coverage& coverage) {
  json::Writer writer;
  std::size_t rules_max = 1;
  const auto write_technique = [&](const Coverage::Tactic& row, const std::string& number,
                                   const RuleNames& rules) {
    rules_max = std::max(rules_max, rules.size());
    writer.object([&] {
      writer.field("techniqueID", number);
      if (row.tactic != nullptr) writer.field("tactic", row.tactic->tag);
      writer.field("score", std::uint64_t{rules.size()});
      writer.field("comment", base::join({rules.begin(), rules.end()}, ", "));
      writer.field("enabled", true);
      writer.field("showSubtechniques", true);
    });
  };
  writer.object([&] {
    writer.field("name", "riposte");
    writer.field("description", fmt::format("{} rules", coverage.rule_count));
    writer.field("domain", "enterprise-attack");
    writer.key("versions").object([&] {
      writer.field("attack", "17");
      writer.field("navigator", "5.1.0");
      writer.field("layer", "4.5");
    });
    writer.key("techniques").array([&] {
      for (const Coverage::Tactic& row : coverage.tactics) {
        for (const auto& [number, rules] : row.techniques)
          write_technique(row, number, rules);
      }
    });
    writer.key("gradient").object([&] {
      writer.key("colors").array([&] {
        writer.value("#cfe8d5");
        writer.value("#1b7837");
      });
      writer.field("minValue", 1);
      writer.field("maxValue", std::uint64_t{std::max<std::size_t>(rules_max, 2)});
    });
  });
  return std::move(writer).take();
}

ExitCode coverage(const CoverageOptions& options, const Console& console) {
  const std::optional<std::vector<rule::RuleText>> texts =
      read_rule_texts_or_shipped(options.paths, console);
  if (!texts) return ExitCode::WrongUse;
  base::Diagnostics diagnostics;
  const rule::RuleSet rules =
      rule::RuleSet::read(*texts, {}, diagnostics, rule::TestPlaceholders::Used);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Error) tell(diagnostic, console);
  }
  if (!diagnostics.ok()) return ExitCode::WrongUse;

  std::optional<std::vector<KnownTechnique>> techniques;
  if (!options.techniques.empty()) {
    techniques = read_techniques(options.techniques, console);
    if (!techniques) return ExitCode::WrongUse;
    find_rules(rules, *techniques);
  }
  const Coverage covered = cover(rules);
  if (options.output == "navigator") {
    console.out << to_navigator_layer(covered) << '\n';
  } else if (options.output == "json") {
    console.out << to_json(covered, techniques) << '\n';
  } else {
    console.out << to_text(covered);
    if (techniques) console.out << '\n' << to_text(*techniques);
  }
  return ExitCode::Done;
}

}  // namespace

void add_rule_coverage(CLI::App& rule, Picked& picked) {
  CLI::App* command =
      rule.add_subcommand("coverage", "Say which ATT&CK tactics and techniques the rules speak of");
  command->footer("Example: riposte rule coverage -o navigator > layer.json");
  const auto options = std::make_shared<CoverageOptions>();
  command->add_option("path", options->paths,
                      "Rule files and folders; without any, the shipped rules");
  command
      ->add_option("-o,--output", options->output,
                   "navigator: a layer for MITRE's ATT&CK Navigator")
      ->check(CLI::IsMember({"human", "json", "navigator"}))
      ->capture_default_str();
  command
      ->add_option("--techniques", options->techniques,
                   "JSON list of {technique, name, attack_ids, key_event_names}: say which rules "
                   "name these calls")
      ->type_name("FILE");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return coverage(*options, console); };
  });
}

}  // namespace riposte::cli
