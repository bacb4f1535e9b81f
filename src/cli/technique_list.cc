#include "cli/technique_list.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "cli/rules_option.h"
#include "json/value.h"

// Tested by tests/cli/rule_coverage_test.py

namespace riposte::cli {
namespace {

constexpr std::size_t kTechniquesFileBytesMax = 16 << 20;

std::vector<std::string> texts_at(const json::Value& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::Value* list = object.find(key);
  if (list == nullptr) return texts;
  for (const json::Value& item : list->items())
    texts.push_back(item.text());
  return texts;
}

std::string text_at(const json::Value& object, std::string_view key) {
  const json::Value* text = object.find(key);
  return text == nullptr ? "" : text->text();
}

// "ec2" for GetPasswordData, where the technique lists "ec2:GetPasswordData" among what it sets
// off.
std::string service_of(const std::string& call, const std::vector<std::string>& qualified_calls) {
  for (const std::string& qualified : qualified_calls) {
    const std::size_t colon = qualified.find(':');
    if (colon != std::string::npos && qualified.substr(colon + 1) == call)
      return qualified.substr(0, colon);
  }
  return {};
}

KnownTechnique technique_of(const json::Value& item) {
  KnownTechnique technique;
  technique.id = text_at(item, "technique");
  technique.name = text_at(item, "name");
  technique.attack_ids = texts_at(item, "attack_ids");
  const std::string platform = text_at(item, "platform");
  technique.is_aws = platform.empty() || base::equals_ignore_case(platform, "aws") ||
                     base::equals_ignore_case(platform, "eks");
  for (const std::string& call : texts_at(item, "key_event_names")) {
    technique.key_events.push_back(
        {{service_of(call, texts_at(item, "detonation_events")), call}, {}});
  }
  return technique;
}

}  // namespace

bool KnownTechnique::is_covered() const {
  return std::any_of(key_events.begin(), key_events.end(),
                     [](const auto& event) { return !event.second.empty(); });
}

std::optional<std::vector<KnownTechnique>> read_techniques(const std::string& path,
                                                           const Console& console) {
  const base::Result<std::string> text = base::read_file(path, kTechniquesFileBytesMax);
  if (!text.ok()) {
    console.complain(path + ": " + text.error().message);
    return std::nullopt;
  }
  base::Diagnostics diagnostics;
  diagnostics.set_source(path, *text);
  const std::optional<json::Value> list = json::read_json(*text, diagnostics);
  std::vector<KnownTechnique> techniques;
  if (list && !list->is_array())
    diagnostics.error(list->place(), "techniques-shape", "a list of techniques is expected");
  for (const json::Value& item : list ? list->items() : std::vector<json::Value>()) {
    techniques.push_back(technique_of(item));
    if (!techniques.back().id.empty()) continue;
    diagnostics.error(item.place(), "techniques-shape",
                      "a technique needs its name under \"technique\"");
  }
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!diagnostics.ok()) return std::nullopt;
  return techniques;
}

namespace {

// A correlation names the calls that a rule it joins does, directly or through another one.
bool names_event(const rule::RuleSet& rules, const rule::Rule& rule, const EventName& event) {
  if (!rule.correlation) return names_event(rule, event);
  const std::vector<std::string>& joined = rule.correlation->rule_ids;
  return std::any_of(joined.begin(), joined.end(), [&](const std::string& id) {
    const rule::RulePointer* found = rules.find(id);
    return found != nullptr && names_event(rules, **found, event);
  });
}

}  // namespace

void find_rules(const rule::RuleSet& rules, std::vector<KnownTechnique>& techniques) {
  std::map<EventName, RuleNames> by_event;  // techniques share calls
  for (KnownTechnique& technique : techniques) {
    if (!technique.is_aws) continue;
    for (auto& [event, names] : technique.key_events) {
      const auto [known, is_new] = by_event.emplace(event, RuleNames());
      for (const rule::RulePointer& rule : rules.rules()) {
        if (is_new && names_event(rules, *rule, event)) known->second.insert(rule->name);
      }
      names = known->second;
    }
  }
}

std::size_t count_covered(const std::vector<KnownTechnique>& techniques) {
  return static_cast<std::size_t>(
      std::count_if(techniques.begin(), techniques.end(),
                    [](const KnownTechnique& each) { return each.is_covered(); }));
}

}  // namespace riposte::cli
