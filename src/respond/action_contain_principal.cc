// contain-principal: whoever made a call can do nothing more.
//
//     user   a policy of ours that denies everything (of sessions made from it, too), keys off
//     role   a policy of ours that denies everything to sessions that began before the finding
//     root   nothing: no policy holds the root user; a person is told
//
// The time in the role's policy is the finding's, so that the same finding gives the same plan. An
// undo deletes exactly our policy, and switches on exactly the keys that were on.

#include "base/text.h"
#include "base/time.h"
#include "event/arn.h"
#include "respond/action_parts.h"
#include "respond/actions.h"
#include "respond/reach.h"

// Tested by src/respond/action_contain_principal_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using json::Node;

constexpr std::string_view kPolicyPrefix = "riposte-contain-";
constexpr std::size_t kIdLength = 12;  // of a finding's id: enough to tell our policies apart

// Paths of roles whose policies AWS lets nobody change.
constexpr std::string_view kPathOfServices = "role/aws-service-role/";
constexpr std::string_view kPathOfIdentityCenter = "role/aws-reserved/";

constexpr std::string_view kDenyAll =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"RiposteContain","Effect":"Deny","Action":"*","Resource":"*"}]})";

std::string deny_before(base::EventTime time) {
  return R"({"Version":"2012-10-17","Statement":[{"Sid":"RiposteContain","Effect":"Deny","Action":"*",)"
         R"("Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":")" +
         base::format_time(time) + R"("}}}]})";
}

// "alice" of ".../alice", "Ops" of "assumed-role/Ops/dana": what IAM's calls take.
struct Suspect {
  enum class Kind { User, Role } kind = Kind::User;
  std::string name;
};

class Containment {
 public:
  Containment(const ActionRequest& request, FactReader& account)
      : request_(request),
        account_(account),
        policy_(std::string(kPolicyPrefix) +
                std::string(request.finding.string_at("id").substr(0, kIdLength))) {}

  base::Result<std::vector<PlannedStep>> plan() {
    const Suspect suspect = TRY(find_suspect());
    if (suspect.kind == Suspect::Kind::User) {
      TRY(plan_user(suspect.name));
    } else {
      TRY(plan_role(suspect.name));
    }
    if (steps_.empty()) return no_action(suspect.name + " is contained already");
    return std::move(steps_);
  }

 private:
  base::Result<Suspect> find_suspect() const {
    const Node& finding = request_.finding;
    const std::string_view said = request_.with.string_at("principal");
    const std::string_view type = finding.string_at("actor.type");
    // Of a federated user it is the user who asked for the session.
    const std::string_view arn =
        !said.empty() ? said
        : type == "FederatedUser"
            ? finding.string_at("actor.session_of")
            : first_text({finding.string_at("actor.arn"), finding.string_at("actor.session_of")});
    const std::optional<event::Arn> parts = event::parse_arn(arn);
    const std::string name = principal_name(arn);
    if (type == "Root" && said.empty()) return root();
    if (!parts || name.empty()) {
      return no_action("nobody to contain: the caller is of type " + std::string(type) +
                       ", and has no user or role of this account");
    }
    if (name == "root") return root();
    if (parts->account != request_.account) {
      return no_action("the caller belongs to account " + std::string(parts->account) +
                       ", and only its owner can contain it");
    }
    if (parts->resource.starts_with("user/")) return Suspect{Suspect::Kind::User, name};
    if (parts->resource.starts_with("role/") || parts->resource.starts_with("assumed-role/"))
      return Suspect{Suspect::Kind::Role, name};
    return no_action(std::string(arn) + " is neither user nor role");
  }

  static base::Error root() {
    return no_action(
        "the root user cannot be contained, no policy holds it: notify only. Change its password, "
        "remove its keys, and ask AWS Support");
  }

  base::Status plan_user(const std::string& user) {
    const Json of_user = object({{"UserName", user}});
    const json::OwnedDocument facts = TRY(read(account_, "iam.GetUser", of_user));
    const Node* id = facts.root().at("User.UserId");
    const Json is_the_same = object({{"User", object({{"UserId", is_now(id)}})}});
    const Json of_policy = object({{"UserName", user}, {"PolicyName", policy_}});
    if (!TRY(is_there("iam.GetUserPolicy", of_policy))) {
      steps_.push_back(
          StepParts(
              request_, "deny", "iam.PutUserPolicy",
              object({{"UserName", user}, {"PolicyName", policy_}, {"PolicyDocument", kDenyAll}}))
              .before("iam.GetUser", of_user, is_the_same)
              .undo("iam.DeleteUserPolicy", of_policy)
              .after("iam.GetUserPolicy", of_policy, object({{"PolicyDocument", list({kDenyAll})}}))
              .note("ends every key, sign-in and session of the user, and sessions made from it")
              .take());
    }
    if (request_.with.string_at("keys") != "keep") TRY(add_keys(user));
    if (request_.with.string_at("console") == "remove") TRY(add_console(user));
    return base::Done{};
  }

  base::Status add_keys(const std::string& user) {
    const Json of_user = object({{"UserName", user}});
    const json::OwnedDocument facts = TRY(read(account_, "iam.ListAccessKeys", of_user));
    for (const Node* key : items_of(facts.root().find("AccessKeyMetadata"))) {
      if (key->string_at("Status") != "Active") continue;
      const std::string_view id = key->string_at("AccessKeyId");
      const auto sets = [&](std::string_view status) {
        return object({{"UserName", user}, {"AccessKeyId", id}, {"Status", status}});
      };
      const auto is = [&](std::string_view status) {
        return object({{"AccessKeyMetadata",
                        object({{"AccessKeyId", list({id})}, {"Status", list({status})}})}});
      };
      steps_.push_back(
          StepParts(request_, "key-" + std::string(id), "iam.UpdateAccessKey", sets("Inactive"))
              .before("iam.ListAccessKeys", of_user, is("Active"))
              .undo("iam.UpdateAccessKey", sets("Active"))
              .after("iam.ListAccessKeys", of_user, is("Inactive"))
              .on_failure(OnFailure::Continue)
              .take());
    }
    return base::Done{};
  }

