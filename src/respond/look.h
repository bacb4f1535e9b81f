#pragma once

// What the account answers, held against what is expected, and told where it differs: by path, with
// what was expected and what was found.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "json/scanner.h"

namespace riposte::respond {

inline constexpr std::size_t kDifferencesMax = 10;  // told of one answer
inline constexpr std::size_t kFoundBytesMax = 200;  // of what was found, in one of them

// The differences of an answer from an EventBridge pattern; none: it matches.
//     State.Name: expected ["running"], found "stopped"
std::vector<std::string> differences_from(std::string_view expect,
                                          const json::OwnedDocument& answer);

// The differences of an answer's members from those of an object, value by value; none: all that
// the object names is answered just so. Sets of DynamoDB ({"SS":[..]}, NS, BS) have no order.
std::vector<std::string> differences_from_exactly(std::string_view exactly,
                                                  const json::OwnedDocument& answer);

// Between two JSON texts, value by value; none: they are equal.
//     [0].Status: expected "Active", found "Inactive"
std::vector<std::string> differences_between(std::string_view expected, std::string_view found);

}  // namespace riposte::respond
