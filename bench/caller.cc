// riposte's side of the row about AWS calls (bench/README.md):
//
//     bench-caller serve        answers every HTTP request on a port that it prints, until its
//     input ends bench-caller call URL N   a contender: N calls to that port, one after the other

#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "aws/client.h"
#include "net/http_client.h"
#include "support/scripted_peer.h"

namespace riposte::bench {
namespace {

// What a table with one small item answers.
constexpr const char* kItem =
    R"({"Item": {"k": {"S": "111122223333"}, "n": {"N": "1769884678"}, "l": {"L": [{"S": "a"}, {"BOOL": true}]}}})";

int serve() {
  const testing_support::ScriptedPeer peer(
      {testing_support::answer(200, kItem, "Content-Type: application/x-amz-json-1.0\r\n")});
  std::cout << peer.host() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

int call(const std::string& url, int count) {
  const base::Result<aws::Settings> settings = aws::Settings::read(
      aws::process_environment(), {.profile = {}, .region = "us-east-1", .endpoint_url = url});
  if (!settings.ok()) {
    std::cerr << settings.error().message << '\n';
    return 1;
  }
  aws::Catalogue catalogue;
  net::HttpClient transport;
  base::SystemClock clock;
  std::mt19937_64 random;
  aws::Client client({*settings, catalogue, transport, clock, [&] { return random(); }});
  const aws::Value input = aws::Value::Object{
      {"TableName", "table"},
      {"Key", aws::Value::Object{{"k", aws::Value::Object{{"S", "111122223333"}}}}}};
  std::cout << "{\"ready\": true}" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto begin = std::chrono::steady_clock::now();
    int answered = 0;
    for (int i = 0; i < count; ++i) {
      const base::Result<aws::Answer> answer = client.call("dynamodb", "GetItem", input);
      if (answer.ok() && answer->output.text_at("Item.k.S") == "111122223333") ++answered;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::cout << fmt::format(
                     R"({{"seconds": {}, "events": {}, "bytes": {}, "hits": {{"answered": {}}}}})",
                     seconds.count(), count, count, answered)
              << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace riposte::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && words[0] == "serve") return riposte::bench::serve();
  if (words.size() == 3 && words[0] == "call")
    return riposte::bench::call(words[1], std::stoi(words[2]));
  std::cerr << "usage: bench-caller serve | call URL N\n";
  return 2;
}