  base::Status add_console(const std::string& user) {
    const Json of_user = object({{"UserName", user}});
    const base::Result<json::OwnedDocument> profile =
        read(account_, "iam.GetLoginProfile", of_user);
    if (!profile.ok() && profile.error().code == Errc::NotFound) return base::Done{};
    if (!profile.ok()) return profile.error();
    steps_.push_back(StepParts(request_, "console", "iam.DeleteLoginProfile", of_user)
                         .before("iam.GetLoginProfile", of_user,
                                 object({{"LoginProfile", object({{"UserName", list({user})}})}}))
                         .irreversible()
                         .on_failure(OnFailure::Continue)
                         .note("the password is lost; the policy alone already bars the console")
                         .take());
    return base::Done{};
  }

  base::Status plan_role(const std::string& role) {
    const Json of_role = object({{"RoleName", role}});
    const json::OwnedDocument facts = TRY(read(account_, "iam.GetRole", of_role));
    const std::optional<event::Arn> arn = event::parse_arn(facts.root().string_at("Role.Arn"));
    if (arn && arn->resource.starts_with(kPathOfServices))
      return no_action("AWS lets nobody change the service's own role " + role);
    if (arn && arn->resource.starts_with(kPathOfIdentityCenter)) {
      return no_action(role +
                       " is provisioned by IAM Identity Center, and nobody else can change it: "
                       "disable the user there, or put the denial into the permission set");
    }
    const std::optional<base::EventTime> time = base::parse_time(
        first_text({request_.finding.string_at("last_time"), request_.finding.string_at("time")}));
    if (!time) return no_action("the finding has no time, before which sessions could be denied");
    // A record's time is that of the second it lies in.
    const base::EventTime before = *time + std::chrono::seconds(1);
    const Json of_policy = object({{"RoleName", role}, {"PolicyName", policy_}});
    if (TRY(is_there("iam.GetRolePolicy", of_policy))) return base::Done{};
    const std::string document = deny_before(before);
    steps_.push_back(
        StepParts(
            request_, "deny", "iam.PutRolePolicy",
            object({{"RoleName", role}, {"PolicyName", policy_}, {"PolicyDocument", document}}))
            .before(
                "iam.GetRole", of_role,
                object({{"Role", object({{"RoleId", is_now(facts.root().at("Role.RoleId"))}})}}))
            .undo("iam.DeleteRolePolicy", of_policy)
            .after("iam.GetRolePolicy", of_policy, object({{"PolicyDocument", list({document})}}))
            .note(risk_of(facts.root(), before))
            .take());
    return base::Done{};
  }

  // Who else loses his session, and who gets a new one.
  static std::string risk_of(const Node& facts, base::EventTime before) {
    std::string note = "sessions that began before " + base::format_time(before) +
                       " end for all who use the role, later ones go on";
    const base::Result<json::OwnedDocument> trust =
        json::OwnedDocument::parse(facts.string_at("Role.AssumeRolePolicyDocument"));
    if (!trust.ok()) return note;
    std::vector<std::string> sharing;
    const Node* statements = trust->root().find("Statement");
    const bool is_one = statements != nullptr && statements->is(json::Kind::Object);
    for (const Node* statement :
         is_one ? std::vector<const Node*>{statements} : items_of(statements)) {
      const Node* principal = statement->find("Principal");
      if (principal != nullptr) add_texts(*principal, sharing);
    }
    if (sharing.empty()) return note;
    note += "; it may be taken by " + base::join(sharing, ", ");
    for (const std::string& each : sharing) {
      if (each.starts_with("ec2.")) note += "; an instance gets new ones by itself";
    }
    return note;
  }

  static void add_texts(const Node& node, std::vector<std::string>& texts) {
    if (node.is_string()) texts.emplace_back(node.text);
    for (const Node* child : items_of(&node))
      add_texts(*child, texts);
  }

  base::Result<bool> is_there(std::string_view call, const Json& with) {
    const base::Result<json::OwnedDocument> answer = read(account_, call, with);
    if (!answer.ok() && answer.error().code != Errc::NotFound) return answer.error();
    return answer.ok();
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string policy_;
  std::vector<PlannedStep> steps_;
};

class ContainPrincipal final : public NamedAction {
 public:
  std::string_view name() const override { return "contain-principal"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"principal", false, "ARN of a user or role; who made the call if not said"},
        {"keys", false, "keep: the user's access keys stay on", "off keep"},
        {"console", false, "remove: the user's password is deleted, which cannot be undone",
         "keep remove"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"iam", "DeleteLoginProfile"},
                                     {"iam", "DeleteRolePolicy"},
                                     {"iam", "DeleteUserPolicy"},
                                     {"iam", "GetLoginProfile"},
                                     {"iam", "GetRole"},
                                     {"iam", "GetRolePolicy"},
                                     {"iam", "GetUser"},
                                     {"iam", "GetUserPolicy"},
                                     {"iam", "ListAccessKeys"},
                                     {"iam", "PutRolePolicy"},
                                     {"iam", "PutUserPolicy"},
                                     {"iam", "UpdateAccessKey"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Containment(request, account).plan();
  }
};

}  // namespace

const NamedAction& contain_principal() {
  static const ContainPrincipal kAction;
  return kAction;
}

}  // namespace riposte::respond
