#include "aws/json_body.h"

#include <cmath>

#include "json/writer.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

class JsonWriter {
 public:
  explicit JsonWriter(const Service& service) : service_(service) {}

  // `is_input`: of the operation, whose members may stand elsewhere.
  void write(const Member& member, const Value& value, bool is_input) {
    const Shape& shape = service_.shape(member);
    if (member.json_value) return writer_.value(json_text(value));
    if (shape.is_document) return write_document(value);
    if (value.object() != nullptr && shape.type == Type::Structure) {
      return write_structure(shape, *value.object(), is_input);
    }
    if (value.object() != nullptr) return write_map(shape, *value.object());
    if (const Value::List* list = value.list()) {
      return writer_.array([&] {
        for (const Value& item : *list)
          write(service_.element(shape), item, false);
      });
    }
    if (const base::EventTime* time = value.time()) return write_time(*time, member.time_format);
    write_document(value);
  }

  std::string take() && { return std::move(writer_).take(); }

 private:
  void write_structure(const Shape& shape, const Value::Object& object, bool is_input) {
    writer_.object([&] {
      for (const Value::Member& entry : object) {
        const Member* member = service_.member(shape, entry.name);
        if (member == nullptr || (is_input && member->location != Location::Body)) continue;
        writer_.key(member->wire_name());
        write(*member, entry.value, false);
      }
    });
  }

  void write_map(const Shape& shape, const Value::Object& object) {
    writer_.object([&] {
      for (const Value::Member& entry : object) {
        writer_.key(entry.name);
        write(service_.value(shape), entry.value, false);
      }
    });
  }

  void write_time(base::EventTime time, TimeFormat format) {
    const std::string text = time_text(time, format);
    const bool is_number = format == TimeFormat::Default || format == TimeFormat::Seconds;
    if (!is_number) return writer_.value(text);
    const std::int64_t millis = time.time_since_epoch().count();
    if (millis % 1000 == 0) return writer_.value(millis / 1000);
    writer_.value(static_cast<double>(millis) / 1000);
  }

  // Everything that needs no model.
  void write_document(const Value& value) {
    if (const bool* flag = value.boolean()) return writer_.value(*flag);
    if (const std::int64_t* number = value.integer()) return writer_.value(*number);
    if (const double* number = value.real()) {
      return std::isfinite(*number) ? writer_.value(*number) : writer_.value(real_text(*number));
    }
    if (const std::string* text = value.text()) return writer_.value(*text);
    if (const Blob* blob = value.blob()) return writer_.value(encode_base64(blob->bytes));
    if (const base::EventTime* time = value.time()) return write_time(*time, TimeFormat::Default);
    if (const Value::List* list = value.list()) {
      return writer_.array([&] {
        for (const Value& item : *list)
          write_document(item);
      });
    }
    if (const Value::Object* object = value.object()) {
      return writer_.object([&] {
        for (const Value::Member& entry : *object) {
          writer_.key(entry.name);
          write_document(entry.value);
        }
      });
    }
    writer_.null();
  }

  const Service& service_;
  json::Writer writer_;
};

}  // namespace

std::string write_json(const Service& service, const Member& member, const Value& value) {
  JsonWriter writer(service);
  writer.write(member, value, true);
  return std::move(writer).take();
}

}  // namespace riposte::aws
