#include "enrich/rights.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "enrich/fields.h"
#include "enrich/pattern.h"
#include "event/arn.h"

namespace riposte::enrich {

using base::equals_ignore_case;
using json::Node;

namespace {

// Actions that let their holder gain rights that he was not given, when allowed on everything.
constexpr std::string_view kRiskyActions[] = {
    "iam:AddRoleToInstanceProfile",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:CreateServiceSpecificCredential",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "sts:AssumeRole",
    "lambda:AddPermission",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "ec2:ModifyInstanceAttribute",
    "ec2-instance-connect:SendSSHPublicKey",
    "ssm:SendCommand",
    "ssm:StartSession",
    "ecs:ExecuteCommand",
    "glue:UpdateDevEndpoint",
    "glue:UpdateJob",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "datapipeline:PutPipelineDefinition",
    "codebuild:UpdateProject",
    "sso:PutInlinePolicyToPermissionSet",
    "sso:AttachManagedPolicyToPermissionSet",
    "sso:CreateAccountAssignment",
    "eks:AssociateAccessPolicy",
    "rolesanywhere:CreateTrustAnchor",
};

// How far a Resource reaches: everything there is, everything of a service, or of one type
// ("role/*").
enum class Breadth { Named, Type, Service, Everything };

struct Reach {
  Breadth breadth = Breadth::Named;
  std::string_view service;  // of the ARN; empty for Everything
};

Reach reach_of(std::string_view resource) {
  if (means_any_arn(resource)) return {Breadth::Everything, {}};
  const auto arn = event::parse_arn(resource);
  if (!arn) return {};
  const bool whole = arn->resource.find_first_not_of("*?:/") == std::string_view::npos;
  if (whole && is_wild(arn->service)) return {Breadth::Everything, {}};
  if (whole) return {Breadth::Service, arn->service};
  const std::size_t tail = arn->resource.find_first_of("/:");
  if (tail == std::string_view::npos || arn->service == "s3") return {};
  if (!is_wild(arn->resource.substr(tail + 1))) return {};
  return {Breadth::Type, arn->service};
}

std::vector<Reach> reaches_of(const Node& statement) {
  if (find_folded(statement, "NotResource") != nullptr) return {{Breadth::Everything, {}}};
  std::vector<Reach> reaches;
  for_each_text(find_folded(statement, "Resource"), [&](std::string_view text) {
    const Reach reach = reach_of(text);
    if (reach.breadth != Breadth::Named) reaches.push_back(reach);
  });
  return reaches;
}

// Some actions work on the resources of a neighbour: roles are IAM's, instances EC2's.
bool works_on(std::string_view action_service, const Reach& reach) {
  if (reach.breadth == Breadth::Everything) return true;
  if (action_service == "sts") return reach.service == "iam";
  if (action_service == "ec2-instance-connect") return reach.service == "ec2";
  if (action_service == "ssm" && reach.service == "ec2") return true;
  return equals_ignore_case(action_service, reach.service);
}

bool reaches_wide(const std::vector<Reach>& reaches, std::string_view service, Breadth least) {
  return std::any_of(reaches.begin(), reaches.end(), [&](const Reach& reach) {
    return reach.breadth >= least && works_on(service, reach);
  });
}

std::string_view service_of(std::string_view action) { return action.substr(0, action.find(':')); }

// "iam:*" gives iam; an action that is wild as a whole, or named, gives nothing.
std::string_view wildcard_service_of(std::string_view action) {
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos || colon + 1 == action.size()) return {};
  const std::string_view service = action.substr(0, colon);
  const bool is_plain = service.find_first_of("*?") == std::string_view::npos;
  return is_plain && is_wild(action.substr(colon + 1)) ? service : std::string_view();
}

bool is_every_action(std::string_view action) {
  return action.find_first_not_of("*?:") == std::string_view::npos && !action.empty();
}

}  // namespace

void add_rights(const Node& statement, Rights& rights) {
  const std::vector<Reach> reaches = reaches_of(statement);
  if (reaches.empty()) return;
  const Node* actions = find_folded(statement, "Action");
  const Node* excepted = find_folded(statement, "NotAction");
  const auto is_allowed = [&](std::string_view action) {
    const auto covers = [action](std::string_view pattern) {
      return pattern_matches(pattern, action);
    };
    if (actions != nullptr) return any_text(actions, covers);
    return excepted != nullptr && !any_text(excepted, covers);
  };
  bool all_risky = true;
  for (std::string_view action : kRiskyActions) {
    if (is_allowed(action) && reaches_wide(reaches, service_of(action), Breadth::Type)) {
      rights.risky_actions.emplace(action);
    } else {
      all_risky = false;
    }
  }
  for_each_text(actions, [&](std::string_view action) {
    const std::string_view service = wildcard_service_of(action);
    if (!service.empty() && reaches_wide(reaches, service, Breadth::Service)) {
      rights.wildcard_services.insert(base::lower(service));
    }
  });
  // Everything but something that does not matter is everything.
  const bool every_action = actions != nullptr ? any_text(actions, is_every_action) : all_risky;
  if (every_action && reaches_wide(reaches, {}, Breadth::Everything)) rights.admin = true;
}

}  // namespace riposte::enrich
