#pragma once

// One JSON text as a flat row of nodes in document order, every node followed by its children.
//
//     {"a":{"b":1},"c":[true]}   ->   {.. size 5}  a:{.. size 2}  b:1  c:[.. size 2]  true
//
// The first child of a container stands right behind it, its next sibling `size` nodes further.
// Nothing is copied that need not be: texts point into the parsed bytes, only strings with escapes
// into the parser's buffer.
//
// Numbers stay as written: neither a huge integer nor 1.50 loses a digit, and EventBridge patterns
// compare both the value and the text.
//
// Threads: immutable once parsed; it borrows the bytes and the Parser (scanner.h) it came from.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::json {

// White space between values (RFC 8259, section 2).
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

enum class Kind : std::uint8_t { Null, False, True, Number, String, Array, Object };

struct Node {
  std::string_view
      text;  // String: unescaped. Array, Object: as written, brackets included. Others: as written.
  std::string_view key;  // unescaped; empty for array elements and the root
  std::uint32_t size;    // nodes of this subtree, itself included
  Kind kind;

  bool is(Kind other) const { return kind == other; }
  bool is_container() const { return kind >= Kind::Array; }
  bool is_string() const { return kind == Kind::String; }

  // The member of an object, or null. Objects of events are small: this is a walk.
  const Node* find(std::string_view name) const;

  // Follows a dotted path of object members; arrays are not entered.
  const Node* at(std::string_view dotted_path) const;

  // The text of the string at a dotted path, or empty when it is missing or not a string.
  std::string_view string_at(std::string_view dotted_path) const;

  std::optional<double> number() const;
};

// The children of a container, in order: for (const Node& child : children(node)).
class Children {
 public:
  class Iterator {
   public:
    explicit Iterator(const Node* node) : node_(node) {}
    const Node& operator*() const { return *node_; }
    Iterator& operator++() {
      node_ += node_->size;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return node_ != other.node_; }

   private:
    const Node* node_;
  };

  explicit Children(const Node& parent) : parent_(&parent) {}
  Iterator begin() const { return Iterator(parent_ + 1); }
  Iterator end() const { return Iterator(parent_ + parent_->size); }

 private:
  const Node* parent_;
};

inline Children children(const Node& parent) { return Children(parent); }

using Document = std::vector<Node>;

// The same value without white space, as rules see an object or array that they compare as text.
std::string compact(const Node& node);

}  // namespace riposte::json
