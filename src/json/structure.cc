#include "json/structure.h"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

namespace riposte::json {

using base::Done;
using base::Errc;
using base::Error;
using simdjson::error_code;

namespace {

using Implementation = simdjson::internal::dom_parser_implementation;

// Memory of a text that was extraordinary is given back when an ordinary one follows.
constexpr std::size_t kCapacityKept = std::size_t{16} << 20;

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
    case simdjson::CAPACITY:
      return "too large";
    case simdjson::MEMALLOC:
      return "not enough memory";
    default:
      return "not JSON";
  }
}

}  // namespace

struct Structure::State {
  std::unique_ptr<Implementation> implementation;
  std::size_t capacity = 0;
  std::unique_ptr<std::uint32_t[]> closings;
  std::size_t closings_capacity = 0;

  // simdjson's own memory is four times the text; what is not written to stays untouched.
  error_code reserve(std::size_t size) {
    if (size <= capacity && (capacity <= kCapacityKept || size > kCapacityKept / 8)) {
      return simdjson::SUCCESS;
    }
    capacity = std::max<std::size_t>(size + size / 2, 4096);
    implementation.reset();
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, kDepthMax, implementation);
  }

  void reserve_closings(std::size_t count) {
    if (count <= closings_capacity && closings_capacity <= kCapacityKept) return;
    closings_capacity = count + count / 2;
    closings = std::make_unique_for_overwrite<std::uint32_t[]>(closings_capacity);
  }
};

Structure::Structure() : state_(std::make_unique<State>()) {}
Structure::~Structure() = default;
Structure::Structure(Structure&&) noexcept = default;
Structure& Structure::operator=(Structure&&) noexcept = default;

base::Status Structure::index(std::string_view bytes) {
  count_ = 0;
  error_code error = bytes.size() >= UINT32_MAX ? simdjson::CAPACITY
                     : bytes.empty()            ? simdjson::EMPTY
                                                : state_->reserve(bytes.size());
  if (!error) {
    error = state_->implementation->stage1(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                           bytes.size(), simdjson::stage1_mode::regular);
  }
  if (error)
    return Error{error == simdjson::CAPACITY ? Errc::Limit : Errc::Invalid, reason_of(error)};
  count_ = state_->implementation->n_structural_indexes;
  state_->reserve_closings(count_);
  layout_ = {bytes.data(), state_->implementation->structural_indexes.get(),
             state_->closings.get()};
  return Done{};
}

// One function for each rule of the grammar. Each takes the token at which something must begin and
// gives the token behind it, or kBad after noting why.
class Structure::Checker {
 public:
  explicit Checker(Structure& structure)
      : layout_(structure.layout_),
        bytes_(structure.layout_.bytes),
        begins_(structure.layout_.begins),
        closings_(structure.state_->closings.get()),
        count_(structure.count_) {}

  static constexpr std::uint32_t kBad = UINT32_MAX;

  std::uint32_t value(std::uint32_t token, std::size_t depth) {
    return token < count_ ? value_at(token, depth) : end_early();
  }

  bool ended_early() const { return token_ == count_; }
  Errc code() const { return code_; }
  // `first` began the value: bytes are counted from there.
  std::string reason(std::uint32_t first) const {
    return (ended_early() ? "the text ends inside an object or array" : reason_) +
           (" (near byte " + std::to_string(begins_[token_] - begins_[first]) + ")");
  }

 private:
  char char_at(std::uint32_t token) const { return bytes_[begins_[token]]; }

  // Strings and numbers, which most values are, are passed where they stand.
  [[gnu::always_inline]] std::uint32_t value_at(std::uint32_t token, std::size_t depth) {
    const char first = char_at(token);
    if (first == '"') return token + 1;
    if (begins_number(first)) return token + 1;
    return other(token, depth);
  }

  [[gnu::noinline]] std::uint32_t other(std::uint32_t token, std::size_t depth) {
    switch (char_at(token)) {
      case '{':
        return depth < kDepthMax ? object(token, depth + 1) : too_deep(token);
      case '[':
        return depth < kDepthMax ? array(token, depth + 1) : too_deep(token);
      case 'n':
        return literal(token, "null");
      case 't':
        return literal(token, "true");
      case 'f':
        return literal(token, "false");
      default:
        return refuse(token, "not JSON");
    }
  }

