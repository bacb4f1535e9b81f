// Any two texts either read or are refused with a place.

#include <cstddef>
#include <cstdint>

#include "aws/shared_config.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using riposte::aws::SharedConfig;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto read = SharedConfig::read({"config", text}, {"credentials", text});
  if (!read.ok()) CHECK(read.error().message.find(':') != std::string::npos, "errors have a place");
  return 0;
}
