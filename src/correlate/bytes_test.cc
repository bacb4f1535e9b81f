#include "correlate/bytes.h"

#include <gtest/gtest.h>

namespace riposte::correlate {
namespace {

TEST(BytesTest, WhatIsPutIsReadAgain) {
  const base::EventTime time{base::Millis{-5}};
  std::string bytes;
  put_number(bytes, UINT64_MAX - 1);
  put_count(bytes, 300);
  put_text(bytes, "a\0b");
  put_real(bytes, -0.25);
  put_time(bytes, time);

  ByteReader reader(bytes);
  EXPECT_EQ(reader.number(), UINT64_MAX - 1);
  EXPECT_EQ(reader.count(), 300u);
  EXPECT_EQ(reader.text(), "a\0b");
  EXPECT_EQ(reader.real(), -0.25);
  EXPECT_EQ(reader.time(), time);
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader.ok());
}

TEST(BytesTest, TextsAreKeptApart) {
  std::string one, other;
  put_text(one, "ab");
  put_text(one, "c");
  put_text(other, "a");
  put_text(other, "bc");
  EXPECT_NE(one, other);
}

TEST(BytesTest, DamageIsNoticedAndStays) {
  std::string bytes;
  put_text(bytes, "long enough");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(reader.text(), "");
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.number(), 0u);
  }
  ByteReader endless(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11));
  endless.count();
  EXPECT_FALSE(endless.ok());
}

TEST(BytesTest, AnIdComesBackAsItWas) {
  for (const char* id :
       {"0e95725d-7320-415d-80f7-004da920fc11", "", "e-1", "sha256:00ff",
        "0E95725D-7320-415D-80F7-004DA920FC11", "0e95725d-7320-415d-80f7-004da920fc1-"}) {
    EXPECT_EQ(unpacked_id(packed_id(id)), id);
  }
  EXPECT_EQ(packed_id("0e95725d-7320-415d-80f7-004da920fc11").size(), 17u);
  EXPECT_NE(packed_id("\x01"), packed_id(""));
}

}  // namespace
}  // namespace riposte::correlate
