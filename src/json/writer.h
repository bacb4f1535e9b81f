#pragma once

// Writes JSON text, compact, in the order it is told. Text that is not valid UTF-8 has its bad
// bytes replaced by U+FFFD, so that what we print is always JSON.
//
//     Writer writer;
//     writer.object([&] {
//       writer.field("count", 3);
//       writer.key("events").array([&] { writer.value("a"); });
//     });
//
// Threads: confined to its owner.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"

namespace riposte::json {

class Writer {
 public:
  template <typename Body>
  void object(Body body) {
    open('{');
    body();
    close('}');
  }
  template <typename Body>
  void array(Body body) {
    open('[');
    body();
    close(']');
  }

  Writer& key(std::string_view name);
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool flag);
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(int number) { value(static_cast<std::int64_t>(number)); }
  void value(double number);
  void value(const Node& node);
  void value(const std::vector<std::string>& texts);  // an array of strings
  void null();

  template <typename T>
  void field(std::string_view name, const T& content) {
    key(name).value(content);
  }
  // null where the text is empty: "unknown" in our formats.
  void text_or_null(std::string_view name, std::string_view text);

  const std::string& text() const { return text_; }
  std::string take() && { return std::move(text_); }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
std::string quoted(std::string_view text);

}  // namespace riposte::json
