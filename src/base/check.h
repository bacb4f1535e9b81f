#pragma once

// CHECK(condition, "what we believed"): an invariant of ours, tested in every build. When it does
// not hold the process stops with the place and the belief; the input is never to blame for
// reaching one.

namespace riposte::base {

[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const char* belief);

}  // namespace riposte::base

#define CHECK(condition, belief) \
  (static_cast<bool>(condition)  \
       ? void(0)                 \
       : ::riposte::base::check_failed(__FILE__, __LINE__, #condition, belief))
