#pragma once

// What our clients share of libcurl. Only they include it (src/floors.txt).
//
// Threads: confined to the owner.

#include <optional>
#include <string>

#include <curl/curl.h>

#include "base/check.h"
#include "base/network.h"
#include "base/result.h"
#include "net/destinations.h"

namespace riposte::net {

// A handle of libcurl's, which is started first where it was not.
class CurlHandle {
 public:
  CurlHandle();
  ~CurlHandle() { curl_easy_cleanup(curl_); }
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  CURL* get() const { return curl_; }

 private:
  CURL* curl_;
};

class CurlList {
 public:
  CurlList() = default;
  ~CurlList() { curl_slist_free_all(list_); }
  CurlList(const CurlList&) = delete;
  CurlList& operator=(const CurlList&) = delete;

  void add(const std::string& line);
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// Takes any value that the option takes; libcurl's own macro knows only C types.
template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(curl, option, value);
  CHECK(code == CURLE_OK, "libcurl knows the options that we set");
}

// Looks at every address before it is connected to.
class Gatekeeper {
 public:
  explicit Gatekeeper(const std::optional<Destinations>& destinations)
      : destinations_(destinations) {}

  // Stands at the handle's door until its next reset; must outlive the transfer.
  void watch(CURL* curl);

  // Somebody was, and error() says so.
  bool turned_away() const { return turned_away_.has_value(); }
  base::Error error() const;

 private:
  static curl_socket_t open(void* user, curlsocktype purpose, curl_sockaddr* address);

  const std::optional<Destinations>& destinations_;
  std::optional<std::string> turned_away_;
};

}  // namespace riposte::net
