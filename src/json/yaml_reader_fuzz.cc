// Arbitrary bytes as YAML and as JSON: reading ends, and gives values or diagnostics.

#include <cstddef>
#include <cstdint>

#include "json/value.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Diagnostics diagnostics;
  diagnostics.set_source("fuzz", text);
  for (const json::Value& document : json::read_yaml(text, diagnostics))
    static_cast<void>(json::to_json(document));
  static_cast<void>(json::read_json(text, diagnostics));
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    static_cast<void>(base::to_text(diagnostic));
  return 0;
}
