#pragma once

// An action that needs more than look-ups: it reads the account while it is planned, and what it
// found goes into the plan as exact calls.
//
//     {action: restore-trail, with: {trail: main}}
//        --plan, with reads-->  cloudtrail.StartLogging {"Name":"main"}
//                               before GetTrailStatus must match {"IsLogging":[false]} ...
//
// It gives the same PlannedSteps as a runbook's own: what is shown, approved, carried out, verified
// and taken back is the same for both. A precheck pins what was read, so that a plan whose facts
// have changed is not carried out.
//
// The same request and the same answers give the same steps. What changes from read to read and
// means nothing (times, marks of delivery) is in no step.
//
// Threads: immutable.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/document.h"
#include "respond/plan.h"

namespace riposte::respond {

// Reads of the account while a plan is made. A call that changes something is Invalid. NotFound:
// the service says that there is no such thing; Denied: it does not let us; otherwise as Account.
class FactReader {
 public:
  virtual ~FactReader() = default;

  virtual base::Result<json::OwnedDocument> read(const Operation& operation,
                                                 std::string_view with) = 0;

  // Whether we ourselves made this very call about then: what it did is no attack. Who keeps no
  // journal says no.
  virtual bool made_by_us(const PlannedCall& call, base::EventTime about) const {
    (void)call;
    (void)about;
    return false;
  }
};

struct ActionRequest {
  std::string_view step;      // what the runbook calls it, for the names of the steps
  const json::Node& with;     // an object, looked up
  const json::Node& finding;  // riposte.finding/1
  const json::Node* event;    // its record; null where none was kept
  std::string_view account;
  std::string_view region;
};

class NamedAction {
 public:
  struct Parameter {
    std::string_view name;
    bool is_required = false;
    std::string_view says;     // one line, for lint, schema and docs
    std::string_view words{};  // the only ones it may be, with spaces between; empty: any text
  };

  virtual ~NamedAction() = default;

  virtual std::string_view name() const = 0;  // "restore-trail"
  virtual std::span<const Parameter> parameters() const = 0;

  // All that it may ever call, reads included: what it needs permission for.
  virtual std::span<const Operation> operations() const = 0;

  // Invalid: a sentence why there is nothing that it can or should do.
  virtual base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                                      FactReader& account) const = 0;
};

// By name; null for no such action. All of them, by name.
const NamedAction* find_action(std::string_view name);
std::span<const NamedAction* const> all_actions();

}  // namespace riposte::respond
