#pragma once

// Who takes a request to where it belongs and brings the answer back. HttpClient does it over
// sockets, tests do it from a script.
//
// Any status is an answer. An error says that there is none, and by its code what to do about it:
//
//   Io         the network failed: refused, reset, cut short, no such name; another try may help
//   Busy       the time was over first
//   Limit      the answer is larger than allowed
//   Denied     the server could not prove who it is, or stands where we may not go
//   Invalid    the request cannot be sent as it stands
//   Cancelled  somebody asked to stop

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "base/result.h"
#include "net/destinations.h"
#include "net/http_message.h"

namespace riposte::net {

// Larger than any list of an API; objects of a store are asked for with a limit of their own.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;

struct SendOptions {
  base::SteadyTime deadline;  // of everything, from the look-up of the name to the last byte
  std::chrono::milliseconds connect_max{5'000};
  // Without a byte for so long the other end is taken for dead. Long polls take 20 seconds.
  std::chrono::seconds silence_max{60};
  std::size_t answer_bytes_max = kAnswerBytesMax;
  bool proxied = true;  // by what the environment says; link-local addresses never are
  // Where the connection may go, whatever the name resolves to (Denied otherwise). It is a new one,
  // and not kept. Nothing: anywhere.
  std::optional<Destinations> destinations{};
  std::stop_token stop;
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual base::Result<HttpResponse> send(const HttpRequest& request,
                                          const SendOptions& options) = 0;
};

}  // namespace riposte::net
