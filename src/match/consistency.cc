#include "match/consistency.h"

#include <algorithm>

namespace riposte::match {

namespace {

constexpr std::size_t kSetsKept = 10'000;  // between events

}  // namespace

void Consistency::clear() {
  elements_.resize(1);
  arrays_.resize(1);
  for (std::vector<Elements>* sets : {&taken_, &next_}) {
    if (sets->size() <= kSetsKept) continue;
    sets->resize(kSetsKept);
    sets->shrink_to_fit();
  }
}

ArrayId Consistency::open_array(ElementId outer) {
  arrays_.push_back({outer, 0});
  return static_cast<ArrayId>(arrays_.size() - 1);
}

ElementId Consistency::open_element(ArrayId array) {
  elements_.push_back(array);
  return static_cast<ElementId>(elements_.size() - 1);
}

bool Consistency::holds(std::span<const FieldPlaces> fields) {
  bool needs_no_array = true;
  for (const FieldPlaces& field : fields) {
    if (field.satisfying.empty() && !field.or_absent) return false;
    const bool stands_free = std::find(field.satisfying.begin(), field.satisfying.end(),
                                       kNoElement) != field.satisfying.end();
    if (field.or_absent || !stands_free) needs_no_array = false;
  }
  if (needs_no_array) return true;

  const std::uint64_t first = std::exchange(first_field_, first_field_ + fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    note_uses(fields[i].satisfying, first + i);
    if (fields[i].or_absent) note_uses(fields[i].present, first + i);
  }
  steps_ = 0;
  taken_count_ = 1;
  if (taken_.empty()) taken_.emplace_back();
  taken_.front().clear();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FieldPlaces& field = fields[i];
    next_count_ = 0;
    sort_values(field.satisfying, satisfying_);
    if (field.or_absent) sort_values(field.present, present_);
    for (std::size_t t = 0; t < taken_count_; ++t) {
      const Elements& taken = taken_[t];
      if (field.or_absent &&
          !for_each_consistent(taken, present_, [](ElementId) { return true; })) {
        keep(taken, kNoElement, first + i);
      }
      for_each_consistent(taken, satisfying_, [&](ElementId place) {
        keep(taken, place, first + i);
        return false;
      });
      if (steps_ > kConsistencySteps) return true;
    }
    std::swap(taken_, next_);
    std::swap(taken_count_, next_count_);
    drop_doubles();
    if (taken_count_ == 0) return false;
  }
  return true;
}

void Consistency::note_uses(std::span<const ElementId> places, std::uint64_t field) {
  for (ElementId place : places) {
    // Where the array is already noted, so are those around it.
    for (ElementId element = place; element != kNoElement; element = outer(element)) {
      Array& array = arrays_[elements_[element]];
      if (array.last_use == field) break;
      array.last_use = field;
    }
  }
}

ElementId Consistency::element_in(ArrayId array, ElementId place) const {
  for (ElementId element = place; element != kNoElement; element = outer(element)) {
    if (elements_[element] == array) return element;
  }
  return kNoElement;
}

void Consistency::sort_values(std::span<const ElementId> places, Values& values) {
  values.places.assign(places.begin(), places.end());
  std::sort(values.places.begin(), values.places.end());
  values.places.erase(std::unique(values.places.begin(), values.places.end()), values.places.end());

  values.shared = 0;
  values.by_element.clear();
  if (values.places.empty()) return;
  // The innermost array around the first place that all others stand in, too: outwards until it
  // holds them all.
  ElementId inner = values.places.front();
  for (ElementId place : values.places) {
    while (inner != kNoElement && element_in(elements_[inner], place) == kNoElement) {
      inner = outer(inner);
    }
  }
  if (inner == kNoElement) return;
  values.shared = elements_[inner];
  for (ElementId place : values.places)
    values.by_element.emplace_back(element_in(values.shared, place), place);
  std::sort(values.by_element.begin(), values.by_element.end());
}

// Visits the places that are consistent with `taken` until a visit returns true; returns whether
// one did.
template <typename Visit>
bool Consistency::for_each_consistent(const Elements& taken, const Values& values, Visit visit) {
  for (ElementId element : taken) {
    if (values.shared == 0 || elements_[element] != values.shared) continue;
    const auto first = std::lower_bound(values.by_element.begin(), values.by_element.end(),
                                        std::pair(element, kNoElement));
    for (auto it = first; it != values.by_element.end() && it->first == element; ++it) {
      ++steps_;
      if (is_consistent(taken, it->second) && visit(it->second)) return true;
    }
    return false;
  }
  for (ElementId place : values.places) {
    ++steps_;
    if (is_consistent(taken, place) && visit(place)) return true;
    if (steps_ > kConsistencySteps) return false;
  }
  return false;
}

bool Consistency::is_consistent(const Elements& taken, ElementId place) const {
  for (ElementId element = place; element != kNoElement; element = outer(element)) {
    for (ElementId other : taken) {
      if (other != element && elements_[other] == elements_[element]) return false;
    }
  }
  return true;
}

// Adds `taken` with the elements around `place` to the sets after `field`, less those of arrays
// that no later field uses.
void Consistency::keep(const Elements& taken, ElementId place, std::uint64_t field) {
  if (next_count_ == next_.size()) next_.emplace_back();
  Elements& result = next_[next_count_++];
  result.clear();
  const auto add = [&](ElementId element) {
    if (arrays_[elements_[element]].last_use > field) result.push_back(element);
  };
  for (ElementId element : taken)
    add(element);
  for (ElementId element = place; element != kNoElement; element = outer(element))
    add(element);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
}

void Consistency::drop_doubles() {
  const auto end = taken_.begin() + static_cast<std::ptrdiff_t>(taken_count_);
  std::sort(taken_.begin(), end);
  // Not std::unique: it would leave the tail's vectors moved from, and their memory lost.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < taken_count_; ++i) {
    if (i > 0 && taken_[i] == taken_[kept - 1]) continue;
    if (kept != i) std::swap(taken_[kept], taken_[i]);
    ++kept;
  }
  taken_count_ = kept;
}

}  // namespace riposte::match
