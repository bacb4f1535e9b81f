#include "stream/buffer.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace riposte::stream {
namespace {

void append(Buffer& buffer, std::string_view text) {
  std::copy(text.begin(), text.end(), buffer.room(text.size()).begin());
  buffer.add(text.size());
}

TEST(BufferTest, KeepsWhatIsNotDropped) {
  Buffer buffer;
  EXPECT_TRUE(buffer.empty());
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string text(static_cast<std::size_t>(i % 90), static_cast<char>('a' + i % 26));
    append(buffer, text);
    expected += text;
    buffer.drop(expected.size() / 3);
    expected.erase(0, expected.size() / 3);
    ASSERT_EQ(buffer.bytes(), expected);
  }
  buffer.shorten(1);
  expected.pop_back();
  EXPECT_EQ(buffer.bytes(), expected);
}

TEST(BufferTest, RoomMayStayUnused) {
  Buffer buffer;
  append(buffer, "text");
  EXPECT_EQ(buffer.room(100'000).size(), 100'000u);
  EXPECT_EQ(buffer.bytes(), "text");
}

TEST(BufferTest, KeepsItsMemoryUpToABound) {
  Buffer buffer;
  append(buffer, std::string(1000, 'x'));
  const char* memory = buffer.bytes().data();
  buffer.clear(2048);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.room(1000).data(), memory);
  buffer.clear(1000);
  append(buffer, "text");
  EXPECT_EQ(buffer.bytes(), "text");
}

}  // namespace
}  // namespace riposte::stream
