#include "engine/channels.h"

#include <algorithm>
#include <random>

#include "base/digest.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "notify/webhook_channel.h"

// Tested by tests/integration/respond_test.py

namespace riposte::engine {
namespace {

using base::Status;

constexpr std::chrono::seconds kPatience{10};  // for a channel that asks us to wait

// What a ledger owes, with findings whole.
class LedgerOutbox final : public notify::Outbox {
 public:
  LedgerOutbox(respond::ActionStore& store, finding::Ledger& ledger)
      : store_(store), ledger_(ledger) {}

  Status each_owed(std::string_view channel,
                   const std::function<bool(const notify::Notice&)>& take) override {
    return store_.each_owed(channel, [&](const respond::ActionStore::Owed& owed) {
      notify::Notice notice{owed.sequence, owed.kind, owed.subject, owed.body, owed.created};
      if (owed.kind == "finding.recorded") {
        const auto finding = ledger_.find(owed.subject);
        if (finding.ok()) notice.body = finding->document;
      }
      return take(notice);
    });
  }

  Status acknowledge(std::string_view channel, std::int64_t sequence) override {
    return store_.acknowledge(channel, sequence);
  }

  Status bury(const notify::DeadLetters& letters) override {
    for (const std::int64_t sequence : letters.sequences)
      TRY(store_.bury(letters.channel, sequence, letters.reason, letters.time));
    return base::Done{};
  }

  Status owe(std::string_view kind, std::string_view subject, std::string_view body,
             base::EventTime now) override {
    return store_.owe(kind, subject, body, now);
  }

 private:
  respond::ActionStore& store_;
  finding::Ledger& ledger_;
};

std::vector<std::string> names_of(const Config& config) {
  std::vector<std::string> names;
  for (const notify::ChannelTexts& channel : config.channels)
    names.push_back(channel.name);
  return names;
}

}  // namespace

Channels::Channels(const Config& config, AwsSession& session)
    : config_(config),
      session_(session),
      secrets_(
          session.settings().environment(),
          [&session](auto service, auto operation, const auto& input, const auto& options) {
            return session.client().call(service, operation, input, options);
          },
          session.clock()),
      tools_{session.transport(), mailer_, session.clock(),
             [&session](auto service, auto operation, const auto& input, const auto& options) {
               return session.client().call(service, operation, input, options);
             },
             [this](const notify::SecretReference& reference) {
               return secrets_.resolve(reference);
             }} {}

base::Result<base::Secret> Channels::secret(const notify::SecretReference& reference) {
  return secrets_.resolve(reference);
}

base::Result<Channels::Opened> Channels::open(const notify::ChannelTexts& settings) {
  Opened opened{TRY(notify::read_channel(settings)), nullptr};
  opened.channel = TRY(notify::open_channel(opened.config, tools_));
  return opened;
}

base::Result<respond::Reply> Channels::post(const respond::AccountCall& call) {
  const json::OwnedDocument with = TRY(json::OwnedDocument::parse(call.with));
  const std::string_view hook = with.root().string_at("Hook");
  const json::Node* body = with.root().find("Body");
  const auto found = std::find_if(
      config_.channels.begin(), config_.channels.end(),
      [hook](const auto& channel) { return channel.name == hook && channel.kind == "webhook"; });
  if (found == config_.channels.end() || body == nullptr) {
    return base::Error{base::Errc::Invalid,
                       "no channel \"" + std::string(hook) + "\" of kind webhook is configured"};
  }
  notify::WebhookChannel channel(TRY(notify::read_channel(*found)), tools_);
  const notify::Outcome outcome =
      channel.post(json::canonical(*body), std::string(call.idempotency), {});
  if (outcome.is_sent()) return respond::Reply{.answer = "{}", .request_id = {}};
  if (outcome.may_pass()) return outcome.status.error();
  return respond::Reply{.answer = "{}",
                        .code = "Refused",
                        .message = outcome.status.error().message,
                        .request_id = {}};
}

Status Channels::test(const notify::ChannelTexts& settings) {
  const Opened opened = TRY(open(settings));
  const base::EventTime now = session_.clock().wall();
  notify::Message message = notify::MessageWriter().write_test(settings.name, now);
  message.key = base::sha256_hex(settings.name + base::format_time(now));
  const notify::Outcome outcome = opened.channel->send(message, {});
  return outcome.status;
}

bool Channels::deliver(respond::ActionStore& store, finding::Ledger& ledger,
                       const Complain& complain) {
  LedgerOutbox outbox(store, ledger);
  bool is_all_told = true;
  for (const notify::ChannelTexts& settings : config_.channels) {
    const base::Result<Opened> opened = open(settings);
    const base::Result<bool> told =
        opened.ok() ? deliver(*opened, outbox, complain) : base::Result<bool>(opened.error());
    if (!told.ok()) complain(settings.name + ": " + told.error().message);
    if (told.ok() && !*told) complain(settings.name + ": not everything was told yet");
    is_all_told = is_all_told && told.ok() && *told;
  }
  return is_all_told;
}

base::Result<bool> Channels::deliver(const Opened& opened, notify::Outbox& outbox,
                                     const Complain& complain) {
  const notify::Routing routing(names_of(config_));
  const notify::MessageWriter writer;
  base::Clock& clock = session_.clock();
  std::mt19937_64 random{std::random_device{}()};
  notify::Courier courier(
      {opened.config, routing, writer, *opened.channel, outbox, clock,
       [&random] { return std::uniform_real_distribution<>()(random); },
       [&](const std::string& what) { complain(opened.config.name + ": " + what); }});
  const base::SteadyTime until = clock.steady() + kPatience;
  while (true) {
    const std::optional<base::SteadyTime> next = TRY(courier.deliver({}));
    if (!next) return true;
    if (*next > until) return false;
    clock.wait_until(*next, {});
  }
}

}  // namespace riposte::engine
