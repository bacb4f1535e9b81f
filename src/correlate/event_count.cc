// event_count: how many hits.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class EventCount : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    if (settles()) {
      keep_early(hit, state.row);
      return std::nullopt;
    }
    // Never more entries than satisfy the correlation: then it is satisfied.
    state.row.forget_before(since(hit.time));
    state.row.append(hit);
    return accepted(static_cast<double>(state.row.size()));
  }

  std::optional<double> judge(const WindowState& state) const override {
    return accepted(static_cast<double>(state.count));
  }
};

}  // namespace

std::unique_ptr<Window> make_event_count(const rule::Correlation& correlation) {
  return std::make_unique<EventCount>(correlation);
}

}  // namespace riposte::correlate
