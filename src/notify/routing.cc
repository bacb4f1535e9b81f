#include "notify/routing.h"

#include <algorithm>

namespace riposte::notify {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_of_kinds(const std::string& kind, const std::vector<std::string>& kinds) {
  return kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](const std::string& wanted) {
           return kind == wanted || kind.starts_with(wanted + ".");
         });
}

}  // namespace

bool Routing::leads(const Message& message, const ChannelConfig& channel) const {
  if (message.kind == "channel.failed" && message.subject == channel.name) return false;
  if (!is_of_kinds(message.kind, channel.kinds)) return false;
  const bool names_any =
      std::any_of(message.channels.begin(), message.channels.end(),
                  [&](const std::string& name) { return contains(channels_, name); });
  if (names_any) return contains(message.channels, channel.name);
  // Where nobody knows whether its beginning was told, that it is over is.
  return (message.closes && !message.level_is_said) || message.level >= channel.level;
}

}  // namespace riposte::notify
