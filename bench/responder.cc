// The rows `respond.*` (bench/README.md): how long after a finding was accepted the first call of
// its answer goes out, while 1,000 findings a second come in.
//
//     bench-responder FOLDER SECONDS EVERY
//
// A finding counts as accepted at its turn, whoever is late. What has come in meanwhile is
// committed as one batch, and every EVERYth finding of it is answered: planned, judged, carried out
// and verified against a local server, each intent durable before its call. Prints one line of
// JSON.

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "aws/client.h"
#include "engine/answerer.h"
#include "finding/ledger.h"
#include "net/http_client.h"
#include "respond/aws_account.h"
#include "respond/runbook_reader.h"
#include "support/scripted_peer.h"

namespace riposte::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kPerSecond = 1000;
constexpr std::string_view kAccount = "111122223333";
constexpr std::string_view kRunbook = R"(
runbook: start-again
title: Start it again
when: {rules: [trail_stopped]}
mode: auto
steps:
  - name: start
    aws: cloudtrail.StartLogging
    with: {Name: "${event.requestParameters.name}"}
    precheck: {aws: cloudtrail.GetTrailStatus, with: {Name: "${event.requestParameters.name}"}}
    undo: {aws: cloudtrail.StopLogging, with: {Name: "${event.requestParameters.name}"}}
)";
constexpr const char* kIdentity =
    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
    "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/riposte</Arn>"
    "<UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>";

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << why << '\n';
  std::exit(1);
}

template <typename T>
T take(base::Result<T> result) {
  if (!result.ok()) give_up(result.error().message);
  return std::move(result).value();
}

// Notes when the first call of each answer was answered: it went out before.
class TimedAccount final : public respond::Account {
 public:
  explicit TimedAccount(respond::Account& inner) : inner_(inner) {}

  base::Result<respond::Reply> call(const respond::AccountCall& call) override {
    base::Result<respond::Reply> reply = inner_.call(call);
    if (!first) first = Steady::now();
    return reply;
  }

  std::optional<Steady::time_point> first;

 private:
  respond::Account& inner_;
};

finding::Finding finding_of(const rule::RulePointer& rule, int number) {
  finding::Finding finding;
  finding.id = fmt::format("{:032x}", static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15ULL);
  finding.rule = rule;
  finding.format = event::Format::CloudTrail;
  finding.account = kAccount;
  finding.region = "eu-west-1";
  finding.service = "cloudtrail";
  finding.event_name = "StopLogging";
  finding.actor.type = "IAMUser";
  finding.actor.name = "dana";
  finding.actor.arn = "arn:aws:iam::111122223333:user/dana";
  finding.events = {fmt::format("e{}", number)};
  finding.record = fmt::format(
      R"({{"eventName":"StopLogging","requestID":"r{0}","requestParameters":{{"name":"trail-{0}"}}}})",
      number);
  return finding;
}

rule::RulePointer rule_named(std::string name) {
  auto rule = std::make_shared<rule::Rule>();
  rule->id = rule->name = rule->title = std::move(name);
  rule->level = rule::Level::High;
  return rule;
}

