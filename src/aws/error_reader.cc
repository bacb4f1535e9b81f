#include "aws/error_reader.h"

#include <algorithm>

#include "aws/json_text.h"
#include "aws/shaped.h"
#include "base/text.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

// The exception that a code stands for, or null: first among those of the operation, then among all
// of the service, since models leave out what every call may give.
const Shape* find_exception(const Service& service, const Operation& operation,
                            std::string_view code) {
  const auto is_it = [code](const Shape& shape) {
    return shape.name == code || (!shape.error_code.empty() && shape.error_code == code);
  };
  for (const ShapeId id : service.errors(operation)) {
    if (is_it(service.shape(id))) return &service.shape(id);
  }
  return nullptr;
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

void read_object(const Service& service, const Operation& operation, const Value& body,
                 const net::HttpResponse& response, Error& error) {
  std::string_view code;
  if (const std::string* header = net::find_header(response.headers, "x-amzn-errortype")) {
    code = *header;
  }
  if (code.empty()) code = first_text(body, {"__type", "code", "Code"});
  error.code = bare_code(code);
  error.message = first_text(body, {"message", "Message", "errorMessage"});
  if (const Shape* shape = find_exception(service, operation, error.code)) {
    Member member;
    member.shape = service.id(*shape);
    error.fields = shaped(service, member, body);
  }
}

}  // namespace

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
  if (body.starts_with('{')) {
    const base::Result<JsonText> text = JsonText::parse(body);
    if (text.ok()) read_object(service, operation, from_json(text->root()), response, error);
  }
  // A service that once spoke the query protocol keeps the codes of that time here.
  if (const std::string* old = net::find_header(response.headers, "x-amzn-query-error")) {
    error.code = old->substr(0, old->find(';'));
  }
  if (error.code.empty()) error.code = std::to_string(response.status);
  error.kind = classify(error.code, response.status);
  return error;
}

}  // namespace riposte::aws
