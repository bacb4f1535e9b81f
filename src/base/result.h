#pragma once

// A value, or the reason there is none.
//
// Whatever may fail because the world or the input says no returns Result<T> or Status; the Errc
// tells the caller what to do next, the message tells a person what happened. Nothing of ours
// throws.
//
//     Result<Runbook> read_runbook(const Path& path) {
//       const std::string text = TRY(read_file(path));
//       ...
//     }
//
// One TRY a statement: nested ones set off the shadow warning.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace riposte::base {

// What the caller should do next.
enum class Errc {
  Invalid,    // mend the input
  NotFound,   // look elsewhere
  Denied,     // ask for the permission
  Busy,       // try again later
  Conflict,   // look again: it is there already, or somebody else changed it
  Limit,      // a named limit was reached: make the input smaller, or raise the limit
  Io,         // the machine or the network failed
  Cancelled,  // somebody asked to stop
};

std::string_view name_of(Errc code);

struct Error {
  Errc code = Errc::Invalid;
  std::string message;

  // Puts the place in front of the message: "rules/a.yml: no such field".
  Error in(std::string_view place) && {
    message.insert(0, std::string(place) + ": ");
    return std::move(*this);
  }
};

struct Done {};

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` read as what they are.
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    CHECK(ok(), "value() is asked only of a Result that holds one");
    return std::get<T>(state_);
  }
  T& value() & {
    CHECK(ok(), "value() is asked only of a Result that holds one");
    return std::get<T>(state_);
  }
  T&& value() && {
    CHECK(ok(), "value() is asked only of a Result that holds one");
    return std::get<T>(std::move(state_));
  }
  const Error& error() const& { return std::get<Error>(state_); }
  Error&& error() && { return std::get<Error>(std::move(state_)); }

  const T* operator->() const { return &value(); }
  const T& operator*() const& { return value(); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Done>;

}  // namespace riposte::base

#define TRY(expression)                                           \
  __extension__({                                                 \
    auto try_result_ = (expression);                              \
    if (!try_result_.ok()) return std::move(try_result_).error(); \
    std::move(try_result_).value();                               \
  })
