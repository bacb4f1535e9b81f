#include "aws/error_reader.h"

#include <algorithm>

#include "aws/cbor.h"
#include "aws/json_text.h"
#include "aws/rest.h"
#include "aws/shaped.h"
#include "aws/xml_body.h"
#include "aws/xml_text.h"
#include "base/text.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

// The exception of the operation that a code stands for, as an output.
std::optional<Member> find_exception(const Service& service, const Operation& operation,
                                     std::string_view code) {
  for (const ShapeId id : service.errors(operation)) {
    const Shape& shape = service.shape(id);
    if (shape.name != code && (shape.error_code.empty() || shape.error_code != code)) continue;
    Member member;
    member.shape = id;
    return member;
  }
  return std::nullopt;
}

// "aws.protocoltests#FooError:http://internal.amazon.com/..." says FooError.
std::string_view bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const std::size_t hash = code.rfind('#');
  return base::trim(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

// The first of these that is a text.
std::string_view first_text(const Value& body, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Value* value = body.find(name);
    if (value != nullptr && value->text() != nullptr && !value->text()->empty()) {
      return *value->text();
    }
  }
  return {};
}

// JSON or CBOR; null where it is neither, and headers may tell the code all the same.
Value read_body(const Service& service, std::string_view trimmed,
                const net::HttpResponse& response) {
  if (trimmed.starts_with('{')) {
    const base::Result<JsonText> text = JsonText::parse(trimmed);
    return text.ok() ? from_json(text->root()) : Value();
  }
  if (service.protocol() != Protocol::Cbor) return {};
  const base::Result<Value> value = read_cbor(response.body);
  return value.ok() ? *value : Value();
}

void read_object(const Service& service, const Operation& operation, const Value& body,
                 const net::HttpResponse& response, Error& error) {
  std::string_view code;
  if (const std::string* header = net::find_header(response.headers, "x-amzn-errortype")) {
    code = *header;
  }
  if (code.empty()) code = first_text(body, {"__type", "code", "Code"});
  error.code = bare_code(code);
  error.message = first_text(body, {"message", "Message", "errorMessage"});
  if (const std::optional<Member> exception = find_exception(service, operation, error.code)) {
    if (!body.is_null()) error.fields = shaped(service, *exception, body);
  }
}

// <ErrorResponse><Error>, <Response><Errors><Error>, or <Error> alone; null for anything else.
const XmlElement* find_error(const XmlElement& root) {
  if (root.name == "Error") return &root;
  if (const XmlElement* errors = root.find("Errors")) return errors->find("Error");
  return root.find("Error");
}

std::string_view text_in(const XmlElement* parent, std::string_view name) {
  const XmlElement* found = parent == nullptr ? nullptr : parent->find(name);
  return found == nullptr ? std::string_view() : found->text;
}

void read_element(const Service& service, const Operation& operation, const XmlText& xml,
                  const XmlElement& element, Error& error) {
  error.code = base::trim(text_in(&element, "Code"));
  error.message = text_in(&element, "Message");
  if (error.message.empty()) error.message = text_in(&element, "message");
  for (const XmlElement* parent : {&xml.root(), &element, xml.root().find("ResponseMetadata")}) {
    for (const std::string_view name : {"RequestId", "RequestID"}) {
      if (error.request_id.empty()) error.request_id = text_in(parent, name);
    }
  }
  if (const std::optional<Member> exception = find_exception(service, operation, error.code)) {
    error.fields = read_xml(service, *exception, xml, element);
  }
}

void read_xml_error(const Service& service, const Operation& operation, std::string_view body,
                    Error& error) {
  const base::Result<XmlText> xml = XmlText::parse(body);
  const XmlElement* element = xml.ok() ? find_error(xml->root()) : nullptr;
  if (element != nullptr) read_element(service, operation, *xml, *element, error);
}

}  // namespace

std::optional<Error> find_error_in_success(const Service& service, const Operation& operation,
                                           const net::HttpResponse& response) {
  constexpr std::size_t kLookedAt = 512;  // where the root element begins
  if (std::string_view(response.body).substr(0, kLookedAt).find("<Error") == std::string::npos) {
    return std::nullopt;
  }
  const base::Result<XmlText> xml = XmlText::parse(response.body);
  if (!xml.ok() || xml->root().name != "Error") return std::nullopt;
  return read_error(service, operation, response);
}

std::string request_id_of(const net::HttpResponse& response) {
  for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id", "x-amz-requestid"}) {
    if (const std::string* id = net::find_header(response.headers, name)) return *id;
  }
  return {};
}

Error read_error(const Service& service, const Operation& operation,
                 const net::HttpResponse& response) {
  Error error;
  error.http_status = response.status;
  error.request_id = request_id_of(response);
  const std::string_view body = base::trim(response.body);
  if (body.starts_with('<')) {
    read_xml_error(service, operation, body, error);
  } else {
    read_object(service, operation, read_body(service, body, response), response, error);
  }
  const std::optional<Member> exception = find_exception(service, operation, error.code);
  if (exception && service.is_rest()) add_placed(service, *exception, response, error.fields);
  // A service that once spoke the query protocol keeps the codes of that time here.
  if (const std::string* old = net::find_header(response.headers, "x-amzn-query-error")) {
    error.code = old->substr(0, old->find(';'));
  }
  if (error.code.empty()) error.code = std::to_string(response.status);
  error.kind = classify(error.code, response.status);
  if (exception && service.shape(*exception).is_retryable) error.kind = base::Errc::Busy;
  return error;
}

}  // namespace riposte::aws
