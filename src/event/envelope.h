#pragma once

// What EventBridge puts around a CloudTrail record, for records that come out of a trail file:
// version, id, detail-type, source, account, time, region and resources. `detail`, the record, is
// mounted by who walks it. (EventBridge user guide, "Events from AWS services via CloudTrail".)
//
// Threads: confined to its owner.

#include <string>

#include "event/event.h"
#include "json/structure.h"

namespace riposte::event {

class EnvelopeMaker {
 public:
  // Lives until the next call.
  json::RawValue make(const json::RawValue& record);

 private:
  std::string text_;
  json::Structure structure_;
};

}  // namespace riposte::event
