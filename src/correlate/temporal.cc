// temporal: which of the joined rules hit, in any order.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class Temporal : public Window {
 public:
  using Window::Window;

  // One entry a rule: its newest hit where the window looks back, its first where it waits.
  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    const auto is_same = [&hit](const Entry& entry) { return entry.slot == hit.slot; };
    if (settles()) {
      if (!has_hit(state.row, hit.slot)) state.row.append(hit);
      return std::nullopt;
    }
    state.row.forget_before(since(hit.time));
    state.row.forget_one(is_same);
    state.row.append(hit);
    return judge(state);
  }

  std::optional<double> judge(const WindowState& state) const override {
    const auto rules = static_cast<double>(state.row.size());
    if (correlation().expression) {
      const bool holds = correlation().expression->holds(
          [&state](std::size_t rule) { return has_hit(state.row, rule); });
      return holds ? std::optional(rules) : std::nullopt;
    }
    if (!correlation().bounds.empty()) return accepted(rules);
    return state.row.size() == correlation().rules.size() ? std::optional(rules) : std::nullopt;
  }

 private:
  static bool has_hit(const Row& row, std::size_t rule) {
    bool found = false;
    row.each([&](const Entry& entry) { found = found || entry.slot == rule; });
    return found;
  }
};

}  // namespace

std::unique_ptr<Window> make_temporal(const rule::Correlation& correlation) {
  return std::make_unique<Temporal>(correlation);
}

}  // namespace riposte::correlate
