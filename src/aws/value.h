#pragma once

// A parameter of a call, or an answer: what JSON can say, and two kinds more, bytes and points in
// time, because the protocols write those differently.
//
// A Value knows nothing of the model. Whoever builds one may write bytes and times as text (base64,
// RFC 3339), as a person does; conform() (input.h) makes of them what the shape asks. Parsed
// answers hold them as what they are, and to_json() prints them as text again.
//
// Members keep their order, and there are few of them: find() is a walk.
//
// Threads: confined to its owner, like any value.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/encoding.h"
#include "base/time.h"
#include "json/document.h"
#include "json/raw_value.h"
#include "json/value.h"

namespace riposte::aws {

struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

class Value {
 public:
  struct Member;
  using List = std::vector<Value>;
  using Object = std::vector<Member>;  // structures and maps alike

  // Implicit on purpose: a call's parameters read as what they are.
  // NOLINTBEGIN(google-explicit-constructor)
  Value();  // null
  Value(bool flag);
  Value(int number);
  Value(std::int64_t number);
  Value(double number);
  Value(const char* text);
  Value(std::string_view text);
  Value(std::string text);
  Value(Blob blob);
  Value(base::EventTime time);
  Value(List list);
  Value(Object object);
  // NOLINTEND(google-explicit-constructor)
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  bool is_null() const { return std::holds_alternative<std::monostate>(content_); }

  // The content, or null where it is of another kind.
  const bool* boolean() const { return std::get_if<bool>(&content_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&content_); }
  const double* real() const { return std::get_if<double>(&content_); }
  const std::string* text() const { return std::get_if<std::string>(&content_); }
  const Blob* blob() const { return std::get_if<Blob>(&content_); }
  const base::EventTime* time() const { return std::get_if<base::EventTime>(&content_); }
  const List* list() const { return std::get_if<List>(&content_); }
  List* list() { return std::get_if<List>(&content_); }
  const Object* object() const { return std::get_if<Object>(&content_); }
  Object* object() { return std::get_if<Object>(&content_); }

  // The member of an object, or null. at() follows names with dots between them.
  const Value* find(std::string_view name) const;
  const Value* at(std::string_view dotted_path) const;
  // The text at a dotted path, or empty where there is none.
  std::string_view text_at(std::string_view dotted_path) const;

  // Makes an object of a null; a member of that name is replaced.
  void set(std::string_view name, Value value);

  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Blob, base::EventTime, List,
               Object>
      content_;
};

struct Value::Member {
  std::string name;
  Value value;
  friend bool operator==(const Member& a, const Member& b) = default;
};

// "text", "a number", "a list", ... for messages.
std::string_view kind_of(const Value& value);

// As JSON: bytes in base64, times as RFC 3339, NaN and the infinities as text.
std::string to_json(const Value& value);

// The JSON that is written as text: of a text the text itself, which its author wrote as JSON.
std::string json_text(const Value& value);

// What the JSON says, with no model in mind. Whole numbers that 64 bits do not hold become reals.
Value from_json(const json::Value& value);
Value from_json(const json::RawValue& value);

// A scalar as the text that it is in XML, forms, headers and paths: true, 5, 1.5, base64, and a
// time in `format`, or in `otherwise` where that is the default.
std::string scalar_text(const Value& value, TimeFormat format, TimeFormat otherwise);

// The text of a JSON number as a Value; null where it is none.
Value number_from(std::string_view text);

}  // namespace riposte::aws
