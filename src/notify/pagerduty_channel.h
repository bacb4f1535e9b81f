#pragma once

// PagerDuty, by its Events API v2: an alert for each subject, resolved by the message that closes
// it. Two messages of one subject are one alert there.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

// PagerDuty's: characters of a summary and of a deduplication key, bytes of an event.
inline constexpr std::size_t kPagerDutySummaryMax = 1'024;
inline constexpr std::size_t kPagerDutyKeyMax = 255;
inline constexpr std::size_t kPagerDutyBytesMax = 512'000;

// The body of the request. It holds the routing key.
std::string pagerduty_body(const Message& message, std::string_view routing_key);

class PagerDutyChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
  bool keeps_open() const override { return true; }
};

}  // namespace riposte::notify
