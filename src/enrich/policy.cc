#include "enrich/policy.h"

#include "base/percent.h"
#include "base/text.h"
#include "enrich/condition.h"
#include "enrich/fields.h"
#include "event/arn.h"
#include "json/scanner.h"

namespace riposte::enrich {

using base::equals_ignore_case;
using json::Kind;
using json::Node;

namespace {

// Statements of these name principals or actions, but give nothing to anybody: they bound what
// others give.
bool only_bounds(const Node& record) {
  const std::string_view name = record.string_at("eventName");
  if (name.find("VpcEndpoint") != std::string_view::npos) return true;
  return record.string_at("eventSource").starts_with("organizations.") &&
         name != "PutResourcePolicy";
}

// Who comes, in the words of a Principal element.
struct Principals {
  bool everybody = false;
  std::set<std::string> accounts;
  std::set<std::string> providers;
};

void add_principal(std::string_view text, Principals& principals) {
  if (text == "*") {
    principals.everybody = true;
    return;
  }
  const auto arn = event::parse_arn(text);
  if (arn && (arn->resource.starts_with("saml-provider/") ||
              arn->resource.starts_with("oidc-provider/"))) {
    principals.providers.emplace(text);
    return;
  }
  const std::string_view account = arn ? arn->account : text;
  if (account == "*") principals.everybody = true;
  if (event::is_account(account)) principals.accounts.emplace(account);
}

Principals principals_of(const Node& principal) {
  Principals principals;
  if (!principal.is(Kind::Object)) {
    for_each_text(&principal, [&](std::string_view text) { add_principal(text, principals); });
    return principals;
  }
  for (const Node& member : json::children(principal)) {
    for_each_text(&member, [&](std::string_view text) {
      if (equals_ignore_case(member.key, "AWS")) add_principal(text, principals);
      if (equals_ignore_case(member.key, "Federated")) principals.providers.emplace(text);
    });
  }
  return principals;
}

void let_in(const Principals& principals, bool restricted, std::string_view account,
            PolicyFacts& facts) {
  if (principals.everybody) (restricted ? facts.public_conditional : facts.is_public) = true;
  for (const std::string& id : principals.accounts) {
    if (!account.empty() && id != account) facts.external_accounts.insert(id);
  }
  facts.external_federation.insert(principals.providers.begin(), principals.providers.end());
}

void read_statement(const Node& statement, std::string_view account, PolicyFacts& facts) {
  const Node* effect = find_folded(statement, "Effect");
  if (effect == nullptr || !equals_ignore_case(effect->text, "Allow")) return;
  const Node* principal = find_folded(statement, "Principal");
  if (principal == nullptr && find_folded(statement, "NotPrincipal") == nullptr) {
    return add_rights(statement, facts.rights);
  }
  Principals principals;
  if (principal != nullptr) principals = principals_of(*principal);
  // Everybody but those named is everybody.
  if (principal == nullptr) principals.everybody = true;
  const Node* condition = find_folded(statement, "Condition");
  if (principals.everybody) principals.accounts.merge(accounts_of(condition));
  let_in(principals, is_restricted(condition), account, facts);
}

void read_document(const Node& statements, std::string_view account, PolicyFacts& facts) {
  if (statements.is(Kind::Object)) return read_statement(statements, account, facts);
  if (!statements.is(Kind::Array)) return;
  for (const Node& statement : json::children(statements)) {
    read_statement(statement, account, facts);
  }
}

bool may_be_document(std::string_view text) {
  return text.size() <= kPolicyBytesMax && text.find("tatement") != std::string_view::npos;
}

// Finds and reads the documents of a request.
class DocumentReader {
 public:
  DocumentReader(std::string_view account, PolicyFacts& facts) : account_(account), facts_(facts) {}

  void visit(const Node& node) {
    if (count_ == kPoliciesMax) return;
    if (node.is_string()) return visit_text(base::trim(node.text));
    if (const Node* statements = find_folded(node, "Statement")) {
      ++count_;
      return read_document(*statements, account_, facts_);
    }
    if (!node.is_container()) return;
    for (const Node& child : json::children(node)) {
      visit(child);
    }
  }

 private:
  void visit_text(std::string_view text) {
    std::string decoded;
    if (text.starts_with("%7B") || text.starts_with("%7b") || text.starts_with("%0A") ||
        text.starts_with("%20")) {
      if (text.size() > kPolicyBytesMax) return;
      decoded = base::form_decode(text);
      text = base::trim(decoded);
    }
    if (!text.starts_with('{') || !may_be_document(text)) return;
    const auto document = json::OwnedDocument::parse(text);
    if (!document.ok()) return;
    const Node* statements = find_folded(document->root(), "Statement");
    if (statements == nullptr) return;
    ++count_;
    read_document(*statements, account_, facts_);
  }

  std::string_view account_;
  PolicyFacts& facts_;
  std::size_t count_ = 0;
};

// EventBridge: {"type":"StringEquals","key":"aws:PrincipalOrgID","value":"o-1"}.
bool is_restricted_by_parts(const Node& request) {
  for (std::string_view name : {"sourceArn", "sourceAccount", "principalOrgID", "organizationId"}) {
    if (any_text(find_folded(request, name),
                 [](std::string_view text) { return !text.empty() && !fits_anybody(text); })) {
      return true;
    }
  }
  const Node* condition = find_folded(request, "condition");
  if (condition == nullptr) return false;
  const Node* type = find_folded(*condition, "type");
  const Node* key = find_folded(*condition, "key");
  const Node* value = find_folded(*condition, "value");
  return type != nullptr && key != nullptr && value != nullptr &&
         restricts(type->text, key->text, *value);
}

// AddPermission and its like: the request is one Allow statement in parts.
void read_permission(const Node& request, std::string_view account, PolicyFacts& facts) {
  Principals principals;
  for (std::string_view name : {"principal", "aWSAccountId", "aWSAccountIds"}) {
    const Node* node = find_folded(request, name);
    for_each_text(node, [&](std::string_view text) { add_principal(text, principals); });
  }
  let_in(principals, is_restricted_by_parts(request), account, facts);
}

bool is_permission_call(std::string_view name) {
  return name.starts_with("AddPermission") || name.starts_with("AddLayerVersionPermission") ||
         name.starts_with("PutPermission");
}

void write_list(std::string_view name, const std::set<std::string>& list, json::Writer& writer) {
  if (list.empty()) return;
  writer.key(name).array([&] {
    for (const std::string& text : list) {
      writer.value(text);
    }
  });
}

}  // namespace

bool PolicyFacts::empty() const {
  return !is_public && !public_conditional && external_accounts.empty() &&
         external_federation.empty() && rights.empty();
}

PolicyFacts policy_facts_of(const Node& record, std::string_view account) {
  PolicyFacts facts;
  const Node* request = record.find("requestParameters");
  if (request == nullptr || !request->is(Kind::Object) || only_bounds(record)) return facts;
  if (is_permission_call(record.string_at("eventName"))) read_permission(*request, account, facts);
  DocumentReader(account, facts).visit(*request);
  return facts;
}

void write(const PolicyFacts& facts, json::Writer& writer) {
  writer.object([&] {
    if (facts.is_public) writer.field("public", true);
    if (facts.public_conditional) writer.field("public_conditional", true);
    write_list("external_accounts", facts.external_accounts, writer);
    write_list("external_federation", facts.external_federation, writer);
    if (facts.rights.admin) writer.field("admin", true);
    write_list("wildcard_services", facts.rights.wildcard_services, writer);
    write_list("risky_actions", facts.rights.risky_actions, writer);
  });
}

}  // namespace riposte::enrich
