// riposte.absence: something should have hit and did not.
//
//     expected, after     a hit of another rule begins the wait; one of the expected rule ends it
//     expected, before    a hit of another rule that none of the expected rule went before
//     nothing expected    silence: every hit begins the wait anew
//
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

bool is_after(const rule::Correlation& correlation) {
  return correlation.side == rule::Correlation::Side::After;
}

class Absence : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    return is_after(correlation()) ? wait(hit, state) : look_back(hit, state);
  }

  std::optional<double> judge(const WindowState&) const override { return 0; }

  bool settles() const override { return is_after(correlation()); }
  bool belongs(const Entry& hit) const override { return !is_expected(hit); }

  // Of the same time, what is expected stands where it is looked for.
  std::size_t rank(std::size_t rule) const override {
    if (rule != correlation().expected) return 1;
    return is_after(correlation()) ? 2 : 0;
  }

 private:
  bool is_expected(const Entry& hit) const { return correlation().expected == hit.slot; }

  std::optional<double> wait(const Entry& hit, WindowState& state) const {
    if (is_expected(hit)) {
      state.row.clear();
    } else if (correlation().expected) {
      keep_early(hit, state.row);
    } else {
      state.row.clear();
      state.row.append(hit);
      state.first = hit.time;
    }
    return std::nullopt;
  }

  // The row holds the newest expected hit, or the hits that missed it.
  std::optional<double> look_back(const Entry& hit, WindowState& state) const {
    state.row.forget_before(since(hit.time));
    if (is_expected(hit)) {
      state.row.clear();
      state.row.append(hit);
    } else if (state.row.empty()) {
      state.row.append(hit);
      return 0;
    }
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<Window> make_absence(const rule::Correlation& correlation) {
  return std::make_unique<Absence>(correlation);
}

}  // namespace riposte::correlate
