#pragma once

// Where a log source keeps the fields that Sigma rules name.
//
// Rules name fields as their log source's vendor does, or as Sigma's taxonomy does; records nest
// them. The answer is a list of alternatives, the name as written always first: nobody has to know
// the mapping to use a path of the record.
//
//     windows, CommandLine                    CommandLine | Event.EventData.CommandLine | ...
//     gcp.audit, gcp.audit.method_name        gcp.audit.method_name | protoPayload.methodName
//     aws, requestParameters.bucketName       requestParameters.bucketName
//
// An event holds the field where any of the paths leads to it. Shapes that riposte does not read
// yet (Windows, Azure, Google) are mapped because Format::Unknown events reach every rule.

#include <string_view>
#include <vector>

#include "rule/condition.h"
#include "rule/log_source.h"

namespace riposte::rule {

// Dots separate keys. An empty name gives one empty path: any value of the record.
std::vector<FieldPath> paths_of(const LogSource& source, std::string_view field);

}  // namespace riposte::rule
