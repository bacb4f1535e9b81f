// One event_count correlation over a number of keys, as a daemon would feed it: text, EventReader,
// Matcher, Plan, Correlator.
//
//     bench-correlator KEYS
//
// A pass is kEventsAPass events whose keys come in turn, each key often enough that its window
// stays. Before the first pass every key is hit once; `memory` is what that took.
//
// Tested by bench/run: its rows run it.

#include "correlate/correlator.h"

#include <fmt/format.h>

#include "event/event_reader.h"
#include "event/identity.h"
#include "finding/finding.h"
#include "match/matcher.h"
#include "resident.h"
#include "rule/rule_set.h"

namespace riposte::bench {
namespace {

constexpr std::size_t kEventsAPass = 200'000;
constexpr std::size_t kEventsAText = 1'000;
constexpr std::int64_t kBegin = 1'767'225'600;  // 2026-01-01, in seconds

constexpr std::string_view kRules = R"(
title: signed in
name: signed_in
logsource: {product: aws, service: cloudtrail}
detection: {selection: {eventName: ConsoleLogin}, condition: selection}
---
title: many sign-ins
correlation:
  type: event_count
  rules: [signed_in]
  group-by: [userIdentity.arn]
  timespan: 30d
  condition: {gte: 1000000}
)";

std::vector<rule::RulePointer> rules() {
  base::Diagnostics diagnostics;
  std::vector<rule::RulePointer> read =
      rule::RuleSet::read({{"rules", std::string(kRules)}}, {}, diagnostics).rules();
  if (!diagnostics.ok()) die("the rules are wrong");
  return read;
}

class Feed {
 public:
  explicit Feed(std::size_t keys) : keys_(keys) {}

  // Seconds for `count` events, of which only the making is not on the clock.
  double run(std::size_t count) {
    double seconds = 0;
    for (std::size_t done = 0; done < count; done += kEventsAText) {
      text_.clear();
      for (std::size_t i = 0; i < kEventsAText; ++i)
        add_event();
      bytes_ += text_.size();
      const std::size_t size = text_.size();
      text_.append(json::kPadding, ' ');
      const double begin = now();
      reader_.begin("bench");
      reader_.feed(std::string_view(text_).substr(0, size), true, take_, quarantine_);
      seconds += now() - begin;
    }
    return seconds;
  }

  std::size_t bytes() { return std::exchange(bytes_, 0); }
  std::size_t key_count() const { return correlator_.key_count(); }

 private:
  // A multiplier that shares no factor with the number of keys, so that they come in no order of
  // memory.
  void add_event() {
    const std::size_t key = number_ * 7'368'787 % keys_;
    fmt::format_to(
        std::back_inserter(text_),
        R"({{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE{0:06}",)"
        R"("arn":"arn:aws:iam::111122223333:user/u{0:07}","accountId":"111122223333","userName":"u{0:07}"}},)"
        R"("eventTime":"{1}","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin",)"
        R"("awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"Mozilla/5.0",)"
        R"("requestParameters":null,"responseElements":{{"ConsoleLogin":"Success"}},)"
        R"("eventID":"{2:08x}-1111-4222-8333-{3:012x}","eventType":"AwsConsoleSignIn"}})"
        "\n",
        key,
        base::format_time(base::EventTime(std::chrono::seconds(kBegin)) +
                          base::Millis(static_cast<std::int64_t>(number_) / 4)),
        number_ * 2'654'435'761 % 0xFFFF'FFFF, number_);
    ++number_;
  }

  void take(const event::RawEvent& raw) {
    hits_.clear();
    matcher_.match(raw, scratch_, hits_);
    fields_.begin(raw);
    for (const rule::Hit& hit : hits_) {
      packed_.clear();
      fields_.pack(hit.rule, packed_);
      const auto time = event::time_of(raw.record, raw.record);
      correlator_.add(
          {hit.rule, *time, "bench", correlate::packed_id(finding::event_id_of(raw)), packed_});
    }
  }

  const std::size_t keys_;
  const match::Matcher matcher_{rules()};
  const correlate::Plan plan_{matcher_.rules()};
  correlate::Correlator correlator_{plan_, {.lateness = std::chrono::seconds(1)}};
  correlate::EventFields fields_{plan_};
  const event::EventReader::OnRawEvent take_ = [this](const event::RawEvent& raw) { take(raw); };
  event::EventReader reader_;
  event::Quarantine quarantine_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
  std::string packed_;
  std::string text_;
  std::size_t number_ = 0;
  std::size_t bytes_ = 0;
};

int command(std::size_t keys) {
  Feed feed(keys);
  feed.run(2 * kEventsAText);
  const std::uint64_t before = resident_now();
  feed.run(keys);
  const std::uint64_t memory = resident_now() - before;
  feed.bytes();
  return serve(fmt::format("\"keys\": {}, \"memory\": {}", feed.key_count(), memory), [&] {
    Pass pass;
    pass.seconds = feed.run(kEventsAPass);
    pass.events = kEventsAPass;
    pass.bytes = feed.bytes();
    return pass;
  });
}

}  // namespace
}  // namespace riposte::bench

int main(int argc, char** argv) {
  if (argc != 2) riposte::bench::die("usage: bench-correlator KEYS");
  return riposte::bench::command(std::stoul(argv[1]));
}
