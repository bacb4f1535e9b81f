#include "match/field_table.h"

#include <string>
#include <vector>

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

TEST(FieldTableTest, KeysOfEveryLengthAreFoundWhereverTheyLie) {
  FieldTable table;
  std::vector<FieldId> fields;
  for (std::size_t size = 0; size < 40; ++size)
    fields.push_back(table.add(Dialect::EventBridge, {std::string(size, 'k')}));
  const FieldTable::Children children = table.children(FieldTable::root(Dialect::EventBridge));
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string in_text = std::string(size, 'k') + "\":" + std::string(40, 'k');
    EXPECT_EQ(children.find(std::string_view(in_text).substr(0, size)), fields[size]) << size;
    EXPECT_EQ(children.find(std::string_view(in_text).substr(0, size + 1)), FieldTable::kNone);
  }
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
