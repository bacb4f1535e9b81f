#include "aws/xml_text.h"

#include <deque>

#include <pugixml.hpp>

#include "aws/protocol.h"

namespace riposte::aws {

struct XmlText::State {
  pugi::xml_document document;
  std::deque<std::string> joined;  // texts that stood in several pieces
};

// Walks without recursion: the depth is the sender's to choose until it is checked.
class XmlText::Builder {
 public:
  explicit Builder(XmlText& xml) : xml_(xml) {}

  base::Status build(const pugi::xml_node& root) {
    for (pugi::xml_node node = root; node;) {
      if (open_.size() >= kAnswerDepthMax) {
        return base::Error{base::Errc::Invalid,
                           "nested deeper than " + std::to_string(kAnswerDepthMax)};
      }
      open_.push_back(xml_.elements_.size());
      add(node);
      pugi::xml_node next = first_element(node.first_child());
      while (!next && node) {
        close();
        next = node == root ? pugi::xml_node() : first_element(node.next_sibling());
        node = node == root ? pugi::xml_node() : node.parent();
      }
      node = next;
    }
    return base::Done{};
  }

 private:
  static pugi::xml_node first_element(pugi::xml_node node) {
    while (node && node.type() != pugi::node_element)
      node = node.next_sibling();
    return node;
  }

  void close() {
    XmlElement& element = xml_.elements_[open_.back()];
    element.size = static_cast<std::uint32_t>(xml_.elements_.size() - open_.back());
    open_.pop_back();
  }

  void add(const pugi::xml_node& node) {
    XmlElement element;
    element.name = node.name();
    if (const std::size_t colon = element.name.find(':'); colon != std::string_view::npos) {
      element.name.remove_prefix(colon + 1);
    }
    element.text = text_of(node);
    element.first_attribute = static_cast<std::uint32_t>(xml_.attributes_.size());
    for (const pugi::xml_attribute& attribute : node.attributes())
      xml_.attributes_.push_back({attribute.name(), attribute.value()});
    element.attribute_count =
        static_cast<std::uint32_t>(xml_.attributes_.size()) - element.first_attribute;
    xml_.elements_.push_back(element);
  }

  std::string_view text_of(const pugi::xml_node& node) {
    std::string_view text;
    std::string* joined = nullptr;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) continue;
      if (text.empty()) {
        text = child.value();
        continue;
      }
      if (joined == nullptr) joined = &xml_.state_->joined.emplace_back(text);
      *joined += child.value();
      text = *joined;
    }
    return text;
  }

  XmlText& xml_;
  std::vector<std::size_t> open_;
};

XmlText::XmlText() : state_(std::make_unique<State>()) {}
XmlText::~XmlText() = default;
XmlText::XmlText(XmlText&&) noexcept = default;
XmlText& XmlText::operator=(XmlText&&) noexcept = default;

base::Result<XmlText> XmlText::parse(std::string_view text) {
  XmlText xml;
  // Text that is only white space counts where an element holds nothing else.
  const unsigned int options = pugi::parse_default | pugi::parse_ws_pcdata_single;
  const pugi::xml_parse_result parsed =
      xml.state_->document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
  if (!parsed) {
    return base::Error{base::Errc::Invalid, std::string("not XML: ") + parsed.description() +
                                                " at byte " + std::to_string(parsed.offset)};
  }
  TRY(Builder(xml).build(xml.state_->document.document_element()));
  if (xml.elements_.empty()) return base::Error{base::Errc::Invalid, "not XML: no element"};
  return xml;
}

const XmlElement* XmlElement::find(std::string_view wanted) const {
  for (const XmlElement& child : children(*this)) {
    if (child.name == wanted) return &child;
  }
  return nullptr;
}

}  // namespace riposte::aws
