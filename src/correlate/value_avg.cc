// value_avg: the mean of the numbers of a field. What is no number is no hit.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class ValueAvg : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    state.sum += *Amount::parse(hit.text);
    ++state.amount;
    keep_early(hit, state.row);
    return std::nullopt;
  }

  bool counts(std::string_view value) const override { return Amount::parse(value).has_value(); }

  std::optional<double> judge(const WindowState& state) const override {
    return accepted(state.sum.value() / static_cast<double>(state.amount));
  }
};

}  // namespace

std::unique_ptr<Window> make_value_avg(const rule::Correlation& correlation) {
  return std::make_unique<ValueAvg>(correlation);
}

}  // namespace riposte::correlate
