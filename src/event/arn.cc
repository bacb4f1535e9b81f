#include "event/arn.h"

#include <algorithm>

namespace riposte::event {

std::optional<Arn> parse_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  Arn arn;
  std::string_view rest = text.substr(4);
  for (std::string_view* part : {&arn.partition, &arn.service, &arn.region, &arn.account}) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    *part = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (rest.empty()) return std::nullopt;
  arn.resource = rest;
  return arn;
}

std::string_view partition_of_region(std::string_view region) {
  if (region.empty()) return {};
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-iso-")) return "aws-iso";
  return "aws";
}

bool is_account(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace riposte::event
