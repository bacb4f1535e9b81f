#pragma once

// The gate to pugixml: an XML text as a flat row of elements in document order, every element
// followed by its children.
//
//     <A><B>1</B><C x="y"><D/></C></A>   ->   A{size 4}  B:1  C{size 2, x=y}  D
//
// Namespace prefixes of elements are dropped, since services use them as they like. Document types
// are skipped and entities are XML's own five, so that nothing expands. Comments and processing
// instructions are not there.
//
// Threads: immutable; elements borrow it.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::aws {

struct XmlAttribute {
  std::string_view name;  // as written, prefix included: "xsi:type"
  std::string_view value;
};

struct XmlElement {
  std::string_view name;
  std::string_view text;   // what stands directly in it, without markup
  std::uint32_t size = 1;  // elements of this subtree, itself included
  std::uint32_t first_attribute = 0;
  std::uint32_t attribute_count = 0;

  // The child of that name, or null.
  const XmlElement* find(std::string_view wanted) const;
};

// The children of an element, in order: for (const XmlElement& child : children(element)).
class XmlChildren {
 public:
  class Iterator {
   public:
    explicit Iterator(const XmlElement* element) : element_(element) {}
    const XmlElement& operator*() const { return *element_; }
    Iterator& operator++() {
      element_ += element_->size;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return element_ != other.element_; }

   private:
    const XmlElement* element_;
  };

  explicit XmlChildren(const XmlElement& parent) : parent_(&parent) {}
  Iterator begin() const { return Iterator(parent_ + 1); }
  Iterator end() const { return Iterator(parent_ + parent_->size); }

 private:
  const XmlElement* parent_;
};

inline XmlChildren children(const XmlElement& parent) { return XmlChildren(parent); }

class XmlText {
 public:
  // Invalid: not one XML document, or nested deeper than kAnswerDepthMax. Copies the text.
  static base::Result<XmlText> parse(std::string_view text);
  ~XmlText();
  XmlText(XmlText&&) noexcept;
  XmlText& operator=(XmlText&&) noexcept;

  const XmlElement& root() const { return elements_.front(); }
  std::span<const XmlAttribute> attributes(const XmlElement& element) const {
    return std::span(attributes_).subspan(element.first_attribute, element.attribute_count);
  }

 private:
  struct State;
  class Builder;
  XmlText();

  std::unique_ptr<State> state_;
  std::vector<XmlElement> elements_;
  std::vector<XmlAttribute> attributes_;
};

}  // namespace riposte::aws
