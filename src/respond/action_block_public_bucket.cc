// block-public-bucket: a bucket that a call opened to everybody, with the least that helps.
//
//     nothing of it is meant to be public     block public access: policy and grants stay, and
//     count
//                                             nothing
//     it serves a website, or `how: narrow`   only the public grants, only the public statements;
//     of
//                                             the policy every other byte stays
//
// A website's public reading of objects is what it is for, and stays. A bucket whose tag says that
// it is meant to be public is left alone.

#include <algorithm>

#include "enrich/policy.h"
#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_block_public_bucket_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using json::Node;

constexpr std::string_view kExemptTag = "riposte:public";
constexpr std::string_view kEverybody[] = {
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"};

// The four settings: two for policies, two for grants.
constexpr std::string_view kOfGrants[] = {"BlockPublicAcls", "IgnorePublicAcls"};
constexpr std::string_view kOfPolicies[] = {"BlockPublicPolicy", "RestrictPublicBuckets"};

bool is_true(const Node* node) { return node != nullptr && node->is(json::Kind::True); }

bool is_public_grant(const Node& grant) {
  const std::string_view group = grant.string_at("Grantee.URI");
  return std::find(std::begin(kEverybody), std::end(kEverybody), group) != std::end(kEverybody);
}

std::vector<const Node*> statements_of(const Node& policy) {
  const Node* statements = policy.find("Statement");
  if (statements != nullptr && statements->is(json::Kind::Object)) return {statements};
  return items_of(statements);
}

bool is_public(const Node& statement, std::string_view account) {
  const auto alone = json::OwnedDocument::parse(R"({"requestParameters":{"policy":{"Statement":[)" +
                                                std::string(statement.text) + "]}}}");
  if (!alone.ok()) return false;
  return enrich::policy_facts_of(alone.value().root(), account).is_public;
}

// Reading of objects and nothing else: what a website is for.
bool only_reads(const Node& statement) {
  const Node* action = statement.find("Action");
  if (action == nullptr) return false;
  const auto reads = [](const Node& each) {
    return each.text == "s3:GetObject" || each.text == "s3:GetObjectVersion";
  };
  if (action->is_string()) return reads(*action);
  const std::vector<const Node*> actions = items_of(action);
  return !actions.empty() && std::all_of(actions.begin(), actions.end(),
                                         [&](const Node* each) { return reads(*each); });
}

// The policy without some statements, of which it has others; all else as it is written.
std::string without(const Node& policy, const std::vector<const Node*>& removed) {
  const std::string_view text = policy.text;
  const std::vector<const Node*> all = statements_of(policy);
  const auto begin = [&](const Node* node) {
    return static_cast<std::size_t>(node->text.data() - text.data());
  };
  const auto end = [&](const Node* node) { return begin(node) + node->text.size(); };
  std::string out(text.substr(0, begin(all.front())));
  bool is_first = true;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::find(removed.begin(), removed.end(), all[i]) != removed.end()) continue;
    if (!is_first) out += text.substr(end(all[i - 1]), begin(all[i]) - end(all[i - 1]));
    is_first = false;
    out += all[i]->text;
  }
  return out += text.substr(end(all.back()));
}

class Closing {
 public:
  Closing(const ActionRequest& request, FactReader& account)
      : request_(request),
        account_(account),
        bucket_(first_text({request.with.string_at("bucket"),
                            event_text(request, "requestParameters.bucketName")})) {}

  base::Result<std::vector<PlannedStep>> plan() {
    if (event_name(request_).starts_with("PutAccessPointPolicy")) TRY(find_access_point());
    if (bucket_.empty()) return no_action("neither the record nor the parameter names a bucket");
    if (event_name(request_).starts_with("PutObject"))
      return no_action("the call opened an object, not the bucket");
    TRY(check_exempt());
    block_ = TRY(read_if_any("s3.GetPublicAccessBlock"));
    if (has_all(kOfGrants) && has_all(kOfPolicies))
      return no_action("public access to " + bucket_ + " is blocked already");
    TRY(read_policy());
    TRY(read_grants());
    if (public_grants_.empty() && public_statements_.empty())
      return no_action("nothing of " + bucket_ + " is public to everybody" +
                       (acls_disabled_ ? "; its access control lists are disabled" : ""));
    const std::string_view how = request_.with.string_at("how");
    const bool is_website = TRY(read_if_any("s3.GetBucketWebsite")).has_value();
    if (how != "narrow" && (how == "block" || !is_website)) {
      add_block(true, true);
    } else {
      narrow(is_website);
    }
    if (steps_.empty()) {
      return no_action(bucket_ +
                       " serves a website, and all that is public is that its objects can be read");
    }
    return std::move(steps_);
  }

 private:
  Json of_bucket() const { return object({{"Bucket", bucket_}}); }

