#include "aws/shaped.h"

#include <algorithm>

#include "aws/json_text.h"
#include "base/inflate.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

Value shaped_structure(const Service& service, const Shape& shape, Value::Object object) {
  const std::span<const Member> members = service.members(shape);
  Value::Object known;
  known.reserve(std::min(object.size(), members.size()));
  for (Value::Member& entry : object) {
    const auto member = std::find_if(members.begin(), members.end(), [&](const Member& each) {
      return each.wire_name() == entry.name;
    });
    if (member == members.end() || entry.value.is_null()) continue;
    known.push_back({std::string(member->name), shaped(service, *member, std::move(entry.value))});
  }
  return known;
}

Value shaped_scalar(const Shape& shape, Value value) {
  const std::string* text = value.text();
  const std::int64_t* whole = value.integer();
  switch (shape.type) {
    case Type::Blob: {
      if (text == nullptr) return value;
      base::Result<std::string> bytes = base::decode_base64(*text);
      return bytes.ok() ? Value(Blob{std::move(bytes).value()}) : value;
    }
    case Type::Float:
    case Type::Double: {
      if (whole != nullptr) return static_cast<double>(*whole);
      const std::optional<double> number = text == nullptr ? std::nullopt : parse_real(*text);
      return number ? Value(*number) : value;
    }
    case Type::Timestamp: {
      std::optional<base::EventTime> time;
      if (text != nullptr) time = parse_time_text(*text);
      if (whole != nullptr) time = time_from_seconds(static_cast<double>(*whole));
      if (const double* real = value.real()) time = time_from_seconds(*real);
      return time ? Value(*time) : value;
    }
    default:
      return value;
  }
}

}  // namespace

Value shaped(const Service& service, const Member& member, Value value) {
  const Shape& shape = service.shape(member);
  if (shape.is_document) return value;
  if (member.json_value && value.text() != nullptr) {
    const base::Result<JsonText> inner = JsonText::parse(*value.text());
    return inner.ok() ? from_json(inner->root()) : value;
  }
  if (Value::List* list = value.list(); list != nullptr && shape.type == Type::List) {
    for (Value& item : *list)
      item = shaped(service, service.element(shape), std::move(item));
    return value;
  }
  if (Value::Object* object = value.object(); object != nullptr && shape.type == Type::Map) {
    for (Value::Member& entry : *object)
      entry.value = shaped(service, service.value(shape), std::move(entry.value));
    return value;
  }
  if (value.object() != nullptr && shape.type == Type::Structure) {
    return shaped_structure(service, shape, std::move(*value.object()));
  }
  return shaped_scalar(shape, std::move(value));
}

}  // namespace riposte::aws
