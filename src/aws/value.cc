#include "aws/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/json_text.h"
#include "base/text.h"
#include "json/writer.h"

namespace riposte::aws {
namespace {

void write(json::Writer& writer, const Value& value) {
  if (const bool* flag = value.boolean()) return writer.value(*flag);
  if (const std::int64_t* number = value.integer()) return writer.value(*number);
  if (const double* number = value.real()) {
    return std::isfinite(*number) ? writer.value(*number) : writer.value(real_text(*number));
  }
  if (const std::string* text = value.text()) return writer.value(*text);
  if (const Blob* blob = value.blob()) return writer.value(encode_base64(blob->bytes));
  if (const base::EventTime* time = value.time()) return writer.value(base::format_time(*time));
  if (const Value::List* list = value.list()) {
    return writer.array([&] {
      for (const Value& item : *list)
        write(writer, item);
    });
  }
  if (const Value::Object* object = value.object()) {
    return writer.object([&] {
      for (const Value::Member& member : *object) {
        writer.key(member.name);
        write(writer, member.value);
      }
    });
  }
  writer.null();
}

}  // namespace

Value::Value() = default;
Value::Value(bool flag) : content_(flag) {}
Value::Value(int number) : content_(std::int64_t{number}) {}
Value::Value(std::int64_t number) : content_(number) {}
Value::Value(double number) : content_(number) {}
Value::Value(const char* text) : content_(std::string(text)) {}
Value::Value(std::string_view text) : content_(std::string(text)) {}
Value::Value(std::string text) : content_(std::move(text)) {}
Value::Value(Blob blob) : content_(std::move(blob)) {}
Value::Value(base::EventTime time) : content_(time) {}
Value::Value(List list) : content_(std::move(list)) {}
Value::Value(Object object) : content_(std::move(object)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

bool operator==(const Value& a, const Value& b) { return a.content_ == b.content_; }

const Value* Value::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(),
                                  [name](const Member& member) { return member.name == name; });
  return found == members->end() ? nullptr : &found->value;
}

const Value* Value::at(std::string_view dotted_path) const {
  const Value* value = this;
  for (std::string_view name : base::split(dotted_path, '.')) {
    value = value->find(name);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view Value::text_at(std::string_view dotted_path) const {
  const Value* value = at(dotted_path);
  const std::string* found = value == nullptr ? nullptr : value->text();
  return found == nullptr ? std::string_view() : *found;
}

void Value::set(std::string_view name, Value value) {
  if (object() == nullptr) content_ = Object();
  Object& members = *object();
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const Member& member) { return member.name == name; });
  if (found == members.end()) {
    members.push_back({std::string(name), std::move(value)});
  } else {
    found->value = std::move(value);
  }
}

std::string_view kind_of(const Value& value) {
  if (value.boolean() != nullptr) return "true or false";
  if (value.integer() != nullptr || value.real() != nullptr) return "a number";
  if (value.text() != nullptr) return "text";
  if (value.blob() != nullptr) return "bytes";
  if (value.time() != nullptr) return "a time";
  if (value.list() != nullptr) return "a list";
  return value.object() != nullptr ? "an object" : "null";
}

std::string to_json(const Value& value) {
  json::Writer writer;
  write(writer, value);
  return std::move(writer).take();
}

std::string json_text(const Value& value) {
  return value.text() == nullptr ? to_json(value) : *value.text();
}

std::string scalar_text(const Value& value, TimeFormat format, TimeFormat otherwise) {
  if (const bool* flag = value.boolean()) return *flag ? "true" : "false";
  if (const std::int64_t* number = value.integer()) return std::to_string(*number);
  if (const double* number = value.real()) return real_text(*number);
  if (const std::string* text = value.text()) return *text;
  if (const Blob* blob = value.blob()) return encode_base64(blob->bytes);
  const base::EventTime* time = value.time();
  return time == nullptr ? std::string()
                         : time_text(*time, format == TimeFormat::Default ? otherwise : format);
}

Value number_from(std::string_view text) {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc() && end == text.data() + text.size()) return whole;
  const std::optional<double> real = base::parse_number(text);
  return real ? Value(*real) : Value();
}

Value from_json(const json::Value& value) {
  switch (value.kind()) {
    case json::Value::Kind::Null:
      return {};
    case json::Value::Kind::Bool:
      return value.as_bool().value_or(false);
    case json::Value::Kind::Number:
      return number_from(value.text());
    case json::Value::Kind::String:
      return value.text();
    case json::Value::Kind::Array: {
      Value::List list;
      for (const json::Value& item : value.items())
        list.push_back(from_json(item));
      return list;
    }
    case json::Value::Kind::Object: {
      Value::Object object;
      for (const json::Value::Member& member : value.members())
        object.push_back({member.key, from_json(member.value)});
      return object;
    }
  }
  return {};
}

Value from_json(const json::RawValue& value) {
  switch (value.kind()) {
    case json::Kind::Null:
      return {};
    case json::Kind::False:
      return false;
    case json::Kind::True:
      return true;
    case json::Kind::Number:
      return number_from(value.text());
    case json::Kind::String: {
      std::string buffer;
      return value.text(buffer);
    }
    case json::Kind::Array: {
      Value::List list;
      for (const json::RawValue item : json::elements(value))
        list.push_back(from_json(item));
      return list;
    }
    case json::Kind::Object: {
      Value::Object object;
      for (const json::RawMember member : json::members(value))
        object.push_back({key_text(member), from_json(member.value)});
      return object;
    }
  }
  return {};
}

}  // namespace riposte::aws
