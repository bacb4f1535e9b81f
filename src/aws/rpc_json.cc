#include "aws/rpc_json.h"

#include "aws/json_body.h"
#include "aws/json_text.h"
#include "aws/shaped.h"

namespace riposte::aws {

net::HttpRequest serialise_json_call(const Service& service, const Operation& operation,
                                     const Value& input) {
  net::HttpRequest request;
  request.headers.push_back(
      {"X-Amz-Target", std::string(service.target_prefix()) + '.' + std::string(operation.name)});
  request.headers.push_back(
      {"Content-Type", "application/x-amz-json-" + std::string(service.json_version())});
  request.body = operation.input ? write_json(service, *operation.input, input) : "{}";
  return request;
}

base::Result<Value> parse_json_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response) {
  if (!operation.output || response.body.empty()) return Value(Value::Object());
  const JsonText text = TRY(JsonText::parse(response.body));
  if (!text.root().is(json::Kind::Object)) {
    return base::Error{base::Errc::Invalid, "the answer is no JSON object"};
  }
  return shaped(service, *operation.output, from_json(text.root()));
}

}  // namespace riposte::aws
