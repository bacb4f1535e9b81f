#pragma once

// Sigma 2.1 documents to rules and filters: the shape of a document, its descriptive keys, our own
// `riposte` key.
//
//     YAML text --> documents --> detection     sigma_condition.h over sigma_value.h
//                             --> eventbridge   eventbridge_reader.h
//                             --> correlation   checked, kept as written
//                             --> filter        a condition for other rules; RuleSet applies it
//
// A document with an error is left out and the others are read. What Sigma leaves open stays open:
// unknown keys are allowed, and only those that look like a misspelt known one are told. Under
// `riposte`, unknown keys are errors.
//
// What happens when a text is hostile: everything is bounded by the limits of json::read_yaml, and
// by those named in sigma_condition.h and sigma_value.h; after kComplaintsMax complaints the rest
// of a document is not read.

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "rule/rule.h"
#include "rule/rule_set.h"

namespace riposte::rule {

// Complaints about one document; whoever mends a hundred of them reads on with the next run.
inline constexpr std::size_t kComplaintsMax = 100;

// Filters of one rule set: each may be copied into every rule.
inline constexpr std::size_t kFiltersMax = 1000;

// Times that a test repeats one event; a burst that tells anything is shorter.
inline constexpr int kRepeatMax = 10'000;

// A Sigma filter: what it adds to the rules it names.
struct SigmaFilter {
  std::string title;
  LogSource log_source;
  struct Reference {
    std::string rule;  // id, name or title
    base::Place place;
  };
  std::vector<Reference> rules;
  bool any_rule = false;  // every rule of the log source
  Condition condition;    // the rule must satisfy it, too
  std::string file;
  base::Place place;

  // Whether the filter's log source says nothing that the rule's contradicts.
  bool accepts(const LogSource& rule_source) const;
};

struct SigmaDocuments {
  std::vector<Rule> rules;
  std::vector<SigmaFilter> filters;
};

// Reads every document of the text. Its snippets are cut from the text: the diagnostics' source is
// set to it.
SigmaDocuments read_sigma(const RuleText& text, const Placeholders& placeholders,
                          TestPlaceholders test_placeholders, base::Diagnostics& diagnostics);

}  // namespace riposte::rule
