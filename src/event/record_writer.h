#pragma once

// A record under way: the fields of a line that becomes a JSON object, and how such lines are taken
// apart. Used by every reader of text logs.
//
// Threads: confined to its owner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/writer.h"

namespace riposte::event {

using Tokens = std::vector<std::string_view>;

// Words, texts in quotes and texts in brackets, without what stands around them. A quote inside a
// quoted text has a backslash before it, or no space behind it.
Tokens tokens_of(std::string_view line);

bool is_digits(std::string_view text);

// Nothing, or the "-" that stands for it.
inline bool is_absent(std::string_view text) { return text.empty() || text == "-"; }

// \", \\ and \x41, as servers write what would break a line.
std::string unescaped(std::string_view text);

// "06/Feb/2019:00:00:38 +0000", of the common log format.
std::optional<base::EventTime> parse_clf_time(std::string_view text);

// "2026-01-31T18:37:58", with whatever behind it.
bool is_iso_time(std::string_view text);

// "8f507cfc-xmpl-4697-b07a-ac58fc914c95": 36 letters, digits and dashes.
bool is_request_id(std::string_view text);

// Names and texts in the order they come. Each name once: the first says it, and what is absent is
// not there.
class RecordWriter {
 public:
  void time(const std::optional<base::EventTime>& time);

  // What is known to be a number is written as one.
  void add(std::string_view name, std::string_view text);
  void add_flag(std::string_view name);  // true
  // "102.25"; what is no number is not there.
  void add_number(std::string_view name, std::string_view text);

  // "203.0.113.7:443", and IPv6 the same way.
  void add_address(const std::string& name, std::string_view text);

  // "GET https://www.example.com:443/a?b=1 HTTP/1.1", in the names of W3C.
  void add_request(std::string_view request);
  // With a scheme, or only a path.
  void add_url(std::string_view url);

  // The record says this name itself: nothing is added under it.
  void reserve(std::string_view name) { names_.emplace_back(name); }

  template <typename Body>
  void object(const Body& body) {
    writer_.object(body);
  }
  std::string take() && { return std::move(writer_).take(); }

 private:
  bool is_new(std::string_view name);

  json::Writer writer_;
  std::vector<std::string> names_;
};

}  // namespace riposte::event
