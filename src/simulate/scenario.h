#pragma once

// An incident as a file: what the account is like, what is done to it, what must be found and
// answered, and what must be as it was when it is over. docs/formats/simulations.md describes it.
//
//     account   set-up: calls, each with what takes it back
//     watch     reads that say what the account is like
//     attack    calls (each with the record that a trail would have), lines of logs, stream records
//     expect    findings, plans, calls; proofs that the account is safe; undo or expiry
//     legitimate  what must find no answer
//
// Values are templates (respond/template.h) of `run`, `account`, `region`, and of what the steps
// before were answered, by their names.
//
// Threads: immutable once read.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "json/value.h"
#include "respond/operation.h"
#include "rule/rule.h"

namespace riposte::simulate {

struct Call {
  respond::Operation operation;
  json::Value with;  // an object of templates; null: nothing
  base::Place place;
};

// What takes a step back. For each item of what a read answers, where there is one: what was put
// into a thing must go before it, and what a crash left without a name is found by a read.
struct Undo {
  Call call;
  std::optional<Call> for_each;
  std::string list;  // the member of the read's answer
};

// A call of the set-up, or a part: a set-up of its own, with parameters.
struct SetUp {
  std::string name;  // what its answer is called; may be empty
  std::string part;  // empty: `call`
  Call call;         // of a part only its parameters
  std::vector<Undo> undo;
};

struct Part {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<SetUp> account;
  std::string file;
};

// Who somebody is, as a trail writes it. Texts are templates.
struct Identity {
  enum class Kind : std::uint8_t { User, Role, Root, Anonymous } kind = Kind::User;
  json::Value name;     // of the user or role
  json::Value session;  // of the role
  json::Value key;      // id of the access key; null: an invented one
};

struct AttackStep {
  enum class Kind : std::uint8_t { Call, Record, Log, Stream } kind = Kind::Call;
  std::string name;
  base::Place place;
  base::Millis after{};      // since the step before
  std::uint64_t times = 1;   // how often
  base::Millis every{1000};  // then, how long between
  // Call, Record
  std::string identity;
  std::string from = "203.0.113.9";
  std::string agent;
  Call call;
  std::string refused;  // the code that the account must refuse it with
  bool is_seen = true;  // whether a trail writes it
  std::vector<Undo> undo;
  json::Value record;  // instead of a call: what of the record cannot be told from who and when
  // Log
  std::string log;
  std::vector<json::Value> lines;
  // Stream
  json::Value table;
};

struct Watch {
  std::string name;
  Call call;
  std::vector<std::string> pick;  // members of the answer; empty: all of it
};

struct Proof {
  Call call;
  json::Value expect;   // an EventBridge pattern with templates; null: to answer is enough
  std::string refused;  // or the code that the account must refuse it with
};

struct ExpectedFinding {
  std::string rule;
  json::Value actor;  // its name or ARN ends with it; null: whoever
};

struct ExpectedPlan {
  std::string runbook;
  std::string state;  // when all findings were answered: asked, standing, refused ...
};

struct Expectation {
  std::vector<ExpectedFinding> findings;  // these at least
  std::vector<ExpectedPlan> plans;        // these and no others
  std::string approve;                    // who says yes to what is asked; empty: nobody
  std::vector<respond::Operation> calls;  // what changed the account, in order, and nothing else
  std::vector<std::string> told;          // kinds of notices that somebody is owed
  std::vector<Proof> safe;
  std::vector<std::string> repaired;   // watches that are then as before the attack
  bool undo = false;                   // a person takes everything back
  std::optional<base::Millis> expiry;  // or time does
};

struct Scenario {
  std::string name;
  std::string title;
  std::string description;
  std::vector<std::string> references;
  rule::Level level = rule::Level::Medium;  // of the findings that are told
  std::map<std::string, Identity> identities;
  std::vector<SetUp> account;
  std::vector<Watch> watch;
  std::vector<AttackStep> attack;
  json::Value config;                 // a piece of riposte.yml; null: nothing
  json::Value lists;                  // placeholders of rules; null: none
  json::Value rules;                  // its own, besides the shipped ones; null: none
  json::Value playbook;               // its own runbooks; null: none
  std::vector<std::string> runbooks;  // which may answer; empty: all
  Expectation expect;
  std::vector<AttackStep> legitimate;
  std::string file;
  base::Place place;
};

using Parts = std::map<std::string, Part, std::less<>>;

struct Scenarios {
  std::vector<std::shared_ptr<const Scenario>> all;  // by name
  Parts parts;
};

}  // namespace riposte::simulate
