// contain-app-user: a user of an application's user pool (Cognito) is signed out and stays out.
//
// Disabled, signed out everywhere, and, where the application asks a table of revoked tokens, put
// into it until the token ends: a token that API Gateway checks by its signature alone is good
// until then. An undo enables the user and takes the token off the list. Signing out leaves nothing
// that would have to be taken back: the user signs in again.

#include <algorithm>

#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_contain_app_user_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using json::Node;

// CloudTrail hides names of users; who is meant stands in `sub`, which the calls take as well.
constexpr std::string_view kHidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

// A signed token is header.payload.signature, its header JSON in base64: a secret, which has no
// business in a plan.
bool is_token(std::string_view text) {
  return text.starts_with("eyJ") && std::count(text.begin(), text.end(), '.') == 2;
}

class Removal {
 public:
  Removal(const ActionRequest& request, FactReader& account)
      : request_(request),
        account_(account),
        pool_(first_text({request.with.string_at("user_pool"),
                          event_text(request, "requestParameters.userPoolId")})) {
    const std::string_view name = event_text(request, "requestParameters.username");
    user_ =
        first_text({request.with.string_at("user"), event_text(request, "additionalEventData.sub"),
                    name == kHidden ? std::string_view() : name});
  }

  base::Result<std::vector<PlannedStep>> plan() {
    if (pool_.empty() || user_.empty())
      return no_action("neither the record nor the parameters name a user and its user pool");
    const base::Result<json::OwnedDocument> facts =
        read(account_, "cognito-idp.AdminGetUser", of_user());
    if (!facts.ok() && facts.error().code == Errc::NotFound)
      return no_action("there is no such user in the user pool " + pool_);
    if (!facts.ok()) return facts.error();
    const Node* enabled = facts->root().find("Enabled");
    if (enabled == nullptr || enabled->is(json::Kind::True)) add_disable();
    if (request_.with.string_at("sign_out") != "no") add_sign_out(facts->root());
    if (!request_.with.string_at("token_table").empty()) TRY(add_token());
    if (steps_.empty()) return no_action("the user is disabled already");
    return std::move(steps_);
  }

 private:
  Json of_user() const { return object({{"UserPoolId", pool_}, {"Username", user_}}); }

  void add_disable() {
    const auto is = [](bool enabled) { return object({{"Enabled", list({enabled})}}); };
    steps_.push_back(StepParts(request_, "disable", "cognito-idp.AdminDisableUser", of_user())
                         .before("cognito-idp.AdminGetUser", of_user(), is(true))
                         .undo("cognito-idp.AdminEnableUser", of_user())
                         .after("cognito-idp.AdminGetUser", of_user(), is(false))
                         .take());
  }

  void add_sign_out(const Node& facts) {
    steps_.push_back(
        StepParts(request_, "sign-out", "cognito-idp.AdminUserGlobalSignOut", of_user())
            .before("cognito-idp.AdminGetUser", of_user(),
                    object({{"Username", is_now(facts.find("Username"))}}))
            .on_failure(OnFailure::Continue)
            .note("ends the user's sessions; who may sign in does so again, and nothing is lost")
            .take());
  }

  base::Status add_token() {
    const std::string_view table = request_.with.string_at("token_table");
    const std::string_view id = request_.with.string_at("token");
    const Node* expires = request_.with.find("token_expires");
    if (id.empty() || expires == nullptr || expires->is_container()) {
      return no_action(
          "a token is put on the list with the parameters \"token\" and "
          "\"token_expires\"");
    }
    if (is_token(id)) {
      return no_action("the parameter \"token\" is a token itself, which is secret: give its jti");
    }
    const std::string_view key = first_text({request_.with.string_at("token_key"), "token"});
    const std::string_view expiry = first_text({request_.with.string_at("expiry_key"), "expiry"});
    const Json of_token = object({{key, object({{"S", id}})}});
    const Json item = object({{"TableName", table}, {"Key", of_token}, {"ConsistentRead", true}});
    const auto is = [&](const Json& value) {
      return object({{"Item", object({{key, object({{"S", value}})}})}});
    };
    steps_.push_back(
        StepParts(request_, "token", "dynamodb.PutItem",
                  object({{"TableName", table},
                          {"Item", object({{key, object({{"S", id}})},
                                           {expiry, object({{"N", expires->text}})}})},
                          {"ConditionExpression", "attribute_not_exists(#key)"},
                          {"ExpressionAttributeNames", object({{"#key", key}})}}))
            .before("dynamodb.GetItem", item, is(absent()))
            .undo("dynamodb.DeleteItem", object({{"TableName", table}, {"Key", of_token}}))
            .after("dynamodb.GetItem", item, is(list({id})))
            .on_failure(OnFailure::Continue)
            .take());
    return base::Done{};
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string pool_;
  std::string user_;
  std::vector<PlannedStep> steps_;
};

class ContainAppUser final : public NamedAction {
 public:
  std::string_view name() const override { return "contain-app-user"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"user_pool", false, "its id; the record's if not said"},
        {"user", false, "name or sub; the record's if not said"},
        {"sign_out", false, "no: sessions that are open go on", "yes no"},
        {"token_table", false, "a DynamoDB table of revoked tokens"},
        {"token", false,
         "what the table knows a token by, such as its jti; never the token itself"},
        {"token_expires", false, "when it ends, in seconds since 1970: the item's time to live"},
        {"token_key", false, "the table's key; token if not said"},
        {"expiry_key", false, "the attribute of its time to live; expiry if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"cognito-idp", "AdminDisableUser"},
                                     {"cognito-idp", "AdminEnableUser"},
                                     {"cognito-idp", "AdminGetUser"},
                                     {"cognito-idp", "AdminUserGlobalSignOut"},
                                     {"dynamodb", "DeleteItem"},
                                     {"dynamodb", "GetItem"},
                                     {"dynamodb", "PutItem"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Removal(request, account).plan();
  }
};

}  // namespace

const NamedAction& contain_app_user() {
  static const ContainAppUser kAction;
  return kAction;
}

}  // namespace riposte::respond
