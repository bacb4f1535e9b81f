#include "json/canonical.h"

#include <gtest/gtest.h>

namespace riposte::json {
namespace {

TEST(CanonicalTest, OneSpellingForOneValue) {
  const std::string spelled = R"({"a":[1,2.50,null],"b":{"x":true,"y":""}})";
  EXPECT_EQ(canonical(R"( {"b" : {"y":"", "x":true}, "\u0061":[1, 2.50 ,null] } )").value(),
            spelled);
  EXPECT_EQ(canonical(spelled).value(), spelled);
}

TEST(CanonicalTest, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(canonical(R"("\u0041\/\u00e9\u0000\b\f\n\r\t\"\\\u007f")").value(),
            "\"A/\xC3\xA9\\u0000\\b\\f\\n\\r\\t\\\"\\\\\x7F\"");
}

TEST(CanonicalTest, SortsKeysByTheirBytes) {
  EXPECT_EQ(canonical(R"({"é":1,"z":2,"Z":3,"":4})").value(), R"({"":4,"Z":3,"z":2,"é":1})");
}

TEST(CanonicalTest, NumbersStayAsWritten) {
  EXPECT_EQ(canonical("[1.0,1e2,123456789012345678901]").value(),
            "[1.0,1e2,123456789012345678901]");
}

TEST(CanonicalTest, WhatTwoReadersCouldSeeDifferentlyHasNone) {
  EXPECT_FALSE(canonical(R"({"a":1,"a":2})").ok());
}

}  // namespace
}  // namespace riposte::json
