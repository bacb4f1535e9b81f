#pragma once

// The texts of JSON values, found by matching brackets and quotes and nothing else. What is inside
// is not checked.
//
// This is how a file of many records is taken apart: a record that is broken inside costs only
// itself, and a file that ends in the middle gives every record before its end. Whoever gets a text
// parses it (scanner.h).
//
// Cost: one look at each byte.

#include <optional>
#include <string_view>

namespace riposte::json {

// Takes the value at the front of `rest`, white space before it skipped. Nothing: the text ends
// before the value does, or no value begins there; `rest` then stands where the value should begin.
std::optional<std::string_view> take_value(std::string_view& rest);

// The elements of an array, one by one: `text` begins with '[' and may end too early.
class Elements {
 public:
  explicit Elements(std::string_view text) : rest_(text.substr(1)) {}

  // Of a text that begins between two elements.
  static Elements inside(std::string_view text) {
    Elements elements("[");
    elements.rest_ = text;
    return elements;
  }

  std::optional<std::string_view> next();

  // After next() gave nothing: whether the closing bracket was there.
  bool complete() const { return complete_; }
  // What stands behind the closing bracket, or where the text broke off.
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool complete_ = false;
};

// If `text` is an object whose first key is `key` and that key's value is an array: the text from
// '[' on.
std::optional<std::string_view> leading_array(std::string_view text, std::string_view key);

std::string_view skip_space(std::string_view text);

}  // namespace riposte::json
