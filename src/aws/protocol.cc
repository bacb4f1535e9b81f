#include "aws/protocol.h"

#include <algorithm>

#include "aws/error_reader.h"
#include "aws/input.h"
#include "aws/rpc_json.h"
#include "base/text.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {
namespace {

using base::Errc;

// Problems told in one message; a person who needs all of them asks read_input().
constexpr std::size_t kProblemsTold = 3;

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
    case Protocol::Json:
      return serialise_json_call(service, operation, input);
    default:
      return base::Error{Errc::Invalid, "the protocol of this service is not spoken yet"};
  }
}

base::Result<Value> parse_by_protocol(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response) {
  switch (service.protocol()) {
    case Protocol::Json:
      return parse_json_answer(service, operation, response);
    default:
      return base::Error{Errc::Invalid, "the protocol of this service is not spoken yet"};
  }
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
  if (response.status < 200 || response.status >= 300) {
    answer.error = read_error(service, operation, response);
  } else {
    base::Result<Value> output = parse_by_protocol(service, operation, response);
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
