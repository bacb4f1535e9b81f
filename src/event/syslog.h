#pragma once

// Lines of hosts: syslog as RFC 3164 and RFC 5424 write it, as rsyslog writes it into files, and
// systemd's journal; and what OpenSSH's server says in them.
//
//     Jan 31 18:37:58 web-1 sshd[812]: Failed password for invalid user eve from 203.0.113.9 port
//     22 ssh2 <38>1 2026-01-31T18:37:58.1Z web-1 sshd 812 - - Accepted publickey for dana from ...
//     2026-01-31T18:37:58.123456+00:00 web-1 sshd[812]: message repeated 3 times: [ Failed ...]
//
// RFC 3164 tells no year and no zone: the zone is taken to be UTC, and the year is the last one in
// which the line is not later than a day behind the time at which it was delivered. Without such a
// time the line has none.
//
// A user's name is chosen by whoever signs in, spaces included: the address is looked for from the
// end of the message, where the server itself writes it.
//
// Threads: no state.

#include <optional>
#include <string_view>

#include "base/time.h"
#include "event/record_writer.h"
#include "json/raw_value.h"

namespace riposte::event {

// Borrows the line.
struct SyslogLine {
  std::optional<base::EventTime> time;
  std::string_view priority;  // facility times 8, and severity; may be empty
  std::string_view host;
  std::string_view program;
  std::string_view process;  // its number; may be empty
  std::string_view message;
};

std::optional<SyslogLine> parse_syslog(std::string_view line,
                                       std::optional<base::EventTime> delivered);

bool is_ssh_server(std::string_view program);

// `outcome`, `method`, `username`, `invalid_user`, `ip`, `port`, `attempts`: those that it says.
void add_ssh_fields(std::string_view message, RecordWriter& record);

// The record of a line.
void write_syslog(const SyslogLine& line, RecordWriter& record);

// An entry of systemd's journal, as `journalctl -o json` prints it.
bool is_journal_entry(const json::RawValue& record);
// Whether it is the SSH server's; writes the record.
bool write_journal_entry(const json::RawValue& entry, RecordWriter& record);

}  // namespace riposte::event
