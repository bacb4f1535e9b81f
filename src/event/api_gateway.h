#pragma once

// Requests to API Gateway: access logs, whose form the owner of the API chooses, execution logs,
// and the event that a function behind the API is given and often logs.
//
// Known are access logs as JSON by the names that AWS's own examples give their keys, and the
// examples' lines in the common log format, CSV and XML. To a record under JSON its request is
// added in the words of other access logs (c-ip, cs-method, cs-uri-stem, cs-uri-query, cs-username,
// sc-status ...), so that one rule reads all of them; what it says itself stays as it is.
//
// Threads: no state.

#include <optional>
#include <string_view>

#include "event/record_writer.h"
#include "json/raw_value.h"

namespace riposte::event {

// An access log's record, or a proxy event.
bool is_api_request(const json::RawValue& record);

// The record with its request in front.
std::string with_web_fields(const json::RawValue& record);

// Lines of access logs that no common reader takes: CSV and XML.
bool is_api_csv(const Tokens& columns);
bool is_api_xml(std::string_view line);
void write_api_csv(const Tokens& columns, RecordWriter& record);
void write_api_xml(std::string_view line, RecordWriter& record);

// "(8f507cfc-...) Method request query string: {id=1}": a step in the life of a request.
bool is_execution_line(std::string_view line);
void write_execution_line(std::string_view line, RecordWriter& record);

}  // namespace riposte::event
