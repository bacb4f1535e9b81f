#include "aws/xml_body.h"

#include <algorithm>

#include "base/inflate.h"
#include "base/percent.h"
#include "base/xml.h"

// Tested by src/aws/rest_test.cc

namespace riposte::aws {
namespace {

class XmlWriter {
 public:
  explicit XmlWriter(const Service& service) : service_(service) {}

  void write(const Member& member, std::string_view name, const Value& value, bool is_input) {
    const Shape& shape = service_.shape(member);
    if (const Value::List* list = value.list()) return write_list(member, shape, name, *list);
    if (value.object() != nullptr && shape.type == Type::Map) {
      return write_map(member, shape, name, *value.object());
    }
    if (value.object() != nullptr) return write_structure(member, name, value, is_input);
    open(name, member.xml_namespace);
    out_ += '>';
    out_ += base::xml_escaped(scalar_text(value, member.time_format, TimeFormat::Iso8601));
    close(name);
  }

  std::string take() && { return std::move(out_); }

 private:
  // Leaves the tag open, for attributes.
  void open(std::string_view name, const XmlNamespace& xml_namespace) {
    out_ += '<';
    out_ += name;
    if (xml_namespace.uri.empty()) return;
    attribute(xml_namespace.prefix.empty() ? "xmlns" : "xmlns:" + std::string(xml_namespace.prefix),
              xml_namespace.uri);
  }
  void attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    out_ += base::xml_escaped(value);
    out_ += '"';
  }
  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  void write_structure(const Member& member, std::string_view name, const Value& value,
                       bool is_input) {
    const Shape& shape = service_.shape(member);
    open(name, member.xml_namespace);
    for (const Value::Member& entry : *value.object()) {
      const Member* inner = service_.member(shape, entry.name);
      if (inner == nullptr || !inner->xml_attribute) continue;
      attribute(inner->wire_name(),
                scalar_text(entry.value, inner->time_format, TimeFormat::Iso8601));
    }
    out_ += '>';
    for (const Value::Member& entry : *value.object()) {
      const Member* inner = service_.member(shape, entry.name);
      if (inner == nullptr || inner->xml_attribute) continue;
      if (is_input && inner->location != Location::Body) continue;
      write(*inner, inner->wire_name(), entry.value, false);
    }
    close(name);
  }

  void write_list(const Member& member, const Shape& shape, std::string_view name,
                  const Value::List& list) {
    const Member& element = service_.element(shape);
    if (!member.flattened) {
      open(name, member.xml_namespace);
      out_ += '>';
    }
    const std::string_view inner = element.location_name.empty() ? "member" : element.location_name;
    for (const Value& item : list)
      write(element, member.flattened ? name : inner, item, false);
    if (!member.flattened) close(name);
  }

  void write_map(const Member& member, const Shape& shape, std::string_view name,
                 const Value::Object& object) {
    const Member& key = service_.key(shape);
    const Member& value = service_.value(shape);
    if (!member.flattened) {
      open(name, member.xml_namespace);
      out_ += '>';
    }
    for (const Value::Member& entry : object) {
      const std::string_view around = member.flattened ? name : "entry";
      open(around, {});
      out_ += '>';
      write(key, key.location_name.empty() ? "key" : key.location_name, entry.name, false);
      write(value, value.location_name.empty() ? "value" : value.location_name, entry.value, false);
      close(around);
    }
    if (!member.flattened) close(name);
  }

  const Service& service_;
  std::string out_;
};

class XmlReader {
 public:
  XmlReader(const Service& service, const XmlText& xml) : service_(service), xml_(xml) {}

  Value read(const Member& member, const XmlElement& element) {
    const Shape& shape = service_.shape(member);
    switch (shape.type) {
      case Type::Structure:
        return read_structure(shape, element);
      case Type::List: {
        Value::List list;
        for (const XmlElement& child : children(element))
          list.push_back(read(service_.element(shape), child));
        return list;
      }
      case Type::Map: {
        Value::Object object;
        for (const XmlElement& child : children(element))
          add_entry(shape, child, object);
        return object;
      }
      default:
        return read_text(shape, element.text);
    }
  }

