#pragma once

// `${path}` and `${path:-default}`: a look-up, and nothing more.
//
//     "${finding.resources[0].id}"               one value, of any type
//     "arn:aws:iam::${finding.account}:root"     text around values that are text or numbers
//     "${event.items[*].ruleId:-none}"           [*]: of every element; what to take otherwise
//     "$${x}"                                    the characters ${x}
//
// A path begins with a name that its place gives a meaning: finding, event, item. Others, of what
// is known only while a plan is carried out (precheck, answer, answers), stay as they are where the
// place allows them, and are late. What is looked up is data: where late templates stand beside it,
// it is escaped, so that no log can write a template.
//
// What is missing, null, or empty (a text, a list, a map) and has no default is a refusal that
// names the path: a parameter is never left empty by accident.
//
// Threads: functions without state.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"
#include "json/value.h"

namespace riposte::respond {

struct Reference {
  std::string root;  // "finding"
  struct Part {
    enum class Kind { Key, Index, Every } kind = Kind::Key;
    std::string key;
    std::size_t index = 0;
  };
  std::vector<Part> parts;
  bool has_fallback = false;
  std::string fallback;
  std::string written;  // as it stands between the braces
};

// Text and references in turn.
struct TemplatePart {
  std::string text;
  std::vector<Reference> reference;  // none or one, behind the text
};

// Of `${answers.STEP.path}`: how many parts of it are the name of the step, which may have brackets
// and dots of its own. 0: it names another step.
std::size_t parts_naming(const Reference& reference, std::string_view step);

// Invalid with what is wrong with it.
base::Result<std::vector<TemplatePart>> parse_template(std::string_view text);

// `text` as data that stands beside templates: it looks up nothing.
std::string escaped(std::string_view text);

// The names that references of a value begin with, in every text of it; what is no template is told
// to `complain` with its place.
using Complain = std::function<void(base::Place, std::string)>;
std::vector<std::string> roots_of(const json::Value& value, const Complain& complain);

// What the names stand for.
struct Scope {
  const json::Node* finding = nullptr;
  const json::Node* event = nullptr;  // null: no record was kept
  const json::Node* item = nullptr;   // null: not in a for_each
  bool late = false;                  // precheck, answer, answers stay as they are
  bool scalars_only = false;          // in a pattern, where a map from a log would be an operator
  // What the late ones stand for while a plan is carried out (late.h).
  const json::Node* prechecks = nullptr;  // an array; `precheck` alone is its first
  const json::Node* answer = nullptr;
  const json::Node* answers = nullptr;  // an object, by the names of steps
  // Instead of all others: an object whose members are the names, of who has names of his own.
  const json::Node* names = nullptr;
};

// The value as JSON, every reference looked up. What is missing goes to `missing`, as a sentence.
std::string resolve(const json::Value& value, const Scope& scope,
                    std::vector<std::string>& missing);

// The list that a for_each names; empty after a word to `missing`.
std::vector<const json::Node*> resolve_list(std::string_view text, const Scope& scope,
                                            std::vector<std::string>& missing);

}  // namespace riposte::respond
