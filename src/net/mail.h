#pragma once

// A mail as it goes over the wire (RFC 5322, 2045, 2047), and who takes it to a server.
//
// Whatever stands in the texts, it stays in its place: addresses are plain ones or refused, the
// subject is one line and encoded where it is not plain ASCII, the body is quoted-printable. So no
// text can begin a header, a part or a command of SMTP.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "net/transport.h"

namespace riposte::net {

// As RFC 5321 limits a path.
inline constexpr std::size_t kMailAddressBytesMax = 254;

struct Mail {
  std::string from;  // addresses are bare: "riposte@example.com"
  std::vector<std::string> to;
  std::string subject;  // any UTF-8; line ends become spaces
  std::string text;     // the same, with lines
  // Message-ID less its domain, and that of a thread which mails may share: letters, digits, '-',
  // '.'. The same id says that it is the same mail.
  std::string id;
  std::string thread{};
  base::EventTime time;
};

// Printable ASCII as dot-atoms on both sides of one @. Quoted local parts are not taken.
bool is_mail_address(std::string_view text);

// Invalid: an address or an id that is none.
base::Result<std::string> mail_text(const Mail& mail);

struct MailServer {
  enum class Security {
    StartTls,  // the connection is upgraded before anything is said, or not used
    Tls,       // from the first byte
    None,      // for a relay on this machine
  };
  std::string host;  // with its port
  Security security = Security::StartTls;
  std::string user{};  // empty: no authentication
  base::Secret password{};
  std::string ca_file{};  // certificates to trust instead of the system's
};

struct MailReceipt {
  std::vector<std::string> refused;  // recipients that the server did not take, of several
};

// Errors are those of Transport; beside them Busy for a server that says "later" (4xx), and Denied
// or Invalid for one that says "never" (5xx).
class Mailer {
 public:
  virtual ~Mailer() = default;

  virtual base::Result<MailReceipt> send(const Mail& mail, const MailServer& server,
                                         const SendOptions& options) = 0;
};

}  // namespace riposte::net
