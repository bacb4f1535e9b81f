#include "base/signature.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

// RFC 8032, section 7.1, test 2, wrapped as RFC 8410 says.
const Secret kPrivate(
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n");
constexpr std::string_view kMessage = "\x72";
using namespace std::string_view_literals;
constexpr std::string_view kSignature =
    "\x92\xa0\x09\xa9\xf0\xd4\xca\xb8\x72\x0e\x82\x0b\x5f\x64\x25\x40\xa2\xb2\x7b\x54\x16\x50\x3f"
    "\x8f\xb3\x76\x22\x23\xeb\xdb\x69\xda\x08\x5a\xc1\xe4\x3e\x15\x99\x6e\x45\x8f\x36\x13\xd0\xf1"
    "\x1d\x8c\x38\x7b\x2e\xae\xb4\x30\x2a\xee\xb0\x0d\x29\x16\x12\xbb\x0c\x00"sv;
static_assert(kSignature.size() == 64);

TEST(SignatureTest, IsTheOneOfTheStandard) {
  EXPECT_EQ(sign(kPrivate, kMessage).value(), kSignature);
}

TEST(SignatureTest, HoldsForTheBytesThatWereSignedAndNoOthers) {
  const std::string key = public_key_of(kPrivate).value();
  EXPECT_TRUE(key.starts_with("-----BEGIN PUBLIC KEY-----\n"));
  EXPECT_TRUE(is_signed(key, kMessage, kSignature).value());
  EXPECT_FALSE(is_signed(key, "\x73", kSignature).value());
  EXPECT_FALSE(is_signed(key, kMessage, kSignature.substr(1)).value());
  EXPECT_FALSE(is_signed(key, kMessage, "").value());
}

TEST(SignatureTest, WhatIsNoKeyIsRefusedAndNotShown) {
  const auto refused = sign(Secret("hunter2"), "x");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Errc::Invalid);
  EXPECT_EQ(refused.error().message.find("hunter2"), std::string::npos);
  EXPECT_FALSE(is_signed("", "x", kSignature).ok());
  EXPECT_FALSE(is_signed(kPrivate.reveal(), "x", kSignature).ok());
}

}  // namespace
}  // namespace riposte::base
