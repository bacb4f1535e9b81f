// Tested by src/event/lineage_test.cc

#include "event/caller.h"

#include <algorithm>

#include "event/arn.h"
#include "event/identity.h"
#include "json/scanner.h"

namespace riposte::event {

using json::RawValue;

namespace {

constexpr std::string_view kSession = "assumed-role/";
// Nobody but a service may assume these roles; people share no session of them.
constexpr std::string_view kServiceLinked = ":role/aws-service-role/";
constexpr std::string_view kServiceLinkedName = "/AWSServiceRoleFor";
// Identity Center makes these roles, and names their sessions after its users.
constexpr std::string_view kIdentityCenter = ":assumed-role/AWSReservedSSO_";

bool is_role_session(const Caller& caller) {
  return caller.type == "AssumedRole" || caller.arn.find(":assumed-role/") != std::string::npos;
}

// "i-0a1b2c3d4e5f60718": what EC2 calls the sessions of its instances.
bool is_instance_name(std::string_view name) {
  constexpr std::size_t kDigitsLeast = 8;
  if (!name.starts_with("i-") || name.size() < 2 + kDigitsLeast) return false;
  return name.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

// By way of the actor: slow, and right for every format.
Caller built_caller(const RawEvent& raw) {
  const auto document = json::OwnedDocument::parse(raw.record.written());
  if (!document.ok()) return {};
  Event event;
  event.format = raw.format;
  event.record = event.envelope = &document->root();
  return caller_of(actor_of(event));
}

}  // namespace

bool is_access_key(std::string_view text) {
  constexpr std::size_t kLeast = 16;
  constexpr std::size_t kMost = 128;
  return text.size() >= kLeast && text.size() <= kMost && text.starts_with('A') &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::string role_of_session(std::string_view session_arn) {
  const auto arn = parse_arn(session_arn);
  if (!arn || !is_account(arn->account)) return {};
  if (arn->resource.starts_with("role/")) return std::string(session_arn);
  if (!arn->resource.starts_with(kSession)) return {};
  std::string_view role = arn->resource.substr(kSession.size());
  role = role.substr(0, role.rfind('/'));
  std::string text = "arn:";
  text.append(arn->partition).append(":iam::").append(arn->account);
  return text.append(":role/").append(role);
}

bool Caller::is_session() const {
  if (!access_key.empty()) return is_temporary_key(access_key);
  return is_role_session(*this) || type == "FederatedUser" || session_time;
}

bool Caller::is_service() const {
  return type == "AWSService" || role.find(kServiceLinked) != std::string::npos ||
         (is_role_session(*this) && arn.find(kServiceLinkedName) != std::string::npos);
}

Caller caller_of(const Actor& actor) {
  Caller caller;
  caller.type = actor.type;
  caller.id = actor.id;
  caller.arn = actor.arn;
  caller.role = actor.session_of;
  if (is_access_key(actor.access_key)) caller.access_key = actor.access_key;
  caller.source_identity = actor.source_identity;
  caller.session_time = actor.session_time;
  caller.on_instance = actor.on_instance;
  return caller;
}

Caller caller_in(const RawEvent& event) {
  Caller caller;
  const RawValue& record = event.record;
  const auto text_at = [](const RawValue& object, std::string_view path) {
    std::string buffer;
    const RawValue value = object.at(path);
    return value && value.is(json::Kind::String) ? std::string(value.text(buffer)) : std::string();
  };
  const RawValue identity =
      event.format == Format::CloudTrail ? record.find("userIdentity") : RawValue();
  if (!identity) return built_caller(event);
  caller.type = text_at(identity, "type");
  caller.id = text_at(identity, "principalId");
  if (!is_actor_type(caller.type) || caller.id.empty()) return built_caller(event);
  caller.arn = text_at(identity, "arn");
  caller.access_key = text_at(identity, "accessKeyId");
  if (!is_access_key(caller.access_key)) caller.access_key.clear();
  if (const RawValue session = identity.find("sessionContext")) {
    caller.role = text_at(session, "sessionIssuer.arn");
    caller.source_identity = text_at(session, "sourceIdentity");
    caller.on_instance = static_cast<bool>(session.find("ec2RoleDelivery"));
  }
  if (caller.role.empty() && caller.type == "AssumedRole")
    caller.role = role_of_session(caller.arn);
  caller.session_time = session_time_of(record);
  return caller;
}

std::string origin_of(const Caller& caller) {
  if (caller.is_service()) return {};
  if (is_role_session(caller)) {
    const std::string_view name = std::string_view(caller.arn).substr(caller.arn.rfind('/') + 1);
    if (caller.on_instance || is_instance_name(name)) return caller.arn;
    if (caller.arn.find(kIdentityCenter) != std::string::npos) return caller.arn;
    if (!caller.source_identity.empty()) return "sourceIdentity/" + caller.source_identity;
    return std::string(first_of({caller.role, caller.arn, caller.id}));
  }
  if (caller.type == "FederatedUser" && !caller.role.empty()) return caller.role;
  return std::string(first_of({caller.arn, caller.id}));
}

std::string credential_of(const Caller& caller) {
  std::string origin = origin_of(caller);
  if (origin.empty()) return {};
  if (!caller.access_key.empty() && !is_temporary_key(caller.access_key)) return caller.access_key;
  if (is_role_session(caller)) return std::string(first_of({caller.arn, caller.id, origin}));
  if (caller.session_time) return origin + '@' + base::format_time(*caller.session_time);
  return origin;
}

}  // namespace riposte::event
