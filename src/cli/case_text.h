#pragma once

// Cases as commands print them: riposte.case/1 (docs/formats/cases.md), a line each, and a page for
// who knows nothing of it yet.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "finding/incident.h"
#include "respond/casework.h"

namespace riposte::cli {

// A case, and all that the ledger tells of what it is about; borrowed.
struct CasePage {
  const respond::Case& one;
  const std::vector<respond::CaseStepView>& steps;
  std::vector<const finding::Incident*> incidents{};
};

std::string to_ndjson(const CasePage& page);

// With its line end.
std::string line_of(const CasePage& page);

// Nothing in it can write to a terminal but line ends.
std::string page_of(const CasePage& page, std::size_t width);

}  // namespace riposte::cli
