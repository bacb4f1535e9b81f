// Tested by src/event/lineage_test.cc

#include "event/issuance.h"

#include "event/arn.h"
#include "event/identity.h"

namespace riposte::event {

using json::RawValue;

namespace {

constexpr std::string_view kReserved = "AWSReservedSSO_";

enum class Kind { None, Token, SingleSignOn, SignIn, Switch };

Kind kind_of(std::string_view call) {
  if (call.empty()) return Kind::None;
  switch (call.front()) {
    case 'A':
      return call.starts_with("Assume") ? Kind::Token : Kind::None;
    case 'C':
      return call == "ConsoleLogin" ? Kind::SignIn : Kind::None;
    case 'G':
      if (call == "GetSessionToken" || call == "GetFederationToken") return Kind::Token;
      return call == "GetRoleCredentials" ? Kind::SingleSignOn : Kind::None;
    case 'S':
      return call == "SwitchRole" ? Kind::Switch : Kind::None;
    default:
      return Kind::None;
  }
}

// The parts of a record, unescaped.
class Record {
 public:
  explicit Record(const RawValue& record) : record_(record) {}

  std::string text(std::string_view path) const {
    std::string buffer;
    const RawValue value = record_.at(path);
    return value && value.is(json::Kind::String) ? std::string(value.text(buffer)) : std::string();
  }
  std::string first(std::initializer_list<std::string_view> paths) const {
    for (std::string_view path : paths) {
      std::string found = text(path);
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  const RawValue& record_;
};

// arn:aws:sts::1:assumed-role/R/name, where the answer does not say it.
std::string session_asked_for(const Record& record) {
  const std::string role = record.text("requestParameters.roleArn");
  const std::string name = record.text("requestParameters.roleSessionName");
  const auto arn = parse_arn(role);
  if (!arn || name.empty() || !arn->resource.starts_with("role/")) return {};
  std::string session = "arn:";
  session.append(arn->partition).append(":sts::").append(arn->account).append(":assumed-role/");
  session.append(arn->resource.substr(arn->resource.rfind('/') + 1));
  return session.append("/").append(name);
}

bool read_token(const Record& record, Issuance& issuance) {
  issuance.access_key = record.text("responseElements.credentials.accessKeyId");
  if (issuance.access_key.empty()) return false;  // refused, or not told
  if (!is_access_key(issuance.access_key)) issuance.access_key.clear();
  issuance.session =
      record.first({"responseElements.assumedRoleUser.arn", "responseElements.federatedUser.arn"});
  if (issuance.session.empty()) issuance.session = session_asked_for(record);
  if (issuance.session.empty() && issuance.call == "GetSessionToken")
    issuance.session = issuance.issuer.arn;
  return true;
}

bool read_single_sign_on(const Record& record, Issuance& issuance) {
  const std::string account =
      record.first({"serviceEventDetails.account_id", "requestParameters.accountId"});
  const std::string set =
      record.first({"serviceEventDetails.role_name", "requestParameters.roleName"});
  const std::string user = record.first({"userIdentity.userName", "additionalEventData.UserName"});
  if (account.empty() || set.empty() || user.empty()) return false;
  issuance.session = sso_session(account, set, user);
  return true;
}

bool read_switch(const Record& record, Issuance& issuance) {
  issuance.session = issuance.issuer.arn;
  issuance.access_key = issuance.issuer.access_key;
  issuance.issuer = Caller();
  issuance.issuer.arn = record.text("additionalEventData.SwitchFrom");
  issuance.issuer.role = role_of_session(issuance.issuer.arn);
  issuance.issuer.type = issuance.issuer.role.empty() ? "IAMUser" : "AssumedRole";
  return !issuance.issuer.arn.empty();
}

}  // namespace

std::string sso_session(std::string_view account, std::string_view permission_set,
                        std::string_view user) {
  std::string text = "sso/";
  return text.append(account).append("/").append(permission_set).append("/").append(user);
}

// ...:assumed-role/AWSReservedSSO_<permission set>_<digits>/<user>
std::string sso_session(std::string_view session_arn) {
  const auto arn = parse_arn(session_arn);
  if (!arn) return {};
  std::string_view rest = arn->resource;
  const std::size_t begin = rest.find(kReserved);
  const std::size_t slash = rest.rfind('/');
  if (begin == std::string_view::npos || slash == std::string_view::npos || slash < begin)
    return {};
  std::string_view set = rest.substr(begin + kReserved.size(), slash - begin - kReserved.size());
  set = set.substr(0, set.rfind('_'));
  return sso_session(arn->account, set, rest.substr(slash + 1));
}

std::optional<Issuance> issuance_of(const RawEvent& event) {
  if (event.format != Format::CloudTrail) return std::nullopt;
  const RawValue name = event.record.find("eventName");
  const Kind kind = name ? kind_of(name.text()) : Kind::None;
  if (kind == Kind::None) return std::nullopt;
  // Beyond this line are few records.

  const RawValue& outer = event.needs_envelope() ? event.record : event.envelope;
  const Record record(event.record);
  if (!record.text("errorCode").empty()) return std::nullopt;
  Issuance issuance;
  issuance.issuer = caller_in(event);
  if (issuance.issuer.is_service()) return std::nullopt;
  issuance.call = name.text();
  const bool is_given = kind == Kind::Token          ? read_token(record, issuance)
                        : kind == Kind::SingleSignOn ? read_single_sign_on(record, issuance)
                        : kind == Kind::Switch       ? read_switch(record, issuance)
                                                     : is_sign_in(event.record);
  if (!is_given) return std::nullopt;
  if (kind == Kind::SignIn) {
    issuance.is_sign_in = true;
    issuance.session = issuance.issuer.arn;
  }
  if (issuance.session.empty() && issuance.access_key.empty()) return std::nullopt;
  issuance.event = id_of(event.record, outer);
  issuance.shared = record.text("sharedEventID");
  if (const auto time = time_of(event.record, outer)) issuance.time = *time;
  return issuance;
}

}  // namespace riposte::event
