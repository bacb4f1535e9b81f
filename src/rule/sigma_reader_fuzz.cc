// Whatever a rule file holds, reading it ends: with rules, or with complaints.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "rule/rule_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte;
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::Diagnostics diagnostics;
  const rule::RuleSet set =
      rule::RuleSet::read({{"fuzz.yml", text}}, {{"name", {"a", "b*"}}}, diagnostics);
  for (const rule::RulePointer& rule : set.rules()) {
    CHECK(set.find(rule->id) != nullptr, "every rule is found by its id");
    CHECK(!rule::to_text(rule->condition).empty(), "every condition can be said");
  }
  return 0;
}
