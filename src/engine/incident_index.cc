#include "engine/incident_index.h"

#include <algorithm>

#include "finding/finding_reader.h"

// Tested by tests/integration/case_test.py

namespace riposte::engine {

using finding::Incident;

base::Status IncidentIndex::read(finding::Ledger& ledger,
                                 const std::function<void(const std::string& what)>& note) {
  TRY(ledger.list(finding::Ledger::Shown::All, rule::Level::Informational,
                  [&](const finding::StoredFinding& kept) {
                    base::Result<finding::Finding> read = finding::read_finding(kept.document);
                    if (read.ok()) {
                      findings_.push_back(std::move(read).value());
                    } else {
                      note("finding " + kept.id + " joins no incident: " + read.error().message);
                    }
                  }));
  incidents_ = finding::incidents_of(findings_);
  for (const Incident& incident : incidents_) {
    for (const finding::Finding* each : incident.findings)
      by_finding_.emplace(each->id, &incident);
  }
  return base::Done{};
}

const Incident* IncidentIndex::find(std::string_view finding) const {
  const auto found = by_finding_.find(finding);
  return found == by_finding_.end() ? nullptr : found->second;
}

std::vector<const Incident*> IncidentIndex::find(const std::vector<std::string>& findings) const {
  std::vector<const Incident*> incidents;
  for (const std::string& finding : findings) {
    const Incident* incident = find(finding);
    if (incident != nullptr &&
        std::find(incidents.begin(), incidents.end(), incident) == incidents.end())
      incidents.push_back(incident);
  }
  return incidents;
}

}  // namespace riposte::engine
