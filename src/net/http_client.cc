#include "net/http_client.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/curl.h"
#include "net/url.h"

namespace riposte::net {
namespace {

using std::chrono::milliseconds;

// What a line of a request may not hold: it would begin another one.
bool breaks_a_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

// Why the request cannot be sent as it stands, or nothing. Names no values: they may be secret.
std::string_view flaw_of(const HttpRequest& request) {
  if (!is_token(request.method)) return "the method is no word";
  if (!read_url(request.scheme + "://" + request.host)) return "the host is no host name";
  if (!request.path.starts_with('/')) return "the path does not begin with a slash";
  const bool is_plain = std::all_of(request.path.begin(), request.path.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '?' && c != '#';
  });
  if (!is_plain) return "the path is not percent-encoded";
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) return "the name of a header is no word";
    if (breaks_a_line(header.value)) return "a header has more than one line";
  }
  return {};
}

// Fills `lines` with the request's headers, and takes away what libcurl would add of its own.
void fill_headers(const HttpRequest& request, CurlList& lines) {
  for (const Header& header : request.headers) {
    if (base::equals_ignore_case(header.name, "Host") ||
        base::equals_ignore_case(header.name, "Content-Length")) {
      continue;  // both follow from the request itself
    }
    lines.add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  for (const char* name : {"Expect", "Content-Type", "Accept"}) {
    if (find_header(request.headers, name) == nullptr) lines.add(std::string(name) + ":");
  }
}

// An answer on its way in.
struct Arrival {
  HttpResponse response;
  std::size_t body_bytes_max;
  std::size_t header_bytes = 0;
  bool is_too_large = false;
  std::stop_token stop;
};

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  const std::size_t length = size * count;
  arrival.header_bytes += length;
  if (arrival.header_bytes > kHeaderBytesMax) {
    arrival.is_too_large = true;
    return 0;
  }
  const std::string_view line(bytes, length);
  if (line.starts_with("HTTP/")) {  // a new answer, behind a "100 Continue" for instance
    arrival.response.headers.clear();
    return length;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    arrival.response.headers.push_back({std::string(base::trim(line.substr(0, colon))),
                                        std::string(base::trim(line.substr(colon + 1)))});
  }
  return length;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  const std::size_t length = size * count;
  if (length > arrival.body_bytes_max - arrival.response.body.size()) {
    arrival.is_too_large = true;
    return 0;
  }
  arrival.response.body.append(bytes, length);
  return length;
}

int watch(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Arrival*>(user)->stop.stop_requested() ? 1 : 0;
}

base::Error failure(CURLcode code, const Arrival& arrival, const char* detail) {
  const std::string said = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return {base::Errc::Cancelled, "stopped while waiting for the answer"};
    case CURLE_OPERATION_TIMEDOUT:
      return {base::Errc::Busy, "no answer in time: " + said};
    case CURLE_WRITE_ERROR:
      if (arrival.is_too_large) return {base::Errc::Limit, "the answer is larger than allowed"};
      return {base::Errc::Io, said};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {base::Errc::Denied, "the server does not prove who it is: " + said};
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return {base::Errc::Invalid, said};
    default:
      return {base::Errc::Io, said};
  }
}

}  // namespace

struct HttpClient::Handle {
  CurlHandle curl;
};

HttpClient::HttpClient() : HttpClient(Options{}) {}

HttpClient::HttpClient(Options options) : options_(std::move(options)) {
  handle_ = std::make_unique<Handle>();
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

base::Result<HttpResponse> HttpClient::send(const HttpRequest& request,
                                            const SendOptions& options) {
  const std::string_view flaw = flaw_of(request);
  if (!flaw.empty()) return base::Error{base::Errc::Invalid, std::string(flaw)};
  if (options.stop.stop_requested()) return base::Error{base::Errc::Cancelled, "stopped"};
  const auto left =
      std::chrono::duration_cast<milliseconds>(options.deadline - std::chrono::steady_clock::now());
  if (left <= milliseconds(0)) return base::Error{base::Errc::Busy, "no time is left"};

  CURL* curl = handle_->curl.get();
  curl_easy_reset(curl);  // connections stay
  Arrival arrival{{}, options.answer_bytes_max, 0, false, options.stop};
  std::array<char, CURL_ERROR_SIZE> detail{};
  CurlList headers;
  fill_headers(request, headers);
  CurlList redirected;
  const std::string url = url_of(request);

  set(curl, CURLOPT_ERRORBUFFER, detail.data());
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(curl, CURLOPT_PATH_AS_IS, 1L);
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  set(curl, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(left, options.connect_max).count()));
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.silence_max.count()));
  set(curl, CURLOPT_QUICK_EXIT, 1L);  // else a look-up of a name that hangs would be waited for
  set(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  set(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!options_.ca_file.empty()) set(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (!options.proxied) set(curl, CURLOPT_PROXY, "");
  Gatekeeper gatekeeper{options.destinations};
  gatekeeper.watch(curl);
  if (!options_.connect_to.empty()) {
    redirected.add("::" + options_.connect_to);
    set(curl, CURLOPT_CONNECT_TO, redirected.get());
  }
  set(curl, CURLOPT_HEADERFUNCTION, &take_header);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(&arrival));
  set(curl, CURLOPT_WRITEFUNCTION, &take_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&arrival));
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, &watch);
  set(curl, CURLOPT_XFERINFODATA, static_cast<void*>(&arrival));

  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (request.method == "HEAD") set(curl, CURLOPT_NOBODY, 1L);
  if (has_body) {
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  set(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());

  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);  // it dies with this call
  if (code != CURLE_OK) {
    if (code == CURLE_COULDNT_CONNECT && gatekeeper.turned_away()) return gatekeeper.error();
    return failure(code, arrival, detail.data());
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  arrival.response.status = static_cast<int>(status);
  return std::move(arrival.response);
}

}  // namespace riposte::net
