#pragma once

// A runbook as it was read: for which findings, what to call, how to take it back, and within which
// bounds. docs/formats/runbook.md describes the file.
//
//     runbook  when: which findings        step  aws + with: one call
//              mode, limit, protect              if, for_each: whether, how often
//              expires, approve                  precheck: what must hold before, and is kept
//              steps ------------------>         undo, or irreversible: true
//              guide, tests                      verify: what must hold after
//
// A recurrent one answers by itself, within its bounds. A singular one is for what happens once and
// is different each time: it opens a case (case.h), and its guide says what people decide, what
// they do, and which of the steps riposte does once somebody approved.
//
// Every condition in it (when.expression, if, expect) is an EventBridge pattern, every value a
// template: there is nothing to program in.
//
// Threads: immutable once read; shared by pointer.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/network.h"
#include "base/time.h"
#include "json/value.h"
#include "respond/operation.h"
#include "rule/condition.h"
#include "rule/rule.h"

namespace riposte::respond {

// What a runbook may do, from the least: tell what it would do; do it when somebody says so; do it.
enum class Mode : std::uint8_t { Notify, Approve, Auto };
std::string_view name_of(Mode mode);
std::optional<Mode> parse_mode(std::string_view name);

// What happens to the rest of a plan when a step fails.
enum class OnFailure : std::uint8_t {
  Undo,      // nothing more is done, what was done is taken back
  Stop,      // nothing more is done
  Continue,  // the other steps do not depend on this one
};
std::string_view name_of(OnFailure on_failure);
std::optional<OnFailure> parse_on_failure(std::string_view name);

// Whether the same answer will do every time it happens.
enum class Occurrence : std::uint8_t { Recurrent, Singular };
std::string_view name_of(Occurrence occurrence);
std::optional<Occurrence> parse_occurrence(std::string_view name);

// Of an incident, as NIST SP 800-61 has them; in this order.
enum class CasePhase : std::uint8_t {
  Preparation,
  Analysis,  // "detection-and-analysis"
  Containment,
  Eradication,
  Recovery,
  PostIncident,
};
std::string_view name_of(CasePhase phase);
std::optional<CasePhase> parse_case_phase(std::string_view name);
std::span<const std::string_view> case_phase_names();

struct Call {
  Operation operation;
  json::Value with;     // an object of templates
  base::Place place{};  // of the operation
};

// A read whose answer must match; what it answered is what `precheck` stands for in an undo.
struct Check {
  Call call;
  json::Value expect;  // an EventBridge pattern over the answer; null: to answer is enough
};

class NamedAction;

struct Step {
  std::string name;
  Call call;                            // of an action only its parameters
  const NamedAction* action = nullptr;  // null: `call` is what is called
  std::string for_each;                 // a template that names a list; empty: once
  std::optional<rule::Condition> only_if;
  std::vector<Check> prechecks;
  std::optional<Call> undo;
  bool irreversible = false;
  std::vector<Check> verifications;
  std::optional<OnFailure> on_failure;  // nothing said: Undo, or what the action thinks fit
  base::Place place;
};

// What is done next in a case: one of three things.
struct GuideStep {
  std::string name;
  CasePhase phase = CasePhase::Analysis;
  std::string ask;                 // a question to a person, as a template
  std::string task;                // what a person does, as a template
  std::vector<std::string> steps;  // names of the runbook's steps
  std::vector<std::string> by;     // groups that may decide, any of them; empty: anybody
  base::Place place;
};

// Which findings it answers: all that is said must hold. Empty: it is only run by hand.
struct Trigger {
  std::vector<std::string> rules;  // names or ids, any of them
  std::vector<std::string> tags;   // any of them
  std::optional<rule::Level> level;
  std::optional<rule::Condition> expression;  // over {"finding": ..., "event": ...}

  bool empty() const { return rules.empty() && tags.empty() && !level && !expression; }
};

// What must not be touched. Texts are patterns with * and ?, without regard to case.
struct Protection {
  std::vector<std::string> principals;  // ARNs or names
  std::vector<std::string> resources;   // ARNs or ids
  std::map<std::string, std::string> tags;
  std::vector<base::Network> networks;
};

// How often at most. What is not said is bounded by the engine alone.
struct Limit {
  std::optional<std::uint64_t> per_hour;
  std::optional<std::uint64_t> per_account_per_hour;
  std::optional<std::uint64_t> per_region_per_hour;
  std::optional<double> share_per_hour;  // of the fleet, 0 to 1
};

struct Approval {
  std::vector<std::string> by;  // any of these groups; empty: anybody who may approve at all
  base::Millis within = std::chrono::minutes(30);
  bool tell_otherwise = true;  // whether a person is told when nobody answered in time
};

// What a read of the account answers: in tests, and where somebody looked for us.
struct AccountFact {
  Operation operation;
  std::string with;      // canonical JSON
  std::string answer;    // JSON, an object; or:
  std::string error;     // the code of the service's refusal; or:
  bool is_ours = false;  // a call that we made ourselves
};

struct RunbookTest {
  std::string name;
  std::string event;                 // JSON; or:
  std::string file;                  // where it stands, relative to the runbook's file
  std::vector<AccountFact> account;  // what its actions read
  struct ExpectedCall {
    Operation operation;
    std::string with;  // canonical JSON
  };
  std::vector<ExpectedCall> plan;  // of a guide, all of its parts
  std::string refused;             // part of the reason why there is no plan; then `plan` is empty
  base::Place place;
};

struct Runbook {
  std::string name;
  std::string title;
  std::string description;
  Trigger when;
  Mode mode = Mode::Notify;
  Protection protect;
  Limit limit;
  std::optional<base::Millis> expires;
  Approval approve;
  std::string idempotency = "${finding.id}";  // what is answered once, as a template
  std::vector<Step> steps;
  std::vector<std::string> notify;
  Occurrence event = Occurrence::Recurrent;
  std::vector<GuideStep> guide;  // of a singular one; in the order of phases, never empty
  std::vector<RunbookTest> tests;
  std::string digest;  // of the document, canonical: what was read, not how it was laid out
  std::string file;
  base::Place place;

  // Whether something of it cannot be taken back.
  bool is_irreversible() const;
  bool is_singular() const { return event == Occurrence::Singular; }
};

using RunbookPointer = std::shared_ptr<const Runbook>;

// What riposte does of one step of a guide, as a runbook: its steps, for its groups to approve, and
// answered once by itself.
RunbookPointer part_of(const Runbook& runbook, const GuideStep& step);

// "12h", "30m", "90s", "7d": a number and a unit.
std::optional<base::Millis> parse_duration(std::string_view text);

}  // namespace riposte::respond
