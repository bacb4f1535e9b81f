#include "enrich/item.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ItemFacts facts_of(std::string_view record) {
  return item_facts_of(json::OwnedDocument::parse(record).value().root());
}

TEST(ItemTest, NamesWhatIsOtherThanBefore) {
  const ItemFacts facts = facts_of(R"({
      "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/patients/stream/2026-11-20T00:00:00.000",
      "dynamodb": {"Keys": {"ward": {"N": "7"}, "id": {"S": "p-1"}},
                   "OldImage": {"id": {"S": "p-1"}, "age": {"N": "40"}, "insurance_id": {"S": "A"}, "note": {"S": "x"}},
                   "NewImage": {"id": {"S": "p-1"}, "age": {"N": "40"}, "insurance_id": {"S": "B"}, "role": {"S": "admin"}}}})");
  EXPECT_EQ(facts.table, "patients");
  EXPECT_EQ(facts.key, "patients/id=p-1,ward=7");
  EXPECT_THAT(facts.changed, ElementsAre("insurance_id", "note", "role"));
}

TEST(ItemTest, ADeletionAndAnInsertionChangeNothingButHaveOneKey) {
  const char* kArn =
      R"("eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/patients/stream/2026")";
  const ItemFacts removed = facts_of(
      std::string("{") + kArn +
      R"(, "dynamodb": {"Keys": {"id": {"S": "p-1"}}, "OldImage": {"id": {"S": "p-1"}}}})");
  const ItemFacts inserted = facts_of(
      std::string("{") + kArn +
      R"(, "dynamodb": {"Keys": {"id": {"S": "p-1"}}, "NewImage": {"id": {"S": "p-1"}}}})");
  EXPECT_EQ(removed.key, inserted.key);
  EXPECT_THAT(removed.changed, IsEmpty());
  EXPECT_THAT(inserted.changed, IsEmpty());
}

}  // namespace
}  // namespace riposte::enrich
