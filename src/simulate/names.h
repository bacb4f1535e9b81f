#pragma once

// What the templates of a scenario look up: the run, the account, and what steps were answered.
//
// Threads: confined to its owner.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace riposte::simulate {

class Names {
 public:
  void set(std::string_view name, std::string json) { values_[std::string(name)] = std::move(json); }
  void set_text(std::string_view name, std::string_view text);

  // All of them, JSON.
  std::string json() const;

  // The value as JSON. Invalid with every path that is missing.
  base::Result<std::string> resolve(const json::Value& value) const;
  // The same of a text; of any other value its JSON.
  base::Result<std::string> resolve_text(const json::Value& value) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace riposte::simulate
