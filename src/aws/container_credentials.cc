// Credentials of a task or a pod, from the endpoint that ECS or EKS names.
#include <array>

#include "aws/credential_json.h"
#include "aws/credential_sources.h"
#include "base/files.h"
#include "base/text.h"
#include "net/url.h"

// Tested by src/aws/credential_sources_test.cc

namespace riposte::aws {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kTaskHost = "169.254.170.2";  // ECS
constexpr auto kTimeMax = 5s;

// This machine, ECS, and EKS in both families of addresses.
constexpr std::array<std::string_view, 6> kPlainHosts = {
    "localhost", "127.0.0.1", "::1", kTaskHost, "169.254.170.23", "fd00:ec2::23"};

bool may_be_told(const net::Url& url) {
  return url.scheme == "https" ||
         std::find(kPlainHosts.begin(), kPlainHosts.end(), url.host_name()) != kPlainHosts.end();
}

base::Result<base::Secret> read_token(const Environment& environment) {
  const std::string file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (file.empty()) return base::Secret(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  base::Result<std::string> text = base::read_file(file, kSecretBytesMax);
  if (!text.ok()) return std::move(text).error().in(file);
  return base::Secret(base::trim(*text));
}

}  // namespace

Found container_credentials(const Environment& environment, const Reach& reach) {
  const std::string relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) return std::optional<Credentials>();
  const std::optional<net::Url> url =
      net::read_url(relative.empty() ? full : "http://" + std::string(kTaskHost) + relative);
  if (!url || !may_be_told(*url))
    return base::Error{base::Errc::Invalid,
                       "the container's credentials endpoint is neither https nor on this machine"};
  const base::Secret token = TRY(read_token(environment));

  net::HttpRequest request;
  request.method = "GET";
  request.scheme = url->scheme;
  request.host = url->host;
  request.path = url->path.empty() ? "/" : url->path;
  request.query = net::read_query(url->query);
  request.headers = {{"Accept", "application/json"}};
  if (!token.empty()) request.headers.push_back({"Authorization", std::string(token.reveal())});
  net::SendOptions options;
  options.deadline = reach.clock.steady() + kTimeMax;
  options.answer_bytes_max = kSecretBytesMax;
  options.proxied = false;
  options.stop = reach.stop;
  base::Result<net::HttpResponse> response = reach.transport.send(request, options);
  constexpr std::string_view kPlace = "the container's credentials endpoint";
  if (!response.ok()) return std::move(response).error().in(kPlace);
  if (response->status != 200)
    return base::Error{base::Errc::Io,
                       std::string(kPlace) + " answers " + std::to_string(response->status)};
  const Value object = TRY(read_secret_json(response->body));
  base::Result<Credentials> credentials = read_credentials(object, kTokenKeys);
  if (!credentials.ok()) return std::move(credentials).error().in(kPlace);
  return std::optional(std::move(credentials).value());
}

}  // namespace riposte::aws
