#include "respond/guard.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/reach.h"
#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using std::chrono::minutes;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Verdict::Kind;

const base::EventTime kNow = *base::parse_time("2026-01-31T12:00:00Z");

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

// A plan that may be carried out at once, and what it takes to stop it.
struct Case {
  Safety safety;
  State state;
  std::string runbook{kDisableKey};
  std::string finding{kAliceFinding};

  Case() {
    safety.mode = Mode::Auto;
    state.now = state.latest = kNow;
  }

  Plan plan() const { return plan_of(runbook, finding).value(); }
  Verdict judge() const { return Guard(safety).judge(plan(), state); }

  Act act(minutes ago) const {
    const Plan planned = plan();
    return {kNow - ago,     planned.runbook->name, planned.account,
            planned.region, "another one",         reach_of(planned).targets};
  }
};

std::vector<std::string> codes_of(const Verdict& verdict) {
  std::vector<std::string> codes;
  for (const Reason& reason : verdict.reasons)
    codes.push_back(reason.code);
  return codes;
}

TEST(GuardTest, WhatNothingStandsAgainstIsAllowed) {
  const Case allowed;
  const Verdict verdict = allowed.judge();
  EXPECT_THAT(codes_of(verdict), IsEmpty());
  ASSERT_EQ(verdict.kind, Kind::Allowed);
  EXPECT_EQ(verdict.approved->by(), "mode auto");
  EXPECT_EQ(verdict.approved->plan().digest, allowed.plan().digest);
}

TEST(GuardTest, TheShippedEngineOnlyTells) {
  Case shipped;
  shipped.safety = Safety();
  EXPECT_EQ(shipped.judge().kind, Kind::Refused);
  EXPECT_THAT(codes_of(shipped.judge()), Contains("mode-notify"));
}

