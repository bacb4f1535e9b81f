// value_percentile, in its two readings.
//
// With `percentile: p`: the number of the field that p percent of them do not exceed (nearest
// rank). Without: the share, in percent, that one value of the field has of all hits; the rarest
// value that satisfies the condition decides ("less than 1 % of all processes").
// Tested by src/correlate/window_test.cc

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/text.h"
#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class ValuePercentile : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    state.row.append(hit);
    return std::nullopt;
  }

  bool counts(std::string_view value) const override {
    return !correlation().percentile || base::parse_number(value).has_value();
  }

  std::optional<double> judge(const WindowState& state) const override {
    return correlation().percentile ? judge_rank(state.row, *correlation().percentile)
                                    : judge_shares(state.row);
  }

 private:
  std::optional<double> judge_rank(const Row& row, double percentile) const {
    std::vector<double> numbers;
    row.each([&](const Entry& entry) { numbers.push_back(*base::parse_number(entry.text)); });
    std::sort(numbers.begin(), numbers.end());
    const double rank = std::ceil(percentile / 100 * static_cast<double>(numbers.size()));
    return accepted(numbers[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
  }

  std::optional<double> judge_shares(const Row& row) const {
    std::map<std::string_view, std::size_t> counts;
    row.each([&](const Entry& entry) { ++counts[entry.text]; });
    std::optional<double> rarest;
    for (const auto& [value, count] : counts) {
      const double share = 100 * static_cast<double>(count) / static_cast<double>(row.size());
      if (accepted(share) && (!rarest || share < *rarest)) rarest = share;
    }
    return rarest;
  }
};

}  // namespace

std::unique_ptr<Window> make_value_percentile(const rule::Correlation& correlation) {
  return std::make_unique<ValuePercentile>(correlation);
}

}  // namespace riposte::correlate
