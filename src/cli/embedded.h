#pragma once

// Files that are compiled into the binary, so that it needs nothing beside it (cmake/embed.cmake).

#include <span>
#include <string_view>

namespace riposte::cli {

struct EmbeddedFile {
  std::string_view path;  // "rules/cloud/aws/cloudtrail/aws_cloudtrail_trail_stopped.yml"
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_rules();
std::span<const EmbeddedFile> embedded_runbooks();
std::span<const EmbeddedFile> embedded_simulations();

}  // namespace riposte::cli
