// Answers aws_requests_test.py: for every line of standard input, {"service", "operation", "params"},
// one line with the request that riposte would send, or with the error.

#include <iostream>
#include <string>

#include "aws/catalogue.h"
#include "aws/json_text.h"
#include "aws/protocol.h"
#include "json/writer.h"

namespace riposte {
namespace {

base::Result<std::string> answer(aws::Catalogue& catalogue, const std::string& line) {
  const aws::JsonText asked = TRY(aws::JsonText::parse(line));
  const auto service = TRY(catalogue.service(asked.root().string_at("service")));
  const aws::Operation* operation = service->operation(asked.root().string_at("operation"));
  if (operation == nullptr) return base::Error{base::Errc::NotFound, "no such operation"};
  aws::Value input = aws::from_json(asked.root().find("params"));
  const std::string prefix = TRY(aws::host_prefix(*operation, input));
  const net::HttpRequest request = TRY(aws::serialise(*service, *operation, std::move(input)));
  json::Writer writer;
  writer.object([&] {
    writer.field("method", request.method);
    writer.field("path", request.path);
    writer.field("prefix", prefix);
    writer.key("query").array([&] {
      for (const net::QueryParameter& parameter : request.query) {
        writer.array([&] {
          writer.value(parameter.name);
          writer.value(parameter.value);
        });
      }
    });
    writer.key("headers").object([&] {
      for (const net::Header& header : request.headers)
        writer.field(header.name, header.value);
    });
    writer.field("body", aws::encode_base64(request.body));
  });
  return std::move(writer).take();
}

void run() {
  aws::Catalogue catalogue;
  std::string line;
  while (std::getline(std::cin, line)) {
    const base::Result<std::string> answered = answer(catalogue, line);
    std::cout << (answered.ok() ? *answered
                                : "{\"error\":" + json::quoted(answered.error().message) + '}')
              << std::endl;
  }
}

}  // namespace
}  // namespace riposte

int main() {
  riposte::run();
  return 0;
}