// The safety table: what alone must stop a plan, and by which name.
TEST(GuardTest, EveryReasonAgainstStopsThePlanAndIsTold) {
  const std::pair<std::string, std::function<void(Case&)>> kTable[] = {
      {"mode-notify",
       [](Case& it) { it.runbook = with(it.runbook, "mode: auto", "mode: notify"); }},
      {"frozen", [](Case& it) { it.state.frozen = "dana, exercise"; }},
      {"clock", [](Case& it) { it.state.now -= minutes(1); }},
      {"maintenance",
       [](Case& it) {
         it.safety.maintenance = {{kNow - minutes(1), kNow + minutes(1), {}, {}}};
       }},
      {"maintenance",
       [](Case& it) {
         it.safety.maintenance = {
             {kNow, kNow + minutes(1), {"111122223333"}, {"disable-key", "other"}}};
       }},
      // Whom it would touch.
      {"protected-principal",
       [](Case& it) { it.finding = with(it.finding, "\"alice\"", "\"break-glass-admin\""); }},
      {"protected-principal",
       [](Case& it) { it.finding = with(it.finding, "\"alice\"", "\"CI-runner\""); }},
      {"protected-principal",
       [](Case& it) { it.safety.protect.principals = {"arn:aws:iam::*:user/alice"}; }},
      {"protected-principal",
       [](Case& it) { it.safety.protect.principals = {"arn:aws-cn:iam::111122223333:user/al*"}; }},
      {"protected-principal",
       [](Case& it) {
         it.finding = with(it.finding, "user/alice", "user/ops/alice");
         it.safety.protect.principals = {"arn:aws:iam::111122223333:user/ops/alice"};
       }},
      {"protected-principal",
       [](Case& it) {
         it.runbook = with(it.runbook, "mode:", "protect: {principals: ALICE}\nmode:");
       }},
      {"protected-self",
       [](Case& it) { it.safety.own_identities = {"arn:aws:iam::111122223333:user/alice"}; }},
      {"own-call",
       [](Case& it) {
         it.safety.own_identities = {"arn:aws:iam::111122223333:role/responder"};
         it.finding = with(it.finding, "\"session_of\":null",
                           "\"session_of\":\"arn:aws:iam::111122223333:role/responder\"");
       }},
      {"protected-root",
       [](Case& it) {
         it.finding = with(it.finding, "user/alice", "root");
         it.finding = with(it.finding, "\"alice\"", "\"root\"");
         it.finding = with(it.finding, "IAMUser", "Root");
       }},
      {"protected-unknown",
       [](Case& it) {
         it.runbook =
             "runbook: a\ntitle: A\nmode: auto\nsteps: [{name: a, aws: "
             "iam.UpdateAccessKey, with: {AccessKeyId: AKIAEXAMPLEOTHER}, irreversible: "
             "true}]";
       }},
      // What it would touch.
      {"protected-resource", [](Case& it) { it.safety.protect.resources = {"AKIAEXAMPLE*"}; }},
      {"protected-tag",
       [](Case& it) {
         it.safety.protect.tags = {{"riposte", "keep*"}};
         it.state.tags["arn:aws:iam::111122223333:user/alice"] = {{"riposte", "keep-off"}};
       }},
      {"tags-unknown",  // of one of two
       [](Case& it) {
         it.safety.protect.tags = {{"riposte", "keep"}};
         it.runbook = with(it.runbook, "Status: Inactive}", "Status: Inactive, Bucket: photos}");
         it.state.tags["arn:aws:iam::111122223333:user/alice"] = {};
       }},
      {"tags-unknown",
       [](Case& it) {
         it.safety.protect.tags = {{"riposte", "keep"}};
       }},
      // How often.
      {"budget-runbook",
       [](Case& it) { it.runbook = with(it.runbook, "mode:", "limit: {per_hour: 0}\nmode:"); }},
      {"budget-runbook",
       [](Case& it) {
         it.safety.per_runbook_per_hour = 1;
         it.state.acts = {{kNow - minutes(59), "disable-key", "9", "x", "other", {}}};
       }},
      {"budget-runbook",
       [](Case& it) {
         it.safety.per_runbook_per_hour = 1;
         it.state.acts = {{kNow + minutes(500), "disable-key", "9", "x", "other", {}}};
       }},
      {"budget-account",
       [](Case& it) {
         it.safety.per_account_per_hour = 1;
         it.state.acts = {{kNow - minutes(5), "another", "111122223333", "x", "other", {}}};
       }},
      {"budget-account",
       [](Case& it) {
         it.runbook = with(it.runbook, "mode:", "limit: {per_account_per_hour: 1}\nmode:");
         it.state.acts = {{kNow - minutes(5), "disable-key", "111122223333", "x", "other", {}}};
       }},
      {"budget-region",
       [](Case& it) {
         it.safety.per_region_per_hour = 1;
         it.state.acts = {{kNow - minutes(5), "x", "111122223333", "eu-west-1", "other", {}}};
       }},
      {"budget-engine",
       [](Case& it) {
         it.safety.per_hour = 1;
         it.state.acts = {{kNow - minutes(5), "x", "9", "x", "other", {}}};
       }},
      {"budget-share",
       [](Case& it) {
         it.runbook = with(it.runbook, "mode:", "limit: {share_per_hour: 0.5}\nmode:");
       }},
      {"budget-share",
       [](Case& it) {
         it.runbook = with(it.runbook, "mode:", "limit: {share_per_hour: 0.1}\nmode:");
         it.state.fleet = 9;
       }},
      {"cool-down", [](Case& it) { it.state.acts = {it.act(minutes(9))}; }},
      {"repeated",
       [](Case& it) {
         it.state.answered = {{{"disable-key", it.plan().idempotency}, kNow - minutes(200)}};
       }},
  };
  for (const auto& [code, change] : kTable) {
    Case stopped;
    change(stopped);
    const Verdict verdict = stopped.judge();
    EXPECT_EQ(verdict.kind, Kind::Refused) << code;
    EXPECT_FALSE(verdict.approved) << code;
    EXPECT_THAT(codes_of(verdict), Contains(code));
  }
}

