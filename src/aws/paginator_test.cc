#include "aws/paginator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"

namespace riposte::aws {
namespace {

using testing::ElementsAre;

Paginator paginator_of(std::string_view service, std::string_view operation) {
  Catalogue catalogue;
  return **Paginator::find(**catalogue.service(service), operation);
}

TEST(PaginatorTest, EveryPaginatorOfTheBinaryCanBeRead) {
  Catalogue catalogue;
  int count = 0;
  for (const std::string& name : catalogue.names()) {
    const auto service = *catalogue.service(name);
    for (const Operation& operation : service->operations()) {
      const auto paginator = Paginator::find(*service, operation.name);
      ASSERT_TRUE(paginator.ok()) << name << ' ' << paginator.error().message;
      count += paginator->has_value();
    }
  }
  EXPECT_GT(count, 500);
}

TEST(PaginatorTest, TheTokenOfAnAnswerAsksForTheNextPage) {
  const Paginator paginator = paginator_of("ec2", "DescribeInstances");
  EXPECT_THAT(paginator.result_keys(), ElementsAre("Reservations"));
  EXPECT_EQ(paginator.limit_key(), "MaxResults");
  Pages pages(paginator);
  Value input = Value::Object{{"MaxResults", 5}};
  EXPECT_TRUE(pages.advance(Value::Object{{"NextToken", "t1"}}, input));
  EXPECT_EQ(to_json(input), R"({"MaxResults":5,"NextToken":"t1"})");
  EXPECT_TRUE(pages.advance(Value::Object{{"NextToken", "t2"}}, input));
  EXPECT_EQ(input.text_at("NextToken"), "t2");
  EXPECT_FALSE(pages.advance(Value::Object{}, input));
  EXPECT_FALSE(pages.repeated());
}

TEST(PaginatorTest, ATokenThatRepeatsEndsThePagesAndIsTold) {
  const Paginator paginator = paginator_of("ec2", "DescribeInstances");
  Pages pages(paginator);
  Value input;
  const Value answer = Value::Object{{"NextToken", "t"}};
  EXPECT_TRUE(pages.advance(answer, input));
  EXPECT_FALSE(pages.advance(answer, input));
  EXPECT_TRUE(pages.repeated());
}

TEST(PaginatorTest, WhereAServiceSaysWhetherThereIsMoreItIsBelieved) {
  const Paginator paginator = paginator_of("s3", "ListObjects");
  Pages pages(paginator);
  Value input;
  const Value::List keys = {Value::Object{{"Key", "a"}}, Value::Object{{"Key", "b"}}};
  EXPECT_TRUE(pages.advance(Value::Object{{"IsTruncated", true}, {"Contents", keys}}, input));
  EXPECT_EQ(input.text_at("Marker"), "b");
  EXPECT_FALSE(pages.advance(Value::Object{{"IsTruncated", false}, {"NextMarker", "c"}}, input));
}

TEST(PaginatorTest, PagesAreCollectedIntoOneAnswer) {
  const Paginator paginator = paginator_of("ec2", "DescribeInstances");
  Value all;
  paginator.collect(Value::Object{{"Reservations", Value::List{1, 2}}, {"NextToken", "t"}}, all);
  paginator.collect(Value::Object{{"Reservations", Value::List{3}}}, all);
  EXPECT_EQ(to_json(*all.find("Reservations")), "[1,2,3]");
  Value late;
  paginator.collect(Value::Object{{"NextToken", "t"}}, late);
  paginator.collect(Value::Object{{"Reservations", Value::List{3}}}, late);
  EXPECT_EQ(to_json(*late.find("Reservations")), "[3]");
}

TEST(PaginatorTest, ACallWithoutPagesHasNoPaginator) {
  Catalogue catalogue;
  EXPECT_FALSE(Paginator::find(**catalogue.service("ec2"), "RunInstances")->has_value());
}

}  // namespace
}  // namespace riposte::aws
