#include "api_values.h"

#include <algorithm>

#include "base/percent.h"

namespace riposte::conformance {
namespace {

void sort_members(aws::Value& value) {
  if (aws::Value::List* list = value.list()) {
    for (aws::Value& item : *list)
      sort_members(item);
  }
  if (aws::Value::Object* object = value.object()) {
    for (aws::Value::Member& member : *object)
      sort_members(member.value);
    std::sort(object->begin(), object->end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }
}

}  // namespace

aws::Value as_modelled(const aws::Service& service, const aws::Member& member, aws::Value value) {
  const aws::Shape& shape = service.shape(member);
  if (shape.is_document || member.json_value) return value;
  if (aws::Value::List* list = value.list(); list != nullptr && shape.type == aws::Type::List) {
    for (aws::Value& item : *list)
      item = as_modelled(service, service.element(shape), std::move(item));
  }
  if (aws::Value::Object* object = value.object()) {
    for (aws::Value::Member& entry : *object) {
      const aws::Member* inner = shape.type == aws::Type::Map ? &service.value(shape)
                                 : shape.type == aws::Type::Structure
                                     ? service.member(shape, entry.name)
                                     : nullptr;
      if (inner != nullptr) entry.value = as_modelled(service, *inner, std::move(entry.value));
    }
  }
  const std::int64_t* whole = value.integer();
  const double* real = value.real();
  switch (shape.type) {
    case aws::Type::Blob:
      return value.text() == nullptr ? value : aws::Value(aws::Blob{*value.text()});
    case aws::Type::Timestamp: {
      if (value.text() != nullptr) {
        const auto read = aws::parse_time_text(*value.text());
        return read ? aws::Value(*read) : value;
      }
      if (whole == nullptr && real == nullptr) return value;
      const auto time = aws::time_from_seconds(whole != nullptr ? double(*whole) : *real);
      return time ? aws::Value(*time) : value;
    }
    case aws::Type::Float:
    case aws::Type::Double: {
      if (whole != nullptr) return static_cast<double>(*whole);
      const auto named = value.text() == nullptr ? std::nullopt : aws::parse_real(*value.text());
      return named ? aws::Value(*named) : value;
    }
    case aws::Type::String:
      // Riposte gives IAM's policies without their escapes; a recorded answer may have them.
      return shape.name == "policyDocumentType" && value.text() != nullptr
                 ? aws::Value(base::percent_decode(*value.text()))
                 : value;
    default:
      return value;
  }
}

std::string canonical(aws::Value value) {
  sort_members(value);
  return aws::to_json(value);
}

}  // namespace riposte::conformance
