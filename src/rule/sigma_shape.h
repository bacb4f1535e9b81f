#pragma once

// Reading the members of a map that a person wrote, with a complaint where the type is wrong. Null
// counts as absent: `references:` with nothing behind it is how people leave a key empty.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "json/value.h"

namespace riposte::rule {

// The member, unless it is absent or null.
const json::Value* member_of(const json::Value& map, std::string_view key);

// Text, or a number or boolean as written; empty where absent. Another type is an error
// (sigma-type).
std::string text_member(const json::Value& map, std::string_view key,
                        base::Diagnostics& diagnostics);

// A list of texts, or one text; empty where absent.
std::vector<std::string> texts_member(const json::Value& map, std::string_view key,
                                      base::Diagnostics& diagnostics);

// As before, of a value that is there.
std::vector<std::string> texts_of(const json::Value& value, std::string_view name,
                                  base::Diagnostics& diagnostics);

enum class UnknownKeys { AreErrors, AreToldIfNear };

// Complains about keys that are not known: of any (code `code`), or of those that look like a known
// one.
void check_keys(const json::Value& map, const std::vector<std::string_view>& known,
                UnknownKeys policy, const std::string& code, base::Diagnostics& diagnostics);

}  // namespace riposte::rule
