#include "aws/rpc_cbor.h"

#include "aws/cbor.h"
#include "aws/shaped.h"

// Tested by tests/conformance/protocols_suite.cc

namespace riposte::aws {

net::HttpRequest serialise_cbor_call(const Service& service, const Operation& operation,
                                     const Value& input) {
  net::HttpRequest request;
  request.path = "/service/" + std::string(service.target_prefix()) + "/operation/" +
                 std::string(operation.name);
  request.headers.push_back({"smithy-protocol", "rpc-v2-cbor"});
  request.headers.push_back({"Accept", "application/cbor"});
  if (operation.input) {
    request.headers.push_back({"Content-Type", "application/cbor"});
    request.body = write_cbor(service, *operation.input, input);
  }
  return request;
}

base::Result<Value> parse_cbor_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response) {
  if (!operation.output || response.body.empty()) return Value(Value::Object());
  Value value = TRY(read_cbor(response.body));
  if (value.object() == nullptr) {
    return base::Error{base::Errc::Invalid, "the answer is no CBOR map"};
  }
  return shaped(service, *operation.output, std::move(value));
}

}  // namespace riposte::aws
