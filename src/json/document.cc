#include "json/document.h"

#include "base/text.h"
#include "json/writer.h"

namespace riposte::json {

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::Object) return nullptr;
  for (const Node& child : children(*this)) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

const Node* Node::at(std::string_view dotted_path) const {
  const Node* node = this;
  while (node != nullptr) {
    const std::size_t dot = dotted_path.find('.');
    node = node->find(dotted_path.substr(0, dot));
    if (dot == std::string_view::npos) return node;
    dotted_path.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::string_view Node::string_at(std::string_view dotted_path) const {
  const Node* node = at(dotted_path);
  return node != nullptr && node->is_string() ? node->text : std::string_view();
}

std::optional<double> Node::number() const {
  return kind == Kind::Number ? base::parse_number(text) : std::nullopt;
}

std::string compact(const Node& node) {
  Writer writer;
  writer.value(node);
  return std::move(writer).take();
}

}  // namespace riposte::json
