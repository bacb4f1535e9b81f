// Tested by src/event/text_log_test.cc

#include "event/record_writer.h"

#include <algorithm>

#include "base/percent.h"
#include "base/text.h"

namespace riposte::event {
namespace {

// What is a number, so that rules may compare it as one. Everything else is text: an account's
// number is a name.
constexpr std::string_view kNumbers[] = {"attempts",
                                         "backend_status_code",
                                         "bytes",
                                         "bytessent",
                                         "c-port",
                                         "client_port",
                                         "cs-bytes",
                                         "dstport",
                                         "elb_status_code",
                                         "end",
                                         "httpstatus",
                                         "objectsize",
                                         "packets",
                                         "priority",
                                         "protocol",
                                         "received_bytes",
                                         "s-port",
                                         "sc-bytes",
                                         "sc-status",
                                         "sc-substatus",
                                         "sc-win32-status",
                                         "sent_bytes",
                                         "srcport",
                                         "start",
                                         "target_status_code",
                                         "tcp-flags",
                                         "time-taken",
                                         "totaltime",
                                         "turnaroundtime",
                                         "version"};
static_assert(std::is_sorted(std::begin(kNumbers), std::end(kNumbers)));

bool is_number(std::string_view name, std::string_view text) {
  constexpr std::size_t kDigitsMost = 15;  // what a double holds exactly
  return is_digits(text) && text.size() <= kDigitsMost && (text.size() == 1 || text[0] != '0') &&
         std::binary_search(std::begin(kNumbers), std::end(kNumbers), name);
}

}  // namespace

Tokens tokens_of(std::string_view line) {
  Tokens tokens;
  while (!(line = base::trim(line)).empty()) {
    const char first = line.front();
    if (first != '"' && first != '[') {
      const std::size_t end = std::min(line.find(' '), line.size());
      tokens.push_back(line.substr(0, end));
      line.remove_prefix(end);
      continue;
    }
    const char last = first == '"' ? '"' : ']';
    std::size_t end = 1;
    while (end < line.size() &&
           !(line[end] == last && (end + 1 == line.size() || line[end + 1] == ' '))) {
      end += line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, line.size());
    tokens.push_back(line.substr(1, end - 1));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return tokens;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    const std::optional<char> byte = next == 'x' ? base::hex_byte(text, i + 2) : std::nullopt;
    if (byte) {
      plain += *byte;
      i += 3;
    } else if (next == '"' || next == '\\') {
      plain += next;
      ++i;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::optional<base::EventTime> parse_clf_time(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::size_t kSize = 26;
  if (text.size() != kSize || text[2] != '/' || text[6] != '/' || text[11] != ':' ||
      text[20] != ' ') {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(3, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::string number = std::to_string(month / 3 + 1);
  std::string time(text.substr(7, 4));
  time.append(number.size() == 1 ? "-0" : "-").append(number);
  time.append("-").append(text.substr(0, 2)).append("T").append(text.substr(12, 8));
  time.append(text.substr(21, 3)).append(":").append(text.substr(24, 2));
  return base::parse_time(time);
}

bool is_iso_time(std::string_view text) {
  constexpr std::size_t kLeast = 19;
  return text.size() >= kLeast && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
         text[13] == ':';
}

bool is_request_id(std::string_view text) {
  constexpr std::size_t kSize = 36;
  return text.size() == kSize && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-' && text.find_first_of(" \t/\"") == std::string_view::npos;
}

void RecordWriter::time(const std::optional<base::EventTime>& time) {
  if (time) add("@timestamp", base::format_time(*time));
}

bool RecordWriter::is_new(std::string_view name) {
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) return false;
  names_.emplace_back(name);
  return true;
}

void RecordWriter::add(std::string_view name, std::string_view text) {
  if (is_absent(text) || !is_new(name)) return;
  if (is_number(name, text)) {
    writer_.field(name, static_cast<std::int64_t>(*base::parse_number(text)));
  } else {
    writer_.field(name, text);
  }
}

void RecordWriter::add_flag(std::string_view name) {
  if (is_new(name)) writer_.field(name, true);
}

void RecordWriter::add_number(std::string_view name, std::string_view text) {
  const std::optional<double> number = base::parse_number(text);
  if (number && is_new(name)) writer_.field(name, *number);
}

void RecordWriter::add_address(const std::string& name, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && is_digits(text.substr(colon + 1));
  add(name + "_ip", text.substr(0, has_port ? colon : text.size()));
  if (has_port) add(name + "_port", text.substr(colon + 1));
}

void RecordWriter::add_request(std::string_view request) {
  const std::size_t behind_method = request.find(' ');
  const std::size_t before_version = request.rfind(' ');
  if (behind_method == std::string_view::npos) return;
  const bool has_version =
      before_version > behind_method && request.substr(before_version + 1).starts_with("HTTP/");
  add("cs-method", request.substr(0, behind_method));
  if (has_version) add("cs-version", request.substr(before_version + 1));
  add_url(request.substr(behind_method + 1,
                         (has_version ? before_version : request.size()) - behind_method - 1));
}

void RecordWriter::add_url(std::string_view url) {
  if (const std::size_t scheme = url.find("://");
      scheme != std::string_view::npos && scheme < url.find('/')) {
    url.remove_prefix(scheme + 3);
    const std::size_t host_end = std::min(url.find('/'), url.size());
    add("cs-host", url.substr(0, std::min(url.find(':'), host_end)));
    url.remove_prefix(host_end);
  }
  const std::size_t question = std::min(url.find('?'), url.size());
  add("cs-uri", url);
  add("cs-uri-stem", url.substr(0, question));
  if (question < url.size()) add("cs-uri-query", url.substr(question + 1));
}

}  // namespace riposte::event
