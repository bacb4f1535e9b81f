// AWS's protocol tests: a small model, parameters and the request that must be sent, or a response
// and the result that must be read from it.
//
// Bodies are compared by what they mean: JSON and CBOR without the order of members, forms without
// the order of fields, XML without white space between elements.

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "api_values.h"
#include "aws/cbor.h"
#include "aws/json_text.h"
#include "aws/protocol.h"
#include "aws/xml_text.h"
#include "base/inflate.h"
#include "base/percent.h"
#include "base/text.h"
#include "json/writer.h"
#include "net/url.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

using json::RawMember;
using json::RawValue;

// What the tests want of a random token.
constexpr std::string_view kToken = "00000000-0000-4000-8000-000000000000";
constexpr std::string_view kHost = "example.com";

std::string written(const RawValue& object, std::string_view key) {
  const RawValue value = object.find(key);
  return value ? std::string(value.written()) : "{}";
}

std::string text_of(const RawValue& object, std::string_view key) {
  const RawValue value = object ? object.find(key) : RawValue();
  return value && value.is(json::Kind::String) ? aws::string_text(value) : std::string();
}

// "b=2&a=1" as sorted pairs.
std::string canonical_form(std::string_view form) {
  std::vector<std::string> pairs;
  for (const std::string_view pair : base::split(form, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    pairs.push_back(base::form_decode(pair.substr(0, equals)) + '=' +
                    base::form_decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
  std::sort(pairs.begin(), pairs.end());
  return base::join(pairs, "&");
}

std::string canonical_xml(const aws::XmlText& xml, const aws::XmlElement& element) {
  std::vector<std::string> attributes;
  for (const aws::XmlAttribute& attribute : xml.attributes(element))
    attributes.push_back(fmt::format("{}={}", attribute.name, attribute.value));
  std::sort(attributes.begin(), attributes.end());
  std::string text = fmt::format("<{} {}>", element.name, base::join(attributes, " "));
  if (element.size == 1) text += element.text;
  std::vector<std::string> inner;
  for (const aws::XmlElement& child : aws::children(element))
    inner.push_back(canonical_xml(xml, child));
  std::stable_sort(inner.begin(), inner.end());
  return text + base::join(inner, "") + "</>";
}

std::string canonical_body(aws::Protocol protocol, const std::string& body) {
  if (protocol == aws::Protocol::Ec2 || protocol == aws::Protocol::Query) {
    return canonical_form(body);
  }
  if (protocol == aws::Protocol::Cbor) {
    const auto value = aws::read_cbor(body);
    return value.ok() ? canonical(*value) : body;
  }
  if (const auto json = aws::JsonText::parse(body); json.ok()) {
    return canonical(aws::from_json(json->root()));
  }
  if (const auto xml = aws::XmlText::parse(body); xml.ok()) {
    return canonical_xml(*xml, xml->root());
  }
  return body;
}

// "path?b=2&a=1" with its query sorted; "hello" and "hello=" ask the same.
std::string canonical_uri(std::string_view uri) {
  const std::size_t mark = std::min(uri.find('?'), uri.size());
  return std::string(uri.substr(0, mark)) + '?' +
         canonical_form(uri.substr(std::min(mark + 1, uri.size())));
}

std::string uri_of(const net::HttpRequest& request) {
  std::string uri = request.path + '?';
  for (const net::QueryParameter& parameter : request.query)
    uri += net::percent_encode(parameter.name) + '=' + net::percent_encode(parameter.value) + '&';
  return uri;
}

// One case and the small service that it is about.
struct Case {
  const aws::Service& service;
  const aws::Operation& operation;
  RawValue row;
};

std::string differ(std::string_view what, std::string_view expected, std::string_view found) {
  return expected == found ? std::string()
                           : fmt::format("{}: expected {}, found {}", what, expected, found);
}

std::string complaint_about_headers(const RawValue& expected, const net::HttpRequest& request) {
  if (const RawValue headers = expected.find("headers")) {
    for (const RawMember header : json::members(headers)) {
      const std::string name = aws::key_text(header);
      const std::string* found = net::find_header(request.headers, name);
      if (found == nullptr) return "no header " + name;
      const std::string wanted = aws::string_text(header.value);
      // A type may say more than is asked for: its character set.
      if (base::equals_ignore_case(name, "content-type") && found->starts_with(wanted)) continue;
      if (*found != wanted) return differ("header " + name, wanted, *found);
    }
  }
  if (const RawValue names = expected.find("requireHeaders")) {
    for (const RawValue name : json::elements(names)) {
      const std::string text = aws::string_text(name);
      if (base::equals_ignore_case(text, "content-length")) continue;  // added as it is sent
      if (net::find_header(request.headers, text) == nullptr) return "no header " + text;
    }
  }
  if (const RawValue names = expected.find("forbidHeaders")) {
    for (const RawValue name : json::elements(names)) {
      const std::string text = aws::string_text(name);
      if (net::find_header(request.headers, text) != nullptr) return "unwanted header " + text;
    }
  }
  return {};
}

std::string complaint_about_request(const Case& asked) {
  aws::Value input = aws::from_json(asked.row.find("params"));
  if (asked.operation.input) {
    input = as_modelled(asked.service, *asked.operation.input, std::move(input));
  }
  const auto prefix = aws::host_prefix(asked.operation, input);
  const auto request = aws::serialise(asked.service, asked.operation, std::move(input), {kToken});
  if (!request.ok()) return request.error().message;
  const RawValue expected = asked.row.find("serialized");
  std::string body = text_of(expected, "body");
  if (asked.service.protocol() == aws::Protocol::Cbor) {
    if (auto bytes = base::decode_base64(body); bytes.ok()) body = *std::move(bytes);
  }
  const aws::Protocol protocol = asked.service.protocol();
  std::string complaint = differ("method", text_of(expected, "method"), request->method);
  if (complaint.empty()) {
    complaint =
        differ("uri", canonical_uri(text_of(expected, "uri")), canonical_uri(uri_of(*request)));
  }
  if (complaint.empty() && expected.find("body")) {
    complaint =
        differ("body", canonical_body(protocol, body), canonical_body(protocol, request->body));
  }
  if (const std::string host = text_of(expected, "host"); complaint.empty() && !host.empty()) {
    complaint = differ("host", host, prefix.ok() ? *prefix + std::string(kHost) : "");
  }
  return complaint.empty() ? complaint_about_headers(expected, *request) : complaint;
}

net::HttpResponse response_of(const Case& asked) {
  const RawValue written_response = asked.row.find("response");
  net::HttpResponse response;
  response.status = 200;
  if (const RawValue status = written_response.find("status_code")) {
    const aws::Value number = aws::from_json(status);
    if (number.integer() != nullptr) response.status = static_cast<int>(*number.integer());
  }
  if (const RawValue headers = written_response.find("headers")) {
    for (const RawMember header : json::members(headers))
      response.headers.push_back({aws::key_text(header), aws::string_text(header.value)});
  }
  response.body = text_of(written_response, "body");
  if (asked.service.protocol() == aws::Protocol::Cbor) {
    if (auto bytes = base::decode_base64(response.body); bytes.ok())
      response.body = *std::move(bytes);
  }
  return response;
}

std::string complaint_about_error(const Case& asked, const aws::Answer& answer) {
  if (!answer.error) return "an error was expected";
  std::string complaint = differ("code", text_of(asked.row, "errorCode"), answer.error->code);
  if (const RawValue message = asked.row.find("errorMessage"); message && complaint.empty()) {
    complaint = differ("message", aws::string_text(message), answer.error->message);
  }
  for (const aws::ShapeId id : asked.service.errors(asked.operation)) {
    const aws::Shape& shape = asked.service.shape(id);
    if (shape.name != answer.error->code && shape.error_code != answer.error->code) continue;
    aws::Member member;
    member.shape = id;
    aws::Value expected =
        as_modelled(asked.service, member, aws::from_json(asked.row.find("error")));
    aws::Value found = answer.error->fields;
    if (found.is_null()) found = aws::Value::Object();
    // The message is told apart from the fields, however a service spells its name.
    for (aws::Value* value : {&expected, &found}) {
      std::erase_if(*value->object(), [](const aws::Value::Member& entry) {
        return base::equals_ignore_case(entry.name, "message");
      });
    }
    if (complaint.empty()) complaint = differ("error", canonical(expected), canonical(found));
  }
  return complaint;
}

std::string complaint_about_answer(const Case& asked) {
  const aws::Answer answer = aws::parse(asked.service, asked.operation, response_of(asked));
  if (asked.row.find("errorCode")) return complaint_about_error(asked, answer);
  if (answer.error) {
    return fmt::format("{}: {}", answer.error->code, answer.error->message);
  }
  aws::Value expected = aws::from_json(asked.row.find("result"));
  if (asked.operation.output) {
    expected = as_modelled(asked.service, *asked.operation.output, std::move(expected));
  }
  return differ("result", canonical(expected), canonical(answer.output));
}

// The model of one case: the shapes of its suite and the operation that it is given.
base::Result<aws::Service> service_of(const RawValue& suite, const RawValue& row) {
  const RawValue given = row.find("given");
  return aws::Service::read(
      "vectors",
      fmt::format(R"({{"service":{{"metadata":{},"shapes":{},"operations":{{{}:{}}}}}}})",
                  written(suite, "metadata"), written(suite, "shapes"),
                  json::quoted(text_of(given, "name")), given.written()));
}

void run_case(const RawValue& suite, const RawValue& row, Part& part) {
  const std::string id = text_of(row, "id");
  const base::Result<aws::Service> service = service_of(suite, row);
  if (!service.ok()) return part.fail(id, service.error().message);
  const Case asked{*service, service->operations().front(), row};
  part.judge(
      id, row.find("serialized") ? complaint_about_request(asked) : complaint_about_answer(asked));
}

}  // namespace

void run_protocols(const Setting& setting, Report& report) {
  for (const std::string& file : setting.corpus.files("api/protocols", report)) {
    const auto text = setting.corpus.read(file, report);
    if (!text) continue;
    Part& part = report.part(file.substr(file.find("protocols/") + 10));
    const auto document = aws::JsonText::parse(*text);
    if (!document.ok()) {
      part.fail(file, document.error().message);
      continue;
    }
    for (const RawValue suite : json::elements(document->root())) {
      for (const RawValue row : json::elements(suite.find("cases")))
        run_case(suite, row, part);
    }
  }
}

}  // namespace riposte::conformance
