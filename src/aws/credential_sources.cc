// The sources that need no network: variables, and keys in a profile.
#include "aws/credential_sources.h"

namespace riposte::aws {

Found environment_credentials(const Environment& environment) {
  const std::string key_id = environment("AWS_ACCESS_KEY_ID");
  const std::string secret_key = environment("AWS_SECRET_ACCESS_KEY");
  if (key_id.empty() && secret_key.empty()) return std::optional<Credentials>();
  if (key_id.empty() || secret_key.empty())
    return base::Error{
        base::Errc::Invalid,
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together, and one is not set"};
  Credentials credentials{key_id, base::Secret(secret_key),
                          base::Secret(environment("AWS_SESSION_TOKEN"))};
  credentials.account = environment("AWS_ACCOUNT_ID");
  return std::optional(std::move(credentials));
}

Found profile_credentials(const SharedConfig::Section& profile) {
  if (!profile.has("aws_access_key_id") && !profile.has("aws_secret_access_key"))
    return std::optional<Credentials>();
  if (!profile.has("aws_access_key_id") || !profile.has("aws_secret_access_key"))
    return base::Error{
        base::Errc::Invalid,
        "aws_access_key_id and aws_secret_access_key go together, and one is missing"};
  Credentials credentials{std::string(profile.value("aws_access_key_id")),
                          base::Secret(profile.value("aws_secret_access_key")),
                          base::Secret(profile.value("aws_session_token"))};
  credentials.account = profile.value("aws_account_id");
  return std::optional(std::move(credentials));
}

}  // namespace riposte::aws
