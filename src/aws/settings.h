#pragma once

// What a caller wants, from flags, variables and a profile of the shared files, in this order:
// region, endpoints, and how to reach them.
//
//     --region  >  AWS_REGION  >  AWS_DEFAULT_REGION  >  region of the profile
//     --endpoint-url  >  AWS_ENDPOINT_URL_<SERVICE>  >  AWS_ENDPOINT_URL
//                     >  endpoint_url below the profile's services section  >  of the profile
//
// Threads: immutable.

#include <string>
#include <string_view>

#include "aws/endpoint.h"
#include "aws/environment.h"
#include "aws/shared_config.h"
#include "base/result.h"

namespace riposte::aws {

class Settings {
 public:
  // What was said on the command line; empty: not said.
  struct Overrides {
    std::string profile;
    std::string region;
    std::string endpoint_url;
  };

  // Invalid: a profile that is named and not there, a file that cannot be understood, a value that
  // is none. Files that are not there are empty.
  static base::Result<Settings> read(const Environment& environment, const Overrides& overrides);

  const std::string& profile() const { return profile_; }
  bool profile_was_said() const { return profile_was_said_; }
  const std::string& region() const { return endpoint_.region; }
  const std::string& ca_bundle() const { return ca_bundle_; }
  const SharedConfig& config() const { return config_; }
  const Environment& environment() const { return environment_; }

  // Null where the profile is not in the files.
  const SharedConfig::Section* section() const { return config_.profile(profile_); }

  EndpointConfig endpoint_for(const Service& service) const;

 private:
  Settings() = default;
  std::string configured_url(const Service& service) const;

  Environment environment_;
  SharedConfig config_;
  std::string profile_;
  bool profile_was_said_ = false;
  std::string ca_bundle_;
  EndpointConfig endpoint_;  // but for what depends on the service
  std::string said_url_;
  bool ignores_configured_urls_ = false;
};

}  // namespace riposte::aws
