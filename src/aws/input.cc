#include "aws/input.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/inflate.h"
#include "base/text.h"

namespace riposte::aws {
namespace {

std::string nearest_member(std::span<const Member> members, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Member& member : members) {
    if (base::equals_ignore_case(member.name, name)) return std::string(member.name);
    names.push_back(member.name);
  }
  return base::nearest(name, names);
}

// Walks over the value and, where there is one, the text it came from.
class Conformer {
 public:
  Conformer(const Service& service, const IsUnknown& is_unknown)
      : service_(service), is_unknown_(is_unknown) {}

  void conform(const Member& member, Value& value, const json::Value* written) {
    if (is_unknown_ && written != nullptr && is_unknown_(*written)) return;
    if (++depth_ > kInputDepthMax) {
      complain(written, fmt::format("nested deeper than {}", kInputDepthMax));
    } else {
      // A JSON value that is written as text may be anything.
      if (!member.json_value) conform_shape(service_.shape(member), value, written);
    }
    --depth_;
  }

  std::vector<Problem> take() && { return std::move(problems_); }

 private:
  // Puts a step behind the path for as long as it lives.
  class Step {
   public:
    Step(std::string& path, std::string_view name) : path_(path), length_(path.size()) {
      if (!path.empty()) path += '.';
      path += name;
    }
    Step(std::string& path, std::size_t index) : path_(path), length_(path.size()) {
      path += fmt::format("[{}]", index);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { path_.resize(length_); }

   private:
    std::string& path_;
    std::size_t length_;
  };

  void complain(const json::Value* written, std::string message, std::string hint = {}) {
    problems_.push_back({path_, std::move(message), std::move(hint),
                         written == nullptr ? base::Place() : written->place()});
  }
  void expect(std::string_view expected, const Value& value, const json::Value* written) {
    complain(written, fmt::format("expected {}, not {}", expected, kind_of(value)));
  }

  void conform_shape(const Shape& shape, Value& value, const json::Value* written) {
    if (shape.is_document) return;
    switch (shape.type) {
      case Type::Structure:
        return conform_structure(shape, value, written);
      case Type::List:
        return conform_list(shape, value, written);
      case Type::Map:
        return conform_map(shape, value, written);
      case Type::String:
        if (value.text() == nullptr) expect("text", value, written);
        return;
      case Type::Boolean:
        if (value.boolean() == nullptr) expect("true or false", value, written);
        return;
      case Type::Integer:
      case Type::Long:
        return conform_whole(shape, value, written);
      case Type::Float:
      case Type::Double:
        return conform_real(value, written);
      case Type::Blob:
        return conform_blob(value, written);
      case Type::Timestamp:
        return conform_time(value, written);
    }
  }

  void conform_structure(const Shape& shape, Value& value, const json::Value* written) {
    Value::Object* object = value.object();
    if (object == nullptr) return expect("an object", value, written);
    const std::span<const Member> members = service_.members(shape);
    for (Value::Member& entry : *object) {
      const json::Value* place = written == nullptr ? nullptr : written->find(entry.name);
      const Member* member = service_.member(shape, entry.name);
      if (member == nullptr) {
        const std::string meant = nearest_member(members, entry.name);
        complain(place, fmt::format("unknown member \"{}\"", entry.name),
                 meant.empty() ? "" : fmt::format("did you mean \"{}\"?", meant));
      } else if (!entry.value.is_null()) {
        const Step step(path_, entry.name);
        if (std::count_if(object->begin(), object->end(), [&](const Value::Member& other) {
              return other.name == entry.name;
            }) > 1) {
          complain(place, "stands twice");
        }
        conform(*member, entry.value, place);
      }
    }
    std::erase_if(*object, [](const Value::Member& entry) { return entry.value.is_null(); });
    for (const Member& member : members) {
      if (member.required && !member.idempotency_token && value.find(member.name) == nullptr) {
        complain(written, fmt::format("member \"{}\" is missing", member.name));
      }
    }
    if (shape.is_union && object->size() != 1) {
      complain(written, fmt::format("exactly one member is wanted, not {}", object->size()));
    }
  }

