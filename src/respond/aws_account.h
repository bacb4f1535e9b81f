#pragma once

// The account as it is: calls of plans over aws::Client.
//
//     call --model--> is there such a call, does it take this?        no: Invalid, nothing was sent
//          --roles--> as whom?                                  nobody: Denied, nothing was sent
//          --STS----> whose account is that, asked once a key  another: Denied, nothing was sent
//          --Client-> the call, in its region, with its token
//
// Roles are taken on under the session name "riposte-<runbook>", "riposte-engine" without one, and
// with the session tags `riposte` and `runbook`, so that every record says whose call it was.
//
// A call that changes something and knows no idempotency token is sent again only where the service
// said that it did not do it. An answer of 5xx, or one that cannot be read, leaves open whether it
// did: that is an Io, not a Reply.
//
// Threads: confined to its owner, as the Client is.

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/client.h"
#include "respond/account.h"
#include "respond/account_roles.h"
#include "respond/action_store.h"
#include "respond/named_action.h"

namespace riposte::respond {

// What a webhook is for the named action of that name: {service "webhook", name "Post"}.
class Poster {
 public:
  virtual ~Poster() = default;
  virtual base::Result<Reply> post(const AccountCall& call) = 0;
};

// The service of calls that we answer ourselves (Account, engine/block_account.h).
inline constexpr std::string_view kOwnService = "riposte";

class AwsAccount final : public Account {
 public:
  // Borrowed; all must outlive it.
  struct Parts {
    aws::Client& client;
    aws::Catalogue& catalogue;
    const AccountRoles& roles;
    Poster* poster = nullptr;          // null: no webhook can be called
    Account* own = nullptr;            // answers kOwnService; null: nobody does
    std::string region = "us-east-1";  // where STS is asked for calls that name none
    std::stop_token stop{};
    // Of one call, with the retries that there may be.
    std::chrono::milliseconds time_max = std::chrono::seconds(60);
  };

  explicit AwsAccount(Parts parts) : parts_(std::move(parts)) {}

  base::Result<Reply> call(const AccountCall& call) override;

  // Who we are ourselves, and as whom calls for a runbook are made in an account. Denied where that
  // cannot be found out: then nobody makes a call.
  base::Result<Identity> identity();
  base::Result<Identity> identity(std::string_view account, std::string_view runbook);

  // For Safety::own_identities.
  base::Result<std::vector<std::string>> own_identities();

 private:
  aws::CallOptions options_in(std::string_view region) const;
  base::Result<aws::CallOptions> options_for(std::string_view account, std::string_view runbook,
                                             std::string_view region);
  base::Result<Identity> ask_identity(const aws::CallOptions& options);

  Parts parts_;
  std::map<std::string, Identity> identities_;  // by the id of a key
};

// Reads of one account for a runbook, while its plan is made.
class AccountFacts final : public FactReader {
 public:
  // Borrows the account, the journal (null: none is kept) and the texts.
  AccountFacts(Account& account, ActionStore* journal, std::string_view number,
               std::string_view region, std::string_view runbook)
      : account_(account), journal_(journal), number_(number), region_(region), runbook_(runbook) {}

  base::Result<json::OwnedDocument> read(const Operation& operation,
                                         std::string_view with) override;

  // Also where the journal cannot be asked: then nothing is answered.
  bool made_by_us(const PlannedCall& call, base::EventTime about) const override;

 private:
  Account& account_;
  ActionStore* const journal_;
  const std::string_view number_;
  const std::string_view region_;
  const std::string_view runbook_;
};

}  // namespace riposte::respond
