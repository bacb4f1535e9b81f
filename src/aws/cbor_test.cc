#include "aws/cbor.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

using namespace std::string_literals;

std::string read(const std::string& bytes) {
  const auto value = read_cbor(bytes);
  return value.ok() ? to_json(*value) : "error";
}

// The examples are those of RFC 8949, appendix A.
TEST(CborTest, NumbersOfEveryWidth) {
  EXPECT_EQ(read("\x17"), "23");
  EXPECT_EQ(read("\x18\x64"), "100");
  EXPECT_EQ(read("\x19\x03\xe8"), "1000");
  EXPECT_EQ(read("\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00"s), "1000000000000");
  EXPECT_EQ(read("\x39\x03\xe7"), "-1000");
  EXPECT_EQ(read("\xf9\x3e\x00"s), "1.5");
  EXPECT_EQ(read("\xf9\x00\x01"s), "5.960464477539063e-08");
  EXPECT_EQ(read("\xf9\xfc\x00"s), "\"-Infinity\"");
  EXPECT_EQ(read("\xfa\x47\xc3\x50\x00"s), "100000");
  EXPECT_EQ(read("\xfb\xc0\x10\x66\x66\x66\x66\x66\x66"), "-4.1");
}

TEST(CborTest, TextsListsAndMapsOfKnownAndOpenLength) {
  EXPECT_EQ(read("\x64IETF"), "\"IETF\"");
  EXPECT_EQ(read("\x7f\x65strea\x64ming\xff"), "\"streaming\"");
  EXPECT_EQ(read("\x44\x01\x02\x03\x04"), "\"AQIDBA==\"");
  EXPECT_EQ(read("\x82\x01\x9f\x02\xf6\xff"), "[1,[2,null]]");
  EXPECT_EQ(read("\xa2\x61"
                 "a\x01\x61"
                 "b\xf5"),
            R"({"a":1,"b":true})");
  EXPECT_EQ(read("\xbf\x61"
                 "a\x01\xff"),
            R"({"a":1})");
  EXPECT_EQ(read("\xc1\x1a\x51\x4b\x67\xb0"), "\"2013-03-21T20:04:00.000Z\"");
}

TEST(CborTest, WhatIsBrokenIsAnErrorAndCostsLittle) {
  for (const std::string& bytes :
       {""s, "\x18"s, "\x64IET"s, "\x9f\x01"s, "\xa1\x01\x02"s, "\xff"s, "\x1c"s, "\x01\x02"s,
        "\x7f\x41x\xff"s, "\x1f"s, "\xf8\xff"s, "\x5b\xff\xff\xff\xff\xff\xff\xff\xff"s,
        "\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, std::string(100'000, '\x81')}) {
    EXPECT_EQ(read(bytes), "error");
  }
}

TEST(CborTest, WhatIsWrittenIsReadTheSame) {
  const Service service = sample_service("smithy-rpc-v2-cbor");
  const Value value = Value::Object{{"Name", "a"},
                                    {"Rules", Value::List{Value::Object{{"Port", -70'000}}}},
                                    {"Since", *base::parse_time("2020-01-02T03:04:05.500Z")},
                                    {"Tags", Value::Object{{"k", "v"}}},
                                    {"Data", Blob{std::string(300, 'x')}},
                                    {"Weight", std::numeric_limits<double>::infinity()},
                                    {"Count", std::numeric_limits<std::int64_t>::min()},
                                    {"Enabled", false}};
  const auto read_again =
      read_cbor(write_cbor(service, *service.operation("PutRule")->input, value));
  ASSERT_TRUE(read_again.ok());
  EXPECT_EQ(*read_again, value);
}

}  // namespace
}  // namespace riposte::aws
