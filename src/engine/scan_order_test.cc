// The same events in any order, any files, on any number of threads, some twice: the same findings
// and the same incidents. Sessions are taken from sessions, and counted by who is behind them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "engine/scan.h"
#include "finding/writers.h"
#include "rule/rule_set.h"

namespace riposte::engine {
namespace {

constexpr std::string_view kRules = R"(title: Refused
name: refused
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {errorCode: AccessDenied}
  condition: selection
---
title: Stopped
name: stopped
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventName: StopLogging}
  condition: selection
level: high
tags: [attack.t1562.008]
---
title: Often refused
name: often_refused
correlation:
  type: event_count
  rules: [refused]
  group-by: [riposte.actor.origin]
  timespan: 4h
  condition: {gte: 3}
---
title: In many regions
name: in_many_regions
correlation:
  type: value_count
  rules: [stopped]
  group-by: [riposte.actor.origin]
  timespan: 2h
  condition: {field: awsRegion, gte: 2}
)";

class Log {
 public:
  explicit Log(unsigned seed) : random_(seed) {
    for (std::string_view name : {"ALICE", "BOB", "CAROL", "DANA", "ERIN"}) {
      identities_.push_back(R"({"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/)" +
                            std::string(name) + R"(","accessKeyId":"AKIA000000000)" +
                            std::string(name) + "\"}");
    }
    for (int i = 0; i < 120; ++i)
      add();
  }

  const std::vector<std::string>& records() const { return records_; }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string one_of(std::initializer_list<std::string_view> texts) {
    return std::string(*(texts.begin() + below(texts.size())));
  }

  void add() {
    const std::string number = std::to_string(1000 + records_.size());
    const std::string& who = identities_[below(identities_.size())];
    second_ += static_cast<int>(below(1200));
    const base::EventTime time =
        *base::parse_time("2026-01-31T00:00:00Z") + std::chrono::seconds(second_);
    std::string record = R"({"eventVersion":"1.08","eventSource":"x.amazonaws.com","eventID":"e)" +
                         number + R"(","eventTime":")" + base::format_time(time) +
                         R"(","awsRegion":")" + one_of({"eu-west-1", "us-east-1"}) +
                         R"(","recipientAccountId":"111122223333","sourceIPAddress":")" +
                         one_of({"198.51.100.1", "198.51.100.2", "10.0.0.1", "x.amazonaws.com"}) +
                         R"(","userIdentity":)" + who;
    switch (below(3)) {
      case 0: {
        const std::string key = "ASIA00000000" + number;
        const std::string arn = "arn:aws:sts::111122223333:assumed-role/" +
                                one_of({"Build", "Admin"}) + "/" + one_of({"a", "b"});
        record += R"(,"eventName":"AssumeRole","responseElements":{"credentials":{"accessKeyId":")" +
                  key + R"("},"assumedRoleUser":{"arn":")" + arn + "\"}}}";
        records_.push_back(record);
        const bool tells_key = below(4) > 0;
        identities_.push_back(R"({"type":"AssumedRole","arn":")" + arn + "\"" +
                              (tells_key ? R"(,"accessKeyId":")" + key + "\"" : "") +
                              R"(,"sessionContext":{"attributes":{"creationDate":")" +
                              base::format_time(time) + "\"}}}");
        return;
      }
      case 1:
        record += R"(,"eventName":"StopLogging","requestParameters":{"name":")" +
                  one_of({"main", "other"}) + "\"}}";
        break;
      default:
        record += R"(,"eventName":"Get","errorCode":"AccessDenied"})";
    }
    records_.push_back(record);
  }

  std::mt19937 random_;
  std::vector<std::string> identities_;
  std::vector<std::string> records_;
  int second_ = 0;
};

class ScanOrderTest : public testing::Test {
 protected:
  ScanOrderTest() : folder_(testing::TempDir() + "riposte_scan_order") {}
  ~ScanOrderTest() override { std::filesystem::remove_all(folder_); }

  // Findings and incidents of the records as files hold them, without the places that they stand at.
  std::string told(const std::vector<std::vector<std::string>>& files, unsigned jobs) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::ofstream file(folder_ + "/" + std::to_string(i) + ".ndjson");
      for (const std::string& record : files[i])
        file << record << '\n';
    }
    ScanSpec spec;
    spec.paths = {folder_};
    spec.jobs = jobs;
    ScanResult result = scan(spec, matcher_, {});
    EXPECT_EQ(result.stats.quarantined, 0u);
    std::string text;
    for (finding::Finding& finding : result.findings) {
      finding.source_path.clear();
      finding.source_record = 0;
      text += finding::to_ndjson(finding) + '\n';
    }
    for (const finding::Incident& incident : finding::incidents_of(result.findings))
      text += finding::to_ndjson(incident) + '\n';
    return text;
  }

  base::Diagnostics diagnostics_;
  const rule::RuleSet rules_ =
      rule::RuleSet::read({{"rules.yml", std::string(kRules)}}, {}, diagnostics_);
  const match::Matcher matcher_{rules_.rules()};
  std::string folder_;
};

TEST_F(ScanOrderTest, NeitherFilesNorThreadsNorCopiesShow) {
  std::mt19937 random(5);
  std::size_t chained = 0;
  for (unsigned seed = 0; seed < 8; ++seed) {
    const Log log(seed);
    const std::string expected = told({log.records()}, 1);
    EXPECT_NE(expected.find("often_refused"), std::string::npos);
    EXPECT_NE(expected.find("riposte.incident/1"), std::string::npos);
    chained += expected.find(R"("to":"arn:aws:sts)") != std::string::npos ? 1 : 0;
    for (unsigned jobs : {1u, 3u}) {
      std::vector<std::string> shuffled = log.records();
      shuffled.insert(shuffled.end(), log.records().begin(), log.records().begin() + 20);
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      std::vector<std::vector<std::string>> files(7);
      for (const std::string& record : shuffled)
        files[random() % files.size()].push_back(record);
      EXPECT_EQ(told(files, jobs), expected) << "seed " << seed;
    }
  }
  EXPECT_GT(chained, 0u);
}

TEST_F(ScanOrderTest, ASessionMayBeOlderThanTheTimeAskedFor) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ + "/log.json")
      << R"([{"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":"a",
              "eventTime":"2026-01-31T10:00:00Z",
              "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},
              "responseElements":{"credentials":{"accessKeyId":"ASIA000000000001"}}},
             {"eventVersion":"1.08","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging",
              "eventID":"b","eventTime":"2026-01-31T11:00:00Z","userIdentity":{"type":"AssumedRole",
              "arn":"arn:aws:sts::111122223333:assumed-role/Ops/x","accessKeyId":"ASIA000000000001"}}])";
  ScanSpec spec;
  spec.paths = {folder_};
  spec.since = base::parse_time("2026-01-31T10:30:00Z");
  const rule::RulePointer* stopped = rules_.find("stopped");
  ASSERT_NE(stopped, nullptr);
  const ScanResult result = scan(spec, match::Matcher({*stopped}), {});
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings.front().lineage.origin, "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(finding::session_of(result.findings.front()),
            "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(result.stats.issuances, 1u);
}

}  // namespace
}  // namespace riposte::engine
