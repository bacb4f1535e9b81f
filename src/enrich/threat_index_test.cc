#include "enrich/threat_index.h"

#include <gmock/gmock.h>

namespace riposte::enrich {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ThreatIndex index_of(std::string_view text) {
  return ThreatIndex({read_threat_list(text, "one").value()});
}

std::vector<std::string> found(const ThreatIndex& index, std::string_view subject) {
  const auto address = base::parse_address(subject);
  std::vector<std::string> texts;
  for (const ThreatIndex::Entry* entry :
       address ? index.find(*address) : index.find_domain(subject)) {
    texts.push_back(entry->indicator);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

TEST(ThreatIndexTest, AnAddressIsFoundInEveryNetworkThatHoldsIt) {
  const ThreatIndex index =
      index_of("203.0.113.7\n203.0.113.0/24\n203.0.112.0/20\n2001:db8::/33\n198.51.100.0/31");
  EXPECT_THAT(found(index, "203.0.113.7"),
              ElementsAre("203.0.112.0/20", "203.0.113.0/24", "203.0.113.7"));
  EXPECT_THAT(found(index, "203.0.127.255"), ElementsAre("203.0.112.0/20"));
  EXPECT_THAT(found(index, "203.0.128.0"), IsEmpty());
  EXPECT_THAT(found(index, "198.51.100.1"), ElementsAre("198.51.100.0/31"));
  EXPECT_THAT(found(index, "198.51.100.2"), IsEmpty());
  EXPECT_THAT(found(index, "2001:db8:7fff::1"), ElementsAre("2001:db8::/33"));
  EXPECT_THAT(found(index, "2001:db8:8000::1"), IsEmpty());
}

TEST(ThreatIndexTest, TheFamiliesAreKeptApart) {
  EXPECT_THAT(found(index_of("::ffff:0:0/96"), "203.0.113.7"), IsEmpty());
}

TEST(ThreatIndexTest, ADomainMeansEverythingBelowIt) {
  const ThreatIndex index = index_of("evil.example\nwww.b.example");
  EXPECT_THAT(found(index, "A.B.EVIL.example."), ElementsAre("evil.example"));
  EXPECT_THAT(found(index, "evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(found(index, "notevil.example"), IsEmpty());
  EXPECT_THAT(found(index, "b.example"), IsEmpty());
}

TEST(ThreatIndexTest, AnIndicatorHoldsFromItsBeginningUntilItsEnd) {
  ThreatIndex::Entry entry;
  const auto at = [](std::string_view day) { return base::parse_time(day); };
  EXPECT_TRUE(entry.holds_at(at("2026-01-15")));
  entry.valid_from = at("2026-01-10");
  entry.valid_until = at("2026-01-20");
  EXPECT_FALSE(entry.holds_at(at("2026-01-09")));
  EXPECT_TRUE(entry.holds_at(at("2026-01-10")));
  EXPECT_FALSE(entry.holds_at(at("2026-01-20")));
  EXPECT_TRUE(entry.holds_at(std::nullopt)) << "an event without a time is not spared";
}

}  // namespace
}  // namespace riposte::enrich
