#pragma once

// What a person wrote, from YAML or JSON alike: one tree in which every node knows its line and
// column, so that a mistake can be shown where it stands. Rules, patterns and configurations are
// read into it; events never are (they are Documents).
//
// Scalars keep their text as written. YAML's plain scalars are typed by its core schema (null, ~
// and nothing; true and false; numbers); everything quoted is a string.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "json/scanner.h"

namespace riposte::json {

class Value {
 public:
  enum class Kind { Null, Bool, Number, String, Array, Object };
  struct Member;

  Value();
  Value(Kind kind, std::string text, base::Place place);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::Null; }
  bool is_bool() const { return kind_ == Kind::Bool; }
  bool is_number() const { return kind_ == Kind::Number; }
  bool is_string() const { return kind_ == Kind::String; }
  bool is_array() const { return kind_ == Kind::Array; }
  bool is_object() const { return kind_ == Kind::Object; }
  bool is_scalar() const { return kind_ < Kind::Array; }

  // String: its content. Number, Bool, Null: as written. Containers: empty.
  const std::string& text() const { return text_; }
  base::Place place() const { return place_; }

  const std::vector<Value>& items() const { return items_; }       // of an array
  const std::vector<Member>& members() const { return members_; }  // of an object, in order

  // The member of an object, or null.
  const Value* find(std::string_view key) const;

  std::optional<bool> as_bool() const;
  std::optional<double> as_number() const;

  void add(Value item);
  void add(std::string key, base::Place key_place, Value value);

 private:
  Kind kind_ = Kind::Null;
  std::string text_;
  base::Place place_;
  std::vector<Value> items_;
  std::vector<Member> members_;
};

struct Value::Member {
  std::string key;
  base::Place key_place;
  Value value;
};

// Here, where Member is complete: clang will not have it otherwise.
inline Value::Value() = default;
inline Value::Value(Kind kind, std::string text, base::Place place)
    : kind_(kind), text_(std::move(text)), place_(place) {}

// "a list", "text", ... for messages.
std::string_view name_of(Value::Kind kind);

// The value as compact JSON, and as one JSON text with the same meaning (numbers as written).
std::string to_json(const Value& value);

// Reads one JSON text. Errors go to `diagnostics` under the code json-syntax. Allowed keys that
// repeat are all members.
std::optional<Value> read_json(std::string_view text, base::Diagnostics& diagnostics,
                               RepeatedKeys repeated_keys = RepeatedKeys::Refused);

// Reads every document of a YAML text (JSON is YAML, too). Refused, with places: syntax errors,
// keys that are not scalars, keys that stand twice, nesting deeper than kDepthMax, and more than
// kYamlNodesMax nodes once aliases are expanded (a few lines of aliases can otherwise ask for
// gigabytes). Code: yaml-syntax, yaml-duplicate-key, yaml-limit.
inline constexpr std::size_t kYamlNodesMax = 200'000;
std::vector<Value> read_yaml(std::string_view text, base::Diagnostics& diagnostics);

}  // namespace riposte::json
