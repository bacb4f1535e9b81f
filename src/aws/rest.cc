#include "aws/rest.h"

#include <algorithm>

#include "aws/json_body.h"
#include "aws/json_text.h"
#include "aws/shaped.h"
#include "aws/xml_body.h"
#include "aws/xml_text.h"
#include "base/inflate.h"
#include "base/text.h"
#include "net/url.h"

// Tested by src/aws/rest_test.cc

namespace riposte::aws {
namespace {

using base::Errc;

std::string path_text(const Member& member, const Value& value) {
  return scalar_text(value, member.time_format, TimeFormat::Iso8601);
}

// A text within a list of a header: quoted where it holds what separates the list.
std::string header_item(const Member& member, const Value& value) {
  std::string text = scalar_text(value, member.time_format, TimeFormat::Rfc822);
  if (value.text() == nullptr || text.find_first_of("\",") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// Takes the first item off a header's list: quoted, or up to a comma; a time has one of its own.
std::string take_header_item(std::string_view& rest, bool is_time) {
  rest = base::trim(rest);
  std::string item;
  if (rest.starts_with('"')) {
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
      if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
      item += rest[at];
    }
    const std::size_t comma = rest.find(',', std::min(at, rest.size()));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    return item;
  }
  std::size_t comma = rest.find(',');
  if (is_time && comma != std::string_view::npos) comma = rest.find(',', comma + 1);
  item = base::trim(rest.substr(0, comma));
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return item;
}

class RestCall {
 public:
  RestCall(const Service& service, const Operation& operation, const Value& input)
      : service_(service), operation_(operation), input_(input) {}

  base::Result<net::HttpRequest> serialise() {
    request_.method = operation_.method;
    std::string_view uri = operation_.uri;
    const std::size_t mark = uri.find('?');
    if (mark != std::string_view::npos) add_constant_query(uri.substr(mark + 1));
    TRY(fill_path(uri.substr(0, mark)));
    if (!operation_.input) return std::move(request_);
    const Shape& shape = service_.shape(*operation_.input);
    for (const Value::Member& entry : *input_.object()) {
      const Member* member = service_.member(shape, entry.name);
      if (member == nullptr) continue;
      if (member->location == Location::Query) add_query(*member, entry.value);
      if (member->location == Location::Header) add_header(*member, entry.value);
      if (member->location == Location::HeaderMap) add_headers(*member, entry.value);
    }
    TRY(add_body(shape));
    return std::move(request_);
  }

 private:
  // "acl" and "list-type=2" of "/{Bucket}?acl&list-type=2".
  void add_constant_query(std::string_view constants) {
    for (const std::string_view constant : base::split(constants, '&')) {
      const std::size_t equals = std::min(constant.find('='), constant.size());
      request_.query.push_back(
          {std::string(constant.substr(0, equals)),
           std::string(constant.substr(std::min(equals + 1, constant.size())))});
    }
  }

  base::Status fill_path(std::string_view pattern) {
    pattern = without_bucket(pattern);
    request_.path.clear();
    while (!pattern.empty()) {
      const std::size_t open = std::min(pattern.find('{'), pattern.size());
      request_.path += pattern.substr(0, open);
      pattern.remove_prefix(open);
      if (pattern.empty()) break;
      const std::size_t close = std::min(pattern.find('}'), pattern.size() - 1);
      std::string_view name = pattern.substr(1, close - 1);
      pattern.remove_prefix(close + 1);
      const bool is_greedy = name.ends_with('+');
      if (is_greedy) name.remove_suffix(1);
      const std::string label = TRY(path_label(name));
      request_.path += net::percent_encode(label, is_greedy ? "/" : "");
    }
    if (!request_.path.starts_with('/')) request_.path.insert(0, "/");
    return base::Done{};
  }

  // The endpoint rules place S3's bucket, in the host or in front of the path.
  std::string_view without_bucket(std::string_view pattern) const {
    constexpr std::string_view kBucket = "/{Bucket}";
    if (!pattern.starts_with(kBucket) || !operation_.input) return pattern;
    const Member* member = service_.member(service_.shape(*operation_.input), "Bucket");
    if (member == nullptr || member->context_param.empty()) return pattern;
    return pattern.substr(kBucket.size());
  }

  base::Result<std::string> path_label(std::string_view name) const {
    if (operation_.input) {
      for (const Member& member : service_.members(service_.shape(*operation_.input))) {
        if (member.location != Location::Path || member.wire_name() != name) continue;
        const Value* value = input_.find(member.name);
        std::string text = value == nullptr ? std::string() : path_text(member, *value);
        if (text.empty()) break;
        return text;
      }
    }
    return base::Error{Errc::Invalid, std::string(operation_.name) + ": " + std::string(name) +
                                          ": may not be empty, since it is part of the path"};
  }

  // A map gives parameters of any name; those that the model names win over it.
  bool is_named(std::string_view name) const {
    for (const Member& member : service_.members(service_.shape(*operation_.input))) {
      if (member.location == Location::Query && member.wire_name() == name &&
          service_.shape(member).type != Type::Map && input_.find(member.name) != nullptr) {
        return true;
      }
    }
    return false;
  }

  void add_query(const Member& member, const Value& value) {
    const Shape& shape = service_.shape(member);
    if (value.object() != nullptr && shape.type == Type::Map) {
      for (const Value::Member& entry : *value.object()) {
        if (!is_named(entry.name)) add_query(entry.name, service_.value(shape), entry.value);
      }
      return;
    }
    add_query(member.wire_name(), member, value);
  }

  void add_query(std::string_view name, const Member& member, const Value& value) {
    if (const Value::List* list = value.list()) {
      for (const Value& item : *list)
        add_query(name, service_.element(service_.shape(member)), item);
      return;
    }
    request_.query.push_back({std::string(name), path_text(member, value)});
  }

  void add_header(const Member& member, const Value& value) {
    std::string text;
    if (member.json_value) {
      text = encode_base64(json_text(value));
    } else if (const Value::List* list = value.list()) {
      if (list->empty()) return;
      for (const Value& item : *list) {
        if (&item != list->data()) text += ", ";
        text += header_item(service_.element(service_.shape(member)), item);
      }
    } else {
      text = scalar_text(value, member.time_format, TimeFormat::Rfc822);
    }
    request_.headers.push_back({std::string(member.wire_name()), std::move(text)});
  }

  void add_headers(const Member& member, const Value& value) {
    if (value.object() == nullptr) return;
    for (const Value::Member& entry : *value.object()) {
      request_.headers.push_back(
          {std::string(member.location_name) + entry.name,
           scalar_text(entry.value, TimeFormat::Default, TimeFormat::Rfc822)});
    }
  }

  base::Status add_body(const Shape& shape) {
    const bool is_json = service_.protocol() == Protocol::RestJson;
    const std::span<const Member> members = service_.members(shape);
    if (shape.payload >= 0) return add_payload(members[static_cast<std::size_t>(shape.payload)]);
    const auto is_body = [](const Member& member) { return member.location == Location::Body; };
    if (std::none_of(members.begin(), members.end(), is_body)) return base::Done{};
    if (is_json) {
      set_body(write_json(service_, *operation_.input, input_), "application/json");
    } else if (std::any_of(members.begin(), members.end(), [&](const Member& member) {
                 return is_body(member) && input_.find(member.name) != nullptr;
               })) {
      set_body(write_xml(service_, *operation_.input, root_name(shape), input_), "application/xml");
    }
    return base::Done{};
  }

  std::string root_name(const Shape& shape) const {
    if (!shape.location_name.empty()) return std::string(shape.location_name);
    const std::string_view name = operation_.input->location_name;
    return name.empty() ? std::string(operation_.name) + "Request" : std::string(name);
  }

  base::Status add_payload(const Member& member) {
    const bool is_json = service_.protocol() == Protocol::RestJson;
    const Shape& shape = service_.shape(member);
    if (member.event_stream) {
      return base::Error{Errc::Invalid,
                         std::string(operation_.name) + ": streams of events are not supported"};
    }
    const Value* value = input_.find(member.name);
    if (shape.type == Type::Blob) {
      // S3 keeps the type with the object: what the caller did not say is not made up.
      if (value != nullptr) {
        set_body(value->blob()->bytes, is_json ? "application/octet-stream" : "");
      }
    } else if (shape.type == Type::String) {
      if (value != nullptr) set_body(*value->text(), "text/plain");
    } else if (is_json) {
      set_body(value == nullptr ? "{}" : write_json(service_, member, *value), "application/json");
    } else if (value != nullptr) {
      // The reference names the root where it gives the document its namespace, as it does in the
      // models of all services; in AWS's protocol vectors the shape does.
      const bool is_named = !member.location_name.empty() && !member.xml_namespace.uri.empty() &&
                            member.xml_namespace.prefix.empty();
      const std::string_view root = is_named ? member.location_name : shape.name;
      set_body(write_xml(service_, member, root, *value), "application/xml");
    }
    return base::Done{};
  }

  void set_body(std::string body, std::string_view type) {
    request_.body = std::move(body);
    if (request_.body.empty() || type.empty()) return;
    if (net::find_header(request_.headers, "Content-Type") != nullptr) return;
    request_.headers.push_back({"Content-Type", std::string(type)});
  }

  const Service& service_;
  const Operation& operation_;
  const Value& input_;
  net::HttpRequest request_;
};

class RestAnswer {
 public:
  RestAnswer(const Service& service, const Member& output, const net::HttpResponse& response)
      : service_(service), output_(output), response_(response) {}

  base::Result<Value> parse() {
    const Shape& shape = service_.shape(output_);
    const std::span<const Member> members = service_.members(shape);
    Value value = Value::Object();
    if (shape.payload >= 0) {
      const Member& payload = members[static_cast<std::size_t>(shape.payload)];
      std::optional<Value> body = TRY(parse_payload(payload));
      if (body) value.set(payload.name, std::move(*body));
    } else if (!response_.body.empty() &&
               std::any_of(members.begin(), members.end(), [](const Member& member) {
                 return member.location == Location::Body;
               })) {
      value = TRY(parse_body(output_));
    }
    add_placed(value);
    return value;
  }

  void add_placed(Value& value) const {
    for (const Member& member : service_.members(service_.shape(output_))) {
      std::optional<Value> placed = parse_placed(member);
      if (placed) value.set(member.name, std::move(*placed));
    }
  }

 private:
  base::Result<std::optional<Value>> parse_payload(const Member& payload) {
    const Shape& shape = service_.shape(payload);
    if (payload.event_stream) return std::optional<Value>();
    if (response_.body.empty() && !payload.streaming) return std::optional<Value>();
    if (shape.type == Type::Blob) return std::optional<Value>(Blob{response_.body});
    if (shape.type == Type::String) return std::optional<Value>(response_.body);
    Value value = TRY(parse_body(payload));
    return std::optional<Value>(std::move(value));
  }

  base::Result<Value> parse_body(const Member& member) {
    if (service_.protocol() == Protocol::RestJson) {
      const JsonText text = TRY(JsonText::parse(response_.body));
      const bool is_object = text.root().is(json::Kind::Object);
      if (!is_object && !service_.shape(member).is_document) {
        return base::Error{Errc::Invalid, "the answer is no JSON object"};
      }
      return without_placed(member, shaped(service_, member, from_json(text.root())));
    }
    const XmlText xml = TRY(XmlText::parse(response_.body));
    if (const Member* only = only_member(member, xml.root())) {
      return Value(Value::Object{
          {std::string(only->name), read_text(service_.shape(*only), xml.root().text)}});
    }
    return read_xml(service_, member, xml, xml.root());
  }

  // What a body says of members that stand elsewhere is not theirs.
  Value without_placed(const Member& member, Value value) const {
    if (&member != &output_ || value.object() == nullptr) return value;
    std::erase_if(*value.object(), [&](const Value::Member& entry) {
      const Member* known = service_.member(service_.shape(output_), entry.name);
      return known != nullptr && known->location != Location::Body;
    });
    return value;
  }

  // S3 leaves the element around an only text out: <LocationConstraint>EU</LocationConstraint>.
  const Member* only_member(const Member& member, const XmlElement& root) const {
    const Shape& shape = service_.shape(member);
    if (shape.type != Type::Structure || shape.member_count != 1 || root.size != 1) return nullptr;
    const Member& only = service_.members(shape).front();
    const bool is_text = service_.shape(only).type == Type::String;
    return is_text && only.wire_name() == root.name ? &only : nullptr;
  }

  std::optional<Value> parse_placed(const Member& member) const {
    const Shape& shape = service_.shape(member);
    if (member.location == Location::Status) return Value(std::int64_t{response_.status});
    if (member.location == Location::HeaderMap) return parse_header_map(member);
    if (member.location != Location::Header) return std::nullopt;
    const std::string* text = net::find_header(response_.headers, member.wire_name());
    if (text == nullptr) return std::nullopt;
    if (member.json_value) return parse_json_header(*text);
    if (shape.type != Type::List) return read_text(shape, *text);
    const Shape& element = service_.shape(service_.element(shape));
    const bool is_dates = element.type == Type::Timestamp && text->find("GMT") != std::string::npos;
    Value::List list;
    for (std::string_view rest = *text; !rest.empty();)
      list.push_back(read_text(element, take_header_item(rest, is_dates)));
    return list;
  }

  static Value parse_json_header(const std::string& text) {
    const base::Result<std::string> bytes = base::decode_base64(text);
    if (!bytes.ok()) return text;
    const base::Result<JsonText> parsed = JsonText::parse(*bytes);
    return parsed.ok() ? from_json(parsed->root()) : Value(*bytes);
  }

  Value parse_header_map(const Member& member) const {
    Value::Object object;
    const std::string_view prefix = member.location_name;
    for (const net::Header& header : response_.headers) {
      if (header.name.size() < prefix.size()) continue;
      const std::string_view name = header.name;
      if (!base::equals_ignore_case(name.substr(0, prefix.size()), prefix)) continue;
      object.push_back({std::string(name.substr(prefix.size())), header.value});
    }
    return object;
  }

  const Service& service_;
  const Member& output_;
  const net::HttpResponse& response_;
};

}  // namespace

base::Result<net::HttpRequest> serialise_rest_call(const Service& service,
                                                   const Operation& operation, const Value& input) {
  return RestCall(service, operation, input).serialise();
}

base::Result<Value> parse_rest_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response) {
  if (!operation.output) return Value(Value::Object());
  return RestAnswer(service, *operation.output, response).parse();
}

void add_placed(const Service& service, const Member& output, const net::HttpResponse& response,
                Value& value) {
  RestAnswer(service, output, response).add_placed(value);
}

}  // namespace riposte::aws
