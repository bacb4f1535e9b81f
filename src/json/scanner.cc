#include "json/scanner.h"

#include <algorithm>
#include <string>

#include <simdjson.h>

namespace riposte::json {

using base::Done;
using base::Errc;
using base::Error;
using base::Status;
using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

static_assert(kPadding >= simdjson::SIMDJSON_PADDING, "simdjson reads this far beyond the text");

namespace {

// Objects with more members than this are checked for repeated keys by sorting instead of pairwise.
constexpr std::size_t kPairwiseMembersMax = 48;

}  // namespace

struct Parser::State {
  ondemand::parser parser;
  std::vector<std::string_view> keys;
};

namespace {

// Builds the nodes of one text. simdjson's cursor only moves forward, so a container's size and
// text are filled in when its end is reached.
class Builder {
 public:
  Builder(std::string_view bytes, Document& document, std::vector<std::string_view>& keys,
          RepeatedKeys repeated_keys)
      : bytes_(bytes), document_(document), keys_(keys), repeated_keys_(repeated_keys) {}

  error_code build(ondemand::document& root) {
    ondemand::json_type type;
    if (error_code error = root.type().get(type)) return error;
    if (type == ondemand::json_type::object || type == ondemand::json_type::array) {
      ondemand::value value;
      if (error_code error = root.get_value().get(value)) return error;
      if (error_code error = add(value, {}, 1)) return error;
      return root.current_location().error() == simdjson::OUT_OF_BOUNDS
                 ? simdjson::SUCCESS
                 : simdjson::TRAILING_CONTENT;
    }
    return add_scalar_root(root, type);
  }

  // What our own limits refused, or empty.
  const std::string& refusal() const { return refusal_; }
  Errc refusal_code() const { return refusal_code_; }
  std::size_t offset() const { return offset_; }

 private:
  error_code refuse(Errc code, std::string reason) {
    refusal_code_ = code;
    refusal_ = std::move(reason);
    return simdjson::UNEXPECTED_ERROR;
  }

  error_code add(ondemand::value value, std::string_view key, std::size_t depth) {
    if (document_.size() >= kNodesMax) {
      return refuse(Errc::Limit, "more than " + std::to_string(kNodesMax) + " values in one event");
    }
    ondemand::json_type type;
    if (error_code error = value.type().get(type)) return error;
    const std::string_view token = value.raw_json_token();
    offset_ = static_cast<std::size_t>(token.data() - bytes_.data());
    end_ = token.data() + token.size();  // where the next token begins
    switch (type) {
      case ondemand::json_type::object:
        return add_object(value, key, depth, token.data());
      case ondemand::json_type::array:
        return add_array(value, key, depth, token.data());
      case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text)) text = without_quotes(token);
        push(text, key, Kind::String);
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::number: {
        ondemand::number number;
        const error_code error = value.get_number().get(number);
        // Beyond 64 bits or the range of a double: simdjson refuses to convert what we only keep as
        // written.
        const std::string_view text = trimmed(token);
        if (error && !is_number(text)) return error;
        push(text, key, Kind::Number);
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::boolean: {
        bool flag = false;
        if (error_code error = value.get_bool().get(flag)) return error;
        push(flag ? "true" : "false", key, flag ? Kind::True : Kind::False);
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::null: {
        bool is_null = false;
        if (error_code error = value.is_null().get(is_null)) return error;
        if (!is_null) return simdjson::N_ATOM_ERROR;
        push("null", key, Kind::Null);
        return simdjson::SUCCESS;
      }
    }
    return simdjson::TAPE_ERROR;
  }

  error_code add_object(ondemand::value& value, std::string_view key, std::size_t depth,
                        const char* begin) {
    if (depth > kDepthMax)
      return refuse(Errc::Limit, "nested deeper than " + std::to_string(kDepthMax) + " levels");
    const std::size_t index = push({}, key, Kind::Object);
    ondemand::object object;
    if (error_code error = value.get_object().get(object)) return error;
    for (auto field : object) {
      if (error_code error = field.error()) return error;
      ondemand::raw_json_string raw_name = field.key();
      std::string_view name;
      if (field.unescaped_key().get(name))
        name = std::string_view(raw_name.raw(), key_length(raw_name.raw()));
      ondemand::value member;
      if (error_code error = field.value().get(member)) return error;
      if (error_code error = add(member, name, depth + 1)) return error;
    }
    close(index, begin);
    return repeated_keys_ == RepeatedKeys::Allowed ? simdjson::SUCCESS : check_keys(index);
  }

  error_code add_array(ondemand::value& value, std::string_view key, std::size_t depth,
                       const char* begin) {
    if (depth > kDepthMax)
      return refuse(Errc::Limit, "nested deeper than " + std::to_string(kDepthMax) + " levels");
    const std::size_t index = push({}, key, Kind::Array);
    ondemand::array array;
    if (error_code error = value.get_array().get(array)) return error;
    for (auto element : array) {
      ondemand::value item;
      if (error_code error = element.get(item)) return error;
      if (error_code error = add(item, {}, depth + 1)) return error;
    }
    close(index, begin);
    return simdjson::SUCCESS;
  }