 private:
  Value read_structure(const Shape& shape, const XmlElement& element) {
    Value::Object object;
    for (const Member& member : service_.members(shape)) {
      if (member.location != Location::Body) continue;
      std::optional<Value> value = read_member(member, element);
      if (value) object.push_back({std::string(member.name), std::move(*value)});
    }
    return object;
  }

  std::optional<Value> read_member(const Member& member, const XmlElement& parent) {
    if (member.xml_attribute) return read_attribute(member, parent);
    const Shape& shape = service_.shape(member);
    if (member.flattened && shape.type == Type::List) return read_flat_list(member, shape, parent);
    if (member.flattened && shape.type == Type::Map) return read_flat_map(member, shape, parent);
    const XmlElement* found = parent.find(member.wire_name());
    return found == nullptr ? std::nullopt : std::optional(read(member, *found));
  }

  std::optional<Value> read_attribute(const Member& member, const XmlElement& parent) {
    for (const XmlAttribute& attribute : xml_.attributes(parent)) {
      if (attribute.name == member.wire_name()) {
        return read_text(service_.shape(member), attribute.value);
      }
    }
    return std::nullopt;
  }

  std::optional<Value> read_flat_list(const Member& member, const Shape& shape,
                                      const XmlElement& parent) {
    const Member& element = service_.element(shape);
    // By the member's name; older services use the element's.
    Value::List list;
    for (const std::string_view name : {member.wire_name(), element.location_name}) {
      for (const XmlElement& child : children(parent)) {
        if (child.name == name) list.push_back(read(element, child));
      }
      if (!list.empty()) break;
    }
    return list.empty() ? std::nullopt : std::optional<Value>(std::move(list));
  }

  std::optional<Value> read_flat_map(const Member& member, const Shape& shape,
                                     const XmlElement& parent) {
    Value::Object object;
    for (const XmlElement& child : children(parent)) {
      if (child.name == member.wire_name()) add_entry(shape, child, object);
    }
    return object.empty() ? std::nullopt : std::optional<Value>(std::move(object));
  }

  void add_entry(const Shape& shape, const XmlElement& entry, Value::Object& object) {
    const Member& key = service_.key(shape);
    const Member& value = service_.value(shape);
    const XmlElement* name = entry.find(key.location_name.empty() ? "key" : key.location_name);
    const XmlElement* content =
        entry.find(value.location_name.empty() ? "value" : value.location_name);
    if (name == nullptr) return;
    object.push_back(
        {std::string(name->text), content == nullptr ? Value() : read(value, *content)});
  }

  const Service& service_;
  const XmlText& xml_;
};

}  // namespace

std::string write_xml(const Service& service, const Member& member, std::string_view root,
                      const Value& value) {
  XmlWriter writer(service);
  writer.write(member, root, value, true);
  return std::move(writer).take();
}

Value read_xml(const Service& service, const Member& member, const XmlText& xml,
               const XmlElement& element) {
  return XmlReader(service, xml).read(member, element);
}

Value read_text(const Shape& shape, std::string_view text) {
  switch (shape.type) {
    case Type::Boolean:
      if (text == "true") return true;
      if (text == "false") return false;
      return text;
    case Type::Integer:
    case Type::Long: {
      const Value number = number_from(text);
      return number.integer() != nullptr ? number : Value(text);
    }
    case Type::Float:
    case Type::Double: {
      const std::optional<double> number = parse_real(text);
      return number ? Value(*number) : Value(text);
    }
    case Type::Timestamp: {
      const std::optional<base::EventTime> time = parse_time_text(text);
      return time ? Value(*time) : Value(text);
    }
    case Type::Blob: {
      base::Result<std::string> bytes = base::decode_base64(text);
      return bytes.ok() ? Value(Blob{std::move(bytes).value()}) : Value(text);
    }
    default:
      // IAM escapes the policies that it gives, and nothing else that begins so is of this shape.
      if (shape.name == "policyDocumentType" && text.starts_with("%7B"))
        return base::percent_decode(text);
      return text;
  }
}

}  // namespace riposte::aws
