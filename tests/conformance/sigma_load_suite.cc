// Published Sigma files, unchanged: each must load without an error, and give every rule it holds.
//
// Correlations name rules of other files. Therefore each folder below labelled/sigma is read as one
// set, the way a user points --rules at it, and what is wrong is told of the file it is in.
//
// A correlation may join a rule that no file of its folder has: the examples of the specification
// do, and the data is here in part. That such a rule is not found is no mistake of the file; it
// counts as loaded, and the rule is named as absent. Whether the rule is really nowhere is looked
// up in the plain YAML, not believed.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/diagnostics.h"
#include "json/value.h"
#include "rule/rule_set.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

// Told of a correlation that joins a rule which is not in the set.
constexpr std::string_view kNotFoundCode = "sigma-correlation-rule";

// The documents of a set as plain YAML, whatever the rule set makes of them.
class Documents {
 public:
  explicit Documents(const std::vector<rule::RuleText>& texts) {
    base::Diagnostics ignored;  // the rule set tells them
    for (const rule::RuleText& text : texts) {
      std::vector<json::Value>& documents = by_file_[text.file];
      documents = json::read_yaml(text.text, ignored);
      for (const json::Value& document : documents)
        learn_names(document);
    }
  }

  // Those that must become rules: all but filters.
  std::size_t rule_count(const std::string& file) const {
    const std::vector<json::Value>& documents = by_file_.at(file);
    return static_cast<std::size_t>(
        std::count_if(documents.begin(), documents.end(), [](const json::Value& document) {
          return document.find("detection") != nullptr || document.find("correlation") != nullptr ||
                 document.find("eventbridge") != nullptr;
        }));
  }

  // Rules that the file's correlations join and that no document of the set is.
  std::vector<std::string> strangers(const std::string& file) const {
    std::vector<std::string> strangers;
    for (const json::Value& document : by_file_.at(file)) {
      const json::Value* correlation = document.find("correlation");
      const json::Value* rules = correlation == nullptr ? nullptr : correlation->find("rules");
      if (rules == nullptr) continue;
      for (const json::Value& rule : rules->items()) {
        if (!names_.contains(rule.text())) strangers.push_back(rule.text());
      }
    }
    return strangers;
  }

 private:
  void learn_names(const json::Value& document) {
    for (const char* key : {"id", "name", "title"}) {
      if (const json::Value* name = document.find(key)) names_.insert(name->text());
    }
  }

  std::map<std::string, std::vector<json::Value>> by_file_;
  std::set<std::string> names_;
};

// What became of one file of a set.
struct Loaded {
  std::size_t rules = 0;
  std::size_t repeated = 0;   // left out, because another rule has their id
  std::size_t not_found = 0;  // correlations left out, because a rule they join is not there
  std::string first_error;    // of any other kind
};

std::map<std::string, Loaded> load(const std::vector<rule::RuleText>& texts) {
  base::Diagnostics diagnostics;
  const rule::RuleSet set = rule::RuleSet::read(texts, {}, diagnostics);
  std::map<std::string, Loaded> files;
  for (const rule::RuleText& text : texts)
    files[text.file];
  for (const rule::RulePointer& rule : set.rules())
    ++files[rule->file].rules;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    Loaded& file = files[diagnostic.file];
    if (diagnostic.code == "rule-duplicate-id") ++file.repeated;
    if (diagnostic.code == kNotFoundCode) {
      ++file.not_found;
    } else if (diagnostic.severity == base::Severity::Error && file.first_error.empty()) {
      file.first_error = fmt::format("{}:{}: [{}] {}", diagnostic.place.line,
                                     diagnostic.place.column, diagnostic.code, diagnostic.message);
    }
  }
  return files;
}

std::string judge_file(const std::string& file, const Loaded& loaded, const Documents& documents,
                       Report& report) {
  if (!loaded.first_error.empty()) return loaded.first_error;
  const std::vector<std::string> strangers = documents.strangers(file);
  for (const std::string& name : strangers) {
    report.absent(fmt::format("the rule \"{}\", joined by {}", name, file));
  }
  if (loaded.not_found > 0) {
    return strangers.empty() ? "a rule that it joins is in the folder, and was not found" : "";
  }
  const std::size_t expected = documents.rule_count(file);
  if (loaded.rules + loaded.repeated >= expected) return {};
  return fmt::format("{} of {} rules were loaded", loaded.rules, expected);
}

void run_folder(const Setting& setting, const std::string& folder, Report& report) {
  std::vector<rule::RuleText> texts;
  for (const std::string& file : setting.corpus.files(folder, report)) {
    if (!file.ends_with(".yml") && !file.ends_with(".yaml")) continue;
    std::optional<std::string> text = setting.corpus.read(file, report);
    if (text) texts.push_back({file, std::move(*text)});
  }
  if (texts.empty()) return;
  Part& part = report.part(file_name_of(folder));
  const Documents documents(texts);
  std::size_t rules = 0;
  for (const auto& [file, loaded] : load(texts)) {
    if (file.empty()) continue;  // what is told of no file
    rules += loaded.rules;
    part.judge(file, judge_file(file, loaded, documents, report));
  }
  part.note(fmt::format("{} rules in {} files", rules, texts.size()));
}

}  // namespace

void run_sigma_load(const Setting& setting, Report& report) {
  for (const std::string& folder : setting.corpus.folders("labelled/sigma", report)) {
    run_folder(setting, folder, report);
  }
}

}  // namespace riposte::conformance
