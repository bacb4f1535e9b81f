// Credentials of the role of an EC2 instance.
#include "aws/credential_json.h"
#include "aws/credential_sources.h"
#include "base/text.h"
#include "net/url.h"

// Tested by src/aws/credential_sources_test.cc

namespace riposte::aws {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// Everywhere but on an instance nobody answers, and that shall not cost much.
constexpr auto kTimeMax = 1s;
constexpr std::string_view kTokenSeconds = "21600";
constexpr const char* kRolePath = "/latest/meta-data/iam/security-credentials/";

net::SendOptions options_of(const Reach& reach) {
  net::SendOptions options;
  options.deadline = reach.clock.steady() + kTimeMax;
  options.connect_max = kTimeMax;
  options.answer_bytes_max = kSecretBytesMax;
  options.proxied = false;
  options.stop = reach.stop;
  return options;
}

base::Error refused(std::string_view what, int status) {
  return {base::Errc::Io, "the instance metadata service answers " + std::to_string(status) +
                              " when asked for " + std::string(what)};
}

}  // namespace

Found instance_credentials(const Environment& environment, const SharedConfig::Section* profile,
                           const Reach& reach) {
  if (base::equals_ignore_case(environment("AWS_EC2_METADATA_DISABLED"), "true"))
    return std::optional<Credentials>();
  const auto setting = [&](const char* variable, std::string_view key) {
    const std::string said = environment(variable);
    return said.empty() && profile != nullptr ? std::string(profile->value(key)) : said;
  };
  std::string endpoint =
      setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  if (endpoint.empty()) {
    const std::string mode =
        setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    endpoint = base::equals_ignore_case(mode, "ipv6") ? "http://[fd00:ec2::254]"
                                                      : "http://169.254.169.254";
  }
  const std::optional<net::Url> url = net::read_url(endpoint);
  if (!url) return base::Error{base::Errc::Invalid, "the endpoint of instance metadata is no URL"};

  net::HttpRequest request;
  request.scheme = url->scheme;
  request.host = url->host;
  request.method = "PUT";
  request.path = "/latest/api/token";
  request.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", std::string(kTokenSeconds)}};
  base::Result<net::HttpResponse> token = reach.transport.send(request, options_of(reach));
  if (!token.ok()) {
    if (token.error().code == base::Errc::Cancelled) return std::move(token).error();
    return std::optional<Credentials>();  // not an instance
  }
  if (token->status == 403 || token->status == 404) return std::optional<Credentials>();
  if (token->status != 200) return refused("a token", token->status);

  request.method = "GET";
  request.path = kRolePath;
  request.headers = {{"X-aws-ec2-metadata-token", std::string(base::trim(token->body))}};
  const net::HttpResponse role = TRY(reach.transport.send(request, options_of(reach)));
  if (role.status == 404) return std::optional<Credentials>();  // an instance without a role
  if (role.status != 200) return refused("the role", role.status);
  const std::string_view roles = role.body;
  const std::string_view name = base::trim(roles.substr(0, roles.find('\n')));
  if (name.empty()) return std::optional<Credentials>();

  request.path = kRolePath + net::percent_encode(name);
  const net::HttpResponse answer = TRY(reach.transport.send(request, options_of(reach)));
  if (answer.status != 200) return refused("credentials", answer.status);
  const Value object = TRY(read_secret_json(answer.body));
  base::Result<Credentials> credentials = read_credentials(object, kTokenKeys);
  if (!credentials.ok()) return std::move(credentials).error().in("the instance metadata service");
  return std::optional(std::move(credentials).value());
}

}  // namespace riposte::aws
