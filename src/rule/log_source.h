#pragma once

// Which events a rule speaks of: Sigma's product, service and category against the format an event
// was read in.

#include <string>

#include "event/format.h"

namespace riposte::rule {

struct LogSource {
  std::string product;
  std::string service;
  std::string category;

  // Whether events of this format belong to the source. Known formats belong to their own sources
  // only; an event of an unknown format belongs to every source, because missing an attack is worse
  // than one comparison too many.
  bool covers(event::Format format) const;
};

}  // namespace riposte::rule
