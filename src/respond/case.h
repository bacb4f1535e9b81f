#pragma once

// One incident that people work through: what its guides ask of them, and what came of each step.
// It is told by the journal and nothing else, as an Action is (action.h).
//
//     opened --> guided, joined, asked, decided, done, skipped, noted ... --> closed
//
// A guide is a singular runbook as it was when a finding brought it: a runbook that is changed
// later changes no case. One incident is one case, so a second runbook that answers a finding of it
// adds its guide. After a case is closed what goes on of its incident is a new one, which names it.
//
// Steps that people settle say so here. Of a step that riposte does, here is only which actions
// were asked for; what became of them the actions tell (casework.h).
//
// Threads: a plain value.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/document.h"
#include "respond/runbook.h"

namespace riposte::respond {

// One entry of the journal about a case. What is not said is empty.
struct CaseEntry {
  std::string kind{};  // "case.opened"; docs/formats/ledger.md lists them
  std::string by{};
  base::EventTime time{};
  std::string says{};     // an answer, a reason, a note, the lessons
  std::string step{};     // "runbook/step"
  std::string finding{};  // that brought a guide, or that something is asked for
  std::string action{};   // the digest of its plan
  std::string title{};
  std::string level{};
  std::string incident{};  // as it was called then
  std::string follows{};   // the case that was closed before
  std::vector<std::string> findings{};
  std::vector<std::string> groups{};
  std::string guide{};  // (document) riposte.guide/1
};

struct Case {
  struct Said {
    std::string by;
    base::EventTime at;
    std::string says;
  };

  // Something that riposte was to do about a finding.
  struct Asked {
    std::string finding;
    std::string action;  // empty: there was no plan, because
    std::string says;
  };

  struct Step {
    GuideStep guide;  // texts looked up
    std::optional<Said> done;
    std::optional<Said> skipped;
    std::vector<Asked> asked;  // the last word on each finding

    bool is_ours() const { return !guide.steps.empty(); }
  };

  struct Guide {
    std::string runbook;
    std::string title;
    std::string description;
    std::string finding;     // that brought it
    std::string actor_name;  // who did what it answers
    std::string actor_arn;
    std::vector<std::string> by;      // who may close
    std::vector<std::string> notify;  // channels
    std::vector<Step> steps;
  };

  std::string id;
  std::string title;
  std::string level;
  std::string incident;
  std::string follows;
  Said opened;
  std::optional<Said> closed;
  std::vector<Guide> guides;
  std::vector<std::string> findings;  // in the order in which they came
  std::vector<CaseEntry> entries;     // the whole story; without documents
  std::int64_t version = 0;           // the last entry's sequence in the journal

  // Adds an entry. The first one opens it. Invalid where an entry is not of this case.
  base::Status add(const CaseEntry& entry);

  const Guide* find_guide(std::string_view runbook) const;
  bool has_finding(std::string_view finding) const;

  // By "runbook/step", or by the name alone where one step has it. Null: none, or several.
  const Step* find_step(std::string_view name) const;
  std::string name_of(const Step& step) const;  // "runbook/step"
  const Guide& guide_of(const Step& step) const;

  // Of all guides, by phase; of one phase in the order of the guides.
  std::vector<const Step*> in_order() const;
};

// The same finding, behind the same closed case, opens the same case.
std::string case_id(std::string_view finding, std::string_view follows);

// riposte.guide/1 in canonical form: what a runbook asks for about this finding.
std::string guide_json(const Runbook& runbook, const json::Node& finding, const json::Node* event);

// Entries as the journal spells them.
std::string body_of(const CaseEntry& entry);
base::Result<CaseEntry> case_entry_of(
    std::string_view text,
    const std::function<base::Result<std::string>(std::string_view)>& document);

}  // namespace riposte::respond