  error_code add_scalar_root(ondemand::document& root, ondemand::json_type type) {
    std::string_view token;
    if (error_code error = root.raw_json_token().get(token)) return error;
    if (type == ondemand::json_type::string) {
      std::string_view text;
      if (root.get_string().get(text)) text = without_quotes(token);
      push(text, {}, Kind::String);
      return simdjson::SUCCESS;
    }
    const std::string_view text = trimmed(token);
    if (text == "null") {
      push(text, {}, Kind::Null);
    } else if (text == "true" || text == "false") {
      push(text, {}, text == "true" ? Kind::True : Kind::False);
    } else if (is_number(text)) {
      push(text, {}, Kind::Number);
    } else {
      return simdjson::TAPE_ERROR;
    }
    return simdjson::SUCCESS;
  }

  std::size_t push(std::string_view text, std::string_view key, Kind kind) {
    document_.push_back({text, key, 1, kind});
    return document_.size() - 1;
  }

  // Only white space stands between the end of the last child and the closing bracket.
  void close(std::size_t index, const char* begin) {
    Node& node = document_[index];
    node.size = static_cast<std::uint32_t>(document_.size() - index);
    const char* end = node.size == 1 ? begin + 1 : end_;
    const char closing = node.kind == Kind::Object ? '}' : ']';
    while (*end != closing)
      ++end;
    end_ = end + 1;
    node.text = std::string_view(begin, static_cast<std::size_t>(end_ - begin));
  }

  error_code check_keys(std::size_t index) {
    const Node& object = document_[index];
    keys_.clear();
    for (const Node& child : children(object))
      keys_.push_back(child.key);
    if (keys_.size() <= kPairwiseMembersMax) {
      for (std::size_t i = 1; i < keys_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (keys_[i] == keys_[j]) return repeated(keys_[i], object);
        }
      }
      return simdjson::SUCCESS;
    }
    std::sort(keys_.begin(), keys_.end());
    const auto twin = std::adjacent_find(keys_.begin(), keys_.end());
    return twin == keys_.end() ? simdjson::SUCCESS : repeated(*twin, object);
  }

  error_code repeated(std::string_view key, const Node& object) {
    offset_ = static_cast<std::size_t>(object.text.data() - bytes_.data());
    return refuse(Errc::Invalid,
                  "the key \"" + std::string(key.substr(0, 80)) + "\" stands twice in one object");
  }

  static std::string_view trimmed(std::string_view token) {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ')
      token.remove_suffix(1);
    return token;
  }

  static std::size_t key_length(const char* raw) {
    std::size_t length = 0;
    while (raw[length] != '"')
      length += raw[length] == '\\' ? 2 : 1;
    return length;
  }

  static std::string_view without_quotes(std::string_view token) {
    token = trimmed(token);
    return token.size() >= 2 ? token.substr(1, token.size() - 2) : std::string_view();
  }

  // The number grammar of RFC 8259, for the numbers no machine type holds.
  static bool is_number(std::string_view text) {
    const auto digits = [&] {
      std::size_t count = 0;
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        text.remove_prefix(1);
        ++count;
      }
      return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool leading_zero = text.starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
      text.remove_prefix(1);
      if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    return text.empty();
  }

  std::string_view bytes_;
  Document& document_;
  std::vector<std::string_view>& keys_;
  RepeatedKeys repeated_keys_;
  const char* end_ = nullptr;
  std::size_t offset_ = 0;
  std::string refusal_;
  Errc refusal_code_ = Errc::Invalid;
};

std::string reason_of(error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "nothing but white space";
    case simdjson::UTF8_ERROR:
      return "invalid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a control character stands unescaped in a string";
    case simdjson::DEPTH_ERROR:
      return "nested deeper than " + std::to_string(kDepthMax) + " levels";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "the text ends inside an object or array";
    case simdjson::TRAILING_CONTENT:
      return "more text behind the value";
    case simdjson::CAPACITY:
      return "too large";
    case simdjson::NUMBER_ERROR:
      return "not a number";
    default:
      return "not JSON";
  }
}

}  // namespace

Parser::Parser() : state_(std::make_unique<State>()) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Status Parser::parse(std::string_view bytes, Document& document, RepeatedKeys repeated_keys) {
  document.clear();
  const simdjson::padded_string_view padded(bytes.data(), bytes.size(), bytes.size() + kPadding);
  ondemand::document root;
  Builder builder(bytes, document, state_->keys, repeated_keys);
  error_code error = state_->parser.iterate(padded).get(root);
  if (!error) error = builder.build(root);
  if (!error) return Done{};
  document.clear();
  const bool ours = !builder.refusal().empty();
  return Error{ours                             ? builder.refusal_code()
               : error == simdjson::DEPTH_ERROR ? Errc::Limit
                                                : Errc::Invalid,
               (ours ? builder.refusal() : reason_of(error)) + " (near byte " +
                   std::to_string(builder.offset()) + ")"};
}

base::Result<OwnedDocument> OwnedDocument::parse(std::string_view text) {
  OwnedDocument owned;
  owned.text_->reserve(text.size() + kPadding);
  owned.text_->assign(text);
  TRY(owned.parser_.parse(*owned.text_, owned.nodes_));
  return owned;
}

}  // namespace riposte::json
