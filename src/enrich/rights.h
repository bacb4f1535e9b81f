#pragma once

// What the statement of an identity policy lets its holder do, as far as it is dangerous.
//
// A right counts by how far it reaches: on everything, on everything of a service
// ("arn:aws:s3:::*"), on everything of a type ("role/*"). What is given on a named resource is not
// looked at.
//
// Threads: immutable.

#include <set>
#include <string>

#include "json/document.h"

namespace riposte::enrich {

struct Rights {
  bool admin = false;                       // every action on everything
  std::set<std::string> wildcard_services;  // "iam" for iam:* on everything of it
  std::set<std::string>
      risky_actions;  // let one gain rights that were not given, on a type of resource or more

  bool empty() const { return !admin && wildcard_services.empty() && risky_actions.empty(); }
};

// Adds the rights of one Allow statement.
void add_rights(const json::Node& statement, Rights& rights);

}  // namespace riposte::enrich
