#pragma once

// Where the characters of a YAML scalar begin: a token's place is that of its quote, if it has one.
//
// Threads: immutable; borrows the text.

#include <string_view>
#include <vector>

#include "base/diagnostics.h"

namespace riposte::rule {

class ScalarPlaces {
 public:
  explicit ScalarPlaces(std::string_view yaml);

  // The place of character `offset` of the scalar at `token`. Exact for scalars on one line without
  // escapes; for block scalars the place of the token itself.
  base::Place of(base::Place token, std::size_t offset = 0) const;

 private:
  std::vector<std::string_view> lines_;
};

}  // namespace riposte::rule
