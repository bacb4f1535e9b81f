// riposte.new_value: a key shows a value for the first time. What it shows while it is being learnt
// is remembered and not told; a value that was not seen for a timespan is new again.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class NewValue : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    state.row.forget_before(since(hit.time));
    const bool is_known =
        state.row.forget_one([&hit](const Entry& entry) { return entry.text == hit.text; });
    // Remembered without its event: the next new value is told without this one.
    state.row.append({hit.time, hit.slot, hit.text, {}});
    if (is_known || hit.time - state.first < correlation().learning) return std::nullopt;
    return 1;
  }

  bool is_momentary() const override { return true; }
};

}  // namespace

std::unique_ptr<Window> make_new_value(const rule::Correlation& correlation) {
  return std::make_unique<NewValue>(correlation);
}

}  // namespace riposte::correlate
