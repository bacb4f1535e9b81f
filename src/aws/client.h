#pragma once

// Any call of any service whose model there is.
//
//     input --serialise--> request --endpoint rules--> where to --sign--> send --parse--> answer
//                                                              ^                   |
//                                    new signature, after a wait'-- throttled, failed
//
// One client serves any number of accounts and regions: who a call is made as is a part of the
// call, and the credentials of each role are kept until shortly before they expire.
//
// What it does about trouble: retries (retry.h); a clock that is wrong is corrected by the answer's
// Date and the call signed again, once; a bucket of S3 that is elsewhere is called there, once;
// credentials that a service calls expired are fetched anew, once.
//
// A refusal of the service is an Answer with its error. A base::Error says that there was no
// answer: Invalid, nothing was sent and the input must be mended; otherwise as in net/transport.h.
// After Busy or Io the call may have been made all the same.
//
// Invariants
//   1. Every call ends by its deadline.
//   2. Secrets reach the transport, and nothing else.
//
// Threads: confined to its owner.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/catalogue.h"
#include "aws/credential_chain.h"
#include "aws/endpoint.h"
#include "aws/protocol.h"
#include "aws/retry.h"
#include "aws/settings.h"
#include "base/clock.h"
#include "net/transport.h"

namespace riposte::aws {

inline constexpr std::size_t kPagesMax = 100'000;

struct CallOptions {
  std::string region{};        // empty: that of the settings
  std::optional<Role> role{};  // whom to be; nothing: who the settings say
  // Of the whole call, retries and waits included, and of one attempt.
  std::chrono::milliseconds time_max{100'000};
  std::chrono::milliseconds attempt_time_max{30'000};
  std::size_t answer_bytes_max = net::kAnswerBytesMax;
  // For a call that must not be made twice; empty: a random one.
  std::string idempotency_token{};
  std::stop_token stop{};
  // Whether a call is made again of which nobody knows whether it was made: not for what changes
  // something and knows no idempotency token.
  bool retry_unknown = true;
};

class Client {
 public:
  using Random = std::function<std::uint64_t()>;

  // What it works with. Borrowed; all must outlive it.
  struct Parts {
    const Settings& settings;
    Catalogue& catalogue;
    net::Transport& transport;
    base::Clock& clock;
    Random random;
    std::string user_agent = "riposte";
  };

  explicit Client(Parts parts) : parts_(std::move(parts)) {}

  base::Result<Answer> call(std::string_view service, std::string_view operation,
                            const Value& input, const CallOptions& options = {});

  // Every page of what is asked for, in order; `on_page` says whether to go on. Gives the refusal
  // that ended it, if one did. Each page is a call of its own, with the whole of the options' time.
  // Io: the service gave a token twice, or more than kPagesMax pages.
  using OnPage = std::function<bool(Value page)>;
  base::Result<std::optional<Error>> each_page(std::string_view service, std::string_view operation,
                                               Value input, const CallOptions& options,
                                               const OnPage& on_page);

  // Calls until what the waiter (waiter.h) names has come, within the options' time. Busy: it has
  // not; Conflict: it never will.
  base::Status wait_for(std::string_view service, std::string_view waiter, const Value& input,
                        const CallOptions& options = {});

  // The id of the key that calls with these options are signed with now.
  base::Result<std::string> key_id(const CallOptions& options);

  // The request as it would be sent now, signed. It holds secrets: see redact().
  base::Result<net::HttpRequest> prepare(std::string_view service, std::string_view operation,
                                         const Value& input, const CallOptions& options = {});

 private:
  struct Call;
  struct Destination {
    Endpoint endpoint;
    net::HttpRequest request;  // directed there, not signed
  };

  base::Result<Call> begin(std::string_view service, std::string_view operation, const Value& input,
                           const CallOptions& options);
  base::Result<Destination> destination(const Call& call);
  base::Result<net::HttpRequest> signed_request(const Call& call, const Destination& where);
  base::Result<Answer> attempt_until_done(Call& call);
  void note_bucket_region(const Call& call, const std::string& region);
  std::string bucket_region(const Call& call) const;

  base::Result<const EndpointRules*> rules_of(const std::shared_ptr<const Service>& service);
  base::Result<const Partitions*> partitions();
  base::Result<const Credentials*> credentials_for(const Call& call);
  base::Result<Credentials> fetch_credentials(const Call& call);
  base::Result<Value> call_sts(std::string_view operation, const Value& input,
                               const Credentials* signer, const Call& call);

  Parts parts_;
  std::optional<Partitions> partitions_;
  std::map<std::shared_ptr<const Service>, EndpointRules> rules_;
  std::map<std::string, Credentials> credentials_;  // by role and region; "" is ourselves
  std::map<std::string, base::Millis> clock_skew_;  // by host: theirs less ours
  std::map<std::string, std::string> bucket_regions_;
  RetryBudgets budgets_;
};

// The request with what is secret in it replaced by "(secret)": keys and tokens of signing, and
// nothing of the body's meaning.
net::HttpRequest redact(net::HttpRequest request);

}  // namespace riposte::aws
