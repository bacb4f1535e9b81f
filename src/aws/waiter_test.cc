#include "aws/waiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"

namespace riposte::aws {
namespace {

using Judgement = Waiter::Judgement;

Waiter waiter_of(std::string_view service, std::string_view name) {
  Catalogue catalogue;
  return *Waiter::find(**catalogue.service(service), name);
}

Answer states(std::vector<const char*> names) {
  Value::List instances;
  for (const char* name : names)
    instances.push_back(Value::Object{{"State", Value::Object{{"Name", name}}}});
  Answer answer;
  answer.http_status = 200;
  answer.output = Value::Object{
      {"Reservations", Value::List{Value::Object{{"Instances", std::move(instances)}}}}};
  return answer;
}

Answer refusal(int status, const char* code) {
  Answer answer;
  answer.http_status = status;
  answer.error = Error{base::Errc::NotFound, code, "", "", status, {}};
  return answer;
}

TEST(WaiterTest, EveryWaiterOfTheBinaryCanBeRead) {
  Catalogue catalogue;
  int count = 0;
  for (const std::string& name : catalogue.names()) {
    const auto service = *catalogue.service(name);
    for (const std::string& waiter : Waiter::names(*service)) {
      const auto found = Waiter::find(*service, waiter);
      ASSERT_TRUE(found.ok()) << name << ' ' << waiter << ' ' << found.error().message;
      EXPECT_NE(service->operation(found->operation()), nullptr);
      ++count;
    }
  }
  EXPECT_GT(count, 80);
}

TEST(WaiterTest, AllMustBeThereForSuccessAndOneIsEnoughForFailure) {
  const Waiter waiter = waiter_of("ec2", "InstanceRunning");
  EXPECT_EQ(waiter.operation(), "DescribeInstances");
  EXPECT_EQ(waiter.delay(), std::chrono::seconds(15));
  EXPECT_EQ(waiter.attempts_max(), 40);
  EXPECT_EQ(waiter.judge(states({"running", "running"})), Judgement::Success);
  EXPECT_EQ(waiter.judge(states({"running", "pending"})), Judgement::Retry);
  EXPECT_EQ(waiter.judge(states({"running", "terminated"})), Judgement::Failure);
  EXPECT_EQ(waiter.judge(states({})), Judgement::Retry);
}

TEST(WaiterTest, ErrorsThatTheWaiterKnowsDecideAndOthersFail) {
  const Waiter waiter = waiter_of("ec2", "InstanceRunning");
  EXPECT_EQ(waiter.judge(refusal(400, "InvalidInstanceID.NotFound")), Judgement::Retry);
  EXPECT_EQ(waiter.judge(refusal(403, "UnauthorizedOperation")), Judgement::Failure);
}

TEST(WaiterTest, AStatusDecidesWhereNothingElseIsSaid) {
  const Waiter waiter = waiter_of("s3", "BucketExists");
  Answer there;
  there.http_status = 200;
  EXPECT_EQ(waiter.judge(there), Judgement::Success);
  EXPECT_EQ(waiter.judge(refusal(404, "404")), Judgement::Retry);
}

TEST(WaiterTest, AnUnknownWaiterIsNotFound) {
  Catalogue catalogue;
  EXPECT_EQ(Waiter::find(**catalogue.service("ec2"), "InstanceHappy").error().code,
            base::Errc::NotFound);
}

}  // namespace
}  // namespace riposte::aws
