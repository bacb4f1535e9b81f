#include "notify/http_post.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/retry.h"
#include "base/text.h"
#include "net/url.h"

namespace riposte::notify {
namespace {

using base::Errc;

constexpr std::size_t kAnswerBytes = 64 << 10;  // these services answer with a word
constexpr std::size_t kReasonBytesMax = 40;

// "invalid_payload": the whole of an answer, where it is a word and no part of the address.
std::string reason_in(std::string_view body, std::string_view url) {
  const std::string_view word = base::trim(body);
  const bool is_word = !word.empty() && word.size() <= kReasonBytesMax &&
                       std::all_of(word.begin(), word.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  if (!is_word || url.find(word) != std::string_view::npos) return {};
  return fmt::format(" ({})", word);
}

// libcurl names hosts; some services put what is secret there.
std::string without(std::string text, std::string_view part) {
  constexpr std::string_view kInstead = "(address)";
  for (std::size_t at = 0; part.size() > 1 && (at = text.find(part, at)) != std::string::npos;) {
    text.replace(at, part.size(), kInstead);
    at += kInstead.size();
  }
  return text;
}

Errc errc_of(int status) {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return Errc::Denied;
    case 404:
    case 410:
      return Errc::NotFound;
    case 408:
    case 425:
    case 429:
      return Errc::Busy;
    case 409:
      return Errc::Conflict;
    case 413:
      return Errc::Limit;
    default:
      break;
  }
  if (status >= 500) return Errc::Busy;
  return status >= 400 ? Errc::Invalid : Errc::NotFound;  // a redirect: it is not here any more
}

}  // namespace

Outcome post_json(const ChannelConfig& config, const Tools& tools, Post post,
                  const std::stop_token& stop) {
  const std::optional<net::Url> url = net::read_url(post.url);
  if (!url) return {base::Error{Errc::Denied, "the address is no URL"}};
  const bool is_http = url->scheme == "http";
  if (is_http && !config.loopback)
    return {base::Error{Errc::Denied, "the address does not begin with https://"}};

  net::HttpRequest request;
  request.scheme = url->scheme;
  request.host = url->host;
  request.path = url->path.empty() ? "/" : url->path;
  request.query = net::read_query(url->query);
  request.headers = std::move(post.headers);
  request.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  request.headers.push_back({"User-Agent", "riposte"});
  request.body = std::move(post.body);

  net::SendOptions options;
  options.deadline = tools.clock.steady() + kSendTimeMax;
  options.answer_bytes_max = kAnswerBytes;
  options.stop = stop;
  options.proxied = config.proxied && !is_http;
  if (!options.proxied) {
    options.destinations =
        net::Destinations{.world = !is_http,
                          .private_networks = config.private_networks && !is_http,
                          .loopback = config.loopback};
  }
  const base::Result<net::HttpResponse> response = tools.transport.send(request, options);
  if (!response.ok()) {
    // What cannot be sent as it stands is the address's fault: the rest is ours.
    const Errc code = response.error().code == Errc::Invalid ? Errc::Denied : response.error().code;
    std::string message = response.error().message;
    for (const std::string_view part : {std::string_view(url->query), std::string_view(url->path),
                                        std::string_view(url->host), url->host_name()})
      message = without(std::move(message), part);
    return {base::Error{code, std::move(message)}};
  }
  if (response->status >= 200 && response->status < 300) return {};
  return {base::Error{errc_of(response->status), fmt::format("it answered {}{}", response->status,
                                                             reason_in(response->body, post.url))},
          aws::asked_wait(*response, tools.clock.wall())};
}

}  // namespace riposte::notify
