#include "match/literal_scan.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class LiteralScanTest : public testing::Test {
 protected:
  static LiteralScan scan_for(const std::vector<std::string>& literals) {
    LiteralScan scan;
    for (std::size_t i = 0; i < literals.size(); ++i)
      scan.add(literals[i], static_cast<Mark>(i));
    scan.build();
    return scan;
  }

  std::vector<Mark> find(const LiteralScan& scan, std::string_view text) {
    std::vector<Mark> marks;
    scan.find(text, scratch_, marks);
    return marks;
  }

  LiteralScan::Scratch scratch_;
};

TEST_F(LiteralScanTest, FindsLiteralsOfEveryLengthAtEveryPlace) {
  std::string bytes;
  for (int i = 0; i < 40; ++i)
    bytes += static_cast<char>('A' + i);
  for (std::size_t length = 1; length <= 20; ++length) {
    const LiteralScan scan = scan_for({bytes.substr(3, length)});
    for (std::size_t before = 0; before < 12; ++before) {
      const std::string text = std::string(before, '.') + bytes.substr(3, length);
      EXPECT_THAT(find(scan, text), UnorderedElementsAre(0)) << text;
      EXPECT_THAT(find(scan, text + "."), UnorderedElementsAre(0)) << text;
      EXPECT_THAT(find(scan, std::string_view(text).substr(0, text.size() - 1)), IsEmpty()) << text;
    }
  }
}

TEST_F(LiteralScanTest, ALiteralIsToldOnceHoweverOftenItOccurs) {
  const LiteralScan scan = scan_for({"ab", "ab", "mimikatz"});
  EXPECT_THAT(find(scan, "abababmimikatzmimikatz"), UnorderedElementsAre(0, 1, 2));
  EXPECT_THAT(find(scan, "ab"), UnorderedElementsAre(0, 1)) << "the next text begins afresh";
}

TEST_F(LiteralScanTest, OneScratchServesScansOfAnySize) {
  const LiteralScan large = scan_for({"a", "b", "c", "d", "e", "f"});
  const LiteralScan small = scan_for({"f"});
  EXPECT_THAT(find(large, "fed"), UnorderedElementsAre(3, 4, 5));
  EXPECT_THAT(find(small, "fed"), UnorderedElementsAre(0));
  EXPECT_THAT(find(large, "fed"), UnorderedElementsAre(3, 4, 5));
}

TEST_F(LiteralScanTest, HostileTextsAreCompared) {
  std::vector<std::string> literals;
  for (std::size_t i = 0; i < 300; ++i)
    literals.push_back(std::string(20 + i, 'a') + "b");
  const LiteralScan scan = scan_for(literals);
  EXPECT_THAT(find(scan, std::string(100'000, 'a')), IsEmpty());
  EXPECT_EQ(find(scan, std::string(100'000, 'a') + "b").size(), 300);
}

TEST_F(LiteralScanTest, AgreesWithTryingAll) {
  std::mt19937 random(3);
  const auto text = [&](std::size_t longest) {
    static constexpr char kBytes[] = {'\0', 'a', 'b', '\xFF'};
    std::string result(1 + random() % longest, '\0');
    for (char& c : result)
      c = kBytes[random() % 4];
    return result;
  };
  for (int round = 0; round < 200; ++round) {
    const std::size_t longest = 1 + random() % 12;
    std::vector<std::string> literals(random() % 40);
    std::generate(literals.begin(), literals.end(), [&] { return text(longest); });
    const LiteralScan scan = scan_for(literals);
    for (int i = 0; i < 50; ++i) {
      const std::string value = text(100);
      std::vector<Mark> truth;
      for (std::size_t k = 0; k < literals.size(); ++k) {
        if (value.find(literals[k]) != std::string::npos) truth.push_back(static_cast<Mark>(k));
      }
      std::vector<Mark> found = find(scan, value);
      std::sort(found.begin(), found.end());
      ASSERT_EQ(found, truth) << testing::PrintToString(value);
    }
  }
}

}  // namespace
}  // namespace riposte::match
