#include "aws/endpoint.h"

#include <optional>

#include "aws/json_text.h"
#include "aws/protocol.h"
#include "net/url.h"

namespace riposte::aws {
namespace {

constexpr std::string_view kGlobalRegion = "aws-global";  // what the rules call "no region"
constexpr std::string_view kFirstRegion = "us-east-1";

bool is_s3(const Service& service) {
  return service.name() == "s3" || service.name() == "s3control";
}

// WAF knows web ACLs of CloudFront in one region only; the models do not say so.
std::string region_of(const Service& service, const Value& input, const EndpointConfig& config) {
  if (service.name() == "wafv2" && input.text_at("Scope") == "CLOUDFRONT")
    return std::string(kFirstRegion);
  return config.region.empty() ? std::string(kGlobalRegion) : config.region;
}

// A custom endpoint is mostly one host, so buckets go into the path there unless asked otherwise.
bool is_path_style(const EndpointConfig& config) {
  if (config.s3_accelerate) return false;
  if (config.url.empty()) return config.s3_addressing == Addressing::Path;
  return config.s3_addressing != Addressing::Virtual;
}

Value built_in(std::string_view name, const std::string& region, const EndpointConfig& config) {
  if (name == "AWS::Region") return region;
  if (name == "AWS::UseFIPS") return config.fips;
  if (name == "AWS::UseDualStack") return config.dual_stack;
  if (name == "SDK::Endpoint") return config.url.empty() ? Value() : Value(config.url);
  if (name == "AWS::S3::ForcePathStyle") return is_path_style(config);
  if (name == "AWS::S3::Accelerate") return config.s3_accelerate;
  if (name == "AWS::S3::UseArnRegion" || name == "AWS::S3Control::UseArnRegion") return true;
  // Regional endpoints always: the global ones are us-east-1 by another name.
  if (name == "AWS::S3::UseGlobalEndpoint" || name == "AWS::STS::UseGlobalEndpoint") return false;
  if (name == "AWS::S3::DisableMultiRegionAccessPoints") return false;
  // Hosts by account differ from regional ones in nothing that we need.
  if (name == "AWS::Auth::AccountIdEndpointMode") return "disabled";
  return {};
}

// Built-ins first; then what the operation fixes, and what the input says of the rest.
base::Result<Value> parameters_of(const Service& service, const EndpointRules& rules,
                                  const Operation& operation, const Value& input,
                                  const std::string& region, const EndpointConfig& config) {
  Value parameters{Value::Object()};
  for (const EndpointRules::Parameter& parameter : rules.parameters())
    parameters.set(parameter.name, built_in(parameter.built_in, region, config));
  if (!operation.static_context_params.empty()) {
    const JsonText fixed = TRY(JsonText::parse(operation.static_context_params));
    const Value values = from_json(fixed.root());
    for (const Value::Member& member : *values.object()) {
      if (const Value* value = member.value.find("value")) parameters.set(member.name, *value);
    }
  }
  if (operation.input) {
    for (const Member& member : service.members(service.shape(*operation.input))) {
      const Value* value = input.find(member.name);
      if (!member.context_param.empty() && value != nullptr)
        parameters.set(member.context_param, *value);
    }
  }
  return parameters;
}

// The first scheme that we speak. "sigv4a" and "sigv4-s3express" we do not.
base::Result<SigningRules> signing_of(const Service& service, const Operation& operation,
                                      const EndpointRules::Outcome& outcome,
                                      const std::string& region) {
  std::string name(service.signing_name());
  std::string signing_region = region;
  bool as_s3 = is_s3(service);
  const Value* schemes = outcome.properties.find("authSchemes");
  if (schemes != nullptr && schemes->list() != nullptr) {
    const Value* chosen = nullptr;
    for (const Value& scheme : *schemes->list()) {
      if (scheme.text_at("name") == "sigv4") {
        chosen = &scheme;
        break;
      }
    }
    if (chosen == nullptr) {
      return base::Error{base::Errc::Invalid,
                         "this endpoint wants a kind of signature that is not supported"};
    }
    if (const auto said = chosen->text_at("signingName"); !said.empty()) name = said;
    if (const auto said = chosen->text_at("signingRegion"); !said.empty()) signing_region = said;
    const Value* raw_path = chosen->find("disableDoubleEncoding");
    as_s3 = as_s3 || (raw_path != nullptr && raw_path->boolean() && *raw_path->boolean());
  } else if (signing_region == kGlobalRegion) {
    return base::Error{base::Errc::Invalid,
                       "no region: give --region, set AWS_REGION, or name one in the profile"};
  }
  SigningRules signing;
  if (as_s3) signing = s3_signing(name, signing_region);
  signing.service = std::move(name);
  signing.region = std::move(signing_region);
  signing.unsigned_payload =
      operation.unsigned_payload || operation.auth_type == "v4-unsigned-body";
  return signing;
}

}  // namespace

base::Result<Endpoint> find_endpoint(const Service& service, const EndpointRules& rules,
                                     const Partitions& partitions, const Operation& operation,
                                     const Value& input, const EndpointConfig& config) {
  const std::string region = region_of(service, input, config);
  const Value parameters = TRY(parameters_of(service, rules, operation, input, region, config));
  const EndpointRules::Outcome outcome = TRY(rules.resolve(parameters, partitions));
  const std::optional<net::Url> url = net::read_url(outcome.url);
  if (!url || !url->query.empty())
    return base::Error{base::Errc::Invalid, "the endpoint is no URL: " + outcome.url};
  Endpoint endpoint{url->scheme, url->host, url->path, outcome.headers, {}};
  endpoint.signing = TRY(signing_of(service, operation, outcome, region));
  while (endpoint.path.ends_with('/'))
    endpoint.path.pop_back();
  if (config.url.empty()) {
    const std::string prefix = TRY(host_prefix(operation, input));
    // S3 Control's rules put the account there themselves.
    if (!endpoint.host.starts_with(prefix)) endpoint.host.insert(0, prefix);
  }
  return endpoint;
}

void direct(net::HttpRequest& request, const Endpoint& endpoint) {
  request.scheme = endpoint.scheme;
  request.host = endpoint.host;
  request.path.insert(0, endpoint.path);
  for (const net::Header& header : endpoint.headers)
    net::set_header(request.headers, header.name, header.value);
}

}  // namespace riposte::aws
