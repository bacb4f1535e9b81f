#include "net/mail.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace riposte::net {
namespace {

constexpr std::size_t kLineMax = 76;         // of quoted-printable and of folded headers
constexpr std::size_t kEncodedWordMax = 75;  // RFC 2047, section 2
constexpr std::string_view kLineEnd = "\r\n";

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (base::lower(c) >= 'a' && base::lower(c) <= 'z');
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.';
  });
}

bool is_dot_atom(std::string_view text, std::string_view others) {
  const std::vector<std::string_view> atoms = base::split(text, '.');
  return std::all_of(atoms.begin(), atoms.end(), [&](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), [&](char c) {
      return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
  });
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.find('@') + 1);
}

void append_hex(std::string& out, char byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  out += '=';
  out += kDigits[value >> 4];
  out += kDigits[value & 15];
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The bytes of the first character: one and what continues it.
std::string_view first_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && size < 4 && is_continuation(text[size]))
    ++size;
  return text.substr(0, size);
}

// A header's text, in as many encoded words as it takes, none of which splits a character.
std::string encoded_words(std::string_view text) {
  constexpr std::string_view kBegin = "=?UTF-8?Q?";
  constexpr std::string_view kEnd = "?=";
  std::string out(kBegin);
  std::size_t used = kBegin.size() + kEnd.size();
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    std::string encoded;
    for (const char c : character) {
      if (is_letter_or_digit(c)) {
        encoded += c;
      } else if (c == ' ') {
        encoded += '_';
      } else {
        append_hex(encoded, c);
      }
    }
    if (used + encoded.size() > kEncodedWordMax) {
      out.append(kEnd).append(kLineEnd).append(" ").append(kBegin);
      used = kBegin.size() + kEnd.size();
    }
    out += encoded;
    used += encoded.size();
  }
  return out.append(kEnd);
}

std::string subject_line(std::string_view subject) {
  std::string line;
  for (const char c : subject)
    line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  const bool is_plain = line.size() <= 60 && line.find("=?") == std::string::npos &&
                        std::all_of(line.begin(), line.end(), [](char c) { return c >= ' '; });
  return "Subject: " + (is_plain ? line : encoded_words(line));
}

// RFC 2045, section 6.7, with the line ends of text.
std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_crlf = c == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (is_crlf) continue;
    if (c == '\n') {
      out += kLineEnd;
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    const bool is_blank = c == ' ' || c == '\t';
    const bool is_plain = (c > ' ' && c <= '~' && c != '=') || (is_blank && !ends_line);
    const std::size_t size = is_plain ? 1 : 3;
    if (column + size > kLineMax - 1) {  // room for the soft line end
      out.append("=").append(kLineEnd);
      column = 0;
    }
    if (is_plain) {
      out += c;
    } else {
      append_hex(out, c);
    }
    column += size;
  }
  if (column != 0) out += kLineEnd;
  return out;
}

std::string date_line(base::EventTime time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(time));
  const std::string text = base::format_time(time);  // 2026-01-31T18:37:58.287Z
  const auto month = static_cast<std::size_t>(base::civil(time).month - 1);
  std::string line = "Date: ";
  line.append(kDays[day.c_encoding()]).append(", ").append(text, 8, 2).append(" ");
  line.append(kMonths[month]).append(" ").append(text, 0, 4).append(" ").append(text, 11, 8);
  return line.append(" +0000");
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > kMailAddressBytesMax || at == std::string_view::npos || at > 64) return false;
  return is_dot_atom(text.substr(0, at), "!#$%&'*+-/=?^_`{|}~") &&
         is_dot_atom(text.substr(at + 1), "-");
}

base::Result<std::string> mail_text(const Mail& mail) {
  if (mail.to.empty()) return base::Error{base::Errc::Invalid, "a mail to nobody"};
  std::vector<std::string> addresses = mail.to;
  addresses.push_back(mail.from);
  for (const std::string& address : addresses) {
    if (!is_mail_address(address))
      return base::Error{base::Errc::Invalid, "\"" + address + "\" is no mail address"};
  }
  if (!is_id(mail.id) || (!mail.thread.empty() && !is_id(mail.thread)))
    return base::Error{base::Errc::Invalid, "the id of a mail is no id"};

  const std::string domain(domain_of(mail.from));
  std::vector<std::string> lines = {date_line(mail.time), "From: " + mail.from};
  for (std::size_t i = 0; i < mail.to.size(); ++i) {
    lines.push_back((i == 0 ? "To: " : " ") + mail.to[i] + (i + 1 < mail.to.size() ? "," : ""));
  }
  lines.push_back(subject_line(mail.subject));
  lines.push_back("Message-ID: <" + mail.id + "@" + domain + ">");
  if (!mail.thread.empty()) lines.push_back("References: <" + mail.thread + "@" + domain + ">");
  lines.insert(lines.end(), {"Auto-Submitted: auto-generated", "MIME-Version: 1.0",
                             "Content-Type: text/plain; charset=utf-8",
                             "Content-Transfer-Encoding: quoted-printable", "", ""});
  return base::join(lines, kLineEnd) + quoted_printable(mail.text);
}

}  // namespace riposte::net
