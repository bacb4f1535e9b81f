// Shipped rules against requests that a web application firewall is tested with, as a web server
// would have logged them: method, address and user agent. What stands in a body or in another
// header is not in such a log, and is not asked for.
//
// A firewall's own tests try one sign each, among them signs that only it could judge, with the
// whole request before it: the share asked for is a half. Ordinary logs are asked the other way
// round: nearly no line may be taken for an attack.

#include <map>

#include <fmt/core.h>

#include "detector.h"
#include "json/writer.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

using rule::Level;

constexpr double kRecallMin = 0.5;      // of requests with a sign that few would send by right
constexpr double kOrdinaryMax = 0.001;  // of ordinary lines
constexpr std::string_view kClasses[] = {"sqli", "xss"};
constexpr int kParanoiaMost = 1;  // above, its authors accept many false alarms

struct Share {
  std::uint64_t hits = 0;
  std::uint64_t total = 0;

  double value() const {
    return total == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(total);
  }
  std::string text() const { return fmt::format("{} of {}", hits, total); }
};

// In the combined format; empty where address and query carry nothing.
std::string line_of(const json::Node& request) {
  const std::string_view uri = request.string_at("uri");
  constexpr std::size_t kPlainPath = 40;  // longer ones carry a sign without a query
  if (uri.find('?') == std::string_view::npos && uri.size() <= kPlainPath) return {};
  std::string escaped;
  for (const char c : uri) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c == ' ' ? '+' : c;
  }
  return fmt::format(
      "203.0.113.7 - - [31/Jan/2026:18:37:58 +0000] \"{} {} HTTP/1.1\" 200 1 \"-\" \"x\"",
      request.string_at("method"), escaped);
}

bool is_found(Detector& detector, std::string line) {
  line += '\n';
  const std::size_t size = line.size();
  line.append(json::kPadding, ' ');
  return detector.detect_all(std::string_view(line).substr(0, size), "web").at_least(Level::Low);
}

void run_requests(const Setting& setting, Detector& detector, Report& report) {
  const auto text = setting.corpus.read("waf/crs_requests.jsonl.gz", report);
  if (!text) return;
  Part& part = report.part("crs_requests");
  std::map<std::string_view, Share> found;
  std::map<std::string_view, Share> silent;
  each_row(*text, part, [&](const json::Node& row, std::size_t) {
    const json::Node* request = row.find("request");
    const json::Node* paranoia = row.find("paranoia_level");
    const std::string line = request == nullptr ? std::string() : line_of(*request);
    if (line.empty() || paranoia == nullptr || paranoia->number().value_or(9) > kParanoiaMost)
      return;
    for (std::string_view name : kClasses) {
      if (row.string_at("attack_class") != name) continue;
      const json::Node* fired = row.find("expect_ids");
      const bool must_fire = fired != nullptr && fired->is_container() && fired->size > 1;
      Share& share = must_fire ? found[name] : silent[name];
      ++share.total;
      if (is_found(detector, line)) ++share.hits;
    }
  });
  for (const auto& [name, share] : found) {
    part.judge(fmt::format("{} found, >= 50 %", name),
               share.value() >= kRecallMin ? std::string() : share.text());
    part.note(fmt::format("{}: {}", name, share.text()));
  }
  for (const auto& [name, share] : silent)
    part.note(
        fmt::format("{}, a rule of theirs must be silent (not judged): {}", name, share.text()));
}

void run_ordinary(const Setting& setting, Detector& detector, Report& report) {
  Part& part = report.part("ordinary");
  Share share;
  for (const char* folder : {"formats/cloudfront", "formats/web", "formats/elb"}) {
    for (const std::string& file : setting.corpus.files(folder, report)) {
      const auto bytes = setting.corpus.read(file, report);
      if (!bytes) continue;
      detector.detect(*bytes, file, [&](const event::Event& event, const Detector::Hits& hits) {
        ++share.total;
        if (!hits.at_least(Level::Low)) return;
        ++share.hits;
        part.note(fmt::format("{}:{}: {}", file, event.origin.record, hits.names(Level::Low)));
      });
    }
  }
  if (share.total == 0) return;
  part.judge("ordinary lines taken for attacks, < 0.1 %",
             share.value() < kOrdinaryMax ? std::string() : share.text());
  part.note(share.text());
}

}  // namespace

void run_web_attacks(const Setting& setting, Report& report) {
  std::vector<std::string> complaints;
  const std::vector<rule::RulePointer> rules = load_rules(setting.rules, complaints);
  Detector detector(rules);
  run_requests(setting, detector, report);
  run_ordinary(setting, detector, report);
}

}  // namespace riposte::conformance
