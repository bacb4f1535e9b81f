#pragma once

// Array consistency: the fields of an EventBridge pattern must be satisfied by values out of the
// same array elements.
//
//     {"users": [{"name": "ann", "role": "admin"}, {"name": "bob", "role": "guest"}]}
//                |__ element 1 __________________| |__ element 2 __________________|
//
//     name = "bob" and role = "admin": both values are there, but no element has both.
//
// A value stands in the elements on its path from the root. Two values are consistent unless they
// stand in different elements of one array; values of sibling arrays always are. A scalar that is
// itself an element of an array counts as standing where the array stands: ["a", "b"] satisfies
// both "a" and "b".
//
// How it works, as event-ruler does: the fields are taken in the order of their path texts; each
// takes one value that is consistent with the values taken so far. "exists: false" takes none: it
// holds where no value of its path is consistent with those taken so far. The order tells:
//
//     b = 1, then c absent:     some element has this b and no c
//     a absent, then b = 1:     no element at all has an a, and some element has this b
//
// What it costs: kept are not the choices but the sets of elements they lead to, each once, and of
// those only the arrays that a later field can still contradict. Values are looked up by element.
// So the work is linear in the values for one array of objects, however long, and for sibling
// arrays.
//
// What happens when arrays are interleaved so that the work still explodes: after kConsistencySteps
// the answer is yes. No field alone contradicts it then, and a hit too many is better than an
// attack that hides behind a large event.
//
// Threads: confined to its owner; nothing is allocated once it has seen a few events.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace riposte::match {

using ArrayId = std::uint32_t;
using ElementId = std::uint32_t;
inline constexpr ElementId kNoElement = 0;  // the value stands in no array

inline constexpr std::size_t kConsistencySteps = 500'000;

// One field of a Consistent condition (rule/condition.h): where the values stand that satisfy one
// of its predicates and, where it may be absent, where all values of its path stand. Places may
// repeat and come in any order.
struct FieldPlaces {
  std::span<const ElementId> satisfying;
  bool or_absent = false;
  std::span<const ElementId> present;
};

class Consistency {
 public:
  // Forgets the event, and the memory of an extraordinary one.
  void clear();

  // Whoever walks the event names its arrays and elements on the way, each of them once; elements
  // that are scalars need no name. `outer` is the element that the array stands in.
  ArrayId open_array(ElementId outer);
  ElementId open_element(ArrayId array);

  // Whether each field can take a value such that all are consistent. The fields come in the order
  // of their path texts.
  bool holds(std::span<const FieldPlaces> fields);

 private:
  using Elements = std::vector<ElementId>;  // sorted, each once

  // The values of one field, found by the element of the innermost array they all stand in.
  struct Values {
    Elements places;
    ArrayId shared = 0;                                       // 0: no such array
    std::vector<std::pair<ElementId, ElementId>> by_element;  // element of `shared`, place; sorted
  };

  void note_uses(std::span<const ElementId> places, std::uint64_t field);
  void sort_values(std::span<const ElementId> places, Values& values);
  ElementId outer(ElementId element) const { return arrays_[elements_[element]].outer; }
  ElementId element_in(ArrayId array, ElementId place) const;
  template <typename Visit>
  bool for_each_consistent(const Elements& taken, const Values& values, Visit visit);
  bool is_consistent(const Elements& taken, ElementId place) const;
  void keep(const Elements& taken, ElementId place, std::uint64_t field);
  void drop_doubles();

  struct Array {
    ElementId outer = kNoElement;
    std::uint64_t last_use = 0;  // the last field with a value in it
  };
  // The first of both stands for "none".
  std::vector<ArrayId> elements_ = {0};
  std::vector<Array> arrays_ = {{}};
  // Fields are counted through all calls, so that no last_use needs to be forgotten.
  std::uint64_t first_field_ = 1;

  std::vector<Elements> taken_;  // the sets of elements that the fields so far lead to
  std::size_t taken_count_ = 0;
  std::vector<Elements> next_;
  std::size_t next_count_ = 0;
  Values satisfying_;
  Values present_;
  std::size_t steps_ = 0;
};

}  // namespace riposte::match
