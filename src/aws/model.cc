#include "aws/model.h"

#include <algorithm>

#include "base/diagnostics.h"
#include "base/text.h"

// Tested by src/aws/model_reader_test.cc

namespace riposte::aws {

const Operation* Service::operation(std::string_view name) const {
  const auto found = std::lower_bound(
      operations_.begin(), operations_.end(), name,
      [](const Operation& operation, std::string_view wanted) { return operation.name < wanted; });
  return found == operations_.end() || found->name != name ? nullptr : &*found;
}

std::string Service::nearest_operation(std::string_view name) const {
  std::vector<std::string_view> names(operations_.size());
  std::transform(operations_.begin(), operations_.end(), names.begin(),
                 [](const Operation& operation) { return operation.name; });
  const auto same = std::find_if(names.begin(), names.end(), [name](std::string_view other) {
    return base::equals_ignore_case(name, other);
  });
  return same != names.end() ? std::string(*same) : base::nearest(name, names);
}

const Member* Service::member(const Shape& shape, std::string_view name) const {
  const std::span<const Member> all = members(shape);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const Member& member) { return member.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace riposte::aws