double at_share(std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

int run(const std::string& folder, int seconds, int every) {
  const testing_support::ScriptedPeer peer(
      {testing_support::answer(200, kIdentity, "Content-Type: text/xml\r\n"),
       testing_support::answer(200, "{}", "Content-Type: application/x-amz-json-1.1\r\n")});
  const aws::Settings settings = take(aws::Settings::read(
      [](const std::string& name) -> std::string {
        if (name == "AWS_ACCESS_KEY_ID") return "AKIAEXAMPLE000000001";
        return name == "AWS_SECRET_ACCESS_KEY" ? "not-a-secret" : "";
      },
      {.profile = {}, .region = "eu-west-1", .endpoint_url = "http://" + peer.host()}));
  aws::Catalogue catalogue;
  net::HttpClient transport;
  base::SystemClock clock;
  std::mt19937_64 random;
  aws::Client client({settings, catalogue, transport, clock, [&] { return random(); }});
  const respond::AccountRoles roles;
  respond::AwsAccount aws_account({.client = client, .catalogue = catalogue, .roles = roles});
  take(aws_account.own_identities());
  TimedAccount account(aws_account);

  const std::string path = folder + "/ledger.db";
  finding::Ledger ledger = take(finding::Ledger::open(path, store::Database::Access::Create));
  respond::ActionStore store =
      take(respond::ActionStore::open(path, store::Database::Access::Write));
  respond::Safety safety;
  safety.mode = respond::Mode::Auto;
  for (std::uint64_t* limit : {&safety.per_hour, &safety.per_runbook_per_hour,
                               &safety.per_account_per_hour, &safety.per_region_per_hour})
    *limit = 1'000'000;
  const respond::Guard guard(safety);
  base::Diagnostics diagnostics;
  const auto runbooks = respond::read_runbooks({{"bench.yml", std::string(kRunbook)}}, diagnostics);
  if (runbooks.size() != 1) give_up("the runbook cannot be read");
  respond::Responder responder(
      respond::Means{.account = account, .store = store, .guard = guard, .clock = clock});
  engine::Answerer answerer(responder, [&](auto number, auto region, auto runbook) {
    return std::make_unique<respond::AccountFacts>(account, &store, number, region, runbook);
  });

  const rule::RulePointer answered = rule_named("trail_stopped");
  const rule::RulePointer told = rule_named("told_only");
  const int count = seconds * kPerSecond;
  std::vector<double> first_calls;
  std::vector<double> commits;
  const Steady::time_point begin = Steady::now();
  const auto accepted_at = [begin](int number) {
    return begin + std::chrono::microseconds(number * std::int64_t{1'000'000 / kPerSecond});
  };
  for (int next = 0; next < count;) {
    std::this_thread::sleep_until(accepted_at(next));
    std::vector<finding::Finding> batch;
    const int first = next;
    for (; next < count && accepted_at(next) <= Steady::now(); ++next)
      batch.push_back(finding_of(next % every == 0 ? answered : told, next));
    const Steady::time_point before = Steady::now();
    take(ledger.commit(batch, {}, clock.wall()));
    commits.push_back(std::chrono::duration<double, std::milli>(Steady::now() - before).count());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      account.first.reset();
      const finding::StoredFinding stored = take(ledger.find(batch[i].id));
      const auto answers = take(answerer.answer(stored, runbooks, {}));
      for (const engine::Answer& answer : answers) {
        if (!answer.action || answer.action->state != respond::ActionState::Standing)
          give_up("an answer does not stand: " + answer.no_plan);
      }
      if (!account.first) continue;
      first_calls.push_back(std::chrono::duration<double, std::milli>(
                                *account.first - accepted_at(first + static_cast<int>(i)))
                                .count());
    }
  }
  const double late = std::chrono::duration<double>(Steady::now() - accepted_at(count)).count();
  std::sort(first_calls.begin(), first_calls.end());
  std::sort(commits.begin(), commits.end());
  std::cout << fmt::format(
      R"({{"findings": {}, "answered": {}, "first_call_ms": {{"p50": {:.3f}, "p99": {:.3f}, "max": {:.3f}}}, )"
      R"("commit_ms": {{"p50": {:.3f}, "p99": {:.3f}}}, "late_seconds": {:.3f}}})"
      "\n",
      count, first_calls.size(), at_share(first_calls, 0.5), at_share(first_calls, 0.99),
      at_share(first_calls, 1), at_share(commits, 0.5), at_share(commits, 0.99), late);
  return 0;
}

}  // namespace
}  // namespace riposte::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3)
    return riposte::bench::run(words[0], std::stoi(words[1]), std::stoi(words[2]));
  std::cerr << "usage: bench-responder FOLDER SECONDS EVERY\n";
  return 2;
}
