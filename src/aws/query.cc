#include "aws/query.h"

#include "aws/xml_body.h"
#include "aws/xml_text.h"
#include "base/text.h"
#include "net/url.h"

namespace riposte::aws {
namespace {

// application/x-www-form-urlencoded: a space is a plus.
std::string form_encode(std::string_view text) {
  std::string encoded;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t space = std::min(text.find(' ', begin), text.size());
    encoded += net::percent_encode(text.substr(begin, space - begin));
    if (space < text.size()) encoded += '+';
    begin = space + 1;
  }
  return encoded;
}

class FormWriter {
 public:
  explicit FormWriter(const Service& service)
      : service_(service), is_ec2_(service.protocol() == Protocol::Ec2) {}

  void add(std::string_view name, std::string_view text) {
    if (!form_.empty()) form_ += '&';
    form_ += form_encode(name);
    form_ += '=';
    form_ += form_encode(text);
  }

  void write(const Member& member, const std::string& name, const Value& value) {
    const Shape& shape = service_.shape(member);
    if (const Value::List* list = value.list()) return write_list(member, shape, name, *list);
    if (value.object() != nullptr && shape.type == Type::Map) {
      return write_map(member, shape, name, *value.object());
    }
    if (value.object() != nullptr) return write_structure(shape, name, *value.object());
    add(name, scalar_text(value, member.time_format, TimeFormat::Iso8601));
  }

  std::string take() && { return std::move(form_); }

 private:
  std::string name_of(const Member& member) const {
    if (!is_ec2_) return std::string(member.wire_name());
    if (!member.query_name.empty()) return std::string(member.query_name);
    std::string name(member.wire_name());
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
  }

  void write_structure(const Shape& shape, const std::string& name, const Value::Object& object) {
    for (const Value::Member& entry : object) {
      const Member* member = service_.member(shape, entry.name);
      if (member == nullptr) continue;
      write(*member, name.empty() ? name_of(*member) : name + '.' + name_of(*member), entry.value);
    }
  }

  void write_list(const Member& member, const Shape& shape, const std::string& name,
                  const Value::List& list) {
    const Member& element = service_.element(shape);
    if (list.empty() && !is_ec2_) return add(name, "");
    std::string prefix = name;
    if (!is_ec2_ && !member.flattened) {
      prefix +=
          element.location_name.empty() ? ".member" : '.' + std::string(element.location_name);
    } else if (!is_ec2_ && member.location_name.empty() && !element.location_name.empty()) {
      // The element's name stands in for the member's.
      const std::size_t dot = prefix.rfind('.');
      prefix.resize(dot == std::string::npos ? 0 : dot + 1);
      prefix += element.location_name;
    }
    for (std::size_t i = 0; i < list.size(); ++i)
      write(element, prefix + '.' + std::to_string(i + 1), list[i]);
  }

  void write_map(const Member& member, const Shape& shape, const std::string& name,
                 const Value::Object& object) {
    const Member& key = service_.key(shape);
    const Member& value = service_.value(shape);
    const std::string_view key_name = key.location_name.empty() ? "key" : key.location_name;
    const std::string_view value_name = value.location_name.empty() ? "value" : value.location_name;
    for (std::size_t i = 0; i < object.size(); ++i) {
      const std::string prefix =
          name + (member.flattened ? "." : ".entry.") + std::to_string(i + 1) + '.';
      add(prefix + std::string(key_name), object[i].name);
      write(value, prefix + std::string(value_name), object[i].value);
    }
  }

  const Service& service_;
  const bool is_ec2_;
  std::string form_;
};

// <requestId> in ec2, <ResponseMetadata><RequestId> in query.
std::string_view request_id_in(const XmlElement& root) {
  const XmlElement* metadata = root.find("ResponseMetadata");
  const XmlElement* id = metadata == nullptr ? root.find("requestId") : metadata->find("RequestId");
  return id == nullptr ? std::string_view() : id->text;
}

}  // namespace

net::HttpRequest serialise_query_call(const Service& service, const Operation& operation,
                                      const Value& input) {
  net::HttpRequest request;
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  FormWriter form(service);
  form.add("Action", operation.name);
  form.add("Version", service.api_version());
  if (operation.input) form.write(*operation.input, "", input);
  request.body = std::move(form).take();
  return request;
}

base::Result<Value> parse_query_answer(const Service& service, const Operation& operation,
                                       const net::HttpResponse& response, std::string& request_id) {
  if (response.body.empty()) return Value(Value::Object());
  const XmlText xml = TRY(XmlText::parse(response.body));
  if (request_id.empty()) request_id = request_id_in(xml.root());
  if (!operation.output) return Value(Value::Object());
  const XmlElement* result = &xml.root();
  if (service.protocol() == Protocol::Query) {
    const std::string wrapper = operation.result_wrapper.empty()
                                    ? std::string(operation.name) + "Result"
                                    : std::string(operation.result_wrapper);
    result = result->find(wrapper);
    // Operations that gave nothing when their service was young still come without one.
    if (result == nullptr && xml.root().name == std::string(operation.name) + "Response") {
      return Value(Value::Object());
    }
    if (result == nullptr) {
      return base::Error{base::Errc::Invalid, "the answer holds no element " + wrapper};
    }
  }
  return read_xml(service, *operation.output, xml, *result);
}

}  // namespace riposte::aws
