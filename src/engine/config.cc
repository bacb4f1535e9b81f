#include "engine/config.h"

#include <algorithm>

#include "base/check.h"
#include "json/writer.h"

namespace riposte::engine {

const Config::Setting& Config::setting(std::string_view section, std::string_view name) const {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& each) {
    return each.key->section == section && each.key->name == name;
  });
  CHECK(found != settings.end(), "a configuration has every key of the table");
  return *found;
}

std::string to_yaml(const Config& config) {
  constexpr std::size_t kColumn = 60;  // of the origins
  std::string page;
  std::string_view section;
  for (const Config::Setting& each : config.settings) {
    if (each.key->section != section) {
      section = each.key->section;
      page.append(section).append(":\n");
    }
    std::string line = "  " + std::string(each.key->name) + ": ";
    // JSON is YAML, too.
    line += each.value.is_null() ? "null" : json::to_json(each.value);
    if (line.size() < kColumn) line.resize(kColumn, ' ');
    page += line + "  # " + each.from + "\n";
  }
  return page;
}

std::string to_json(const Config& config) {
  std::string out = "{";
  for (const Config::Setting& each : config.settings) {
    if (out.size() > 1) out += ',';
    out += json::quoted(std::string(each.key->section) + "." + std::string(each.key->name));
    out +=
        ":{\"value\":" + json::to_json(each.value) + ",\"from\":" + json::quoted(each.from) + "}";
  }
  return out + "}";
}

}  // namespace riposte::engine
