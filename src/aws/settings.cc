#include "aws/settings.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "net/url.h"

namespace riposte::aws {
namespace {

base::Result<SharedConfig::Text> read_text(const Environment& environment, const char* variable,
                                           const std::string& otherwise) {
  const std::string said = environment(variable);
  const std::string path = expand_home(said.empty() ? otherwise : said, environment);
  base::Result<std::string> text = base::read_file(path, kConfigBytesMax);
  if (text.ok()) return SharedConfig::Text{path, std::move(text).value()};
  if (text.error().code == base::Errc::NotFound) return SharedConfig::Text{path, {}};
  return std::move(text).error().in(path);
}

base::Result<bool> read_flag(std::string_view name, std::string_view text) {
  if (text.empty() || base::equals_ignore_case(text, "false")) return false;
  if (base::equals_ignore_case(text, "true")) return true;
  return base::Error{base::Errc::Invalid, std::string(name) + " is neither true nor false"};
}

// "API Gateway" -> "api_gateway"
std::string config_name(const Service& service) {
  std::string name = base::lower(service.service_id());
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::string upper(std::string text) {
  for (char& c : text)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

base::Result<Settings> Settings::read(const Environment& environment, const Overrides& overrides) {
  Settings settings;
  settings.environment_ = environment;
  const SharedConfig::Text config = TRY(read_text(environment, "AWS_CONFIG_FILE", "~/.aws/config"));
  const SharedConfig::Text credentials =
      TRY(read_text(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"));
  settings.config_ = TRY(SharedConfig::read(config, credentials));

  const auto first_of = [](std::initializer_list<std::string> texts) {
    const auto* found =
        std::find_if(texts.begin(), texts.end(), [](const auto& text) { return !text.empty(); });
    return found == texts.end() ? std::string() : *found;
  };
  settings.profile_was_said_ = !overrides.profile.empty();
  const std::string named =
      first_of({overrides.profile, environment("AWS_PROFILE"), environment("AWS_DEFAULT_PROFILE")});
  settings.profile_ = named.empty() ? "default" : named;
  const SharedConfig::Section nothing;
  const SharedConfig::Section* section = settings.section();
  if (section == nullptr && !named.empty())
    return base::Error{base::Errc::Invalid, "there is no profile \"" + named + "\" in " +
                                                config.name + " or " + credentials.name};
  if (section == nullptr) section = &nothing;
  // A variable, else a key of the profile.
  const auto value = [&](const char* variable, std::string_view key) {
    return first_of({environment(variable), std::string(section->value(key))});
  };

  settings.endpoint_.region = first_of(
      {overrides.region, environment("AWS_REGION"), value("AWS_DEFAULT_REGION", "region")});
  const std::string& region = settings.endpoint_.region;
  const bool is_plain = std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!is_plain) return base::Error{base::Errc::Invalid, "the region is no name of a region"};
  settings.endpoint_.fips =
      TRY(read_flag("use_fips_endpoint", value("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")));
  settings.endpoint_.dual_stack = TRY(read_flag(
      "use_dualstack_endpoint", value("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")));
  settings.endpoint_.s3_accelerate =
      TRY(read_flag("use_accelerate_endpoint", section->value("s3.use_accelerate_endpoint")));
  const std::string_view style = section->value("s3.addressing_style");
  if (style == "path") settings.endpoint_.s3_addressing = Addressing::Path;
  if (style == "virtual") settings.endpoint_.s3_addressing = Addressing::Virtual;
  settings.ca_bundle_ = expand_home(value("AWS_CA_BUNDLE", "ca_bundle"), environment);
  settings.said_url_ = overrides.endpoint_url;
  if (!settings.said_url_.empty() && !net::read_url(settings.said_url_))
    return base::Error{base::Errc::Invalid, "the endpoint is no http or https URL"};
  settings.ignores_configured_urls_ =
      TRY(read_flag("ignore_configured_endpoint_urls", value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                                             "ignore_configured_endpoint_urls")));
  return settings;
}

std::string Settings::configured_url(const Service& service) const {
  const std::string name = config_name(service);
  if (std::string url = environment_("AWS_ENDPOINT_URL_" + upper(name)); !url.empty()) return url;
  if (std::string url = environment_("AWS_ENDPOINT_URL"); !url.empty()) return url;
  const SharedConfig::Section* profile = section();
  if (profile == nullptr) return {};
  const SharedConfig::Section* services = config_.services(profile->value("services"));
  if (services != nullptr && services->has(name + ".endpoint_url"))
    return std::string(services->value(name + ".endpoint_url"));
  return std::string(profile->value("endpoint_url"));
}

EndpointConfig Settings::endpoint_for(const Service& service) const {
  EndpointConfig config = endpoint_;
  config.url = said_url_;
  if (config.url.empty() && !ignores_configured_urls_) config.url = configured_url(service);
  return config;
}

}  // namespace riposte::aws
