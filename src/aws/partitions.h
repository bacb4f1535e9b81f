#pragma once

// The partitions of AWS (the public one, China, the government's ...): which of them a region
// belongs to, and what its host names end with. From the partitions.json of the service models.
//
// Threads: immutable.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

class Partitions {
 public:
  static base::Result<Partitions> read(std::string_view json);
  ~Partitions();
  Partitions(Partitions&&) noexcept;
  Partitions& operator=(Partitions&&) noexcept;

  // What the endpoint rules know of the region's partition: name, dnsSuffix, supportsFIPS and so
  // on. A region that none has heard of is taken for one of the first.
  const Value& of(std::string_view region) const;

  // Every region and pseudo-region ("aws-global") that is known by name, sorted.
  std::vector<std::string> region_names() const;

 private:
  struct Partition;
  Partitions();
  std::vector<Partition> partitions_;  // at least one
};

}  // namespace riposte::aws
