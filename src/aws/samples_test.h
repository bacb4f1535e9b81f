#pragma once

// A small service of our own for the tests, in each protocol.

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "aws/model.h"

namespace riposte::aws {

// `shapes` and `operations` are what stands between the braces of the model's objects; `metadata`
// goes behind the protocol's name and begins with a comma.
inline Service service_of(std::string_view protocol, std::string_view operations,
                          std::string_view shapes, std::string_view metadata = "") {
  base::Result<Service> service = Service::read(
      "sample",
      fmt::format(R"({{"service":{{"metadata":{{"protocol":"{}","endpointPrefix":"sample",)"
                  R"("serviceId":"Sample","apiVersion":"2020-01-08","targetPrefix":"Sample",)"
                  R"("jsonVersion":"1.1"{}}},"operations":{{{}}},"shapes":{{{}}}}}}})",
                  protocol, metadata, operations, shapes));
  CHECK(service.ok(), "the sample is a model");
  return std::move(service).value();
}

// A firewall of rules: something of every type.
inline constexpr std::string_view kSampleOperations =
    R"("PutRule":{"http":{"method":"POST","requestUri":"/rules"},)"
    R"("input":{"shape":"PutRuleRequest"},"output":{"shape":"PutRuleResponse"},)"
    R"("errors":[{"shape":"RuleLimitExceeded"}]},)"
    R"("ListRules":{"output":{"shape":"PutRuleResponse"}})";
inline constexpr std::string_view kSampleShapes =
    R"("PutRuleRequest":{"type":"structure","required":["Name"],"members":{)"
    R"("Name":{"shape":"String"},"Rules":{"shape":"Rules"},"Since":{"shape":"Time"},)"
    R"("Tags":{"shape":"Tags"},"Data":{"shape":"Bytes"},"Weight":{"shape":"Real"},)"
    R"("Count":{"shape":"Whole"},"Enabled":{"shape":"Flag"},)"
    R"("Token":{"shape":"String","idempotencyToken":true}}},)"
    R"("PutRuleResponse":{"type":"structure","members":{"Rules":{"shape":"Rules"},)"
    R"("Since":{"shape":"Time"},"Data":{"shape":"Bytes"},"Weight":{"shape":"Real"}}},)"
    R"("RuleLimitExceeded":{"type":"structure","exception":true,"members":{)"
    R"("message":{"shape":"String"},"Limit":{"shape":"Whole"}}},)"
    R"("Rules":{"type":"list","member":{"shape":"Rule"}},)"
    R"("Rule":{"type":"structure","members":{"CidrIpv4":{"shape":"String"},)"
    R"("Port":{"shape":"Whole"}}},)"
    R"("Tags":{"type":"map","key":{"shape":"String"},"value":{"shape":"String"}},)"
    R"("String":{"type":"string"},"Time":{"type":"timestamp"},"Bytes":{"type":"blob"},)"
    R"("Real":{"type":"double"},"Whole":{"type":"integer"},"Flag":{"type":"boolean"})";

inline Service sample_service(std::string_view protocol, std::string_view metadata = "") {
  return service_of(protocol, kSampleOperations, kSampleShapes, metadata);
}

}  // namespace riposte::aws
