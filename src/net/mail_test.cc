#include "net/mail.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace riposte::net {
namespace {

using testing::HasSubstr;
using testing::Not;

Mail sample() {
  return {.from = "riposte@example.com",
          .to = {"soc@example.com", "oncall@example.org"},
          .subject = "CloudTrail trail stopped",
          .text = "Who   alice\n",
          .id = "k1",
          .thread = "t1",
          .time = base::parse_time("2026-01-31T18:37:58.287Z").value()};
}

TEST(MailTest, IsWrittenAsMailIs) {
  EXPECT_EQ(mail_text(sample()).value(),
            "Date: Sat, 31 Jan 2026 18:37:58 +0000\r\n"
            "From: riposte@example.com\r\n"
            "To: soc@example.com,\r\n oncall@example.org\r\n"
            "Subject: CloudTrail trail stopped\r\n"
            "Message-ID: <k1@example.com>\r\n"
            "References: <t1@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Who   alice\r\n");
}

TEST(MailTest, ASubjectInAnyScriptIsEncodedAndNoCharacterIsSplit) {
  Mail mail = sample();
  mail.subject = "Spur „main“ ist jetzt wirklich gestoppt \xF0\x9F\x94\xA5";
  EXPECT_THAT(
      mail_text(mail).value(),
      HasSubstr("Subject: =?UTF-8?Q?Spur_=E2=80=9Emain=E2=80=9C_ist_jetzt_wirklich_gestoppt_?=\r\n"
                " =?UTF-8?Q?=F0=9F=94=A5?=\r\n"));
}

TEST(MailTest, WhatStandsForAnEncodedWordIsEncodedItself) {
  Mail mail = sample();
  mail.subject = "=?UTF-8?Q?=0D=0ABcc:_a@example.com?=";
  EXPECT_THAT(mail_text(mail).value(), HasSubstr("Subject: =?UTF-8?Q?=3D=3FUTF=2D8"));
}

TEST(MailTest, NothingInASubjectBeginsAnotherHeader) {
  Mail mail = sample();
  mail.subject = "stopped\r\nBcc: mallory@example.net\r\n\r\nbody";
  const std::string text = mail_text(mail).value();
  EXPECT_THAT(text, HasSubstr("Subject: stopped  Bcc: mallory@example.net    body\r\n"));
}

TEST(MailTest, AddressesThatAreMoreThanAnAddressAreRefused) {
  for (const char* address :
       {"", "a", "@b", "a@", "a@b\r\nBcc: c@d", "a@b,c@d", "<a@b>", "A <a@b>", "a b@c", "a@b@c",
        "\"a b\"@c", "a@[127.0.0.1]", "a..b@c", "ä@b", "a@b>\r\nDATA"}) {
    EXPECT_FALSE(is_mail_address(address)) << address;
    Mail mail = sample();
    mail.to = {address};
    EXPECT_EQ(mail_text(mail).error().code, base::Errc::Invalid) << address;
  }
  EXPECT_TRUE(is_mail_address("first.last+riposte@mail.example.com"));
}

TEST(MailTest, AnIdThatCouldEndItsHeaderIsRefused) {
  Mail mail = sample();
  mail.id = "a>\r\nBcc: b@c";
  EXPECT_FALSE(mail_text(mail).ok());
}

TEST(MailTest, TheBodyIsQuotedPrintable) {
  Mail mail = sample();
  mail.text = "a=b \n\r\n.\r\n\x07 \xC3\xA4 \rend";
  EXPECT_THAT(mail_text(mail).value(),
              HasSubstr("\r\n\r\na=3Db=20\r\n\r\n.\r\n=07 =C3=A4=20=0Dend\r\n"));
}

// Property: whatever the texts, lines stay short, are ASCII, and the headers are ours.
TEST(MailTest, NoTextEscapesItsPlace) {
  std::mt19937 random(1);
  const std::vector<std::string> pieces = {
      "\r\n",   "\n", "\r", ".", "=?",   "?=",   "ä",    "\xF0\x9F\x94\xA5",
      "Bcc: x", " ",  "\t", "=", "\x01", "\xFF", "word", std::string(80, 'x')};
  for (int i = 0; i < 2000; ++i) {
    Mail mail = sample();
    mail.subject.clear();
    mail.text.clear();
    for (std::size_t n = random() % 20; n-- > 0;)
      (random() % 2 == 0 ? mail.subject : mail.text) += pieces[random() % pieces.size()];
    const std::string text = mail_text(mail).value();
    std::vector<std::string> names;
    bool in_headers = true;
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find("\r\n", begin);
      ASSERT_NE(end, std::string::npos);
      const std::string line = text.substr(begin, end - begin);
      begin = end + 2;
      ASSERT_LE(line.size(), 84U) << line;
      ASSERT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
        return (c >= ' ' && c < '\x7f') || c == '\t';
      })) << line;
      if (line.empty()) in_headers = false;
      if (in_headers && !line.starts_with(' ')) names.push_back(line.substr(0, line.find(':')));
    }
    ASSERT_EQ(base::join(names, " "),
              "Date From To Subject Message-ID References Auto-Submitted MIME-Version Content-Type "
              "Content-Transfer-Encoding");
  }
}

}  // namespace
}  // namespace riposte::net
