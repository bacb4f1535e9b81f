#pragma once

// A finding as it was written (riposte.finding/1), read back: what the ledger keeps can be told in
// every form that a scan can print, and joined to incidents as a scan joins it.
//
// Of the rule only what the finding says of it is there, which is enough to tell of it and nothing
// to match with.
//
// When it fails: Invalid, where a text is no finding. What is missing in one that an older riposte
// wrote stays empty.
//
// Threads: functions without state.

#include <string_view>

#include "base/result.h"
#include "finding/finding.h"

namespace riposte::finding {

base::Result<Finding> read_finding(std::string_view document);

}  // namespace riposte::finding
