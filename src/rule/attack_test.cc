#include "rule/attack.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

// "TA0005/T1562/T1562.008", a dash for what is not there.
std::vector<std::string> said_by(const std::vector<std::string>& tags) {
  std::vector<std::string> texts;
  for (const Attack& attack : attacks_of(tags)) {
    const auto part = [](std::string_view text) { return std::string(text.empty() ? "-" : text); };
    texts.push_back(part(attack.tactic == nullptr ? "" : attack.tactic->uid) + "/" +
                    part(attack.technique) + "/" + part(attack.sub_technique));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(AttackTest, KnowsATacticByHyphensUnderscoresAndNumber) {
  for (const char* tag : {"attack.defense-evasion", "attack.defense_evasion", "Attack.TA0005",
                          "defense-evasion", "ta0005"}) {
    ASSERT_NE(find_tactic(tag), nullptr) << tag;
    EXPECT_EQ(find_tactic(tag)->name, "Defense Evasion") << tag;
  }
  for (const char* tag : {"attack.t1562", "attack.", "", "cve.2021-44228", "attack.defense"}) {
    EXPECT_EQ(find_tactic(tag), nullptr) << tag;
  }
}

TEST(AttackTest, NamesTechniquesAndAdmitsNotKnowingOne) {
  EXPECT_EQ(find_technique("T1562.008")->name, "Disable or Modify Cloud Logs");
  EXPECT_EQ(find_technique("T1530")->name, "Data from Cloud Storage");
  EXPECT_EQ(find_technique("T9999"), nullptr);
  EXPECT_EQ(find_technique(""), nullptr);
}

TEST(AttackTest, TablesAreSortedWithoutRepetitionAndServeATactic) {
  const auto less = [](const Technique& a, const Technique& b) { return a.uid < b.uid; };
  EXPECT_TRUE(std::is_sorted(techniques().begin(), techniques().end(), less));
  for (std::size_t i = 1; i < techniques().size(); ++i) {
    EXPECT_NE(techniques()[i - 1].uid, techniques()[i].uid);
  }
  for (const Technique& technique : techniques()) {
    EXPECT_NE(technique.tactics, 0) << technique.uid;
    EXPECT_EQ(technique.tactics >> tactics().size(), 0) << technique.uid;
    EXPECT_NE(find_technique(technique.uid.substr(0, 5)), nullptr)
        << technique.uid << " has no parent in the table";
  }
}

TEST(AttackTest, ATechniqueTakesTheTaggedTacticsItServes) {
  EXPECT_EQ(said_by({"attack.defense-evasion", "attack.t1562.008"}),
            Texts({"TA0005/T1562/T1562.008"}));
  EXPECT_EQ(said_by({"attack.persistence", "attack.privilege-escalation", "attack.t1098.003"}),
            Texts({"TA0003/T1098/T1098.003", "TA0004/T1098/T1098.003"}));
}

TEST(AttackTest, ATacticThatNoTechniqueServesStandsAlone) {
  EXPECT_EQ(said_by({"attack.impact", "attack.defense-evasion", "attack.t1562.008"}),
            Texts({"TA0005/T1562/T1562.008", "TA0040/-/-"}));
}

TEST(AttackTest, ATechniqueWhoseTacticIsNotTaggedStandsAlone) {
  EXPECT_EQ(said_by({"attack.t1530"}), Texts({"-/T1530/-"}));
  EXPECT_EQ(said_by({"attack.impact", "attack.t1530"}), Texts({"-/T1530/-", "TA0040/-/-"}));
}

TEST(AttackTest, AnUnknownTechniqueTakesTheOnlyTacticButGuessesBetweenNone) {
  EXPECT_EQ(said_by({"attack.impact", "attack.t9999.001"}), Texts({"TA0040/T9999/T9999.001"}));
  EXPECT_EQ(said_by({"attack.impact", "attack.discovery", "attack.t9999"}),
            Texts({"-/T9999/-", "TA0040/-/-", "TA0007/-/-"}));
  EXPECT_EQ(said_by({"attack.impact", "attack.t1485.999"}), Texts({"TA0040/T1485/T1485.999"}))
      << "an unknown sub-technique serves the tactics of its parent";
}

TEST(AttackTest, WhatRepeatsIsSaidOnceAndWhatIsNeitherIsLeftOut) {
  EXPECT_EQ(said_by({"attack.T1530", "attack.t1530", "attack.collection", "attack.TA0009",
                     "attack.s0002", "attack.g0016", "cve.2021-44228", "attack.t15", "",
                     "attack.t1530.1", "attack.t1530x008"}),
            Texts({"TA0009/T1530/-"}));
}

}  // namespace
}  // namespace riposte::rule
