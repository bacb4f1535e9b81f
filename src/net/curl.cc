#include "net/curl.h"

#include <algorithm>
#include <mutex>

#include <netinet/in.h>
#include <sys/socket.h>

// Tested by src/net/http_client_test.cc

namespace riposte::net {
namespace {

std::optional<base::Address> address_of(const curl_sockaddr& given) {
  base::Address address;
  if (given.family == AF_INET) {
    sockaddr_in read{};
    std::copy_n(reinterpret_cast<const char*>(&given.addr), sizeof read,
                reinterpret_cast<char*>(&read));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&read.sin_addr);
    address.is_v4 = true;
    address.bytes[10] = address.bytes[11] = 0xFF;
    std::copy_n(bytes, 4, address.bytes.begin() + 12);
    return address;
  }
  if (given.family != AF_INET6) return std::nullopt;
  sockaddr_in6 read{};
  std::copy_n(reinterpret_cast<const char*>(&given.addr), sizeof read,
              reinterpret_cast<char*>(&read));
  std::copy_n(read.sin6_addr.s6_addr, 16, address.bytes.begin());
  return address;
}

}  // namespace

CurlHandle::CurlHandle() {
  static std::once_flag once;
  std::call_once(
      once, [] { CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl starts"); });
  curl_ = curl_easy_init();
  CHECK(curl_ != nullptr, "libcurl gives a handle");
}

void CurlList::add(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_, line.c_str());
  CHECK(longer != nullptr, "there is memory for a line");
  list_ = longer;
}

void Gatekeeper::watch(CURL* curl) {
  if (!destinations_) return;
  set(curl, CURLOPT_OPENSOCKETFUNCTION, &Gatekeeper::open);
  set(curl, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  // A kept connection would not be looked at again.
  set(curl, CURLOPT_FRESH_CONNECT, 1L);
  set(curl, CURLOPT_FORBID_REUSE, 1L);
}

base::Error Gatekeeper::error() const {
  return {base::Errc::Denied, "no connection is made to " + turned_away_.value_or("it") +
                                  ": a private, local or reserved address"};
}

curl_socket_t Gatekeeper::open(void* user, curlsocktype, curl_sockaddr* address) {
  auto& self = *static_cast<Gatekeeper*>(user);
  const std::optional<base::Address> read = address_of(*address);
  if (!read || !self.destinations_->include(*read)) {
    self.turned_away_ = read ? base::to_text(*read) : "it";
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace riposte::net
