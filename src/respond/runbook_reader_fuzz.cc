// Any text may be given as a runbook; what is read of it can be planned with, or is refused.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "json/scanner.h"
#include "respond/guard.h"
#include "respond/planner.h"
#include "respond/runbook_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte;
  base::Diagnostics diagnostics;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto runbooks = respond::read_runbooks({{"fuzz.yml", text}}, diagnostics);
  const auto finding = json::OwnedDocument::parse(
      R"({"id":"f","account":"1","region":"r","actor":{"name":"a"},"resources":[{"id":"i"}]})");
  const auto event = json::OwnedDocument::parse(R"({"a":{"b":[{"c":"${d}"}]}})");
  for (const respond::RunbookPointer& runbook : runbooks) {
    const respond::Occasion occasion{finding.value().root(), &event.value().root()};
    respond::Planner::answers(*runbook, occasion);
    const base::Result<respond::Plan> plan = respond::Planner::plan(runbook, occasion);
    if (!plan.ok()) continue;
    CHECK(json::OwnedDocument::parse(respond::to_json(*plan)).ok(), "a plan is JSON");
    respond::to_human(*plan);
    CHECK(!respond::Guard({}).judge(*plan, {}).approved, "the shipped engine allows nothing");
  }
  return 0;
}
