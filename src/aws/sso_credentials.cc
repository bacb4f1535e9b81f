// Credentials of IAM Identity Center, for the token of a login.
#include "aws/credential_json.h"
#include "aws/credential_sources.h"
#include "aws/encoding.h"
#include "base/digest.h"
#include "base/files.h"

// Tested by src/aws/credential_sources_test.cc

namespace riposte::aws {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr auto kTimeMax = 10s;

base::Error login_needed(std::string_view why) {
  return {base::Errc::Denied, "the login at IAM Identity Center " + std::string(why) +
                                  ": run \"aws sso login\" for this profile"};
}

// The token that a login left, if it still counts.
base::Result<base::Secret> read_token(const std::string& name, const Environment& environment,
                                      base::EventTime now) {
  const std::string file =
      expand_home("~/.aws/sso/cache/" + base::sha1_hex(name) + ".json", environment);
  base::Result<std::string> text = base::read_file(file, kSecretBytesMax);
  if (!text.ok() && text.error().code == base::Errc::NotFound) return login_needed("is not there");
  if (!text.ok()) return std::move(text).error().in(file);
  base::Result<Value> object = read_secret_json(*text);
  if (!object.ok()) return std::move(object).error().in(file);
  const std::optional<base::EventTime> expires = parse_time_text(object->text_at("expiresAt"));
  const std::string_view token = object->text_at("accessToken");
  if (token.empty() || !expires) return login_needed("left no token");
  if (*expires <= now) return login_needed("is over");
  return base::Secret(token);
}

}  // namespace

base::Result<Credentials> sso_credentials(const SharedConfig& config,
                                          const SharedConfig::Section& profile,
                                          const Environment& environment,
                                          const Partitions& partitions, const Reach& reach) {
  const std::string session_name(profile.value("sso_session"));
  const SharedConfig::Section* session =
      session_name.empty() ? &profile : config.sso_session(session_name);
  if (session == nullptr)
    return base::Error{base::Errc::Invalid, "there is no sso-session \"" + session_name + '"'};
  const std::string region(session->value("sso_region"));
  const std::string start_url(session->value("sso_start_url"));
  for (const auto& [key, is_there] : {std::pair{"sso_region", !region.empty()},
                                      {"sso_start_url", !start_url.empty()},
                                      {"sso_account_id", profile.has("sso_account_id")},
                                      {"sso_role_name", profile.has("sso_role_name")}}) {
    if (!is_there) return base::Error{base::Errc::Invalid, std::string("the profile needs ") + key};
  }
  const base::Secret token = TRY(
      read_token(session_name.empty() ? start_url : session_name, environment, reach.clock.wall()));
  net::HttpRequest request;
  request.method = "GET";
  request.host =
      "portal.sso." + region + '.' + std::string(partitions.of(region).text_at("dnsSuffix"));
  request.path = "/federation/credentials";
  request.query = {{"role_name", std::string(profile.value("sso_role_name"))},
                   {"account_id", std::string(profile.value("sso_account_id"))}};
  request.headers = {{"x-amz-sso_bearer_token", std::string(token.reveal())}};
  net::SendOptions options;
  options.deadline = reach.clock.steady() + kTimeMax;
  options.answer_bytes_max = kSecretBytesMax;
  options.stop = reach.stop;
  base::Result<net::HttpResponse> response = reach.transport.send(request, options);
  if (!response.ok()) return std::move(response).error().in(request.host);
  if (response->status == 401) return login_needed("does not count any more");
  if (response->status != 200)
    return base::Error{response->status == 403 ? base::Errc::Denied : base::Errc::Io,
                       request.host + " answers " + std::to_string(response->status)};
  const Value object = TRY(read_secret_json(response->body));
  const Value* given = object.find("roleCredentials");
  constexpr CredentialKeys kKeys = {"accessKeyId", "secretAccessKey", "sessionToken", "expiration",
                                    "accountId"};
  base::Result<Credentials> credentials = read_credentials(given ? *given : Value(), kKeys);
  if (!credentials.ok()) return std::move(credentials).error().in(request.host);
  credentials.value().account = profile.value("sso_account_id");
  return credentials;
}

}  // namespace riposte::aws
