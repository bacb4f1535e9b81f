// value_sum: what the numbers of a field add up to. What is no number is no hit.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class ValueSum : public Window {
 public:
  using Window::Window;

  // Looking back, what leaves the window is taken away from the sum; amounts are exact.
  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    const Amount amount = *Amount::parse(hit.text);
    if (settles()) {
      state.sum += amount;
      keep_early(hit, state.row);
      return std::nullopt;
    }
    while (!state.row.empty() && state.row.front().time < since(hit.time))
      forget_oldest(state);
    state.row.append({hit.time, hit.slot, amount.pack(), hit.event});
    state.sum += amount;
    return judge(state);
  }

  bool counts(std::string_view value) const override { return Amount::parse(value).has_value(); }

  void forget_oldest(WindowState& state) const override {
    state.sum -= Amount::unpack(state.row.front().text);
    state.row.forget_oldest();
  }

  std::optional<double> judge(const WindowState& state) const override {
    return accepted(state.sum.value());
  }
};

}  // namespace

std::unique_ptr<Window> make_value_sum(const rule::Correlation& correlation) {
  return std::make_unique<ValueSum>(correlation);
}

}  // namespace riposte::correlate
