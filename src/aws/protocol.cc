#include "aws/protocol.h"

#include <algorithm>

#include "aws/checksum.h"
#include "aws/error_reader.h"
#include "aws/input.h"
#include "aws/query.h"
#include "aws/rest.h"
#include "aws/rpc_cbor.h"
#include "aws/rpc_json.h"
#include "base/inflate.h"
#include "base/text.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

using base::Errc;

// Problems told in one message; a person who needs all of them asks read_input().
constexpr std::size_t kProblemsTold = 3;

// Below it compression is not worth its time; the SDKs' figure.
constexpr std::size_t kCompressedBytesMin = 10'240;

base::Error invalid_input(const Operation& operation, const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) {
    if (texts.size() < kProblemsTold) texts.push_back(to_text(problem));
  }
  std::string message = base::join(texts, "; ");
  if (problems.size() > kProblemsTold) {
    message += "; and " + std::to_string(problems.size() - kProblemsTold) + " more";
  }
  return base::Error{Errc::Invalid, std::move(message)}.in(operation.name);
}

void fill_tokens(const Service& service, const Operation& operation, std::string_view token,
                 Value& input) {
  if (!operation.input || token.empty()) return;
  for (const Member& member : service.members(service.shape(*operation.input))) {
    if (member.idempotency_token && input.find(member.name) == nullptr) {
      input.set(member.name, token);
    }
  }
}

base::Result<net::HttpRequest> serialise_by_protocol(const Service& service,
                                                     const Operation& operation,
                                                     const Value& input) {
  switch (service.protocol()) {
    case Protocol::Ec2:
    case Protocol::Query:
      return serialise_query_call(service, operation, input);
    case Protocol::Json:
      return serialise_json_call(service, operation, input);
    case Protocol::RestJson:
    case Protocol::RestXml:
      return serialise_rest_call(service, operation, input);
    case Protocol::Cbor:
      return serialise_cbor_call(service, operation, input);
  }
  return base::Error{Errc::Invalid, "no such protocol"};
}

// Behind an encoding that the caller gave, since this one is the last that happens to the body.
void compress(net::HttpRequest& request) {
  request.body = base::gzip(request.body);
  const std::string* given = net::find_header(request.headers, "Content-Encoding");
  net::set_header(request.headers, "Content-Encoding",
                  given == nullptr ? "gzip" : *given + ", gzip");
}

base::Result<Value> parse_by_protocol(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response, std::string& request_id) {
  switch (service.protocol()) {
    case Protocol::Ec2:
    case Protocol::Query:
      return parse_query_answer(service, operation, response, request_id);
    case Protocol::Json:
      return parse_json_answer(service, operation, response);
    case Protocol::RestJson:
    case Protocol::RestXml:
      return parse_rest_answer(service, operation, response);
    case Protocol::Cbor:
      return parse_cbor_answer(service, operation, response);
  }
  return base::Error{Errc::Invalid, "no such protocol"};
}

// A line break in a header would begin another one, or the body.
base::Status check_headers(const Operation& operation, const net::HttpRequest& request) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
  for (const net::Header& header : request.headers) {
    if (std::any_of(header.name.begin(), header.name.end(), is_control) ||
        std::any_of(header.value.begin(), header.value.end(), is_control)) {
      return base::Error{Errc::Invalid, std::string(operation.name) +
                                            ": a value that goes into a header holds a line break"};
    }
  }
  return base::Done{};
}

// Whether the body of the answer is bytes of the caller's own, such as an object of S3.
bool is_raw(const Service& service, const Operation& operation) {
  if (!operation.output) return false;
  const Shape& shape = service.shape(*operation.output);
  if (shape.payload < 0) return false;
  const Member& payload = service.members(shape)[static_cast<std::size_t>(shape.payload)];
  const Type type = service.shape(payload).type;
  return type == Type::Blob || type == Type::String;
}

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

}  // namespace

base::Result<net::HttpRequest> serialise(const Service& service, const Operation& operation,
                                         Value input, const SerialiseOptions& options) {
  const std::vector<Problem> problems = conform(service, operation, input);
  if (!problems.empty()) return invalid_input(operation, problems);
  fill_tokens(service, operation, options.idempotency_token, input);
  net::HttpRequest request = TRY(serialise_by_protocol(service, operation, input));
  if (service.is_query_compatible()) request.headers.push_back({"x-amzn-query-mode", "true"});
  if (operation.may_compress && request.body.size() >= kCompressedBytesMin) compress(request);
  TRY(add_checksum(service, operation, input, request));
  TRY(check_headers(operation, request));
  return request;
}

base::Result<std::string> host_prefix(const Operation& operation, const Value& input) {
  std::string prefix;
  std::string_view rest = operation.host_prefix;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    const std::size_t close = rest.find('}', open);
    prefix += rest.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const std::string_view label = input.text_at(name);
    if (!is_host_label(label)) {
      return base::Error{Errc::Invalid, std::string(operation.name) + ": " + std::string(name) +
                                            ": expected letters, digits and hyphens, since it "
                                            "becomes part of a host name"};
    }
    prefix += label;
    rest.remove_prefix(close + 1);
  }
  return prefix;
}

Answer parse(const Service& service, const Operation& operation,
             const net::HttpResponse& response) {
  Answer answer;
  answer.request_id = request_id_of(response);
  answer.http_status = response.status;
  if (response.status < 200 || response.status >= 300) {
    answer.error = read_error(service, operation, response);
  } else if (service.protocol() == Protocol::RestXml && !is_raw(service, operation)) {
    answer.error = find_error_in_success(service, operation, response);
  }
  if (!answer.error) {
    base::Result<Value> output = parse_by_protocol(service, operation, response, answer.request_id);
    if (output.ok()) {
      answer.output = std::move(output).value();
    } else {
      answer.error = Error{Errc::Io,          "UnreadableAnswer", output.error().message,
                           answer.request_id, response.status,    {}};
    }
  }
  if (answer.error && answer.request_id.empty()) answer.request_id = answer.error->request_id;
  return answer;
}

}  // namespace riposte::aws
