#pragma once

// A JSON value as it lies in its text: nothing is copied, built or unescaped before somebody asks.
//
//     {"a":{"b":1},"c":[true]}
//     ^  ^ ^  ^ ^^ ...            tokens: brackets, commas, colons, and where strings, numbers
//                                 and literals begin
//
// Structure (structure.h) finds the tokens and checks them; a RawValue is one of them. A container
// knows where it is closed, so that what nobody asks for costs one step, whatever its size.
//
// Threads: immutable; it borrows the text and the Structure it came from.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/document.h"

namespace riposte::json {

// Where the tokens of a text are.
struct Layout {
  const char* bytes = nullptr;
  const std::uint32_t* begins = nullptr;    // by token; behind the last one stands the text's size
  const std::uint32_t* closings = nullptr;  // by token that opens: the one that closes it
};

class RawValue {
 public:
  RawValue() = default;
  RawValue(const Layout& layout, std::uint32_t token) : layout_(&layout), token_(token) {}

  explicit operator bool() const { return layout_ != nullptr; }

  Kind kind() const { return kKinds[static_cast<unsigned char>(*begin())]; }
  bool is(Kind kind_asked) const { return kind() == kind_asked; }
  bool is_container() const { return *begin() == '{' || *begin() == '['; }

  const char* begin() const { return layout_->bytes + layout_->begins[token_]; }

  // The token behind this value: a comma, a closing bracket, or of the next value.
  std::uint32_t behind() const { return (is_container() ? layout_->closings[token_] : token_) + 1; }

  // As it is written, quotes and brackets included.
  std::string_view written() const;

  // As Node::text, but for a string's escapes, which stay as written.
  std::string_view text() const {
    const std::string_view all = written();
    return is(Kind::String) ? all.substr(1, all.size() - 2) : all;
  }

  // As Node::text. What had to be unescaped is put into `buffer`.
  std::string_view text(std::string& buffer) const;

  // The value without white space, as compact(Node) gives it; `buffer` where it is not so written.
  std::string_view compact_text(std::string& buffer) const;

  // The member of an object, or nothing; at() follows a dotted path, string_at() gives the text()
  // of a string there, or empty.
  RawValue find(std::string_view name) const;
  RawValue at(std::string_view dotted_path) const;
  std::string_view string_at(std::string_view dotted_path) const;

  const Layout& layout() const { return *layout_; }
  std::uint32_t token() const { return token_; }

 private:
  static constexpr std::array<Kind, 256> kKinds = [] {
    std::array<Kind, 256> kinds{};
    kinds.fill(Kind::Number);
    kinds['{'] = Kind::Object;
    kinds['['] = Kind::Array;
    kinds['"'] = Kind::String;
    kinds['t'] = Kind::True;
    kinds['f'] = Kind::False;
    kinds['n'] = Kind::Null;
    return kinds;
  }();

  const Layout* layout_ = nullptr;
  std::uint32_t token_ = 0;
};

// What is written from token `first` to token `behind`, less the white space before the latter.
inline std::string_view written_between(const Layout& layout, std::uint32_t first,
                                        std::uint32_t behind) {
  const char* begin = layout.bytes + layout.begins[first];
  const char* end = layout.bytes + layout.begins[behind];
  while (is_space(end[-1]))
    --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

inline std::string_view RawValue::written() const {
  if (is_container()) {
    const char* end = layout_->bytes + layout_->begins[layout_->closings[token_]] + 1;
    return {begin(), static_cast<std::size_t>(end - begin())};
  }
  return written_between(*layout_, token_, token_ + 1);
}

// One bit of 64 for a key, told from its length and first character: who looks for a few keys knows
// most others by it.
constexpr std::uint64_t key_bit(std::string_view key) {
  const auto first = static_cast<unsigned char>(key.empty() ? 0 : key.front());
  return std::uint64_t{1} << ((key.size() * 7 + first) & 63);
}

// The values in a container, in order: for (RawValue element : elements(array)); those of an object
// come with their keys: for (RawMember member : members(object)).
struct RawMember {
  std::string_view key;  // escapes as written
  RawValue value;
};

template <bool kHasKeys>
class RawChildren {
 public:
  // Holds a copy of the layout, which then stays in registers.
  class Iterator {
   public:
    Iterator(const Layout& layout, std::uint32_t token)
        : layout_(&layout), copy_(layout), token_(token) {}

    auto operator*() const {
      if constexpr (kHasKeys) {
        const char* begin = copy_.bytes + copy_.begins[token_] + 1;
        const char* end = copy_.bytes + copy_.begins[token_ + 1] - 1;
        while (*end != '"')
          --end;
        return RawMember{{begin, static_cast<std::size_t>(end - begin)}, {*layout_, token_ + 2}};
      } else {
        return RawValue(*layout_, token_);
      }
    }
    // Behind a value stands a comma or the closing bracket.
    Iterator& operator++() {
      const std::uint32_t value = token_ + (kHasKeys ? 2 : 0);
      const char first = copy_.bytes[copy_.begins[value]];
      const bool is_container = first == '{' || first == '[';
      token_ = (is_container ? copy_.closings[value] : value) + 2;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return token_ != other.token_; }

   private:
    const Layout* layout_;
    Layout copy_;
    std::uint32_t token_;
  };

  explicit RawChildren(const RawValue& parent)
      : layout_(parent.layout()),
        first_(parent.token() + 1),
        closing_(layout_.closings[parent.token()]) {}

  Iterator begin() const { return {layout_, first_ == closing_ ? closing_ + 1 : first_}; }
  Iterator end() const { return {layout_, closing_ + 1}; }

 private:
  const Layout& layout_;
  std::uint32_t first_;
  std::uint32_t closing_;
};

inline RawChildren<true> members(const RawValue& object) { return RawChildren<true>(object); }
inline RawChildren<false> elements(const RawValue& array) { return RawChildren<false>(array); }

}  // namespace riposte::json
