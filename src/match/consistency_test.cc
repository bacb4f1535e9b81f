#include "match/consistency.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using Places = std::vector<ElementId>;

// One field, owning its places.
struct Field {
  Places satisfying;
  bool or_absent = false;
  Places present;
};

Field value(Places satisfying) { return {std::move(satisfying), false, {}}; }
Field absent(Places present) { return {{}, true, std::move(present)}; }

bool holds(Consistency& consistency, const std::vector<Field>& fields) {
  std::vector<FieldPlaces> places;
  for (const Field& field : fields)
    places.push_back({field.satisfying, field.or_absent, field.present});
  return consistency.holds(places);
}

// {"users": [{...}, {...}], "groups": [{...}, {...}]}
struct TwoArrays {
  Consistency consistency;
  ArrayId users = consistency.open_array(kNoElement);
  ElementId ann = consistency.open_element(users);
  ElementId bob = consistency.open_element(users);
  ArrayId groups = consistency.open_array(kNoElement);
  ElementId admins = consistency.open_element(groups);
  ElementId guests = consistency.open_element(groups);
};

TEST(ConsistencyTest, TakesAllFieldsOutOfOneElement) {
  TwoArrays event;
  EXPECT_TRUE(holds(event.consistency, {value({event.ann}), value({event.ann, event.bob})}));
  EXPECT_FALSE(holds(event.consistency, {value({event.ann}), value({event.bob})}));
}

TEST(ConsistencyTest, NeedsAValueForEveryField) {
  TwoArrays event;
  EXPECT_TRUE(holds(event.consistency, {}));
  EXPECT_FALSE(holds(event.consistency, {value({kNoElement}), value({})}));
}

TEST(ConsistencyTest, LetsSiblingArraysBe) {
  TwoArrays event;
  EXPECT_TRUE(
      holds(event.consistency, {value({event.admins}), value({event.bob}), value({kNoElement})}));
  EXPECT_FALSE(
      holds(event.consistency, {value({event.admins}), value({event.bob}), value({event.guests})}))
      << "the third contradicts the first, whatever stands between";
}

TEST(ConsistencyTest, FollowsNestedArrays) {
  Consistency consistency;  // [{"tags": [t0, t1]}, {"tags": [t2]}]
  const ArrayId outer = consistency.open_array(kNoElement);
  const ElementId first = consistency.open_element(outer);
  const ArrayId tags = consistency.open_array(first);
  const ElementId t0 = consistency.open_element(tags);
  const ElementId t1 = consistency.open_element(tags);
  const ElementId second = consistency.open_element(outer);
  const ElementId t2 = consistency.open_element(consistency.open_array(second));

  EXPECT_TRUE(holds(consistency, {value({first}), value({t1}), value({t0, t1, t2})}));
  EXPECT_FALSE(holds(consistency, {value({second}), value({t0, t1})}));
  EXPECT_FALSE(holds(consistency, {value({t0}), value({t1, t2})}));
  EXPECT_TRUE(holds(consistency, {value({t2}), value({second})}));
}

TEST(ConsistencyTest, JudgesAbsenceWithinTheElementsTakenSoFar) {
  TwoArrays event;  // only ann has a role
  EXPECT_TRUE(holds(event.consistency, {value({event.ann, event.bob}), absent({event.ann})}))
      << "bob has none";
  EXPECT_FALSE(holds(event.consistency, {absent({event.ann}), value({event.ann, event.bob})}))
      << "somebody has one";
  EXPECT_FALSE(holds(event.consistency, {value({event.ann}), absent({event.ann})}));
  EXPECT_TRUE(holds(event.consistency, {absent({})}));
}

TEST(ConsistencyTest, TakesAbsenceOrAValue) {
  TwoArrays event;
  Field field = absent({event.ann, event.bob});
  field.satisfying = {event.bob};
  EXPECT_TRUE(holds(event.consistency, {field}));
  EXPECT_FALSE(holds(event.consistency, {value({event.ann}), field}));
  EXPECT_TRUE(holds(event.consistency, {value({event.bob}), field}));
}

TEST(ConsistencyTest, ForgetsTheEventBefore) {
  TwoArrays event;
  EXPECT_FALSE(holds(event.consistency, {value({event.ann}), value({event.bob})}));
  event.consistency.clear();
  const ElementId first = event.consistency.open_element(event.consistency.open_array(kNoElement));
  const ElementId second = event.consistency.open_element(event.consistency.open_array(kNoElement));
  EXPECT_TRUE(holds(event.consistency, {value({first}), value({second})})) << "two arrays now";
}

