#pragma once

// Texts of services that write neither JSON nor a table: what Lambda says of its functions, and
// what Budgets mails.
//
//     REPORT RequestId: 8f507cfc-...	Duration: 102.25 ms	Billed Duration: 103 ms ...
//     2026-01-31T18:37:58.287Z 8f507cfc-... Task timed out after 3.00 seconds
//
//     AWS Budget Notification January 31, 2026
//     AWS Account 111122223333
//     ...
//     ACTUAL Amount: $120.00
//
// Threads: no state.

#include <string_view>

#include "event/record_writer.h"

namespace riposte::event {

bool is_function_line(std::string_view line);
// Numbers in milliseconds and megabytes, as the JSON of `platform.report` has them.
void write_function_line(std::string_view line, RecordWriter& record);

// Where JSON begins behind what was put in front of it: time, request and level by Lambda, the time
// by an export of CloudWatch Logs, or both. Npos: the line is not such a one.
std::size_t json_behind(std::string_view line);

bool is_budget_notice(std::string_view text);
void write_budget_notice(std::string_view text, RecordWriter& record);

}  // namespace riposte::event
