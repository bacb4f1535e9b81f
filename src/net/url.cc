#include "net/url.h"

#include <algorithm>

#include "base/percent.h"
#include "base/text.h"

namespace riposte::net {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// "name", "name:80", "[::1]:80"; nothing that could be read as something else.
bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    const bool is_address = std::all_of(address.begin(), address.end(), [](char c) {
      return base::hex_digit(c) >= 0 || c == ':' || c == '.';
    });
    if (!is_address || address.empty()) return false;
    text.remove_prefix(end + 1);
    if (text.empty()) return true;
    if (text.front() != ':') return false;
    text = text.substr(1);
  } else {
    const std::string_view name = text.substr(0, text.find(':'));
    const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
      return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    });
    if (!is_name || name.empty()) return false;
    if (name.size() == text.size()) return true;
    text.remove_prefix(name.size() + 1);
  }
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~' ||
        keep.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

std::string query_text(const std::vector<QueryParameter>& query) {
  std::string text;
  for (const QueryParameter& parameter : query) {
    if (!text.empty()) text += '&';
    text += percent_encode(parameter.name) + '=' + percent_encode(parameter.value);
  }
  return text;
}

std::vector<QueryParameter> read_query(std::string_view text) {
  std::vector<QueryParameter> query;
  if (text.empty()) return query;
  for (const std::string_view part : base::split(text, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    query.push_back({base::percent_decode(part.substr(0, equals)),
                     base::percent_decode(part.substr(std::min(equals + 1, part.size())))});
  }
  return query;
}

std::string_view Url::host_name() const {
  const std::string_view text = host;
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  return text.substr(0, text.find(':'));
}

std::optional<Url> read_url(std::string_view text) {
  Url url;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = base::lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && c != '#' && c != '\\';
  });
  if (!is_plain) return std::nullopt;

  const std::size_t host_end = std::min(text.find_first_of("/?"), text.size());
  url.host = text.substr(0, host_end);
  if (!is_host(url.host)) return std::nullopt;
  text.remove_prefix(host_end);
  const std::size_t path_end = std::min(text.find('?'), text.size());
  url.path = text.substr(0, path_end);
  url.query = text.substr(std::min(path_end + 1, text.size()));
  return url;
}

std::string url_of(const HttpRequest& request) {
  std::string url = request.scheme + "://" + request.host + request.path;
  if (!request.query.empty()) url += '?' + query_text(request.query);
  return url;
}

}  // namespace riposte::net
