#pragma once

// The incidents of a ledger, and which of them a finding belongs to: made anew from all findings
// that are kept, closed ones too, for what is closed is part of the story.
//
// Cost: each finding is parsed once, and held.
//
// When it fails: as the ledger does. A finding that cannot be read is told and left out.
//
// Threads: confined to its owner; immutable once read.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "finding/incident.h"
#include "finding/ledger.h"

namespace riposte::engine {

class IncidentIndex {
 public:
  IncidentIndex() = default;
  IncidentIndex(const IncidentIndex&) = delete;  // incidents borrow findings
  IncidentIndex& operator=(const IncidentIndex&) = delete;

  base::Status read(finding::Ledger& ledger,
                    const std::function<void(const std::string& what)>& note);

  // Null for a finding that is not there.
  const finding::Incident* find(std::string_view finding) const;

  // Each once, in the order of the findings.
  std::vector<const finding::Incident*> find(const std::vector<std::string>& findings) const;

 private:
  std::vector<finding::Finding> findings_;
  std::vector<finding::Incident> incidents_;
  std::map<std::string_view, const finding::Incident*> by_finding_;
};

}  // namespace riposte::engine
