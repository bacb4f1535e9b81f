// Arbitrary bytes as a log file: whatever they are, reading ends, and everything is read, skipped
// or refused.

#include <cstddef>
#include <cstdint>

#include "event/actor.h"
#include "event/event_reader.h"
#include "event/resource.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte::event;
  std::string text(reinterpret_cast<const char*>(data), size);
  text.reserve(text.size() + riposte::json::kPadding);
  EventReader reader;
  Quarantine quarantine;
  reader.read(
      text, "fuzz",
      [](Event& event) {
        static_cast<void>(actor_of(event));
        static_cast<void>(resources_of(event));
      },
      quarantine);
  return 0;
}
