#include "event/syslog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/read_test.h"

namespace riposte::event {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kFailed =
    "Failed password for invalid user eve from 203.0.113.9 port 52413 ssh2";

std::optional<base::EventTime> written(std::string_view time) { return base::parse_time(time); }

TEST(SyslogTest, FourWaysToWriteALineSayTheSame) {
  const std::string rest = std::string(" web-1 sshd[812]: ") + kFailed + "\n";
  for (const std::string& text :
       {"Jan 31 18:37:58" + rest, "<38>Jan 31 18:37:58" + rest,
        "2026-01-31T18:37:58.000000+00:00" + rest,
        std::string("<38>1 2026-01-31T18:37:58Z web-1 sshd 812 - [a b=\"]\\\"\"][c] ") + kFailed +
            "\n",
        std::string(R"({"__REALTIME_TIMESTAMP":"1769884678000000","_HOSTNAME":"web-1",)") +
            R"("SYSLOG_IDENTIFIER":"sshd","_PID":"812","MESSAGE":")" + kFailed + "\"}\n"}) {
    const ReadEvent event = read_one(text, written("2026-02-01"));
    EXPECT_EQ(event.format, Format::Sshd) << text;
    EXPECT_EQ(event.time, "2026-01-31T18:37:58.000Z") << text;
    EXPECT_EQ(event.name, "failed");
    EXPECT_EQ(event.actor.ip, "203.0.113.9");
    EXPECT_EQ(event.actor.name, "eve");
    EXPECT_THAT(event.record, HasSubstr(R"("hostname":"web-1","program":"sshd","pid":"812")"));
    EXPECT_THAT(event.record, HasSubstr(R"("attempts":1,"method":"password","invalid_user":true)"));
  }
}

TEST(SyslogTest, TheYearIsTheLastThatFitsTheTimeOfDelivery) {
  const std::string line = "Dec 31 23:59:59 web-1 cron[1]: ran\n";
  EXPECT_EQ(read_one(line, written("2026-01-01T00:10:00Z")).time, "2025-12-31T23:59:59.000Z");
  EXPECT_EQ(read_one("Jan  1 00:00:05 web-1 cron[1]: ran\n", written("2025-12-31T23:59:00Z")).time,
            "2026-01-01T00:00:05.000Z")
      << "a clock may be a little ahead";
  EXPECT_EQ(read_one("Feb 29 10:00:00 web-1 cron[1]: ran\n", written("2026-05-01")).time,
            "2024-02-29T10:00:00.000Z");
  EXPECT_EQ(read_one(line).time, "") << "nobody knows a year";
}

TEST(SyslogTest, ARepeatedMessageCountsAsOften) {
  const ReadEvent event = read_one(
      "Jan 31 18:37:58 web-1 sshd[812]: message repeated 3 times: [ Failed password for root from "
      "2001:db8::7 port 22 ssh2]\n");
  EXPECT_THAT(event.record, HasSubstr(R"("attempts":3)"));
  EXPECT_EQ(event.actor.ip, "2001:db8::7");
}

// Who signs in chooses the name, and could have an address of his choice blocked.
TEST(SyslogTest, ANameCannotSayAnotherAddress) {
  const ReadEvent failed = read_one(
      "Jan 31 18:37:58 web-1 sshd[812]: Failed password for invalid user x from 198.51.100.1 port "
      "22 ssh2 from 203.0.113.9 port 52413 ssh2\n");
  EXPECT_EQ(failed.actor.ip, "203.0.113.9");
  EXPECT_EQ(failed.actor.name, "x from 198.51.100.1 port 22 ssh2");
  const ReadEvent invalid = read_one(
      "Jan 31 18:37:58 web-1 sshd[812]: Invalid user x from 198.51.100.1 port 5 from 203.0.113.9 "
      "port 52413\n");
  EXPECT_EQ(invalid.actor.ip, "203.0.113.9");
  const ReadEvent closed = read_one(
      "Jan 31 18:37:58 web-1 sshd[812]: Connection closed by invalid user a 198.51.100.1 port 5 "
      "203.0.113.9 port 52413 [preauth]\n");
  EXPECT_EQ(closed.actor.ip, "203.0.113.9");
}

TEST(SyslogTest, EachThingThatTheServerSaysHasItsOutcome) {
  const auto outcome_of = [](const std::string& message) {
    const ReadEvent event = read_one("Jan 31 18:37:58 web-1 sshd-session[812]: " + message + "\n");
    EXPECT_EQ(event.actor.ip, "203.0.113.9") << message;
    return event.name;
  };
  EXPECT_EQ(outcome_of("Accepted publickey for dana from 203.0.113.9 port 1 ssh2: RSA SHA256:x"),
            "accepted");
  EXPECT_EQ(outcome_of("Failed keyboard-interactive/pam for root from 203.0.113.9 port 1 ssh2"),
            "failed");
  EXPECT_EQ(outcome_of("Invalid user admin from 203.0.113.9"), "invalid_user");
  EXPECT_EQ(outcome_of("error: maximum authentication attempts exceeded for root from 203.0.113.9 "
                       "port 22 ssh2 [preauth]"),
            "too_many_attempts");
  EXPECT_EQ(outcome_of("Disconnected from authenticating user root 203.0.113.9 port 22 [preauth]"),
            "disconnected");
  EXPECT_EQ(outcome_of("Did not receive identification string from 203.0.113.9 port 22"), "no_ssh");
  EXPECT_EQ(outcome_of("Unable to negotiate with 203.0.113.9 port 22: no matching cipher found. "
                       "Their offer: x 198.51.100.1 port 5"),
            "no_ssh");
}

TEST(SyslogTest, OtherProgramsAreReadWithoutAnOutcome) {
  const ReadEvent event =
      read_one("Jan 31 18:37:58 web-1 sudo: dana : TTY=pts/0 ; USER=root ; COMMAND=/bin/sh\n");
  EXPECT_EQ(event.format, Format::Syslog);
  EXPECT_EQ(event.name, "sudo");
  EXPECT_THAT(event.record, Not(HasSubstr("outcome")));
}

TEST(SyslogTest, ALineInALogGroupIsOfItsAccountAndYear) {
  const ReadEvent event = read_one(
      R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/hosts/secure",)"
      R"("logStream":"i-1","logEvents":[{"id":"1","timestamp":1769884679000,"message":)"
      R"("Jan 31 18:37:58 web-1 sshd[812]: Accepted password for dana from 203.0.113.9 port 1 ssh2"}]})");
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.time, "2026-01-31T18:37:58.000Z");
  EXPECT_THAT(event.record, HasSubstr(R"("logGroup":"/hosts/secure")"));
}

}  // namespace
}  // namespace riposte::event
