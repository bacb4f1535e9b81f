// value_sum: what the numbers of a field add up to. What is no number is no hit.
// Tested by src/correlate/window_test.cc

#include "base/text.h"
#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class ValueSum : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    const double number = *base::parse_number(hit.text);
    if (settles()) {
      state.sum += number;
      keep_early(hit, state.row);
      return std::nullopt;
    }
    std::string packed;
    put_real(packed, number);
    state.row.forget_before(since(hit.time));
    state.row.append({hit.time, hit.slot, packed, hit.event});
    // Added up anew: taking the oldest away from a sum of fractions would not give the sum of the
    // others.
    double sum = 0;
    state.row.each([&sum](const Entry& entry) { sum += ByteReader(entry.text).real(); });
    return accepted(sum);
  }

  bool counts(std::string_view value) const override {
    return base::parse_number(value).has_value();
  }

  std::optional<double> judge(const WindowState& state) const override {
    return accepted(state.sum);
  }
};

}  // namespace

std::unique_ptr<Window> make_value_sum(const rule::Correlation& correlation) {
  return std::make_unique<ValueSum>(correlation);
}

}  // namespace riposte::correlate