  static bool begins_number(char c) { return (c == '-') | (c >= '0' && c <= '9'); }

  // Whether three tokens are a key, a colon, and a string or number, as most members are, and a
  // fourth one follows: one branch for all.
  bool is_plain_member(std::uint32_t token) const {
    if (token + 3 >= count_) return false;
    const char value = char_at(token + 2);
    return (char_at(token) == '"') & (char_at(token + 1) == ':') &
           ((value == '"') | begins_number(value));
  }

  std::uint32_t object(std::uint32_t opening, std::size_t depth) {
    std::uint32_t token = opening + 1;
    if (token < count_ && char_at(token) == '}') return close(opening, token);
    while (true) {
      while (is_plain_member(token)) {
        if (char_at(token + 3) == '}') return close(opening, token + 3);
        if (char_at(token + 3) != ',') break;
        token += 4;
      }
      if (token + 2 >= count_) return end_early();
      if (char_at(token) != '"') return refuse(token, "a key must be a string");
      if (char_at(token + 1) != ':') return refuse(token + 1, "a colon must follow a key");
      token = value_at(token + 2, depth);
      if (token >= count_) return token == kBad ? kBad : end_early();
      if (char_at(token) != ',') {
        return char_at(token) == '}' ? close(opening, token)
                                     : refuse(token, "a comma must follow a value");
      }
      ++token;
    }
  }

  std::uint32_t array(std::uint32_t opening, std::size_t depth) {
    std::uint32_t token = opening + 1;
    if (token < count_ && char_at(token) == ']') return close(opening, token);
    while (true) {
      if (token >= count_) return end_early();
      token = value_at(token, depth);
      if (token >= count_) return token == kBad ? kBad : end_early();
      if (char_at(token) != ',') {
        return char_at(token) == ']' ? close(opening, token)
                                     : refuse(token, "a comma must follow a value");
      }
      ++token;
    }
  }

  std::uint32_t close(std::uint32_t opening, std::uint32_t closing) {
    closings_[opening] = closing;
    return closing + 1;
  }

  std::uint32_t literal(std::uint32_t token, std::string_view spelling) {
    const std::string_view text = written_between(layout_, token, token + 1);
    return text == spelling ? token + 1 : refuse(token, "not JSON");
  }

  std::uint32_t end_early() {
    token_ = count_;
    return kBad;
  }

  std::uint32_t refuse(std::uint32_t token, const char* reason) {
    token_ = token;
    reason_ = reason;
    return kBad;
  }

  std::uint32_t too_deep(std::uint32_t token) {
    code_ = Errc::Limit;
    token_ = token;
    reason_ = "nested deeper than " + std::to_string(kDepthMax) + " levels";
    return kBad;
  }

  const Layout& layout_;
  const char* bytes_;
  const std::uint32_t* begins_;
  std::uint32_t* closings_;
  std::uint32_t count_;
  std::uint32_t token_ = 0;  // where it went wrong
  std::string reason_;
  Errc code_ = Errc::Invalid;
};

base::Result<std::uint32_t> Structure::check(std::uint32_t token) {
  Checker checker(*this);
  const std::uint32_t behind = checker.value(token, 0);
  ended_early_ = behind == Checker::kBad && checker.ended_early();
  if (behind == Checker::kBad) return Error{checker.code(), checker.reason(token)};
  return behind;
}

void append_unescaped(std::string_view text, std::string& buffer) {
  // Any parser of simdjson's will do: it is asked for a function that keeps nothing.
  static const std::unique_ptr<Implementation> implementation = [] {
    std::unique_ptr<Implementation> made;
    const error_code error =
        simdjson::get_active_implementation()->create_dom_parser_implementation(0, 1, made);
    return error ? nullptr : std::move(made);
  }();
  const std::size_t before = buffer.size();
  buffer.resize(before + text.size() + simdjson::SIMDJSON_PADDING);
  auto* const begin = reinterpret_cast<std::uint8_t*>(buffer.data() + before);
  const std::uint8_t* const end =
      implementation == nullptr
          ? nullptr
          : implementation->parse_string(reinterpret_cast<const std::uint8_t*>(text.data()), begin);
  if (end == nullptr) {
    buffer.replace(before, std::string::npos, text);
  } else {
    buffer.resize(before + static_cast<std::size_t>(end - begin));
  }
}

}  // namespace riposte::json