TEST(GuardTest, WhatLooksLikeAReasonAndIsNoneStopsNothing) {
  const std::function<void(Case&)> kTable[] = {
      [](Case& it) {
        it.safety.maintenance = {{kNow - minutes(9), kNow, {}, {}}};
      },
      [](Case& it) {
        it.safety.maintenance = {{kNow, kNow + minutes(1), {"9"}, {}}};
      },
      [](Case& it) {
        it.safety.protect.principals = {"alic", "arn:aws:iam::*:user/bob"};
      },
      [](Case& it) { it.state.acts = {it.act(minutes(10))}; },
      [](Case& it) {
        it.safety.per_runbook_per_hour = 1;
        it.state.acts = {{kNow - minutes(60), "disable-key", "9", "x", "other", {}}};
      },
      [](Case& it) {
        it.safety.protect.tags = {{"riposte", "keep"}};
        it.state.tags["arn:aws:iam::111122223333:user/alice"] = {{"riposte", "no"},
                                                                 {"team", "keep"}};
      },
      [](Case& it) {
        it.runbook = with(it.runbook, "mode:", "limit: {share_per_hour: 0.1}\nmode:");
        it.state.fleet = 10;
      },
      [](Case& it) {
        it.safety.protect.resources = {"arn:aws:s3:::*", "AKIA"};
      },
  };
  for (const auto& change : kTable) {
    Case allowed;
    change(allowed);
    EXPECT_THAT(codes_of(allowed.judge()), IsEmpty()) << &change - kTable;
  }
}

TEST(GuardTest, NetworksThatAreNoPartOfTheInternetAreNotBlocked) {
  const auto codes = [](std::string_view operation, std::string_view network) {
    Case it;
    it.runbook =
        "runbook: a\ntitle: A\nmode: auto\nsteps: [{name: a, aws: " + std::string(operation) +
        ", with: {CidrBlock: '" + std::string(network) + "'}, undo: {aws: x.Undo}}]";
    return codes_of(it.judge());
  };
  const std::string block = "ec2.CreateNetworkAclEntry";
  for (const char* text : {"10.1.2.3/32", "192.168.0.0/16", "172.20.0.1", "0.0.0.0/0", "8.0.0.0/6",
                           "fd00::1", "::/0", "169.254.169.254"})
    EXPECT_THAT(codes(block, text), Contains("protected-network")) << text;
  for (const char* text : {"203.0.113.7/32", "2001:db8::/32", "11.0.0.0/8"})
    EXPECT_THAT(codes(block, text), IsEmpty()) << text;
  const std::string revoke = "ec2.RevokeSecurityGroupIngress";
  EXPECT_THAT(codes(revoke, "0.0.0.0/0"), IsEmpty()) << "what is closed was open to the world";
  EXPECT_THAT(codes(revoke, "10.0.0.0/8"), Contains("protected-network"));
}

TEST(GuardTest, EveryReasonIsTold) {
  Case stopped;
  stopped.state.frozen = "dana";
  stopped.state.now -= minutes(1);
  stopped.safety.protect.principals = {"alice"};
  EXPECT_THAT(codes_of(stopped.judge()),
              testing::UnorderedElementsAre("frozen", "clock", "protected-principal"));
}

// Five hundred findings at once, each about somebody else.
TEST(GuardTest, AFloodIsStoppedByTheBudget) {
  Case flood;
  std::size_t allowed = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string user = "user" + std::to_string(i);
    flood.finding = with(kAliceFinding.data(), "\"alice\"", "\"" + user + "\"");
    flood.finding = with(flood.finding, "user/alice", "user/" + user);
    flood.finding = with(flood.finding, "00112233445566778899", user);
    const Plan plan = flood.plan();
    if (Guard(flood.safety).judge(plan, flood.state).kind != Kind::Allowed) continue;
    ++allowed;
    flood.state.acts.push_back({kNow, plan.runbook->name, plan.account, plan.region,
                                plan.idempotency, reach_of(plan).targets});
  }
  EXPECT_EQ(allowed, Safety().per_runbook_per_hour);
}

TEST(GuardTest, AFreezeInTheMiddleStopsTheRest) {
  Case it;
  EXPECT_EQ(it.judge().kind, Kind::Allowed);
  it.state.frozen = "dana";
  EXPECT_EQ(it.judge().kind, Kind::Refused) << "asked again before the next call";
}

class ApprovalTest : public testing::Test {
 protected:
  void SetUp() override {
    it_.runbook =
        with(it_.runbook, "mode: auto", "mode: approve\napprove: {by: [security], within: 30m}");
    it_.state.question = {"riposte", kNow - minutes(20)};
  }

