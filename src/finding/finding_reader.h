#pragma once

// riposte.finding/1 back to Findings: what the ledger kept, to be joined to incidents again.
//
//     read_finding(to_ndjson(finding))  writes the same document again
//
// The rule is a stand-in that has what the document says of it: id, name, title, level and tags.
// The record and how a chain came to be refused are not in a document.
//
// When it fails: Invalid for what is no finding. A member that is missing or of another type counts
// as not known, as `null` does.
//
// Threads: functions without state.

#include <string_view>

#include "base/result.h"
#include "finding/finding.h"

namespace riposte::finding {

base::Result<Finding> read_finding(std::string_view document);

}  // namespace riposte::finding
