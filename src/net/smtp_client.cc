#include "net/smtp_client.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/curl.h"
#include "net/url.h"

// Tested by tests/integration/mail_test.py

namespace riposte::net {
namespace {

using std::chrono::milliseconds;

// A mail on its way out.
struct Departure {
  std::string_view rest;
  std::stop_token stop;
  std::string recipient;  // of the RCPT that was said last and is not answered yet
  std::vector<std::string> refused;
};

std::size_t give(char* room, std::size_t size, std::size_t count, void* user) {
  auto& departure = *static_cast<Departure*>(user);
  const std::size_t length = std::min(size * count, departure.rest.size());
  std::copy_n(departure.rest.data(), length, room);
  departure.rest.remove_prefix(length);
  return length;
}

int watch(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Departure*>(user)->stop.stop_requested() ? 1 : 0;
}

// libcurl says that some recipients were refused, but not which: their replies tell.
int listen(CURL*, curl_infotype type, char* bytes, std::size_t size, void* user) {
  auto& departure = *static_cast<Departure*>(user);
  const std::string_view line(bytes, size);
  constexpr std::string_view kRecipient = "RCPT TO:<";
  if (type == CURLINFO_HEADER_OUT) {
    departure.recipient.clear();
    if (line.starts_with(kRecipient))
      departure.recipient = line.substr(kRecipient.size(), line.find('>') - kRecipient.size());
  } else if (type == CURLINFO_HEADER_IN && !departure.recipient.empty()) {
    if (line.starts_with('4') || line.starts_with('5'))
      departure.refused.push_back(departure.recipient);
    departure.recipient.clear();
  }
  return 0;
}

base::Error failure(CURLcode code, long reply, const char* detail) {
  const std::string said = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return {base::Errc::Cancelled, "stopped while sending a mail"};
    case CURLE_OPERATION_TIMEDOUT:
      return {base::Errc::Busy, "no answer in time: " + said};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {base::Errc::Denied, "the server does not prove who it is: " + said};
    case CURLE_USE_SSL_FAILED:
      return {base::Errc::Denied, "the server does not offer TLS"};
    case CURLE_LOGIN_DENIED:
      return {base::Errc::Denied, "the server does not take user and password"};
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return {base::Errc::Invalid, said};
    default:
      break;
  }
  const std::string replied = "the server answered " + std::to_string(reply);
  if (reply >= 500 && reply < 600) return {base::Errc::Invalid, replied};
  if (reply >= 400) return {base::Errc::Busy, replied};
  return {base::Errc::Io, said};
}

}  // namespace

base::Result<MailReceipt> SmtpClient::send(const Mail& mail, const MailServer& server,
                                           const SendOptions& options) {
  const std::string text = TRY(mail_text(mail));
  if (!read_url("https://" + server.host))
    return base::Error{base::Errc::Invalid, "the mail server is no host name"};
  if (options.stop.stop_requested()) return base::Error{base::Errc::Cancelled, "stopped"};
  const auto left =
      std::chrono::duration_cast<milliseconds>(options.deadline - std::chrono::steady_clock::now());
  if (left <= milliseconds(0)) return base::Error{base::Errc::Busy, "no time is left"};

  const CurlHandle handle;
  CURL* curl = handle.get();
  Departure departure{text, options.stop, {}, {}};
  std::array<char, CURL_ERROR_SIZE> detail{};
  CurlList recipients;
  for (const std::string& recipient : mail.to)
    recipients.add("<" + recipient + ">");
  const bool is_tls = server.security == MailServer::Security::Tls;
  // The path is the name that we give at EHLO: the sender's domain says more than this machine's.
  const std::string url = std::string(is_tls ? "smtps://" : "smtp://") + server.host + "/" +
                          mail.from.substr(mail.from.find('@') + 1);
  const std::string sender = "<" + mail.from + ">";
  const std::string password(server.password.reveal());
  std::optional<Destinations> destinations = options.destinations;
  if (server.security == MailServer::Security::None)
    destinations = Destinations{.world = false, .private_networks = false, .loopback = true};

  set(curl, CURLOPT_ERRORBUFFER, detail.data());
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  set(curl, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(left, options.connect_max).count()));
  set(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(options.silence_max.count()));
  set(curl, CURLOPT_QUICK_EXIT, 1L);
  set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  set(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (server.security != MailServer::Security::None)
    set(curl, CURLOPT_USE_SSL, long{CURLUSESSL_ALL});
  if (!server.ca_file.empty()) set(curl, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.user.empty()) {
    set(curl, CURLOPT_USERNAME, server.user.c_str());
    set(curl, CURLOPT_PASSWORD, password.c_str());
  }
  set(curl, CURLOPT_MAIL_FROM, sender.c_str());
  set(curl, CURLOPT_MAIL_RCPT, recipients.get());
  set(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  set(curl, CURLOPT_UPLOAD, 1L);
  set(curl, CURLOPT_READFUNCTION, &give);
  set(curl, CURLOPT_READDATA, static_cast<void*>(&departure));
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, &watch);
  set(curl, CURLOPT_XFERINFODATA, static_cast<void*>(&departure));
  set(curl, CURLOPT_VERBOSE, 1L);
  set(curl, CURLOPT_DEBUGFUNCTION, &listen);
  set(curl, CURLOPT_DEBUGDATA, static_cast<void*>(&departure));
  Gatekeeper gatekeeper{destinations};
  gatekeeper.watch(curl);

  const CURLcode code = curl_easy_perform(curl);
  long reply = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
  if (code == CURLE_OK) return MailReceipt{std::move(departure.refused)};
  if (code == CURLE_COULDNT_CONNECT && gatekeeper.turned_away()) return gatekeeper.error();
  return failure(code, reply, detail.data());
}

}  // namespace riposte::net
