#include "aws/credential_chain.h"

#include <algorithm>
#include <charconv>

#include "aws/credential_json.h"
#include "base/files.h"
#include "base/text.h"

namespace riposte::aws {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kSessionName = "riposte";
constexpr auto kProcessTimeMax = 60s;  // some ask a person

base::Error wrong(std::string message) { return {base::Errc::Invalid, std::move(message)}; }

Role role_of(const SharedConfig::Section& profile) {
  Role role;
  role.arn = profile.value("role_arn");
  role.external_id = profile.value("external_id");
  role.session_name = profile.value("role_session_name");
  role.mfa_serial = profile.value("mfa_serial");
  const std::string_view seconds = profile.value("duration_seconds");
  long number = 0;
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), number);
  role.duration = std::chrono::seconds(number);
  return role;
}

}  // namespace

Value assume_role_input(const Role& role) {
  Value input =
      Value::Object{{"RoleArn", role.arn},
                    {"RoleSessionName",
                     role.session_name.empty() ? std::string(kSessionName) : role.session_name}};
  if (!role.external_id.empty()) input.set("ExternalId", role.external_id);
  if (role.duration > 0s)
    input.set("DurationSeconds", static_cast<std::int64_t>(role.duration.count()));
  if (!role.tags.empty()) {
    Value::List tags;
    for (const auto& [key, value] : role.tags)
      tags.push_back(Value::Object{{"Key", key}, {"Value", value}});
    input.set("Tags", std::move(tags));
  }
  return input;
}

base::Result<Credentials> sts_credentials(const Value& output) {
  const Value* given = output.find("Credentials");
  Credentials credentials =
      TRY(read_credentials(given == nullptr ? Value() : *given, kSessionTokenKeys));
  const std::vector<std::string_view> arn = base::split(output.text_at("AssumedRoleUser.Arn"), ':');
  if (arn.size() > 4) credentials.account = arn[4];
  return credentials;
}

base::Result<Credentials> CredentialChain::find(const Reach& reach) const {
  const Environment& environment = settings_.environment();
  std::vector<std::string> seen;
  if (settings_.profile_was_said()) {
    std::optional<Credentials> named = TRY(from_profile(settings_.profile(), seen, reach));
    if (named) return std::move(*named);
    return base::Error{base::Errc::Denied,
                       "the profile \"" + settings_.profile() + "\" says nothing of credentials"};
  }
  std::optional<Credentials> found = TRY(environment_credentials(environment));
  if (found) return std::move(*found);
  const std::string token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string role_arn = environment("AWS_ROLE_ARN");
  if (!token_file.empty() && !role_arn.empty())
    return from_web_identity(role_arn, token_file, environment("AWS_ROLE_SESSION_NAME"));
  found = TRY(from_profile(settings_.profile(), seen, reach));
  if (found) return std::move(*found);
  found = TRY(container_credentials(environment, reach));
  if (found) return std::move(*found);
  found = TRY(instance_credentials(environment, settings_.section(), reach));
  if (found) return std::move(*found);
  return base::Error{base::Errc::Denied,
                     "no credentials: looked at AWS_ACCESS_KEY_ID, a web identity, the profile \"" +
                         settings_.profile() + "\", a container's and an instance's role"};
}

Found CredentialChain::from_profile(const std::string& name, std::vector<std::string>& seen,
                                    const Reach& reach) const {
  const SharedConfig::Section* profile = settings_.config().profile(name);
  if (profile == nullptr) {
    if (seen.empty()) return std::optional<Credentials>();
    return wrong("there is no profile \"" + name + "\", which \"" + seen.back() +
                 "\" names as its source");
  }
  if (seen.size() >= kProfilesMax || std::find(seen.begin(), seen.end(), name) != seen.end())
    return wrong("the profiles lead in a circle: \"" + name + "\" is its own source");
  seen.push_back(name);
  if (profile->has("role_arn")) {
    base::Result<Credentials> credentials = from_role(name, *profile, seen, reach);
    if (!credentials.ok()) return std::move(credentials).error().in("profile " + name);
    return std::optional(std::move(credentials).value());
  }
  if (profile->has("sso_session") || profile->has("sso_start_url")) {
    base::Result<Credentials> credentials =
        sso_credentials(settings_.config(), *profile, settings_.environment(), partitions_, reach);
    if (!credentials.ok()) return std::move(credentials).error().in("profile " + name);
    return std::optional(std::move(credentials).value());
  }
  Found keys = profile_credentials(*profile);
  if (!keys.ok()) return std::move(keys).error().in("profile " + name);
  if (keys.value()) return keys;
  if (!profile->has("credential_process")) return std::optional<Credentials>();
  base::Result<Credentials> credentials =
      process_credentials(std::string(profile->value("credential_process")), kProcessTimeMax);
  if (!credentials.ok()) return std::move(credentials).error().in("profile " + name);
  return std::optional(std::move(credentials).value());
}

base::Result<Credentials> CredentialChain::from_role(const std::string& name,
                                                     const SharedConfig::Section& profile,
                                                     std::vector<std::string>& seen,
                                                     const Reach& reach) const {
  const Role role = role_of(profile);
  if (profile.has("web_identity_token_file"))
    return from_web_identity(role.arn, std::string(profile.value("web_identity_token_file")),
                             role.session_name);
  if (!role.mfa_serial.empty())
    return wrong("the role wants a second factor (mfa_serial), which nobody is there to type");
  const std::string source_profile(profile.value("source_profile"));
  const std::string credential_source(profile.value("credential_source"));
  if (source_profile.empty() == credential_source.empty())
    return wrong("role_arn wants either source_profile or credential_source");

  std::optional<Credentials> source;
  if (!credential_source.empty()) {
    source = TRY(from_named_source(credential_source, reach));
  } else if (source_profile == name) {  // its own keys
    source = TRY(profile_credentials(profile));
  } else {
    source = TRY(from_profile(source_profile, seen, reach));
  }
  if (!source) return wrong("the source profile \"" + source_profile + "\" has no credentials");
  const Value output = TRY(call_sts_("AssumeRole", assume_role_input(role), &*source));
  return sts_credentials(output);
}

base::Result<Credentials> CredentialChain::from_named_source(const std::string& source,
                                                             const Reach& reach) const {
  Found found = std::optional<Credentials>();
  if (source == "Environment") {
    found = environment_credentials(settings_.environment());
  } else if (source == "EcsContainer") {
    found = container_credentials(settings_.environment(), reach);
  } else if (source == "Ec2InstanceMetadata") {
    found = instance_credentials(settings_.environment(), settings_.section(), reach);
  } else {
    return wrong("credential_source is none of Environment, EcsContainer, Ec2InstanceMetadata");
  }
  if (!found.ok()) return std::move(found).error();
  if (!found.value())
    return base::Error{base::Errc::Denied, "credential_source " + source + " gives no credentials"};
  return std::move(*std::move(found).value());
}

base::Result<Credentials> CredentialChain::from_web_identity(
    const std::string& role_arn, const std::string& token_file,
    const std::string& session_name) const {
  const std::string path = expand_home(token_file, settings_.environment());
  base::Result<std::string> token = base::read_file(path, kSecretBytesMax);
  if (!token.ok()) return std::move(token).error().in(path);
  const Value output =
      TRY(call_sts_("AssumeRoleWithWebIdentity",
                    Value::Object{{"RoleArn", role_arn},
                                  {"RoleSessionName",
                                   session_name.empty() ? std::string(kSessionName) : session_name},
                                  {"WebIdentityToken", base::trim(*token)}},
                    nullptr));
  return sts_credentials(output);
}

}  // namespace riposte::aws
