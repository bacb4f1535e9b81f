// riposte.travel: the same key in two places, too far apart for the time between. The value of a
// hit is its latitude and longitude in degrees (Correlation::latitude, longitude), with a space
// between.
// Tested by src/correlate/window_test.cc

#include <cmath>
#include <numbers>

#include "base/text.h"
#include "correlate/window.h"

namespace riposte::correlate {
namespace {

constexpr double kEarthRadius = 6371;  // kilometres, the mean radius

struct Place {
  double latitude = 0;  // radians
  double longitude = 0;
};

std::optional<Place> place_of(std::string_view text) {
  const std::vector<std::string_view> parts = base::split(text, ' ');
  if (parts.size() != 2) return std::nullopt;
  const std::optional<double> latitude = base::parse_number(parts[0]);
  const std::optional<double> longitude = base::parse_number(parts[1]);
  if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180)
    return std::nullopt;
  constexpr double kRadians = std::numbers::pi / 180;
  return Place{*latitude * kRadians, *longitude * kRadians};
}

// Along the surface, in kilometres (haversine formula).
double distance(const Place& a, const Place& b) {
  const double north = std::sin((b.latitude - a.latitude) / 2);
  const double east = std::sin((b.longitude - a.longitude) / 2);
  const double h = north * north + std::cos(a.latitude) * std::cos(b.latitude) * east * east;
  return 2 * kEarthRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

class Travel : public Window {
 public:
  using Window::Window;

  // The row keeps the last two places.
  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    state.row.forget_before(since(hit.time));
    if (state.row.size() == 2) state.row.forget_oldest();
    const bool is_first = state.row.empty();
    const Entry before = is_first ? hit : state.row.front();
    const double kilometres = distance(*place_of(before.text), *place_of(hit.text));
    const double hours =
        std::chrono::duration<double, std::ratio<3600>>(hit.time - before.time).count();
    state.row.append(hit);
    if (kilometres <= correlation().distance || kilometres <= correlation().speed * hours)
      return std::nullopt;
    return kilometres;
  }

  bool counts(std::string_view value) const override { return place_of(value).has_value(); }
  bool is_momentary() const override { return true; }
};

}  // namespace

std::unique_ptr<Window> make_travel(const rule::Correlation& correlation) {
  return std::make_unique<Travel>(correlation);
}

}  // namespace riposte::correlate
