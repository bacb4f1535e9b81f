#pragma once

// What a reconciler wants to be called, so that what is enforced becomes what is wanted.
//
//     wanted, what stands there, what of it is ours --reconcile--> Changes, in order
//
// A reconciler is a pure function. Once its changes are made, the next one has none. It never
// touches what is not ours: what is ours is in the ledger, and stands there exactly so.
//
// Changes that release come first. Behind them each eviction stands right before what takes its
// place, so that who stops in the middle, for a budget or a freeze, leaves no place empty.
//
// Threads: plain values.

#include <string>
#include <vector>

namespace riposte::block {

struct Change {
  std::string operation;               // "ec2.CreateNetworkAclEntry"
  std::string with;                    // canonical JSON, an object
  std::vector<std::string> adds{};     // items that are ours when it is made
  std::vector<std::string> removes{};  // and those that are gone
  std::string journaled{};             // `with`, where that is long; empty: itself
  bool releases = false;               // it only takes back what is no longer wanted
};

struct Reconciled {
  std::vector<Change> changes;
  std::vector<std::string> lost;       // items of ours that do not stand there any more
  std::vector<std::string> confirmed;  // that were intended, and do
  std::vector<std::string> unheld;     // networks for which there is no room
  std::size_t held = 0;                // networks that are held when all is made
  std::string obstacle;  // why nothing can be held at all; empty: nothing is in the way
};

}  // namespace riposte::block
