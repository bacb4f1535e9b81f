#pragma once

// What every OCSF event of ours has: https://schema.ocsf.io/1.5.0. The class is its writer's.
//
// Threads: functions without state.

#include <string_view>

#include "json/writer.h"

namespace riposte::finding::ocsf {

inline constexpr std::string_view kSchemaVersion = "1.5.0";

// A number of an enumeration, and what the schema calls it.
struct Caption {
  int id;
  std::string_view name;
};
void write_caption(json::Writer& writer, std::string_view id, std::string_view name,
                   Caption caption);

// Nothing where the text is empty.
void write_text(json::Writer& writer, std::string_view name, std::string_view text);

// The members of metadata that each of them has. `version` is that of the program.
void write_origin(json::Writer& writer, std::string_view uid, bool is_cloud,
                  std::string_view version);

void write_account(json::Writer& writer, std::string_view account);
// Required by the profile of the same name.
void write_cloud(json::Writer& writer, std::string_view account, std::string_view region);

}  // namespace riposte::finding::ocsf
