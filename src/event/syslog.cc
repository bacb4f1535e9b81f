#include "event/syslog.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace riposte::event {
namespace {

using base::EventTime;

// Takes what stands before the next space off the front of `text`, and the space.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool take(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

// "<38>", which may be absent. False: a bracket, and no number in it.
bool take_priority(std::string_view& line, std::string_view& priority) {
  constexpr std::size_t kDigitsMost = 3;
  if (!line.starts_with('<')) return true;
  const std::size_t end = line.find('>');
  if (end == std::string_view::npos || end > 1 + kDigitsMost) return false;
  priority = line.substr(1, end - 1);
  line.remove_prefix(end + 1);
  return is_digits(priority);
}

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "Jan  5 18:37:58 " off the front, as "01-05T18:37:58Z"; empty where there is none.
std::string take_yearless_time(std::string_view& line) {
  constexpr std::size_t kSize = 16;  // with the space behind it
  if (line.size() < kSize || line[3] != ' ' || line[6] != ' ' || line[9] != ':' ||
      line[12] != ':' || line[15] != ' ') {
    return {};
  }
  const auto* month = std::find(std::begin(kMonths), std::end(kMonths), line.substr(0, 3));
  if (month == std::end(kMonths)) return {};
  std::string day(line.substr(4, 2));
  if (day[0] == ' ') day[0] = '0';
  const std::string number = std::to_string(month - std::begin(kMonths) + 1);
  std::string time = number.size() == 1 ? "0" + number : number;
  time.append("-").append(day).append("T").append(line.substr(7, 8)).append("Z");
  if (!base::parse_time("2024-" + time)) return {};  // a leap year has every day
  line.remove_prefix(kSize);
  return time;
}

std::optional<EventTime> in_last_year(const std::string& time, std::optional<EventTime> delivered) {
  constexpr int kYearsBack = 8;  // the longest wait for a 29 February
  if (!delivered) return std::nullopt;
  const EventTime latest = *delivered + std::chrono::days(1);
  const int year = base::civil(latest).year;
  for (int back = 0; back <= kYearsBack; ++back) {
    std::string text = std::to_string(year - back);
    const auto found = base::parse_time(text.append("-").append(time));
    if (found && *found <= latest) return found;
  }
  return std::nullopt;
}

// "sshd[812]: " or "kernel: " off the front. False: there is none.
bool take_tag(std::string_view& line, SyslogLine& parsed) {
  constexpr std::size_t kTagMost = 128;
  const std::size_t end = line.find(": ");
  const std::size_t size = end != std::string_view::npos ? end
                           : line.ends_with(':')         ? line.size() - 1
                                                         : std::string_view::npos;
  if (size == std::string_view::npos || size > kTagMost || size == 0) return false;
  std::string_view tag = line.substr(0, size);
  if (tag.find(' ') != std::string_view::npos) return false;
  line.remove_prefix(std::min(size + 2, line.size()));
  const std::size_t bracket = tag.find('[');
  parsed.program = tag.substr(0, bracket);
  if (bracket != std::string_view::npos && tag.ends_with(']'))
    parsed.process = tag.substr(bracket + 1, tag.size() - bracket - 2);
  return true;
}

// "-" or "[id name="value"][...]" off the front. False: it is not in order.
bool take_structured_data(std::string_view& line) {
  if (take(line, "-")) return true;
  if (!line.starts_with('[')) return false;
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      is_quoted = !is_quoted;
    } else if (line[i] == ']' && !is_quoted && !line.substr(i + 1).starts_with('[')) {
      line.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

std::string_view said(std::string_view text) { return text == "-" ? std::string_view() : text; }

// RFC 5424, behind the priority and "1 ".
std::optional<SyslogLine> parse_numbered(std::string_view line, SyslogLine parsed) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string_view time = take_word(line);
  if (time != "-" && !is_iso_time(time)) return std::nullopt;
  parsed.time = base::parse_time(time);
  parsed.host = said(take_word(line));
  parsed.program = said(take_word(line));
  parsed.process = said(take_word(line));
  take_word(line);  // the message's type
  if (!take_structured_data(line)) return std::nullopt;
  take(line, " ");
  take(line, kByteOrderMark);
  parsed.message = line;
  return parsed;
}

// "... from 203.0.113.9 port 52413 ssh2", looked for from the end; what stands before it is `text`
// afterwards.
bool take_peer(std::string_view& text, RecordWriter& record) {
  constexpr std::string_view kFrom = " from ";
  for (std::size_t at = text.rfind(kFrom); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(kFrom, at - 1)) {
    std::string_view behind = text.substr(at + kFrom.size());
    const std::string_view address = take_word(behind);
    const bool has_port = take(behind, "port ");
    const std::string_view port = take_word(behind);
    if (!has_port || !is_digits(port.substr(0, port.find(':')))) continue;
    record.add("ip", address);
    record.add("port", port.substr(0, port.find(':')));
    text = text.substr(0, at);
    return true;
  }
  return false;
}

// "203.0.113.9 port 52413 [preauth]" at the end of a message that names nobody else behind it.
bool take_last_peer(std::string_view& text, RecordWriter& record) {
  constexpr std::string_view kPort = " port ";
  const std::size_t at = text.rfind(kPort);
  if (at == std::string_view::npos) return false;
  const std::string_view before = text.substr(0, at);
  const std::size_t space = before.rfind(' ');
  const std::size_t begin = space == std::string_view::npos ? 0 : space + 1;
  std::string_view port = text.substr(at + kPort.size());
  port = port.substr(0, port.find_first_not_of("0123456789"));
  record.add("ip", before.substr(begin));
  record.add("port", port);
  text = before.substr(0, space == std::string_view::npos ? 0 : space);
  return true;
}

void add_user(std::string_view name, RecordWriter& record) {
  if (take(name, "invalid user ") || take(name, "illegal user ")) record.add_flag("invalid_user");
  record.add("username", name);
}

// "password for dana", what stands before the peer.
void add_method_and_user(std::string_view text, RecordWriter& record) {
  record.add("method", take_word(text));
  if (take(text, "for ")) add_user(text, record);
}

}  // namespace