  void conform_list(const Shape& shape, Value& value, const json::Value* written) {
    Value::List* list = value.list();
    if (list == nullptr) return expect("a list", value, written);
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Step step(path_, i);
      conform(service_.element(shape), (*list)[i],
              written == nullptr ? nullptr : &written->items()[i]);
    }
  }

  void conform_map(const Shape& shape, Value& value, const json::Value* written) {
    Value::Object* object = value.object();
    if (object == nullptr) return expect("an object", value, written);
    for (Value::Member& entry : *object) {
      const Step step(path_, entry.name);
      conform(service_.value(shape), entry.value,
              written == nullptr ? nullptr : written->find(entry.name));
    }
  }

  void conform_whole(const Shape& shape, Value& value, const json::Value* written) {
    if (const double* real = value.real()) {
      // 3.0 is three; what is beyond 2^53 is not known exactly.
      if (*real == std::floor(*real) && std::abs(*real) <= 9007199254740992.0) {
        value = static_cast<std::int64_t>(*real);
      }
    }
    const std::int64_t* whole = value.integer();
    if (whole == nullptr) return expect("a whole number", value, written);
    if (shape.type == Type::Integer && *whole != static_cast<std::int32_t>(*whole)) {
      complain(written, "expected a whole number of 32 bits");
    }
  }

  void conform_real(Value& value, const json::Value* written) {
    if (const std::int64_t* whole = value.integer()) value = static_cast<double>(*whole);
    if (value.text() != nullptr) {
      const std::optional<double> named = parse_real(*value.text());
      if (named && !std::isfinite(*named)) value = *named;
    }
    if (value.real() == nullptr) expect("a number", value, written);
  }

  void conform_blob(Value& value, const json::Value* written) {
    if (value.blob() != nullptr) return;
    if (value.text() == nullptr) return expect("bytes as text in base64", value, written);
    base::Result<std::string> bytes = base::decode_base64(*value.text());
    if (!bytes.ok()) return complain(written, bytes.error().message);
    value = Blob{std::move(bytes).value()};
  }

  void conform_time(Value& value, const json::Value* written) {
    if (value.time() != nullptr) return;
    std::optional<base::EventTime> time;
    if (const std::int64_t* whole = value.integer()) {
      time = time_from_seconds(static_cast<double>(*whole));
    } else if (const double* real = value.real()) {
      time = time_from_seconds(*real);
    } else if (const std::string* text = value.text()) {
      time = parse_time_text(*text);
    } else {
      return expect("a time", value, written);
    }
    if (!time)
      return complain(written, "not a time: write 2026-01-31T18:37:58Z, or seconds since 1970");
    value = *time;
  }

  const Service& service_;
  const IsUnknown& is_unknown_;
  std::string path_;
  std::size_t depth_ = 0;
  std::vector<Problem> problems_;
};

std::vector<Problem> conform_input(const Service& service, const Operation& operation, Value& input,
                                   const json::Value* written, const IsUnknown& is_unknown) {
  if (input.is_null()) input = Value::Object();
  if (!operation.input) {
    if (input.object() != nullptr && input.object()->empty()) return {};
    return {{{}, fmt::format("{} takes no parameters", operation.name), {}, {}}};
  }
  Conformer conformer(service, is_unknown);
  conformer.conform(*operation.input, input, written);
  return std::move(conformer).take();
}

}  // namespace

std::string to_text(const Problem& problem) {
  std::string text = problem.path;
  if (!text.empty()) text += ": ";
  text += problem.message;
  if (!problem.hint.empty()) text += "; " + problem.hint;
  return text;
}

std::vector<Problem> conform(const Service& service, const Operation& operation, Value& input) {
  return conform_input(service, operation, input, nullptr, {});
}

std::optional<Value> read_input(const Service& service, const Operation& operation,
                                const json::Value& written, base::Diagnostics& diagnostics,
                                const IsUnknown& is_unknown) {
  Value input = from_json(written);
  const std::vector<Problem> problems =
      conform_input(service, operation, input, &written, is_unknown);
  for (const Problem& problem : problems) {
    const std::string where = problem.path.empty() ? "" : problem.path + ": ";
    diagnostics.error(problem.place, "aws-input", where + problem.message, problem.hint);
  }
  if (!problems.empty()) return std::nullopt;
  return input;
}

}  // namespace riposte::aws