  // The bucket's settings hold for requests through an access point, too.
  base::Status find_access_point() {
    access_point_ = event_text(request_, "requestParameters.name");
    if (access_point_.empty()) return no_action("the record names no access point");
    const json::OwnedDocument facts =
        TRY(read(account_, "s3control.GetAccessPoint", of_access_point()));
    bucket_ = facts.root().string_at("Bucket");
    return base::Done{};
  }

  Json of_access_point() const {
    return object({{"AccountId", request_.account}, {"Name", access_point_}});
  }

  base::Result<std::optional<json::OwnedDocument>> read_if_any(std::string_view call) {
    base::Result<json::OwnedDocument> facts = read(account_, call, of_bucket());
    if (facts.ok()) return std::optional(std::move(facts).value());
    if (facts.error().code == Errc::NotFound) return std::optional<json::OwnedDocument>();
    return facts.error();
  }

  base::Status check_exempt() {
    const std::string tag(first_text({request_.with.string_at("exempt_tag"), kExemptTag}));
    const std::optional<json::OwnedDocument> tags = TRY(read_if_any("s3.GetBucketTagging"));
    if (!tags) return base::Done{};
    for (const Node* each : items_of(tags->root().find("TagSet"))) {
      if (each->string_at("Key") == tag)
        return no_action(bucket_ + " is meant to be public: it has the tag " + tag);
    }
    return base::Done{};
  }

  base::Status read_policy() {
    const std::string call =
        access_point_.empty() ? "s3.GetBucketPolicy" : "s3control.GetAccessPointPolicy";
    base::Result<json::OwnedDocument> answer =
        read(account_, call, access_point_.empty() ? of_bucket() : of_access_point());
    if (!answer.ok() && answer.error().code == Errc::NotFound) return base::Done{};
    if (!answer.ok()) return answer.error();
    policy_text_ = answer->root().string_at("Policy");
    base::Result<json::OwnedDocument> policy = json::OwnedDocument::parse(policy_text_);
    if (!policy.ok()) return no_action("the policy of " + bucket_ + " cannot be read");
    policy_ = std::move(policy).value();
    for (const Node* statement : statements_of(policy_->root())) {
      if (is_public(*statement, request_.account)) public_statements_.push_back(statement);
    }
    return base::Done{};
  }

  base::Status read_grants() {
    acl_ = TRY(read(account_, "s3.GetBucketAcl", of_bucket()));
    const std::optional<json::OwnedDocument> ownership =
        TRY(read_if_any("s3.GetBucketOwnershipControls"));
    if (ownership) {
      for (const Node* rule : items_of(ownership->root().at("OwnershipControls.Rules")))
        acls_disabled_ =
            acls_disabled_ || rule->string_at("ObjectOwnership") == "BucketOwnerEnforced";
    }
    if (acls_disabled_) return base::Done{};
    for (const Node* grant : items_of(acl_->root().find("Grants"))) {
      if (is_public_grant(*grant)) public_grants_.push_back(grant);
    }
    return base::Done{};
  }

  const Node* setting(std::string_view name) const {
    const Node* settings = block_ ? block_->root().find("PublicAccessBlockConfiguration") : nullptr;
    return settings == nullptr ? nullptr : settings->find(name);
  }

  bool has_all(std::span<const std::string_view> names) const {
    return std::all_of(names.begin(), names.end(),
                       [&](std::string_view name) { return is_true(setting(name)); });
  }

  void add_block(bool of_grants, bool of_policies) {
    Members wanted;
    Members before;
    Members now;
    Members after;
    const auto add = [&](std::string_view name, bool is_wanted) {
      const bool is_on = is_true(setting(name));
      wanted.emplace_back(name, is_on || is_wanted);
      before.emplace_back(name, is_on);
      now.emplace_back(name, is_now(setting(name)));
      after.emplace_back(name, list({is_on || is_wanted}));
    };
    for (std::string_view name : kOfGrants)
      add(name, of_grants);
    for (std::string_view name : kOfPolicies)
      add(name, of_policies);
    const auto configured = [&](const Members& members) {
      return object({{"Bucket", bucket_}, {"PublicAccessBlockConfiguration", object(members)}});
    };
    const auto is = [](const Members& members) {
      return object({{"PublicAccessBlockConfiguration", object(members)}});
    };
    StepParts parts(request_, "block", "s3.PutPublicAccessBlock", configured(wanted));
    if (block_) {
      parts.before("s3.GetPublicAccessBlock", of_bucket(), is(now))
          .undo("s3.PutPublicAccessBlock", configured(before));
    } else {
      // That there is none cannot be a precheck: whose bucket it is can.
      parts
          .before("s3.GetBucketAcl", of_bucket(),
                  object({{"Owner", object({{"ID", is_now(acl_->root().at("Owner.ID"))}})}}))
          .undo("s3.DeletePublicAccessBlock", of_bucket());
    }
    steps_.push_back(parts.after("s3.GetPublicAccessBlock", of_bucket(), is(after))
                         .note("policy and grants stay and count again when the block goes")
                         .take());
  }