std::optional<SyslogLine> parse_syslog(std::string_view line, std::optional<EventTime> delivered) {
  SyslogLine parsed;
  if (!take_priority(line, parsed.priority)) return std::nullopt;
  if (!parsed.priority.empty() && take(line, "1 ")) return parse_numbered(line, parsed);
  if (const std::string time = take_yearless_time(line); !time.empty()) {
    parsed.time = in_last_year(time, delivered);
    parsed.host = take_word(line);
    if (parsed.host.empty()) return std::nullopt;
    take_tag(line, parsed);
    parsed.message = line;
    return parsed;
  }
  if (!is_iso_time(line)) return std::nullopt;
  parsed.time = base::parse_time(take_word(line));
  parsed.host = take_word(line);
  if (!parsed.time || parsed.host.empty() || !take_tag(line, parsed)) return std::nullopt;
  parsed.message = line;
  return parsed;
}

// Since 9.8 a process of its own speaks with the peer.
bool is_ssh_server(std::string_view program) {
  return program == "sshd" || program == "sshd-session" || program == "sshd-auth";
}

// The texts are OpenSSH's: auth.c, auth2.c, monitor.c, packet.c.
void add_ssh_fields(std::string_view message, RecordWriter& record) {
  std::string_view attempts = "1";
  if (take(message, "message repeated ")) {
    attempts = take_word(message);
    if (!is_digits(attempts) || !take(message, "times: [ ") || !message.ends_with(']')) return;
    message.remove_suffix(1);
  }
  std::string_view rest = message;
  take(rest, "error: ");
  if (take(rest, "Failed ")) {
    if (!take_peer(rest, record)) return;
    record.add("outcome", "failed");
    record.add("attempts", attempts);
    return add_method_and_user(rest, record);
  }
  if (take(rest, "Accepted ")) {
    if (!take_peer(rest, record)) return;
    record.add("outcome", "accepted");
    return add_method_and_user(rest, record);
  }
  if (take(rest, "Invalid user ") || take(rest, "Illegal user ")) {
    // Older ones say no port.
    if (!take_peer(rest, record)) {
      const std::size_t from = rest.rfind(" from ");
      if (from == std::string_view::npos) return;
      record.add("ip", rest.substr(from + 6));
      rest = rest.substr(0, from);
    }
    record.add("outcome", "invalid_user");
    record.add_flag("invalid_user");
    return record.add("username", rest);
  }
  if (take(rest, "maximum authentication attempts exceeded for ")) {
    if (!take_peer(rest, record)) return;
    record.add("outcome", "too_many_attempts");
    return add_user(rest, record);
  }
  if (take(rest, "Connection closed by ") || take(rest, "Connection reset by ") ||
      take(rest, "Disconnected from ")) {
    if (!take_last_peer(rest, record)) return;
    record.add("outcome", "disconnected");
    take(rest, "authenticating ");
    if (!take(rest, "user ") && !rest.starts_with("invalid user ")) return;
    return add_user(rest, record);
  }
  if (take(rest, "Did not receive identification string from ") ||
      take(rest, "Unable to negotiate with ") || take(rest, "banner exchange: Connection from ")) {
    record.add("outcome", "no_ssh");
    record.add("ip", take_word(rest));
  }
}

void write_syslog(const SyslogLine& line, RecordWriter& record) {
  record.time(line.time);
  record.add("hostname", line.host);
  record.add("program", line.program);
  record.add("pid", line.process);
  record.add("priority", line.priority);
  record.add("message", line.message);
  if (is_ssh_server(line.program)) add_ssh_fields(line.message, record);
}

bool is_journal_entry(const json::RawValue& record) {
  const json::RawValue message = record.find("MESSAGE");
  return message && message.is(json::Kind::String) &&
         !record.string_at("__REALTIME_TIMESTAMP").empty();
}

bool write_journal_entry(const json::RawValue& entry, RecordWriter& record) {
  constexpr std::size_t kMicroDigits = 3;  // beyond milliseconds
  std::array<std::string, 4> buffers;
  const auto text_at = [&](std::string_view name, std::string& buffer) {
    const json::RawValue value = entry.find(name);
    return value && value.is(json::Kind::String) ? value.text(buffer) : std::string_view();
  };
  const std::string_view time = entry.string_at("__REALTIME_TIMESTAMP");
  SyslogLine line;
  if (time.size() > kMicroDigits)
    line.time = base::parse_time(time.substr(0, time.size() - kMicroDigits));
  line.host = text_at("_HOSTNAME", buffers[0]);
  line.program = text_at("SYSLOG_IDENTIFIER", buffers[1]);
  if (line.program.empty()) line.program = text_at("_COMM", buffers[1]);
  line.process = text_at("_PID", buffers[2]);
  line.message = text_at("MESSAGE", buffers[3]);
  write_syslog(line, record);
  return is_ssh_server(line.program);
}

}  // namespace riposte::event
