// value_count: how many different values of a field.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class ValueCount : public Window {
 public:
  using Window::Window;

  // One entry a value. Looking back, its newest hit says whether the value is still there; a window
  // that waits for its end needs to see it once.
  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    const auto is_same = [&hit](const Entry& entry) { return entry.text == hit.text; };
    if (settles()) {
      bool is_known = false;
      state.row.each([&](const Entry& entry) { is_known = is_known || is_same(entry); });
      if (!is_known) state.row.append(hit);
      return std::nullopt;
    }
    state.row.forget_before(since(hit.time));
    state.row.forget_one(is_same);
    state.row.append(hit);
    return accepted(static_cast<double>(state.row.size()));
  }

  std::optional<double> judge(const WindowState& state) const override {
    return accepted(static_cast<double>(state.row.size()));
  }
};

}  // namespace

std::unique_ptr<Window> make_value_count(const rule::Correlation& correlation) {
  return std::make_unique<ValueCount>(correlation);
}

}  // namespace riposte::correlate
