#include "simulate/trail_record.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/operation.h"
#include "simulate/trail_parameters.h"

namespace riposte::simulate {
namespace {

constexpr std::size_t kSeconds = 19;  // "2026-01-31T18:37:58"

struct Renamed {
  std::string_view operation;
  std::string_view event;
};
// Calls of S3 that records name as the API did before its models.
constexpr Renamed kS3Events[] = {
    {"DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"},
    {"GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"},
    {"GetBucketLifecycleConfiguration", "GetBucketLifecycle"},
    {"GetBucketNotificationConfiguration", "GetBucketNotification"},
    {"GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"},
    {"GetPublicAccessBlock", "GetBucketPublicAccessBlock"},
    {"ListObjectsV2", "ListObjects"},
    {"PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"},
    {"PutBucketLifecycleConfiguration", "PutBucketLifecycle"},
    {"PutBucketNotificationConfiguration", "PutBucketNotification"},
    {"PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"},
    {"PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
};
constexpr Renamed kS3ControlEvents[] = {
    {"DeletePublicAccessBlock", "DeleteAccountPublicAccessBlock"},
    {"GetPublicAccessBlock", "GetAccountPublicAccessBlock"},
    {"PutPublicAccessBlock", "PutAccountPublicAccessBlock"},
};
// Of Lambda, those whose records end in v2 as well.
constexpr std::array<std::string_view, 5> kLambdaSecondVersions = {
    "AddPermission", "GetFunction", "RemovePermission", "UpdateFunctionCode",
    "UpdateFunctionConfiguration"};

// Services with one region for all: their records say this one.
constexpr std::array<std::string_view, 5> kGlobalServices = {"iam", "organizations", "route53",
                                                             "cloudfront", "shield"};
constexpr std::string_view kGlobalRegion = "us-east-1";

template <typename Table>
std::string_view renamed(const Table& table, std::string_view operation) {
  for (const Renamed& each : table) {
    if (each.operation == operation) return each.event;
  }
  return operation;
}

std::string seconds_of(base::EventTime time) {
  return base::format_time(time).substr(0, kSeconds) + "Z";
}

// An id that looks like AWS's, the same for the same name.
std::string invented_id(std::string_view prefix, std::string_view of) {
  std::string id(prefix);
  for (char c : base::sha256_hex(of).substr(0, 17)) {  // NOLINT(readability-magic-numbers)
    id += c >= 'a' ? static_cast<char>(c - 'a' + 'G') : static_cast<char>(c - '0' + 'H');
  }
  return id;
}

std::string arn(std::string_view service, std::string_view account, std::string_view rest) {
  return "arn:aws:" + std::string(service) + "::" + std::string(account) + ":" + std::string(rest);
}

void add_deed(const Deed& deed, json::Writer& out) {
  out.field("eventVersion", "1.09");
  const auto identity = json::OwnedDocument::parse(deed.identity);
  if (identity.ok()) out.field("userIdentity", identity->root());
  out.field("eventTime", seconds_of(deed.time));
}

bool is_read(const MadeCall& call) {
  return !respond::changes_something(
      {std::string(call.service.name()), std::string(call.operation.name)});
}

// Calls about objects and items are told by trails that are asked for them, as Data.
bool is_data(const MadeCall& call) {
  return call.service.name() == "s3" && (call.input.find("Key") != nullptr ||
                                         call.operation.name.find("Objects") != std::string::npos);
}

}  // namespace

std::string user_identity(std::string_view account, std::string_view user, std::string_view key) {
  json::Writer out;
  out.object([&] {
    out.field("type", "IAMUser");
    out.field("principalId", invented_id("AIDA", user));
    out.field("arn", arn("iam", account, "user/" + std::string(user)));
    out.field("accountId", account);
    out.field("accessKeyId", key.empty() ? invented_id("AKIA", user) : std::string(key));
    out.field("userName", user);
  });
  return std::move(out).take();
}

std::string role_identity(std::string_view account, std::string_view role, std::string_view session,
                          std::string_view key, base::EventTime since) {
  const std::string id = invented_id("AROA", role);
  json::Writer out;
  out.object([&] {
    out.field("type", "AssumedRole");
    out.field("principalId", id + ":" + std::string(session));
    out.field("arn", arn("sts", account,
                         "assumed-role/" + std::string(role) + "/" + std::string(session)));
    out.field("accountId", account);
    out.field("accessKeyId", key.empty() ? invented_id("ASIA", session) : std::string(key));
    out.key("sessionContext").object([&] {
      out.key("sessionIssuer").object([&] {
        out.field("type", "Role");
        out.field("principalId", id);
        out.field("arn", arn("iam", account, "role/" + std::string(role)));
        out.field("accountId", account);
        out.field("userName", role);
      });
      out.key("attributes").object([&] {
        out.field("creationDate", seconds_of(since));
        out.field("mfaAuthenticated", "false");
      });
    });
  });
  return std::move(out).take();
}

std::string root_identity(std::string_view account, std::string_view key) {
  json::Writer out;
  out.object([&] {
    out.field("type", "Root");
    out.field("principalId", account);
    out.field("arn", arn("iam", account, "root"));
    out.field("accountId", account);
    if (!key.empty()) out.field("accessKeyId", key);
  });
  return std::move(out).take();
}

std::string anonymous_identity() {
  return R"({"type":"AWSAccount","principalId":"","accountId":"anonymous"})";
}

std::string event_name_of(const aws::Service& service, const aws::Operation& operation) {
  if (service.name() == "s3") return std::string(renamed(kS3Events, operation.name));
  if (service.name() == "s3control") return std::string(renamed(kS3ControlEvents, operation.name));
  if (service.name() != "lambda") return std::string(operation.name);
  // "/2015-03-31/functions": Lambda's records name the version of the API.
  std::string name(operation.name);
  constexpr std::size_t kDate = 11;
  for (char c : operation.uri.substr(0, kDate)) {
    if (c >= '0' && c <= '9') name += c;
  }
  if (std::find(kLambdaSecondVersions.begin(), kLambdaSecondVersions.end(), operation.name) !=
      kLambdaSecondVersions.end())
    name += "v2";
  return name;
}

std::string event_source_of(const aws::Service& service) {
  const std::string_view name =
      service.signing_name().empty() ? service.endpoint_prefix() : service.signing_name();
  return std::string(name) + ".amazonaws.com";
}

std::string trail_record(const MadeCall& call, const Deed& deed) {
  const bool is_global = std::find(kGlobalServices.begin(), kGlobalServices.end(),
                                   call.service.name()) != kGlobalServices.end();
  json::Writer out;
  const auto add_document = [&out](std::string_view name, const std::string& text) {
    const auto document = json::OwnedDocument::parse(text);
    out.key(name);
    if (document.ok()) {
      out.value(document->root());
    } else {
      out.null();
    }
  };
  out.object([&] {
    add_deed(deed, out);
    out.field("eventSource", event_source_of(call.service));
    out.field("eventName", event_name_of(call.service, call.operation));
    out.field("awsRegion", is_global ? kGlobalRegion : std::string_view(deed.region));
    out.field("sourceIPAddress", deed.address);
    out.field("userAgent", deed.agent);
    if (call.error) {
      const bool is_ec2 = call.service.protocol() == aws::Protocol::Ec2;
      out.field("errorCode", is_ec2 ? "Client." + call.error->code : call.error->code);
      out.field("errorMessage", call.error->message);
    }
    add_document("requestParameters", request_parameters(call, deed));
    add_document("responseElements", response_elements(call));
    out.field("requestID", call.request_id.empty() ? deed.event_id : call.request_id);
    out.field("eventID", deed.event_id);
    out.field("readOnly", is_read(call));
    out.field("eventType", "AwsApiCall");
    out.field("managementEvent", !is_data(call));
    out.field("recipientAccountId", deed.account);
    out.field("eventCategory", is_data(call) ? "Data" : "Management");
  });
  return std::move(out).take();
}

std::string trail_record(std::string_view said, const Deed& deed) {
  const auto document = json::OwnedDocument::parse(said);
  json::Writer deeds;
  deeds.object([&] {
    add_deed(deed, deeds);
    deeds.field("awsRegion", deed.region);
    deeds.field("sourceIPAddress", deed.address);
    deeds.field("userAgent", deed.agent);
    deeds.field("requestID", deed.event_id);
    deeds.field("eventID", deed.event_id);
    deeds.field("eventType", "AwsApiCall");
    deeds.field("managementEvent", true);
    deeds.field("recipientAccountId", deed.account);
    deeds.field("eventCategory", "Management");
  });
  const auto defaults = json::OwnedDocument::parse(deeds.text());
  if (!document.ok() || !defaults.ok()) return deeds.text();
  json::Writer out;
  out.object([&] {
    for (const json::Node& each : json::children(defaults->root())) {
      if (document->root().find(each.key) == nullptr) out.field(each.key, each);
    }
    for (const json::Node& each : json::children(document->root()))
      out.field(each.key, each);
  });
  return std::move(out).take();
}

}  // namespace riposte::simulate
