#include "respond/permission_check.h"

#include <algorithm>

#include "event/arn.h"
#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::respond {
namespace {

bool same_place(const Grant& a, const Grant& b) {
  return a.resources == b.resources && a.resource_account == b.resource_account;
}

// Of actions on the same resources.
std::string question(std::string_view principal, std::span<const Grant> grants) {
  json::Writer writer;
  writer.object([&] {
    writer.field("PolicySourceArn", principal);
    writer.key("ActionNames").array([&] {
      for (const Grant& grant : grants)
        writer.value(grant.action);
    });
    writer.key("ResourceArns").array([&] {
      for (const std::string& resource : grants.front().resources)
        writer.value(resource);
    });
    if (grants.front().resource_account.empty()) return;
    writer.key("ContextEntries").array([&] {
      writer.object([&] {
        writer.field("ContextKeyName", "aws:ResourceAccount");
        writer.field("ContextKeyType", "string");
        writer.key("ContextKeyValues").array([&] {
          writer.value(grants.front().resource_account);
        });
      });
    });
  });
  return std::move(writer).take();
}

base::Status add_denied(std::string_view text, std::vector<std::string>& denied) {
  const json::OwnedDocument answer = TRY(json::OwnedDocument::parse(text));
  const json::Node* results = answer.root().find("EvaluationResults");
  if (results == nullptr || !results->is(json::Kind::Array))
    return base::Error{base::Errc::Io, "IAM gave no results"};
  for (const json::Node& result : json::children(*results)) {
    if (result.string_at("EvalDecision") != "allowed")
      denied.emplace_back(result.string_at("EvalActionName"));
  }
  return base::Done{};
}

}  // namespace

std::string principal_of(const Identity& identity) {
  constexpr std::string_view kSession = "assumed-role/";
  const std::optional<event::Arn> arn = event::parse_arn(identity.arn);
  if (!arn || arn->service != "sts" || !arn->resource.starts_with(kSession)) return identity.arn;
  std::string_view role = arn->resource.substr(kSession.size());
  role = role.substr(0, role.find('/'));
  std::string text = "arn:";
  return text.append(arn->partition)
      .append(":iam::")
      .append(arn->account)
      .append(":role/")
      .append(role);
}

base::Result<std::vector<std::string>> missing_actions(Account& account, std::string_view number,
                                                       std::string_view region,
                                                       std::string_view principal,
                                                       std::span<const Grant> grants) {
  const Operation simulate{"iam", "SimulatePrincipalPolicy"};
  std::vector<std::string> denied;
  while (!grants.empty()) {
    std::size_t count = 1;
    while (count < std::min(kSimulatedMax, grants.size()) &&
           same_place(grants[count], grants.front()))
      ++count;
    const std::string with = question(principal, grants.first(count));
    const Reply reply = TRY(
        account.call({.operation = simulate, .with = with, .account = number, .region = region}));
    if (!reply.ok()) return base::Error{base::Errc::Denied, reply.code + ": " + reply.message};
    TRY(add_denied(reply.answer, denied));
    grants = grants.subspan(count);
  }
  std::sort(denied.begin(), denied.end());
  denied.erase(std::unique(denied.begin(), denied.end()), denied.end());
  return denied;
}

}  // namespace riposte::respond
