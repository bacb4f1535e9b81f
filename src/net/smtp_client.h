#pragma once

// Mail over SMTP (RFC 5321), with TLS (RFC 3207, 8314).
//
//     connect > greeting > EHLO > STARTTLS > EHLO > AUTH > MAIL > RCPT ... > DATA > QUIT
//
// Credentials and text are said only once TLS stands; a server that does not offer it is Denied.
// One recipient of several that is refused does not keep the mail from the others, and is named in
// the receipt. A connection for each mail: they are few.
//
// It never hangs, as HttpClient never does.
//
// Invariants
//   1. Certificates and host names are always verified.
//   2. Without TLS it speaks to this machine alone.
//   3. Nothing that was said is printed or remembered but the code of the last reply.
//
// Threads: confined to its owner.

#include "net/mail.h"

namespace riposte::net {

class SmtpClient final : public Mailer {
 public:
  base::Result<MailReceipt> send(const Mail& mail, const MailServer& server,
                                 const SendOptions& options) override;
};

}  // namespace riposte::net
