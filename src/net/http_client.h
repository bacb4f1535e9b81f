#pragma once

// HTTP/1.1 over sockets, with TLS where the scheme says https.
//
// The bytes of a request go out as they are given: the path is not normalised, nothing is added but
// Content-Length, no redirect is followed, no cookie kept, no encoding asked for. Host is the
// request's `host`. That matters because the bytes were signed.
//
// It never hangs: every send ends by its deadline, earlier when the other end is silent too long or
// does not take the connection, and within a second of a request to stop. It never grows: an answer
// above its limit is an error, headers above kHeaderBytesMax as well.
//
// One connection is kept for each host, so a second send costs no handshake. A kept connection that
// died before a byte of the answer arrived is replaced once, silently.
//
// Invariants
//   1. Certificates and host names are always verified; there is no switch.
//   2. Nothing of a request or an answer is printed or remembered.
//
// Threads: confined to its owner. Make one for each thread.

#include <memory>
#include <string>

#include "net/transport.h"

namespace riposte::net {

inline constexpr std::size_t kHeaderBytesMax = std::size_t{256} << 10;

class HttpClient final : public Transport {
 public:
  struct Options {
    std::string ca_file;     // certificates to trust instead of the system's
    std::string connect_to;  // "host:port" that every connection goes to, whatever its name: tests
  };

  HttpClient();
  explicit HttpClient(Options options);
  ~HttpClient() override;
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  base::Result<HttpResponse> send(const HttpRequest& request, const SendOptions& options) override;

 private:
  struct Handle;  // libcurl's

  Options options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace riposte::net
