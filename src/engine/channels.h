#pragma once

// The channels of a configuration, ready to send, and what brings them what the ledger owes.
//
// Threads: confined to its owner.

#include <memory>
#include <string_view>

#include "engine/aws_session.h"
#include "engine/complain.h"
#include "engine/config.h"
#include "finding/ledger.h"
#include "net/smtp_client.h"
#include "notify/courier.h"
#include "notify/secrets.h"
#include "respond/action_store.h"
#include "respond/aws_account.h"

namespace riposte::engine {

class Channels final : public respond::Poster {
 public:
  // Borrows both.
  Channels(const Config& config, AwsSession& session);
  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;

  // Where a channel's secret is; no message has anything of it.
  base::Result<base::Secret> secret(const notify::SecretReference& reference);

  // Sends a message that says it is a test.
  base::Status test(const notify::ChannelTexts& settings);

  // Calls a hook of the configuration: a channel of kind webhook, by its name, for runbooks.
  base::Result<respond::Reply> post(const respond::AccountCall& call) override;

  // Brings every channel what it is owed, and waits a little for one that does not take it yet.
  // Whether all of it was told; what was not is complained of, and is owed still.
  bool deliver(respond::ActionStore& store, finding::Ledger& ledger, const Complain& complain);

 private:
  struct Opened {
    notify::ChannelConfig config;
    std::unique_ptr<notify::Channel> channel;
  };
  base::Result<Opened> open(const notify::ChannelTexts& settings);
  base::Result<bool> deliver(const Opened& opened, notify::Outbox& outbox, const Complain& complain);

  const Config& config_;
  AwsSession& session_;
  net::SmtpClient mailer_;
  notify::Secrets secrets_;
  notify::Tools tools_;
};

}  // namespace riposte::engine
