#include "json/value.h"

#include <algorithm>

#include "base/text.h"
#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::json {

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::optional<bool> Value::as_bool() const {
  if (kind_ != Kind::Bool) return std::nullopt;
  return text_[0] == 't' || text_[0] == 'T';
}

std::optional<double> Value::as_number() const {
  return kind_ == Kind::Number ? base::parse_number(text_) : std::nullopt;
}

void Value::add(Value item) { items_.push_back(std::move(item)); }

void Value::add(std::string key, base::Place key_place, Value value) {
  members_.push_back({std::move(key), key_place, std::move(value)});
}

std::string_view name_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::Null:
      return "nothing";
    case Value::Kind::Bool:
      return "true or false";
    case Value::Kind::Number:
      return "a number";
    case Value::Kind::String:
      return "text";
    case Value::Kind::Array:
      return "a list";
    case Value::Kind::Object:
      return "a map";
  }
  return "?";
}

namespace {

void write(const Value& value, Writer& writer) {
  switch (value.kind()) {
    case Value::Kind::Null:
      return writer.null();
    case Value::Kind::Bool:
      return writer.value(*value.as_bool());
    case Value::Kind::Number: {
      // As written where JSON allows it; YAML's 0x10, +1 or .5 become the number they mean, or
      // text.
      const auto parsed = OwnedDocument::parse(value.text());
      if (parsed.ok()) return writer.value(parsed->root());
      if (const std::optional<double> number = value.as_number()) return writer.value(*number);
      return writer.value(value.text());
    }
    case Value::Kind::String:
      return writer.value(value.text());
    case Value::Kind::Array:
      return writer.array([&] {
        for (const Value& item : value.items())
          write(item, writer);
      });
    case Value::Kind::Object:
      return writer.object([&] {
        for (const Value::Member& member : value.members()) {
          writer.key(member.key);
          write(member.value, writer);
        }
      });
  }
}

// Copies a parsed document, finding places by how far each node's text lies in the source.
class Copier {
 public:
  explicit Copier(std::string_view source) : source_(source) {
    for (std::size_t i = 0; i < source.size(); ++i) {
      if (source[i] == '\n') line_begins_.push_back(i + 1);
    }
  }

  Value copy(const Node& node) {
    if (!node.is_container()) return scalar(node);
    Value value(node.is(Kind::Object) ? Value::Kind::Object : Value::Kind::Array, {},
                place_at(offset_of(node.text)));
    position_ = offset_of(node.text) + 1;
    for (const Node& child : children(node)) {
      if (node.is(Kind::Array)) {
        value.add(copy(child));
      } else {
        const base::Place key_place = next_token();
        skip_string();
        skip_to_value();
        value.add(std::string(child.key), key_place, copy(child));
      }
    }
    position_ = offset_of(node.text) + node.text.size();
    return value;
  }

 private:
  Value scalar(const Node& node) {
    const base::Place place = next_token();
    if (node.is_string()) {
      skip_string();
    } else {
      position_ += node.text.size();
    }
    switch (node.kind) {
      case Kind::Null:
        return {Value::Kind::Null, "null", place};
      case Kind::True:
      case Kind::False:
        return {Value::Kind::Bool, std::string(node.text), place};
      case Kind::Number:
        return {Value::Kind::Number, std::string(node.text), place};
      default:
        return {Value::Kind::String, std::string(node.text), place};
    }
  }

  // The place of the next character that is neither white space nor a comma or colon.
  base::Place next_token() {
    skip_to_value();
    return place_at(position_);
  }

  void skip_to_value() {
    while (position_ < source_.size() &&
           std::string_view(" \t\r\n,:").find(source_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  void skip_string() {
    for (++position_; position_ < source_.size() && source_[position_] != '"'; ++position_) {
      if (source_[position_] == '\\') ++position_;
    }
    ++position_;
  }

  std::size_t offset_of(std::string_view text) const {
    return static_cast<std::size_t>(text.data() - source_.data());
  }

  base::Place place_at(std::size_t offset) const {
    const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
    const std::size_t line = static_cast<std::size_t>(after - line_begins_.begin());
    return {line, offset - line_begins_[line - 1] + 1};
  }

  std::string_view source_;
  std::vector<std::size_t> line_begins_ = {0};
  std::size_t position_ = 0;
};

}  // namespace

std::string to_json(const Value& value) {
  Writer writer;
  write(value, writer);
  return std::move(writer).take();
}

std::optional<Value> read_json(std::string_view text, base::Diagnostics& diagnostics,
                               RepeatedKeys repeated_keys) {
  std::string padded(text);
  padded.reserve(text.size() + kPadding);
  Parser parser;
  Document document;
  const base::Status parsed = parser.parse(padded, document, repeated_keys);
  if (!parsed.ok()) {
    diagnostics.error({1, 1}, "json-syntax", parsed.error().message);
    return std::nullopt;
  }
  return Copier(padded).copy(document.front());
}

}  // namespace riposte::json
