#pragma once

// "key":{"sourceIPAddress":"198.51.100.7","eventName":null}: what the events of a correlation
// share, as the outputs in JSON write it.
//
// Threads: functions without state.

#include "finding/finding.h"
#include "json/writer.h"

namespace riposte::finding {

void write_key(const Finding::Correlated& correlated, json::Writer& writer);

}  // namespace riposte::finding
