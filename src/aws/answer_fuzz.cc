// Whatever a service answers: every protocol's parser, errors too, and what looks at answers after
// it. The first byte picks protocol and status, a first line ending in a line feed is a header's
// value, the rest is the body.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/catalogue.h"
#include "aws/paginator.h"
#include "aws/protocol.h"
#include "aws/samples_test.h"
#include "aws/waiter.h"
#include "base/check.h"

using namespace riposte;

namespace {

// A call of EC2's, with its pages and a waiter.
struct Instances {
  aws::Catalogue catalogue;
  std::shared_ptr<const aws::Service> service = *catalogue.service("ec2");
  aws::Paginator paginator = **aws::Paginator::find(*service, "DescribeInstances");
  aws::Waiter waiter = *aws::Waiter::find(*service, "InstanceRunning");
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<aws::Service, 6> services = {
      aws::sample_service("json"),     aws::sample_service("rest-json"),
      aws::sample_service("rest-xml"), aws::sample_service("query"),
      aws::sample_service("ec2"),      aws::sample_service("smithy-rpc-v2-cbor")};
  static const Instances instances;
  if (size == 0) return 0;

  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  net::HttpResponse response;
  response.status = (data[0] & 0x80) != 0 ? 400 : 200;
  const std::size_t line = rest.find('\n');
  if (line != std::string_view::npos) {
    response.headers.push_back({"x-amzn-ErrorType", std::string(rest.substr(0, line))});
    rest.remove_prefix(line + 1);
  }
  response.body = rest;

  const aws::Service& service = services[data[0] % services.size()];
  const aws::Answer answer = aws::parse(service, *service.operation("PutRule"), response);
  CHECK(answer.ok() == !answer.error.has_value(), "an answer is one or the other");
  CHECK(answer.ok() || !answer.error->code.empty(), "an error has a code");
  aws::to_json(answer.output);

  const aws::Operation& describe = *instances.service->operation("DescribeInstances");
  const aws::Answer described = aws::parse(*instances.service, describe, response);
  aws::Pages pages(instances.paginator);
  aws::Value input;
  CHECK(!pages.advance(described.output, input) || !pages.advance(described.output, input),
        "a token that repeats ends the pages");
  instances.waiter.judge(described);
  return 0;
}
