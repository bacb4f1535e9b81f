#pragma once

// The part of JMESPath (jmespath.org) that AWS's paginators, waiters and endpoint rules are written
// in: what to look at in an answer.
//
//     Reservations[].Instances[].State.Name        every instance's state, in one list
//     NextMarker || Contents[-1].Key               the first that is there
//     length(Items[?Status == 'ACTIVE']) > `0`     whether any is active
//
// Names, indices, wildcards, flattening, filters, lists of expressions, or, and, not, comparisons,
// literals, and the functions length, contains and keys. What else JMESPath has is refused.
//
// Cost: what is found is not copied before the end.
//
// Threads: immutable.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

inline constexpr std::size_t kExpressionDepthMax = 64;
inline constexpr std::size_t kExpressionBytesMax = 4096;

class Expression {
 public:
  // Invalid, with the byte where it is.
  static base::Result<Expression> parse(std::string_view text);

  // Null where there is nothing.
  Value evaluate(const Value& root) const;

 private:
  class Parser;
  class Evaluation;

  enum class Kind : std::uint8_t {
    Current,
    Field,
    Index,
    Flatten,
    Project,
    ProjectValues,
    Filter,
    List,
    Or,
    And,
    Not,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Literal,
    Length,
    Contains,
    Keys,
  };
  struct Node {
    Kind kind = Kind::Current;
    std::size_t left = 0;  // nodes, by their place in nodes_
    std::size_t right = 0;
    std::size_t condition = 0;  // of a filter
    std::string name = {};      // of a field
    std::int64_t index = 0;
    Value literal = {};
    std::vector<std::size_t> items = {};  // of a list
  };

  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

// No is: null, false, and empty text, list or object.
bool is_truth(const Value& value);

}  // namespace riposte::aws
