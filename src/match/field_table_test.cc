#include "match/field_table.h"

#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using rule::Dialect;

TEST(FieldTableTest, PathsShareTheirBeginnings) {
  FieldTable table;
  const FieldId type = table.add(Dialect::Sigma, {"userIdentity", "type"});
  const FieldId arn = table.add(Dialect::Sigma, {"userIdentity", "arn"});
  EXPECT_NE(type, arn);
  EXPECT_EQ(table.add(Dialect::Sigma, {"userIdentity", "type"}), type);
  EXPECT_EQ(table.size(), 5u) << "two roots, userIdentity, type, arn";

  const FieldId identity = table.child(FieldTable::root(Dialect::Sigma), "userIdentity");
  EXPECT_EQ(table.child(identity, "arn"), arn);
  EXPECT_EQ(table.child(identity, "other"), FieldTable::kNone);
}

TEST(FieldTableTest, TheDialectsDoNotMix) {
  FieldTable table;
  table.add(Dialect::EventBridge, {"source"});
  EXPECT_EQ(table.child(FieldTable::root(Dialect::Sigma), "source"), FieldTable::kNone);
}

TEST(FieldTableTest, AStarIsAnyKey) {
  FieldTable table;
  const FieldId name = table.add(Dialect::Sigma, {"UserData", "*", "Name"});
  const FieldId any = table.any_child(table.child(FieldTable::root(Dialect::Sigma), "UserData"));
  EXPECT_EQ(table.child(any, "Name"), name);
}

}  // namespace
}  // namespace riposte::match
