#include "event/actor.h"

#include <algorithm>

#include "event/arn.h"
#include "event/caller.h"
#include "event/identity.h"

namespace riposte::event {

using json::Node;

namespace {

constexpr std::string_view kUnknown = "unknown";

// The types of the contract, which are also CloudTrail's.
constexpr std::string_view kTypes[] = {"Root",          "IAMUser",         "AssumedRole",
                                       "FederatedUser", "WebIdentityUser", "SAMLUser",
                                       "AWSService",    "AWSAccount",      "IdentityCenterUser"};

std::string_view behind_last(std::string_view text, char separator) {
  return text.substr(text.rfind(separator) + 1);
}

bool is_service_name(std::string_view text) {
  return text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") ||
         text.ends_with(".amazon.com");
}

// What an ARN tells when the type does not: sts::...:assumed-role/R/s, iam::...:user/u,
// iam::...:root.
std::string_view type_of_arn(std::string_view text) {
  const auto arn = parse_arn(text);
  if (!arn) return {};
  if (arn->resource == "root") return "Root";
  if (arn->resource.starts_with("user/")) return "IAMUser";
  if (arn->resource.starts_with("assumed-role/") || arn->resource.starts_with("role/")) {
    return "AssumedRole";
  }
  if (arn->resource.starts_with("federated-user/")) return "FederatedUser";
  return {};
}

std::string_view contract_type(std::string_view type) {
  if (type == "Role") return "AssumedRole";
  if (type == "Service") return "AWSService";  // as DynamoDB streams say it
  return is_actor_type(type) ? type : std::string_view();
}

std::string_view type_of(const Node& record, const Node& identity) {
  const std::string_view told =
      first_of({contract_type(identity.string_at("type")), type_of_arn(identity.string_at("arn"))});
  if (!told.empty()) return told;
  if (identity.find("onBehalfOf") != nullptr) return "IdentityCenterUser";
  if (identity.find("type") != nullptr) return "Unknown";  // Directory, Unknown, and what comes
  const bool is_service = !identity.string_at("invokedBy").empty() ||
                          record.string_at("eventType") == "AwsServiceEvent" ||
                          is_service_name(record.string_at("sourceIPAddress"));
  return is_service ? "AWSService" : "Unknown";
}

// A role session: the role (with its path, should the ARN carry one) and the session's name.
struct Session {
  std::string_view role;
  std::string_view name;
};

Session session_of(const Node& identity) {
  Session session;
  if (const auto arn = parse_arn(identity.string_at("arn"))) {
    std::string_view rest = arn->resource;
    if (rest.starts_with("assumed-role/")) {
      rest.remove_prefix(rest.find('/') + 1);
      const std::size_t slash = rest.rfind('/');
      session.role = rest.substr(0, slash);
      if (slash != std::string_view::npos) session.name = rest.substr(slash + 1);
    } else if (rest.starts_with("role/")) {
      session.role = rest.substr(rest.find('/') + 1);
    }
  }
  // principalId is "AROA...:session".
  const std::string_view principal = identity.string_at("principalId");
  if (session.name.empty() && principal.find(':') != std::string_view::npos) {
    session.name = behind_last(principal, ':');
  }
  return session;
}

void describe_session(const Node& identity, Actor& actor) {
  const Session session = session_of(identity);
  const std::string_view issuer_arn = identity.string_at("sessionContext.sessionIssuer.arn");
  const std::string_view role = first_of(
      {identity.string_at("sessionContext.sessionIssuer.userName"), behind_last(issuer_arn, '/'),
       behind_last(session.role, '/'), identity.string_at("userName")});
  actor.name = role;
  if (!role.empty() && !session.name.empty()) actor.name += '/';
  actor.name += session.name;

  actor.session_of = issuer_arn;
  if (actor.session_of.empty()) actor.session_of = role_of_session(identity.string_at("arn"));
}

// The name where the type alone decides which field it stands in.
std::string_view name_of(const Node& record, const Node& identity, std::string_view type) {
  const std::string_view user = identity.string_at("userName");
  const std::string_view arn = identity.string_at("arn");
  const std::string_view principal = identity.string_at("principalId");
  const std::string_view invoked_by = identity.string_at("invokedBy");
  if (type == "Root") return "root";
  if (type == "IAMUser") return first_of({user, behind_last(arn, '/'), principal});
  if (type == "FederatedUser") {
    return first_of({user, behind_last(arn, '/'), behind_last(principal, ':')});
  }
  if (type == "AWSAccount") {
    const std::string_view account = identity.string_at("accountId");
    return is_account(account) ? account : "anonymous";
  }
  if (type == "AWSService") {
    return first_of({invoked_by, principal, record.string_at("sourceIPAddress"),
                     record.string_at("eventSource")});
  }
  return first_of({user, record.string_at("additionalEventData.UserName"),
                   identity.string_at("onBehalfOf.userId"), principal, behind_last(arn, '/'),
                   invoked_by});
}

std::string_view account_of(const Node& identity) {
  const auto arn = parse_arn(identity.string_at("arn"));
  for (std::string_view account :
       {identity.string_at("accountId"), arn ? arn->account : std::string_view(),
        identity.string_at("sessionContext.sessionIssuer.accountId")}) {
    if (is_account(account)) return account;
  }
  return {};
}

Actor cloudtrail_actor(const Node& record) {
  static constexpr Node kNobody{"{}", {}, 1, json::Kind::Object};
  const Node* found = record.find("userIdentity");
  const Node& identity = found != nullptr && found->is(json::Kind::Object) ? *found : kNobody;

  Actor actor;
  actor.type = type_of(record, identity);
  actor.id = first_of({identity.string_at("principalId"), identity.string_at("onBehalfOf.userId"),
                       identity.string_at("credentialId"), identity.string_at("invokedBy")});
  actor.arn = identity.string_at("arn");
  actor.account = account_of(identity);
  actor.access_key = identity.string_at("accessKeyId");
  actor.ip = record.string_at("sourceIPAddress");
  actor.user_agent = record.string_at("userAgent");
  actor.source_identity = identity.string_at("sessionContext.sourceIdentity");
  actor.session_time = session_time_of(record);
  actor.on_instance = identity.at("sessionContext.ec2RoleDelivery") != nullptr;
  if (actor.type == "AssumedRole") {
    describe_session(identity, actor);
  } else {
    actor.name = name_of(record, identity, actor.type);
    actor.session_of = identity.string_at("sessionContext.sessionIssuer.arn");
  }
  return actor;
}

// userIdentity.principalId is "AWS:AIDA..." or "AWS:AROA...:session".
Actor s3_notification_actor(const Node& record) {
  Actor actor;
  std::string_view principal = record.string_at("userIdentity.principalId");
  if (principal.starts_with("AWS:")) principal.remove_prefix(4);
  actor.id = principal;
  actor.name = behind_last(principal, ':');
  actor.ip = record.string_at("requestParameters.sourceIPAddress");
  if (principal.starts_with("AIDA")) actor.type = "IAMUser";
  if (principal.starts_with("AROA")) actor.type = "AssumedRole";
  if (is_account(principal)) {
    actor.type = "Root";
    actor.account = principal;
    actor.name = "root";
  }
  return actor;
}

// Roles appear as their name beside "AROA...:session".
void describe_principal(std::string_view type, std::string_view user, std::string_view principal,
                        Actor& actor) {
  actor.type = contract_type(type);
  actor.id = principal;
  actor.name = actor.type == "Root" ? "root" : user;
  if (actor.type == "AssumedRole" && principal.find(':') != std::string_view::npos) {
    if (!actor.name.empty()) actor.name += '/';
    actor.name += behind_last(principal, ':');
  }
  if (actor.name.empty()) actor.name = principal;
}

std::string_view first_address(const Node& node) {
  const Node* end = &node + node.size;
  for (const Node* it = &node; it != end; ++it) {
    if (it->is_string() && (it->key == "ipAddressV4" || it->key == "IpAddressV4")) return it->text;
  }
  return {};
}

Actor guardduty_actor(const Node& record) {
  Actor actor;
  if (const Node* key = record.at("resource.accessKeyDetails")) {
    describe_principal(key->string_at("userType"), key->string_at("userName"),
                       key->string_at("principalId"), actor);
    actor.access_key = key->string_at("accessKeyId");
    actor.account = record.string_at("accountId");
  } else if (record.string_at("service.resourceRole") == "ACTOR") {
    actor.id = record.string_at("resource.instanceDetails.instanceId");
    actor.name = actor.id;
    actor.account = record.string_at("accountId");
  }
  if (const Node* action = record.at("service.action")) {
    actor.ip = first_address(*action);
    actor.user_agent = first_of({action->string_at("awsApiCallAction.userAgent"),
                                 action->string_at("kubernetesApiCallAction.userAgent")});
  }
  return actor;
}

Actor securityhub_actor(const Node& record) {
  Actor actor;
  if (const Node* resources = record.find("Resources"); resources != nullptr) {
    for (const Node& resource : json::children(*resources)) {
      const Node* key = resource.at("Details.AwsIamAccessKey");
      if (key == nullptr) continue;
      describe_principal(key->string_at("PrincipalType"),
                         first_of({key->string_at("PrincipalName"), key->string_at("UserName")}),
                         key->string_at("PrincipalId"), actor);
      actor.access_key = key->string_at("AccessKeyId");
      actor.account = first_of({key->string_at("AccountId"), record.string_at("AwsAccountId")});
      break;
    }
  }
  if (const Node* action = record.find("Action")) actor.ip = first_address(*action);
  return actor;
}

// Access logs know an address; those of S3 know who signed, too.
Actor line_actor(const Node& record) {
  Actor actor;
  actor.ip = first_of(
      {record.string_at("srcaddr"), record.string_at("remoteip"), record.string_at("c-ip")});
  actor.user_agent = first_of({record.string_at("cs-user-agent"), record.string_at("useragent")});
  const std::string_view who =
      first_of({record.string_at("requester"), record.string_at("cs-username")});
  actor.id = who;
  actor.name = behind_last(who, '/');
  if (const auto arn = parse_arn(who)) {
    actor.arn = who;
    actor.account = arn->account;
    actor.type = type_of_arn(who);
    if (actor.type == "AssumedRole") actor.session_of = role_of_session(who);
  }
  if (who.starts_with("svc:")) actor.type = "AWSService";
  return actor;
}

// Whoever says to be of this name.
Actor named_actor(std::string_view name, std::string_view address) {
  Actor actor;
  actor.id = name;
  actor.name = name;
  actor.ip = address;
  return actor;
}

// The user, as an export, AdminListUserAuthEvents and a trigger say it.
Actor cognito_actor(const Node& record) {
  return named_actor(
      first_of({record.string_at("message.userSub"), record.string_at("message.userName"),
                record.string_at("request.userAttributes.sub"), record.string_at("userName")}),
      first_of(
          {record.string_at("message.ipAddress"), record.string_at("EventContextData.IpAddress")}));
}

Actor describe(const Event& event) {
  const Node& record = *event.record;
  switch (event.format) {
    case Format::S3Notification:
      return s3_notification_actor(record);
    case Format::GuardDuty:
      return guardduty_actor(record);
    case Format::SecurityHub:
      return securityhub_actor(record);
    case Format::VpcFlow:
    case Format::LoadBalancer:
    case Format::CloudFront:
    case Format::S3Access:
    case Format::WebServer:
    case Format::ApiGateway:
      return line_actor(record);
    case Format::Sshd:
      return named_actor(record.string_at("username"), record.string_at("ip"));
    case Format::Cognito:
      return cognito_actor(record);
    case Format::Syslog:
    case Format::Lambda:
    case Format::Cost:
    case Format::CloudWatchAlarm:
      return {};
    default:
      break;
  }
  Actor actor = cloudtrail_actor(record);
  if (event.format == Format::Waf) actor.ip = record.string_at("httpRequest.clientIp");
  if (event.format == Format::Route53Resolver) {
    actor.ip = record.string_at("srcaddr");
    actor.id = record.string_at("srcids.instance");
    actor.name = actor.id;
  }
  return actor;
}

}  // namespace

bool is_actor_type(std::string_view type) {
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

Actor actor_of(const Event& event) {
  Actor actor = describe(event);
  if (actor.type.empty()) actor.type = "Unknown";
  if (actor.name.empty()) actor.name = kUnknown;
  return actor;
}

}  // namespace riposte::event
