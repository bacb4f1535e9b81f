// The gate to yaml-cpp: text to Values, its exceptions caught here.

#include <map>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/text.h"
#include "json/scanner.h"
#include "json/value.h"

// Tested by src/json/value_test.cc

namespace riposte::json {
namespace {

base::Place place_of(const YAML::Mark& mark) {
  return {static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1)};
}

bool is_yaml_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  bool digits = false;
  bool point = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits = true;
    } else if (c == '.' && !point) {
      point = true;
    } else if ((c == 'e' || c == 'E') && digits) {
      std::string_view exponent = text.substr(i + 1);
      if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
      return !exponent.empty() &&
             exponent.find_first_not_of("0123456789") == std::string_view::npos;
    } else {
      return false;
    }
  }
  return digits;
}

// YAML 1.2 core schema for plain scalars; a tag of "!" or "!!str", or quotes, make text of
// anything.
Value::Kind kind_of(const std::string& tag, const std::string& text) {
  if (tag == "!" || tag == "tag:yaml.org,2002:str") return Value::Kind::String;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return Value::Kind::Null;
  for (std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    if (text == word) return Value::Kind::Bool;
  }
  return is_yaml_number(text) ? Value::Kind::Number : Value::Kind::String;
}

// Something that ends the reading, with its place; never leaves this file.
struct Refusal {
  base::Place place;
  std::string code;
  std::string message;
};

// Builds Values from yaml-cpp's events. Containers under construction stand on a stack; a map's key
// waits until its value is complete.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  const YAML::Mark& start() const { return start_; }
  bool has_document() const { return has_document_; }
  Value take() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    complete({Value::Kind::Null, "null", place_of(mark)}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Refusal{place_of(mark), "yaml-syntax", "an alias stands inside what it names"};
    count(place_of(mark), count_of(found->second));
    complete(found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const Value::Kind kind = kind_of(tag, text);
    complete({kind, kind == Value::Kind::Null ? "null" : text, place_of(mark)}, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Value::Kind::Array, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Value::Kind::Object, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Value container;
    YAML::anchor_t anchor;
    bool has_key = false;
    std::string key;
    base::Place key_place;
    std::set<std::string> keys;
  };

  void open(Value::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (stack_.size() >= kDepthMax) {
      throw Refusal{place_of(mark), "yaml-limit",
                    "nested deeper than " + std::to_string(kDepthMax) + " levels"};
    }
    stack_.push_back({Value(kind, {}, place_of(mark)), anchor, false, {}, {}, {}});
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    complete(std::move(frame.container), frame.anchor);
  }

  void complete(Value value, YAML::anchor_t anchor) {
    count(value.place(), 1);
    if (anchor != 0) anchors_[anchor] = value;
    if (stack_.empty()) {
      document_ = std::move(value);
      has_document_ = true;
      return;
    }
    Frame& frame = stack_.back();
    if (frame.container.is_array()) {
      frame.container.add(std::move(value));
    } else if (frame.has_key) {
      frame.has_key = false;
      frame.container.add(std::move(frame.key), frame.key_place, std::move(value));
    } else {
      take_key(frame, value);
    }
  }

  void take_key(Frame& frame, const Value& key) {
    if (!key.is_scalar())
      throw Refusal{key.place(), "yaml-syntax",
                    "a key must be text, not " + std::string(name_of(key.kind()))};
    if (!frame.keys.insert(key.text()).second) {
      diagnostics_.error(key.place(), "yaml-duplicate-key",
                         "the key \"" + key.text() + "\" stands twice in one map",
                         "only one of them would count: keep one");
    }
    frame.has_key = true;
    frame.key = key.text();
    frame.key_place = key.place();
  }

  void count(base::Place place, std::size_t nodes) {
    count_ += nodes;
    if (count_ > kYamlNodesMax) {
      throw Refusal{place, "yaml-limit",
                    "more than " + std::to_string(kYamlNodesMax) + " values, aliases expanded"};
    }
  }

  static std::size_t count_of(const Value& value) {
    std::size_t nodes = 1;
    for (const Value& item : value.items())
      nodes += count_of(item);
    for (const Value::Member& member : value.members())
      nodes += count_of(member.value);
    return nodes;
  }

  base::Diagnostics& diagnostics_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Value> anchors_;
  std::size_t count_ = 0;
  Value document_;
  bool has_document_ = false;
  YAML::Mark start_;
};

// yaml-cpp reads recursively: a text that nests deeper than this would exhaust the stack before our
// handler sees a single event. Brackets nest in flow style; in block style what nests is indented,
// or follows a row of "- " and "? ".
constexpr std::size_t kOpenBracketsMax = 4 * kDepthMax;
constexpr std::size_t kIndentMax = 8 * kDepthMax;

std::size_t open_brackets(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return deepest;
}

std::size_t widest_indent(std::string_view text) {
  std::size_t widest = 0;
  for (std::string_view line : base::split(text, '\n')) {
    widest = std::max(widest, std::min(line.size(), line.find_first_not_of(" \t-?:")));
  }
  return widest;
}

}  // namespace

std::vector<Value> read_yaml(std::string_view text, base::Diagnostics& diagnostics) {
  std::vector<Value> documents;
  if (open_brackets(text) > kOpenBracketsMax || widest_indent(text) > kIndentMax) {
    diagnostics.error({}, "yaml-limit",
                      "nested deeper than " + std::to_string(kDepthMax) + " levels");
    return documents;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    int last_start = -1;
    while (true) {
      Builder builder(diagnostics);
      if (!parser.HandleNextDocument(builder)) break;
      // yaml-cpp gives an empty document where it stumbles over a stray "," or "}", and does not
      // step over it.
      if (builder.start().pos == last_start) {
        throw Refusal{place_of(builder.start()), "yaml-syntax", "nothing can begin with this"};
      }
      last_start = builder.start().pos;
      if (builder.has_document()) documents.push_back(builder.take());
    }
  } catch (const YAML::Exception& error) {
    diagnostics.error(error.mark.is_null() ? base::Place{} : place_of(error.mark), "yaml-syntax",
                      error.msg);
  } catch (const Refusal& refusal) {
    diagnostics.error(refusal.place, refusal.code, refusal.message);
  }
  return documents;
}

}  // namespace riposte::json
