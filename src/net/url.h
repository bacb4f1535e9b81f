#pragma once

// Percent-encoding (RFC 3986) and the URL of a request. Signing and sending use the same functions,
// so what is sent is what was signed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace riposte::net {

// Everything but letters, digits, "-._~" and the characters of `keep` becomes %XX, upper case.
std::string percent_encode(std::string_view text, std::string_view keep = {});

// "a=1&b=" in the order given, both sides encoded.
std::string query_text(const std::vector<QueryParameter>& query);

// The parameters of "a=1&b", decoded.
std::vector<QueryParameter> read_query(std::string_view text);

// The parts of an absolute http or https URL. No user information: credentials do not go there.
struct Url {
  std::string scheme;
  std::string host;  // with its port where one is written
  std::string path;  // as written, may be empty
  std::string query;

  // The host without port and brackets.
  std::string_view host_name() const;
};
std::optional<Url> read_url(std::string_view text);

std::string url_of(const HttpRequest& request);

}  // namespace riposte::net