  void narrow(bool is_website) {
    if (!public_grants_.empty()) add_acl();
    if (is_website)
      std::erase_if(public_statements_, [](const Node* each) { return only_reads(*each); });
    if (public_statements_.empty()) return;
    // A policy of nothing else would have to be deleted; that it counts nothing is enough.
    if (public_statements_.size() == statements_of(policy_->root()).size()) {
      add_block(false, true);
    } else {
      add_policy();
    }
  }

  void add_acl() {
    const Node* owner = acl_->root().find("Owner");
    const Node* grants = acl_->root().find("Grants");
    std::vector<Json> kept;
    for (const Node* grant : items_of(grants)) {
      if (!is_public_grant(*grant)) kept.emplace_back(*grant);
    }
    const auto sets = [&](const Json& wanted) {
      Members list = {{"Grants", wanted}};
      if (owner != nullptr) list.emplace_back("Owner", *owner);
      return object({{"Bucket", bucket_}, {"AccessControlPolicy", object(list)}});
    };
    StepParts parts(request_, "grants", "s3.PutBucketAcl", sets(list(kept)));
    for (const Node* grant : public_grants_) {
      parts.before(
          "s3.GetBucketAcl", of_bucket(),
          object(
              {{"Grants", object({{"Grantee", object({{"URI", is_now(grant->at("Grantee.URI"))}})},
                                  {"Permission", is_now(grant->find("Permission"))}})}}));
    }
    parts.undo("s3.PutBucketAcl", sets(*grants));
    // "None of the list" is no pattern, but that no grant names a group is one.
    const bool names_groups = std::any_of(kept.begin(), kept.end(), [](const Json& grant) {
      return grant.data().find("\"URI\"") != std::string::npos;
    });
    if (!names_groups) {
      parts.after("s3.GetBucketAcl", of_bucket(),
                  object({{"Grants", object({{"Grantee", object({{"URI", absent()}})}})}}));
    }
    steps_.push_back(parts.on_failure(OnFailure::Continue).take());
  }

  void add_policy() {
    const std::string narrowed = without(policy_->root(), public_statements_);
    const bool of_bucket_itself = access_point_.empty();
    const std::string read_call =
        of_bucket_itself ? "s3.GetBucketPolicy" : "s3control.GetAccessPointPolicy";
    const std::string put_call =
        of_bucket_itself ? "s3.PutBucketPolicy" : "s3control.PutAccessPointPolicy";
    const Json what = of_bucket_itself ? of_bucket() : of_access_point();
    const auto sets = [&](std::string_view text) {
      return of_bucket_itself ? object({{"Bucket", bucket_}, {"Policy", text}})
                              : object({{"AccountId", request_.account},
                                        {"Name", access_point_},
                                        {"Policy", text}});
    };
    steps_.push_back(StepParts(request_, "policy", put_call, sets(narrowed))
                         .before(read_call, what, object({{"Policy", list({policy_text_})}}))
                         .undo(put_call, sets(policy_text_))
                         .after(read_call, what, object({{"Policy", list({narrowed})}}))
                         .take());
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string bucket_;
  std::string access_point_;
  std::optional<json::OwnedDocument> block_;
  std::optional<json::OwnedDocument> policy_;
  std::optional<json::OwnedDocument> acl_;
  std::string policy_text_;
  std::vector<const Node*> public_statements_;
  std::vector<const Node*> public_grants_;
  bool acls_disabled_ = false;
  std::vector<PlannedStep> steps_;
};

class BlockPublicBucket final : public NamedAction {
 public:
  std::string_view name() const override { return "block-public-bucket"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"bucket", false, "its name; the record's if not said"},
        {"how", false, "block: all public access; narrow: only the public grants and statements",
         "block narrow"},
        {"exempt_tag", false, "a bucket with this tag is left alone; riposte:public if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"s3", "DeletePublicAccessBlock"},
                                     {"s3", "GetBucketAcl"},
                                     {"s3", "GetBucketOwnershipControls"},
                                     {"s3", "GetBucketPolicy"},
                                     {"s3", "GetBucketTagging"},
                                     {"s3", "GetBucketWebsite"},
                                     {"s3", "GetPublicAccessBlock"},
                                     {"s3", "PutBucketAcl"},
                                     {"s3", "PutBucketPolicy"},
                                     {"s3", "PutPublicAccessBlock"},
                                     {"s3control", "GetAccessPoint"},
                                     {"s3control", "GetAccessPointPolicy"},
                                     {"s3control", "PutAccessPointPolicy"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Closing(request, account).plan();
  }
};

}  // namespace

const NamedAction& block_public_bucket() {
  static const BlockPublicBucket kAction;
  return kAction;
}

}  // namespace riposte::respond