TEST(ConsistencyTest, JudgesAHundredThousandElementsWithinItsSteps) {
  Consistency consistency;
  const ArrayId array = consistency.open_array(kNoElement);
  Places even;
  Places odd;
  for (int i = 0; i < 100'000; ++i)
    (i % 2 == 0 ? even : odd).push_back(consistency.open_element(array));
  EXPECT_FALSE(holds(consistency, {value(even), value(odd)}))
      << "running out of steps would say yes";
  const ArrayId sibling = consistency.open_array(kNoElement);
  Places others;
  for (int i = 0; i < 100'000; ++i)
    others.push_back(consistency.open_element(sibling));
  EXPECT_FALSE(holds(consistency, {value(even), value(others), value({kNoElement}), value({})}));
  EXPECT_FALSE(holds(consistency, {value(others), value(even), value(odd)}))
      << "sibling arrays do not multiply";
}

TEST(ConsistencyTest, SaysYesWhenItsStepsRunOut) {
  Consistency consistency;
  Places left[2];
  Places right[2];
  const ArrayId a = consistency.open_array(kNoElement);
  const ArrayId b = consistency.open_array(kNoElement);
  for (int i = 0; i < 4000; ++i)
    left[i % 2].push_back(consistency.open_element(a));
  for (int i = 0; i < 4000; ++i)
    right[i % 2].push_back(consistency.open_element(b));
  EXPECT_TRUE(
      holds(consistency, {value(left[0]), value(right[0]), value(left[0]), value(right[1])}));
}

// The slow twin: tries every choice of values.
class BruteForce {
 public:
  ArrayId open_array(ElementId outer) {
    outer_of_.push_back(outer);
    return static_cast<ArrayId>(outer_of_.size() - 1);
  }
  ElementId open_element(ArrayId array) {
    array_of_.push_back(array);
    return static_cast<ElementId>(array_of_.size() - 1);
  }

  using Membership = std::map<ArrayId, ElementId>;

  bool holds(const std::vector<Field>& fields, std::size_t index = 0,
             const Membership& taken = {}) const {
    if (index == fields.size()) return true;
    const Field& field = fields[index];
    if (field.or_absent) {
      bool is_present = false;
      for (ElementId place : field.present)
        is_present = is_present || merge(taken, place).has_value();
      if (!is_present && holds(fields, index + 1, taken)) return true;
    }
    for (ElementId place : field.satisfying) {
      const std::optional<Membership> merged = merge(taken, place);
      if (merged && holds(fields, index + 1, *merged)) return true;
    }
    return false;
  }

 private:
  std::optional<Membership> merge(Membership taken, ElementId place) const {
    for (ElementId element = place; element != kNoElement;
         element = outer_of_[array_of_[element]]) {
      const auto [it, is_new] = taken.try_emplace(array_of_[element], element);
      if (it->second != element) return std::nullopt;
    }
    return taken;
  }

  std::vector<ElementId> outer_of_ = {kNoElement};
  std::vector<ArrayId> array_of_ = {0};
};

TEST(ConsistencyTest, AgreesWithTryingEverything) {
  std::mt19937 random(20260131);
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  int yes = 0;
  constexpr int kRounds = 20'000;
  Consistency consistency;
  for (int round = 0; round < kRounds; ++round) {
    consistency.clear();
    BruteForce twin;
    Places elements = {kNoElement};
    for (std::size_t arrays = 1 + below(4); arrays > 0; --arrays) {
      const ElementId outer = elements[below(elements.size())];
      const ArrayId array = consistency.open_array(outer);
      ASSERT_EQ(twin.open_array(outer), array);
      for (std::size_t count = 1 + below(3); count > 0; --count) {
        elements.push_back(consistency.open_element(array));
        twin.open_element(array);
      }
    }
    std::vector<Field> fields(1 + below(4));
    for (Field& field : fields) {
      for (std::size_t count = below(4); count > 0; --count)
        field.present.push_back(elements[below(elements.size())]);
      for (ElementId place : field.present) {
        if (below(3) > 0) field.satisfying.push_back(place);
      }
      field.or_absent = below(3) == 0;
    }
    const bool expected = twin.holds(fields);
    yes += expected ? 1 : 0;
    ASSERT_EQ(holds(consistency, fields), expected) << "round " << round;
  }
  EXPECT_GT(yes, kRounds / 10) << "both answers must come";
  EXPECT_LT(yes, kRounds * 9 / 10);
}

}  // namespace
}  // namespace riposte::match
