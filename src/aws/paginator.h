#pragma once

// How a call's answers go on: which of an answer's members is the token that asks for the next
// page, and where what was asked for stands.
//
//     Pages pages(paginator);
//     do {
//       ... call with `input`, give `answer` ...
//     } while (pages.advance(answer, input));
//
// A service that gives the same token twice would go on for ever: that ends the pages, and
// repeated() tells it, since something is missing then.
//
// Threads: a Paginator is immutable; Pages are confined to their owner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/expression.h"
#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

class Paginator {
 public:
  // Nothing where the operation has no pages. Invalid: the data of the service is broken.
  static base::Result<std::optional<Paginator>> find(const Service& service,
                                                     std::string_view operation);

  // The input's member that says how many to give at once, or empty.
  const std::string& limit_key() const { return limit_key_; }
  // The paths of what is collected over pages: "Reservations"; the first one is the main one.
  const std::vector<std::string>& result_keys() const { return result_keys_; }

  // The lists at the result keys of `page` are put behind those of `all`; other members of the
  // first page stay as they are.
  void collect(Value page, Value& all) const;

 private:
  friend class Pages;

  std::vector<std::string> input_tokens_;
  std::vector<Expression> output_tokens_;  // as many
  std::optional<Expression> more_results_;
  std::vector<std::string> result_keys_;
  std::string limit_key_;
};

class Pages {
 public:
  // Borrows the paginator.
  explicit Pages(const Paginator& paginator) : paginator_(paginator) {}

  // Whether there is a next page; then `input` asks for it.
  bool advance(const Value& answer, Value& input);

  bool repeated() const { return repeated_; }

 private:
  const Paginator& paginator_;
  std::vector<Value> last_tokens_;
  bool repeated_ = false;
};

}  // namespace riposte::aws
