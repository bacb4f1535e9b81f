#include "cli/aws_option.h"

#include <CLI/CLI.hpp>

#include "cli/config_option.h"

// Tested by tests/cli/aws_test.py

namespace riposte::cli {

void AwsOption::add_to(CLI::App& command) {
  command.add_option("--region", region, "Instead of AWS_REGION's or the profile's");
  command.add_option("--profile", profile, "Of AWS's shared files");
  command.add_option("--endpoint-url", endpoint_url, "Instead of the service's own");
}

std::vector<engine::ConfigFlag> AwsOption::flags() const {
  return said({{"aws", "region", {region}, "--region"},
               {"aws", "profile", {profile}, "--profile"},
               {"aws", "endpoint_url", {endpoint_url}, "--endpoint-url"}});
}

}  // namespace riposte::cli
