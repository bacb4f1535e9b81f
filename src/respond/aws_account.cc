#include "respond/aws_account.h"

#include <algorithm>

#include "aws/input.h"
#include "base/digest.h"
#include "base/text.h"
#include "json/scanner.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view kEngineSession = "engine";
constexpr std::size_t kSessionNameMax = 64;  // STS API: RoleSessionName

bool is_region_name(std::string_view region) {
  return std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool takes_token(const aws::Service& service, const aws::Operation& operation) {
  if (!operation.input) return false;
  const auto members = service.members(service.shape(*operation.input));
  return std::any_of(members.begin(), members.end(),
                     [](const aws::Member& member) { return member.idempotency_token; });
}

// In the form of a UUID, which every service takes for a token, whatever the text.
std::string token_of(std::string_view idempotency) {
  if (idempotency.empty()) return {};
  std::string token = base::sha256_hex(idempotency).substr(0, 32);
  for (std::size_t place : {20u, 16u, 12u, 8u})
    token.insert(place, "-");
  return token;
}

// What the call takes, held against the model.
base::Result<aws::Value> input_of(const aws::Service& service, const aws::Operation& operation,
                                  std::string_view with) {
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(with));
  aws::Value input = aws::from_json(document.raw());
  std::vector<std::string> problems;
  for (const aws::Problem& problem : aws::conform(service, operation, input))
    problems.push_back(aws::to_text(problem));
  if (problems.empty()) return input;
  return Error{Errc::Invalid, base::join(problems, "; ")};
}

// Whether a refusal says that the call was not made.
bool is_certain(const aws::Answer& answer) { return aws::judge(answer) != aws::Verdict::Transient; }

}  // namespace

base::Result<Reply> AwsAccount::call(const AccountCall& call) {
  if (call.operation.service == "webhook") {
    if (parts_.poster == nullptr) return Error{Errc::Invalid, "no webhook is configured"};
    return parts_.poster->post(call);
  }
  if (call.operation.service == kOwnService) {
    if (parts_.own == nullptr) return Error{Errc::Invalid, "nobody answers our own calls here"};
    return parts_.own->call(call);
  }
  const auto service = parts_.catalogue.service(call.operation.service);
  if (!service.ok()) return Error{Errc::Invalid, service.error().message};
  const aws::Operation* operation = (*service)->operation(call.operation.name);
  if (operation == nullptr) {
    return Error{Errc::Invalid,
                 call.operation.service + " has no operation \"" + call.operation.name + "\""};
  }
  base::Result<aws::Value> input = input_of(**service, *operation, call.with);
  if (!input.ok()) return std::move(input).error().in(to_text(call.operation));
  if (!is_region_name(call.region))
    return Error{Errc::Invalid, "\"" + std::string(call.region) + "\" is no region"};

  aws::CallOptions options = TRY(options_for(call.account, call.runbook, call.region));
  const Identity identity = TRY(ask_identity(options));
  if (identity.account != call.account) {
    return Error{Errc::Denied, "the call is for account " + std::string(call.account) +
                                   ", and the credentials are of " + identity.account};
  }
  options.idempotency_token = token_of(call.idempotency);
  const bool changes = changes_something(call.operation);
  options.retry_unknown = !changes || takes_token(**service, *operation);
  // Beyond this line the call may be made.
  const aws::Answer answer =
      TRY(parts_.client.call(call.operation.service, call.operation.name, *input, options));
  if (answer.ok())
    return Reply{.answer = aws::to_json(answer.output), .request_id = answer.request_id};
  if (changes && !is_certain(answer)) {
    Error unknown = answer.error->as_base_error(to_text(call.operation));
    return Error{Errc::Io, std::move(unknown.message)};
  }
  return Reply{.answer = "{}",
               .code = answer.error->code,
               .message = answer.error->message,
               .request_id = answer.request_id};
}

base::Result<Identity> AwsAccount::identity() { return ask_identity(options_in({})); }

base::Result<Identity> AwsAccount::identity(std::string_view account, std::string_view runbook) {
  const aws::CallOptions options = TRY(options_for(account, runbook, {}));
  return ask_identity(options);
}

base::Result<std::vector<std::string>> AwsAccount::own_identities() {
  const Identity own = TRY(identity());
  return identities_of(parts_.roles, own);
}

aws::CallOptions AwsAccount::options_in(std::string_view region) const {
  aws::CallOptions options;
  options.region = region.empty() ? parts_.region : region;
  options.time_max = parts_.time_max;
  options.stop = parts_.stop;
  return options;
}

base::Result<aws::CallOptions> AwsAccount::options_for(std::string_view account,
                                                       std::string_view runbook,
                                                       std::string_view region) {
  const Identity own = TRY(identity());
  const std::optional<AccountRole> role = TRY(role_for(parts_.roles, account, runbook, own));
  aws::CallOptions options = options_in(region);
  if (!role) return options;
  const std::string whose(runbook.empty() ? kEngineSession : runbook);
  options.role = aws::Role{.arn = role->role_arn,
                           .external_id = role->external_id,
                           .session_name = ("riposte-" + whose).substr(0, kSessionNameMax),
                           .tags = {{"riposte", "true"}, {"runbook", whose}}};
  return options;
}

base::Result<Identity> AwsAccount::ask_identity(const aws::CallOptions& options) {
  // Whatever goes wrong here, the call itself was not sent.
  const auto unknown = [&options](std::string why) {
    return Error{Errc::Denied, (options.role ? options.role->arn + ": " : std::string()) +
                                   "who we are cannot be told: " + std::move(why)};
  };
  const base::Result<std::string> key = parts_.client.key_id(options);
  if (!key.ok()) return unknown(key.error().message);
  const auto known = identities_.find(*key);
  if (known != identities_.end()) return known->second;
  const auto answer = parts_.client.call("sts", "GetCallerIdentity", aws::Value::Object(), options);
  if (!answer.ok()) return unknown(answer.error().message);
  if (!answer->ok()) return unknown(answer->error->as_base_error("GetCallerIdentity").message);
  Identity identity{std::string(answer->output.text_at("Account")),
                    std::string(answer->output.text_at("Arn"))};
  if (identity.account.empty()) return unknown("STS names no account");
  return identities_.insert_or_assign(*key, std::move(identity)).first->second;
}

base::Result<json::OwnedDocument> AccountFacts::read(const Operation& operation,
                                                     std::string_view with) {
  if (changes_something(operation)) {
    return Error{Errc::Invalid,
                 to_text(operation) + " is not known to only read: a plan changes nothing"};
  }
  const Reply reply = TRY(account_.call({.operation = operation,
                                         .with = with,
                                         .account = number_,
                                         .region = region_,
                                         .runbook = runbook_}));
  if (reply.ok()) return json::OwnedDocument::parse(reply.answer);
  return Error{aws::classify(reply.code),
               to_text(operation) + ": " + reply.code + ": " + reply.message};
}

bool AccountFacts::made_by_us(const PlannedCall& call, base::EventTime about) const {
  if (journal_ == nullptr) return false;
  const base::Result<bool> made = journal_->has_made(call, about);
  return !made.ok() || *made;
}

}  // namespace riposte::respond
