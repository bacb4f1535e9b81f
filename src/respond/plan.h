#pragma once

// Exactly what would be done about one finding: every call with its parameters, what must hold
// before it, what takes it back, and what all of it needs. docs/formats/plan.md.
//
// Its digest is SHA-256 over the canonical JSON of everything else in it. Who approves a digest
// approves these calls and no others; a plan made of other facts has another one.
//
// `with` of a call is what is sent. Undo and verification may speak of what is known only later:
// their texts are templates of `precheck`, `answer` and `answers.STEP`, what an earlier step was
// answered, in which data is escaped (template.h). Of a `late` step call and prechecks are such
// templates, too.
//
// A step that changes something and has neither undo nor `irreversible` leaves nothing that would
// have to be taken back (evidence, an ended session); its note says what.
//
// Nothing in it depends on when it was made: the same runbook, finding and record give the same
// plan, on any machine.
//
// Threads: a plain value; immutable once planned.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "respond/operation.h"
#include "respond/runbook.h"

namespace riposte::respond {

struct PlannedCall {
  Operation operation;
  std::string with;  // canonical JSON, an object
};

struct PlannedCheck {
  PlannedCall call;
  std::string expect;  // canonical JSON, an EventBridge pattern; empty: to answer is enough
  // Canonical JSON, an object: each of its members is answered just so, which no pattern can say of
  // a list. The items of a DynamoDB set ({"SS":[..]}) may come in any order. Empty: nothing more.
  std::string exactly{};

  bool expects_something() const { return !expect.empty() || !exactly.empty(); }
};

struct PlannedStep {
  std::string name;  // "revoke", "revoke[1]" of a for_each
  PlannedCall call;
  bool changes = false;
  std::vector<PlannedCheck> prechecks;
  std::optional<PlannedCall> undo;
  bool irreversible = false;
  std::vector<PlannedCheck> verifications;
  OnFailure on_failure = OnFailure::Undo;
  bool late = false;  // its call and prechecks are templates of earlier answers
  std::string note;   // what a person should know before saying yes; empty: nothing
};

struct Plan {
  RunbookPointer runbook;  // never null
  std::string finding;     // its id
  std::string rule;        // its name
  std::string account;
  std::string region;
  // Who did it, as the finding says: what a call must be held against before it is allowed.
  struct Culprit {
    std::string type, name, arn, access_key, session_of;
  } actor;
  std::vector<std::string> resources;  // ids and ARNs that the finding names
  std::vector<PlannedStep> steps;
  std::vector<std::string> skipped;      // steps whose `if` does not hold
  std::vector<std::string> permissions;  // IAM actions, sorted
  std::string idempotency;
  std::string digest;

  bool needs_approval() const;  // whatever the mode: something cannot be taken back
};

// riposte.plan/1, in canonical form.
std::string to_json(const Plan& plan);

// Everything in it but the digest, in canonical form: what the digest is of.
std::string digested_json(const Plan& plan);

// What a person reads before saying yes. Nothing in it can write to a terminal but line ends.
std::string to_human(const Plan& plan);

}  // namespace riposte::respond
