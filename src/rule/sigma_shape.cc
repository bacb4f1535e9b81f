// Tested by src/rule/sigma_reader_test.cc

#include "rule/sigma_shape.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace riposte::rule {

const json::Value* member_of(const json::Value& map, std::string_view key) {
  const json::Value* value = map.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_member(const json::Value& map, std::string_view key,
                        base::Diagnostics& diagnostics) {
  const json::Value* value = member_of(map, key);
  if (value == nullptr) return {};
  if (value->is_scalar()) return value->text();
  diagnostics.error(value->place(), "sigma-type",
                    fmt::format("\"{}\" must be text, not {}", key, json::name_of(value->kind())));
  return {};
}

std::vector<std::string> texts_member(const json::Value& map, std::string_view key,
                                      base::Diagnostics& diagnostics) {
  const json::Value* value = member_of(map, key);
  return value == nullptr ? std::vector<std::string>{} : texts_of(*value, key, diagnostics);
}

std::vector<std::string> texts_of(const json::Value& value, std::string_view name,
                                  base::Diagnostics& diagnostics) {
  if (value.is_scalar()) return {value.text()};
  std::vector<std::string> texts;
  if (value.is_object()) {
    diagnostics.error(value.place(), "sigma-type",
                      fmt::format("\"{}\" must be a list of texts, not a map", name));
  }
  for (const json::Value& item : value.items()) {
    if (!item.is_scalar()) {
      diagnostics.error(item.place(), "sigma-type",
                        fmt::format("\"{}\" must be a list of texts; here is {}", name,
                                    json::name_of(item.kind())));
      return {};
    }
    if (!item.is_null()) texts.push_back(item.text());
  }
  return texts;
}

void check_keys(const json::Value& map, const std::vector<std::string_view>& known,
                UnknownKeys policy, const std::string& code, base::Diagnostics& diagnostics) {
  for (const json::Value::Member& member : map.members()) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    const std::string near = base::nearest(base::lower(member.key), known);
    if (policy == UnknownKeys::AreErrors) {
      std::vector<std::string> names(known.begin(), known.end());
      diagnostics.error(member.key_place, code, fmt::format("unknown key \"{}\"", member.key),
                        near.empty() ? "known here: " + base::join(names, ", ")
                                     : fmt::format("did you mean \"{}\"?", near));
      return;
    }
    if (near.empty()) continue;
    diagnostics.warning(member.key_place, code,
                        fmt::format("\"{}\" is no key of Sigma", member.key),
                        fmt::format("did you mean \"{}\"?", near));
  }
}

}  // namespace riposte::rule