  void approve(minutes ago = minutes(10), std::string by = "bob") {
    it_.state.approvals = {{it_.plan().digest, std::move(by), {"security"}, kNow - ago}};
  }

  // The one reason, and that nothing was allowed.
  std::string refusal() {
    const Verdict verdict = it_.judge();
    EXPECT_NE(verdict.kind, Kind::Allowed);
    return verdict.reasons.empty() ? "" : verdict.reasons.front().code;
  }

  Case it_;
};

TEST_F(ApprovalTest, WithoutAnAnswerAPersonIsAsked) {
  EXPECT_EQ(it_.judge().kind, Kind::Ask);
  EXPECT_EQ(refusal(), "approval-needed");
}

TEST_F(ApprovalTest, ThePlanThatWasApprovedIsAllowed) {
  approve();
  const Verdict verdict = it_.judge();
  ASSERT_EQ(verdict.kind, Kind::Allowed);
  EXPECT_EQ(verdict.approved->by(), "bob");
}

TEST_F(ApprovalTest, AnApprovalOfAnotherPlanDoesNotCount) {
  approve();
  it_.finding = with(it_.finding, "photos\",\"arn", "letters\",\"arn");
  EXPECT_EQ(refusal(), "approval-stale");
}

TEST_F(ApprovalTest, WhoWantedItDoesNotApproveIt) {
  approve();
  it_.state.question->requester = "bob";
  EXPECT_EQ(refusal(), "approval-own");
}

TEST_F(ApprovalTest, WhoDidItDoesNotApproveTheAnswer) {
  approve(minutes(10), "alice");
  EXPECT_EQ(refusal(), "approval-own");
}

TEST_F(ApprovalTest, OnlyThoseWhoMayApproveCount) {
  approve();
  it_.state.approvals[0].groups = {"finance"};
  EXPECT_EQ(refusal(), "approval-scope");
}

TEST_F(ApprovalTest, AnOldApprovalIsNone) {
  it_.state.question->at = kNow - minutes(50);
  approve(minutes(31));
  EXPECT_EQ(refusal(), "approval-expired");
}

TEST_F(ApprovalTest, ALateAnswerIsNone) {
  it_.state.question->at = kNow - minutes(50);
  approve(minutes(10));
  EXPECT_EQ(refusal(), "approval-late");
}

TEST_F(ApprovalTest, AnAnswerFromBeforeTheQuestionOrFromTheFutureIsNone) {
  approve(minutes(21));
  EXPECT_EQ(refusal(), "approval-time");
  approve(minutes(-1));
  EXPECT_EQ(refusal(), "approval-time");
  it_.state.question.reset();
  EXPECT_EQ(refusal(), "approval-unasked");
}

TEST_F(ApprovalTest, AQuestionThatNobodyAnsweredIsOver) {
  it_.state.question->at = kNow - minutes(31);
  EXPECT_EQ(it_.judge().kind, Kind::Refused);
  EXPECT_EQ(refusal(), "approval-timeout");
}

TEST_F(ApprovalTest, NoApprovalLiftsAReasonAgainst) {
  approve();
  it_.safety.protect.principals = {"alice"};
  EXPECT_EQ(it_.judge().kind, Kind::Refused);
}

TEST_F(ApprovalTest, WhatCannotBeTakenBackIsAskedForInModeAuto) {
  it_.runbook =
      "runbook: a\ntitle: A\nmode: auto\n"
      "steps: [{name: a, aws: sns.Publish, with: {TopicArn: t}, irreversible: true}]";
  EXPECT_EQ(it_.judge().kind, Kind::Ask);
}

TEST_F(ApprovalTest, TheEngineOnlyLowersTheMode) {
  it_.safety.mode = Mode::Approve;
  it_.runbook = std::string(kDisableKey);
  EXPECT_EQ(it_.judge().kind, Kind::Ask);
  it_.safety.mode = Mode::Auto;
  it_.runbook = with(it_.runbook, "mode: auto", "mode: approve");
  EXPECT_EQ(it_.judge().kind, Kind::Ask);
}

}  // namespace
}  // namespace riposte::respond
