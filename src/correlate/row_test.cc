#include "correlate/row.h"

#include <vector>

#include <gmock/gmock.h>

namespace riposte::correlate {
namespace {

using testing::ElementsAre;

Entry at(int second, std::string_view event, std::string_view text = {}) {
  return {base::EventTime(std::chrono::seconds(second)), 7, text, event};
}

std::vector<std::string> events(const Row& row) {
  std::vector<std::string> all;
  row.each([&](const Entry& entry) { all.emplace_back(entry.event); });
  return all;
}

TEST(RowTest, KeepsWhatItIsGiven) {
  Row row;
  row.append(at(1, "a", "value"));
  EXPECT_EQ(row.front().time, base::EventTime(std::chrono::seconds(1)));
  EXPECT_EQ(row.front().slot, 7);
  EXPECT_EQ(row.front().text, "value");
  EXPECT_EQ(row.front().event, "a");
}

TEST(RowTest, ForgetsFromTheFront) {
  Row row;
  for (int i = 0; i < 100; ++i) {
    row.append(at(i, std::to_string(i)));
    row.forget_before(base::EventTime(std::chrono::seconds(i - 2)));
  }
  EXPECT_THAT(events(row), ElementsAre("97", "98", "99"));
  EXPECT_EQ(row.size(), 3u);
  EXPECT_LT(row.bytes(), 300u) << "what is forgotten costs no memory for long";
}

TEST(RowTest, ForgetsWhatItIsToldTo) {
  Row row;
  for (const char* event : {"a", "b", "c"})
    row.append(at(1, event));
  row.forget_if([](const Entry& entry) { return entry.event == "b"; });
  EXPECT_THAT(events(row), ElementsAre("a", "c"));
}

TEST(RowTest, IsRestoredFromItsBytesAndFromNoOthers) {
  Row row;
  row.append(at(1, "gone"));
  row.append(at(2, "b", "value"));
  row.forget_oldest();
  Row copy;
  ASSERT_TRUE(copy.restore(row.packed()));
  EXPECT_THAT(events(copy), ElementsAre("b"));
  EXPECT_EQ(copy.size(), 1u);
  EXPECT_FALSE(copy.restore(row.packed().substr(1)));
  EXPECT_TRUE(copy.empty());
}

}  // namespace
}  // namespace riposte::correlate
