#include "notify/channel.h"

#include "base/text.h"
#include "notify/email_channel.h"
#include "notify/pagerduty_channel.h"
#include "notify/slack_channel.h"
#include "notify/sns_channel.h"
#include "notify/teams_channel.h"
#include "notify/webhook_channel.h"

namespace riposte::notify {

bool Outcome::may_pass() const {
  return !status.ok() && status.error().code != base::Errc::Invalid &&
         status.error().code != base::Errc::Limit;
}

base::Result<std::unique_ptr<Channel>> open_channel(const ChannelConfig& config,
                                                    const Tools& tools) {
  const std::vector<std::string> flaws = flaws_of(config);
  if (!flaws.empty()) {
    return base::Error{base::Errc::Invalid,
                       "channel \"" + config.name + "\": " + base::join(flaws, "; ")};
  }
  std::unique_ptr<Channel> channel;
  switch (config.kind) {
    case ChannelConfig::Kind::Sns:
      channel = std::make_unique<SnsChannel>(config, tools);
      break;
    case ChannelConfig::Kind::Slack:
      channel = std::make_unique<SlackChannel>(config, tools);
      break;
    case ChannelConfig::Kind::Teams:
      channel = std::make_unique<TeamsChannel>(config, tools);
      break;
    case ChannelConfig::Kind::Email:
      channel = std::make_unique<EmailChannel>(config, tools);
      break;
    case ChannelConfig::Kind::Webhook:
      channel = std::make_unique<WebhookChannel>(config, tools);
      break;
    case ChannelConfig::Kind::PagerDuty:
      channel = std::make_unique<PagerDutyChannel>(config, tools);
      break;
  }
  return channel;
}

}  // namespace riposte::notify
