#include "respond/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TemplateTest : public testing::Test {
 protected:
  std::string resolved(const std::string& text, bool late = false) {
    const json::OwnedDocument finding = json::OwnedDocument::parse(kFinding).value();
    const json::OwnedDocument event = json::OwnedDocument::parse(event_).value();
    missing_.clear();
    return resolve(json::Value(json::Value::Kind::String, text, {}),
                   {.finding = &finding.root(), .event = &event.root(), .late = late}, missing_);
  }

  static constexpr const char* kFinding =
      R"({"account":"111122223333","count":2,"resources":[{"id":"sg-1"},{"id":"sg-2"}],"region":null,"empty":""})";
  std::string event_ = R"({"p":{"list":[{"id":1},{"id":2}],"gap":[{"id":1},{}],"o":{"a":"b"}}})";
  std::vector<std::string> missing_;
};

TEST_F(TemplateTest, AWholeTextBecomesTheValueWithItsType) {
  EXPECT_EQ(resolved("${finding.count}"), "2");
  EXPECT_EQ(resolved("${finding.resources[1].id}"), R"("sg-2")");
  EXPECT_EQ(resolved("${event.p.o}"), R"({"a":"b"})");
  EXPECT_EQ(resolved("${event.p.list[*].id}"), "[1,2]");
  EXPECT_THAT(missing_, IsEmpty());
}

TEST_F(TemplateTest, ValuesStandInATextAsText) {
  EXPECT_EQ(resolved("arn:aws:iam::${finding.account}:x/${finding.count}"),
            R"("arn:aws:iam::111122223333:x/2")");
  EXPECT_EQ(resolved("$${finding.account} costs $5"), R"("${finding.account} costs $5")");
}

TEST_F(TemplateTest, WhatIsMissingNullOrEmptyIsARefusalWithItsPath) {
  for (const char* text : {"${finding.nothing}", "${finding.region}", "x${finding.empty}",
                           "${finding.resources[2].id}", "${event.p.gap[*].id}", "${item.x}"}) {
    resolved(text);
    EXPECT_EQ(missing_.size(), 1u) << text;
  }
  resolved("${finding.a} ${finding.b}");
  EXPECT_THAT(missing_,
              ElementsAre("${finding.a} is missing or empty", "${finding.b} is missing or empty"));
}

TEST_F(TemplateTest, ADefaultStandsInForWhatIsMissing) {
  EXPECT_EQ(resolved("${finding.region:-us-east-1}"), R"("us-east-1")");
  EXPECT_EQ(resolved("${finding.account:-x}"), R"("111122223333")");
  EXPECT_THAT(missing_, IsEmpty());
}

TEST_F(TemplateTest, AListIsNoText) {
  resolved("x ${event.p.list}");
  EXPECT_THAT(missing_, ElementsAre("${event.p.list} is no single value to put into a text"));
}

TEST_F(TemplateTest, LateReferencesStayAndDataCannotPassForOne) {
  event_ = R"({"name":"${answer.Secret}","both":"$${x}","o":{"a":"${precheck.x}"}})";
  EXPECT_EQ(resolved("${precheck.Policy}", true), R"("${precheck.Policy}")");
  EXPECT_EQ(resolved("${event.name}", true), R"("$${answer.Secret}")");
  EXPECT_EQ(resolved("${event.both}", true), R"("$$${x}")");
  EXPECT_EQ(resolved("${event.o}", true), R"({"a":"$${precheck.x}"})");
  EXPECT_EQ(resolved("${event.name}/${answer.Id}", true), R"("$${answer.Secret}/${answer.Id}")");
  EXPECT_EQ(resolved("${event.name}"), R"("${answer.Secret}")") << "no templates here";
  const std::vector<TemplatePart> read_back = parse_template("$$${x}").value();
  EXPECT_EQ(read_back.front().text, "$${x}");
}

TEST_F(TemplateTest, WhatIsNoPathIsRefused) {
  for (const char* text :
       {"${", "${}", "${finding.}", "${finding..x}", "${finding.x[}", "${finding.x[a]}",
        "${finding.x[9999999]}", "${finding x}", "${a:-}", "${finding.x[0]y}", "${f(x)}"})
    EXPECT_FALSE(parse_template(text).ok()) << text;
}

}  // namespace
}  // namespace riposte::respond
