#pragma once

// What goes over HTTP, before and after a socket has anything to do with it: made by who knows the
// service (`aws`), signed, sent by an HttpClient, and read again by who made it.

#include <string>
#include <string_view>
#include <vector>

namespace riposte::net {

struct Header {
  std::string name;  // compared without regard to case
  std::string value;

  friend bool operator==(const Header&, const Header&) = default;
};

struct QueryParameter {
  std::string name;  // both as meant, not percent-encoded
  std::string value;

  friend bool operator==(const QueryParameter&, const QueryParameter&) = default;
};

struct HttpRequest {
  std::string method = "POST";
  std::string scheme = "https";
  std::string host;                   // with its port where that is not the scheme's own
  std::string path = "/";             // percent-encoded, exactly as it is sent
  std::vector<QueryParameter> query;  // in the order in which it is sent
  std::vector<Header> headers;
  std::string body;
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
};

// The value of the first header of that name, or null.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

// Sets it; others of that name are removed.
void set_header(std::vector<Header>& headers, std::string_view name, std::string value);

}  // namespace riposte::net
