#pragma once

// What stood around a record that was carried in another: a log event of CloudWatch Logs knows
// when it came and whose it is, where the line in it does not say so.
//
// Threads: a plain value.

#include <optional>
#include <string>

#include "base/time.h"

namespace riposte::event {

struct Delivery {
  std::optional<base::EventTime> time;  // when it was taken in; of a file, when it was last written
  std::string account;
  std::string log_group;
};

}  // namespace riposte::event
