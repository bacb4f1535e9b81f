#pragma once

// JSON to an address that is a secret: what all channels over HTTP share.
//
// Only https, or http to this machine where the configuration allows it; only to addresses that the
// configuration allows (net/destinations.h); no redirect is followed. An error names neither the
// address nor what was answered, but for one plain word, in which these services say why.
//
// Threads: functions without state.

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"
#include "notify/channel.h"

namespace riposte::notify {

struct Post {
  std::string_view url;  // secret
  std::string body;
  std::vector<net::Header> headers{};  // beside Content-Type
};

Outcome post_json(const ChannelConfig& config, const Tools& tools, Post post,
                  const std::stop_token& stop);

}  // namespace riposte::notify
