// Answers endpoint questions, a line each, for endpoints_test.py: {"rules": ...} and {"partitions":
// ...} set the stage, {"given": ...} is answered with {"url", "properties", "headers"} or
// {"error"}.

#include <iostream>
#include <memory>
#include <string>

#include "aws/endpoint_rules.h"
#include "aws/json_text.h"

namespace {

using namespace riposte;  // NOLINT(google-build-using-namespace)

aws::Value answer(const base::Result<aws::EndpointRules::Outcome>& outcome) {
  if (!outcome.ok()) return aws::Value::Object{{"error", outcome.error().message}};
  aws::Value headers{aws::Value::Object()};
  for (const net::Header& header : outcome->headers)
    headers.set(header.name, aws::Value::List{header.value});
  return aws::Value::Object{
      {"url", outcome->url}, {"properties", outcome->properties}, {"headers", headers}};
}

}  // namespace

int main() {
  std::unique_ptr<aws::Partitions> partitions;
  std::unique_ptr<aws::EndpointRules> rules;
  std::string line;
  while (std::getline(std::cin, line)) {
    const aws::JsonText text = aws::JsonText::parse(line).value();
    if (const json::RawValue given = text.root().find("given")) {
      std::cout << aws::to_json(answer(rules->resolve(aws::from_json(given), *partitions))) << '\n';
    } else if (const json::RawValue read = text.root().find("rules")) {
      rules =
          std::make_unique<aws::EndpointRules>(aws::EndpointRules::read(read.written()).value());
    } else {
      partitions = std::make_unique<aws::Partitions>(
          aws::Partitions::read(text.root().find("partitions").written()).value());
    }
  }
}
