#pragma once

// All rules of a run, read from texts, filters applied, in a stable order (by file, then place).
//
// One bad rule costs only itself: its errors are collected and the others load. Callers decide
// whether errors end the run.
//
// Of rules that share an id the first one read stays, so a copy of a public collection may overlap
// with ours; a shared name is only told, because both rules may find something.
//
// Threads: immutable once loaded.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "rule/rule.h"

namespace riposte::rule {

// Whether a rule's own `riposte.placeholders` count, before the given ones: only when its tests are
// run.
enum class TestPlaceholders : bool { Ignored, Used };

struct RuleText {
  std::string file;  // for messages and for `file:` of tests
  std::string text;
};

class RuleSet {
 public:
  // Reads every document of every text: Sigma detections, correlations and filters, and
  // `eventbridge` rules. Says also: rules that share an id or name, filters and correlations that
  // name a rule which is not there.
  static RuleSet read(const std::vector<RuleText>& texts, const Placeholders& placeholders,
                      base::Diagnostics& diagnostics,
                      TestPlaceholders test_placeholders = TestPlaceholders::Ignored);

  const std::vector<RulePointer>& rules() const { return rules_; }
  // The first rule of that id, else of that name, else of that title; or null.
  const RulePointer* find(std::string_view name_or_id_or_title) const;

 private:
  void add(Rule rule);

  std::vector<RulePointer> rules_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, std::size_t, std::less<>> by_title_;
};

}  // namespace riposte::rule
