#include "aws/signer.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "net/url.h"

namespace riposte::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// Changed or added on the way, by proxies and by HTTP itself.
constexpr std::array<std::string_view, 6> kUnsignedHeaders = {
    "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"};

// "20150830T123600Z"
std::string stamp_of(base::EventTime time) {
  const base::CivilTime c = base::civil(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

// RFC 3986, section 5.2.4, and no empty segments.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : base::split(path, '/')) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string normal;
  for (const std::string_view segment : kept)
    normal.append("/").append(segment);
  const bool is_folder =
      kept.empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  return is_folder ? normal + '/' : normal;
}

std::string canonical_path(std::string_view path, const SigningRules& rules) {
  std::string canonical = rules.normalise_path ? without_dots(path) : std::string(path);
  if (canonical.empty()) canonical = "/";
  return rules.encode_path ? net::percent_encode(canonical, "/") : canonical;
}

// Sorted by encoded name and then by encoded value, which is not the order of the joined text:
// "a=", "a-b=" against "a", "a-b".
std::string canonical_query(const std::vector<net::QueryParameter>& query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(query.size());
  for (const net::QueryParameter& parameter : query)
    pairs.emplace_back(net::percent_encode(parameter.name), net::percent_encode(parameter.value));
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

// No space at the ends, runs of it as one.
std::string folded(std::string_view value) {
  std::string text;
  for (const char c : base::trim(value)) {
    const bool is_space = c == ' ' || c == '\t';
    if (!is_space || !text.ends_with(' ')) text += is_space ? ' ' : c;
  }
  return text;
}

// By lower-case name; values of headers that repeat are joined in their order.
std::map<std::string, std::string> canonical_headers(const net::HttpRequest& request) {
  std::map<std::string, std::string> headers;
  for (const net::Header& header : request.headers) {
    std::string name = base::lower(header.name);
    const bool is_signed = std::find(kUnsignedHeaders.begin(), kUnsignedHeaders.end(), name) ==
                               kUnsignedHeaders.end() &&
                           name != "host";
    if (!is_signed) continue;
    const auto [entry, is_new] = headers.try_emplace(std::move(name), folded(header.value));
    if (!is_new) entry->second += ',' + folded(header.value);
  }
  headers["host"] = folded(request.host);
  return headers;
}

// What all steps share.
struct Signing {
  const Credentials& credentials;
  const SigningRules& rules;
  std::string stamp;
  std::map<std::string, std::string> headers;
  std::string signed_headers;  // "host;x-amz-date"

  Signing(const net::HttpRequest& request, const Credentials& signer, const SigningRules& by,
          base::EventTime now)
      : credentials(signer), rules(by), stamp(stamp_of(now)) {
    see_headers(request);
  }

  void see_headers(const net::HttpRequest& request) {
    headers = canonical_headers(request);
    signed_headers.clear();
    for (const auto& [name, value] : headers)
      signed_headers += (signed_headers.empty() ? "" : ";") + name;
  }

  std::string scope() const {
    return stamp.substr(0, 8) + '/' + rules.region + '/' + rules.service + "/aws4_request";
  }

  Signature finish(const net::HttpRequest& request, std::string_view payload_digest) const {
    Signature result;
    result.canonical_request = request.method + '\n' + canonical_path(request.path, rules) + '\n' +
                               canonical_query(request.query) + '\n';
    for (const auto& [name, value] : headers)
      result.canonical_request.append(name).append(":").append(value).append("\n");
    result.canonical_request.append("\n")
        .append(signed_headers)
        .append("\n")
        .append(payload_digest);
    result.string_to_sign = std::string(kAlgorithm) + '\n' + stamp + '\n' + scope() + '\n' +
                            base::sha256_hex(result.canonical_request);

    std::string start = "AWS4";
    start += credentials.secret_key.reveal();
    base::Secret key{start};
    std::fill(start.begin(), start.end(), '\0');
    for (const std::string_view part :
         {std::string_view(stamp).substr(0, 8), std::string_view(rules.region),
          std::string_view(rules.service), std::string_view("aws4_request")}) {
      key = base::Secret(base::hmac_sha256(key.reveal(), part));
    }
    result.signature = base::hex(base::hmac_sha256(key.reveal(), result.string_to_sign));
    return result;
  }
};

std::string payload_digest(const net::HttpRequest& request, const SigningRules& rules) {
  return rules.unsigned_payload ? std::string(kUnsignedPayload) : base::sha256_hex(request.body);
}

void remove_header(net::HttpRequest& request, std::string_view name) {
  std::erase_if(request.headers, [name](const net::Header& header) {
    return base::equals_ignore_case(header.name, name);
  });
}

}  // namespace

SigningRules s3_signing(std::string service, std::string region) {
  SigningRules rules;
  rules.service = std::move(service);
  rules.region = std::move(region);
  rules.normalise_path = rules.encode_path = false;
  rules.sends_payload_digest = true;
  return rules;
}

Signature sign(net::HttpRequest& request, const Credentials& credentials, const SigningRules& rules,
               base::EventTime now) {
  remove_header(request, "Authorization");
  remove_header(request, "X-Amz-Security-Token");
  const std::string digest = payload_digest(request, rules);
  if (rules.sends_payload_digest || rules.unsigned_payload)
    net::set_header(request.headers, "X-Amz-Content-SHA256", digest);
  net::set_header(request.headers, "X-Amz-Date", stamp_of(now));
  const auto add_token = [&] {
    if (credentials.session_token.empty()) return;
    net::set_header(request.headers, "X-Amz-Security-Token",
                    std::string(credentials.session_token.reveal()));
  };
  if (!rules.token_unsigned) add_token();
  const Signing signing(request, credentials, rules, now);
  Signature signature = signing.finish(request, digest);
  if (rules.token_unsigned) add_token();
  net::set_header(request.headers, "Authorization",
                  fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                              credentials.key_id, signing.scope(), signing.signed_headers,
                              signature.signature));
  return signature;
}

Signature presign(net::HttpRequest& request, const Credentials& credentials,
                  const SigningRules& rules, base::EventTime now, std::chrono::seconds lifetime) {
  std::erase_if(request.query, [](const net::QueryParameter& parameter) {
    return parameter.name.starts_with("X-Amz-") &&
           (parameter.name == "X-Amz-Algorithm" || parameter.name == "X-Amz-Credential" ||
            parameter.name == "X-Amz-Date" || parameter.name == "X-Amz-Expires" ||
            parameter.name == "X-Amz-SignedHeaders" || parameter.name == "X-Amz-Security-Token" ||
            parameter.name == "X-Amz-Signature");
  });
  const Signing signing(request, credentials, rules, now);
  const auto add = [&request](std::string name, std::string value) {
    request.query.push_back({std::move(name), std::move(value)});
  };
  const auto add_token = [&] {
    if (!credentials.session_token.empty())
      add("X-Amz-Security-Token", std::string(credentials.session_token.reveal()));
  };
  add("X-Amz-Algorithm", std::string(kAlgorithm));
  add("X-Amz-Credential", credentials.key_id + '/' + signing.scope());
  add("X-Amz-Date", signing.stamp);
  add("X-Amz-Expires", std::to_string(lifetime.count()));
  add("X-Amz-SignedHeaders", signing.signed_headers);
  if (!rules.token_unsigned) add_token();
  Signature signature = signing.finish(request, payload_digest(request, rules));
  if (rules.token_unsigned) add_token();
  add("X-Amz-Signature", signature.signature);
  return signature;
}

}  // namespace riposte::aws
