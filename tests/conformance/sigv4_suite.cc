// The signature test suite: canonical request, string to sign and signature of every case, in the
// headers and in the query, byte for byte.

#include <fmt/core.h>

#include "aws/signer.h"
#include "base/text.h"
#include "json/scanner.h"
#include "net/url.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

// A request as the suite writes it: a line, headers, and perhaps a body behind an empty line. Paths
// are raw there, and are encoded once while they are signed.
net::HttpRequest read_request(std::string_view text) {
  net::HttpRequest request;
  const std::size_t head_end = std::min(text.find("\n\n"), text.size());
  const std::vector<std::string_view> lines = base::split(text.substr(0, head_end), '\n');
  if (head_end + 2 <= text.size()) request.body = text.substr(head_end + 2);

  std::string_view target = lines.front();
  request.method = target.substr(0, target.find(' '));
  target.remove_prefix(request.method.size() + 1);
  target = target.substr(0, target.rfind(" HTTP/"));
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size())
    request.query = net::read_query(target.substr(request.path.size() + 1));

  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = lines[i].substr(0, colon);
    const std::string_view value = lines[i].substr(colon + 1);
    if (base::equals_ignore_case(name, "Host")) {
      request.host = base::trim(value);
    } else {
      request.headers.push_back({std::string(name), std::string(value)});
    }
  }
  return request;
}

bool is_true(const json::Node& context, std::string_view key) {
  const json::Node* node = context.find(key);
  return node != nullptr && node->is(json::Kind::True);
}

struct Case {
  net::HttpRequest request;
  aws::Credentials credentials;
  aws::SigningRules rules;
  base::EventTime time;
  std::chrono::seconds lifetime{};
};

Case read_case(const json::Node& context, std::string_view request) {
  Case read;
  read.request = read_request(request);
  read.credentials = {std::string(context.string_at("credentials.access_key_id")),
                      base::Secret(context.string_at("credentials.secret_access_key")),
                      base::Secret(context.string_at("credentials.token"))};
  read.rules.service = context.string_at("service");
  read.rules.region = context.string_at("region");
  read.rules.normalise_path = is_true(context, "normalize");
  read.rules.sends_payload_digest = is_true(context, "sign_body");
  read.rules.token_unsigned = is_true(context, "omit_session_token");
  read.time = base::parse_time(context.string_at("timestamp")).value_or(base::EventTime());
  const json::Node* lifetime = context.find("expiration_in_seconds");
  if (lifetime != nullptr)
    read.lifetime = std::chrono::seconds(static_cast<long>(lifetime->number().value_or(0)));
  return read;
}

std::string difference(std::string_view what, const std::string& expected, const std::string& got) {
  if (expected == got) return {};
  return fmt::format("{}: expected [{}], got [{}]; ", what, expected, got);
}

void run_case(const Setting& setting, const std::string& folder, Report& report, Part& headers,
              Part& queries) {
  const auto read = [&](const std::string& name) {
    return setting.corpus.read(folder + '/' + name, report);
  };
  const auto context_text = read("context.json");
  const auto request = read("request.txt");
  if (!context_text || !request) return;
  const base::Result<json::OwnedDocument> context = json::OwnedDocument::parse(*context_text);
  if (!context.ok()) return headers.fail(folder, context.error().message);

  for (const bool in_query : {false, true}) {
    const std::string form = in_query ? "query" : "header";
    if (!setting.corpus.has(folder + '/' + form + "-signature.txt")) continue;  // incomplete
    const auto canonical = read(form + "-canonical-request.txt");
    const auto to_sign = read(form + "-string-to-sign.txt");
    const auto signature = read(form + "-signature.txt");
    if (!canonical || !to_sign || !signature) continue;
    Case asked = read_case(context->root(), *request);
    const aws::Signature made =
        in_query ? aws::presign(asked.request, asked.credentials, asked.rules, asked.time,
                                asked.lifetime)
                 : aws::sign(asked.request, asked.credentials, asked.rules, asked.time);
    (in_query ? queries : headers)
        .judge(stem_of(folder),
               difference("canonical request", *canonical, made.canonical_request) +
                   difference("string to sign", *to_sign, made.string_to_sign) +
                   difference("signature", *signature, made.signature));
  }
}

}  // namespace

void run_sigv4(const Setting& setting, Report& report) {
  Part& headers = report.part("headers");
  Part& queries = report.part("query");
  for (const std::string& folder : setting.corpus.folders("api/sigv4", report))
    run_case(setting, folder, report, headers, queries);
}

}  // namespace riposte::conformance
