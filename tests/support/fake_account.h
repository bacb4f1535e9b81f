#pragma once

// A small account that lives in memory: items with a value, and groups whose ids it chooses. It
// answers as services do, and fails as they do when it is told to.
//
//     world.GetItem {Key}            {"Key","Value"}, or NoSuchItem
//     world.PutItem {Key, Value}     {"Key","Previous","Secret"}: always has an effect
//     world.CreateGroup {Name}       {"Group":{"Id"}}: knows idempotency tokens
//     world.DeleteGroup {Id}         or NoSuchGroup
//     world.ListGroups {}            {"Groups":[{"Id","Name"}]}

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "respond/account.h"

namespace riposte::testing_support {

class FakeAccount final : public respond::Account {
 public:
  enum class Fault {
    None,
    Refuse,       // AccessDenied
    Throttle,     // ThrottlingException
    Unsent,       // no credentials
    LostBefore,   // no answer, and no effect
    LostAfter,    // no answer, and the effect
    FaultBefore,  // InternalFailure without the effect
    FaultAfter,   // and with it
  };

  base::Result<respond::Reply> call(const respond::AccountCall& call) override;

  std::map<std::string, std::string> items;
  std::map<std::string, std::string> groups;  // id to name

  // Asked before every call, and free to change the world.
  std::function<Fault(const respond::AccountCall&)> before_call;

  // How many reads of an item answer from a copy after it was changed.
  int lag = 0;

  // Every call, as "world.PutItem {..}", and of those that had an effect their tokens.
  std::vector<std::string> calls;
  std::vector<std::string> changes;    // without reads
  std::map<std::string, int> effects;  // by idempotency token

 private:
  respond::Reply answer(const respond::AccountCall& call);

  // What is still answered of an item, and how often.
  struct Copy {
    std::string value;
    int reads = 0;
  };

  std::map<std::string, std::string> groups_by_token_;
  std::map<std::string, Copy> copies_;
  int requests_ = 0;
};

}  // namespace riposte::testing_support
