#include "correlate/window.h"

#include "base/check.h"

namespace riposte::correlate {

std::optional<double> Window::accepted(double value) const {
  return correlation_.accepts(value) ? std::optional(value) : std::nullopt;
}

void keep_early(const Entry& hit, Row& row) {
  if (row.size() >= kEvidenceMax) return;
  bool is_known = false;
  row.each([&](const Entry& entry) {
    is_known = is_known || (entry.time == hit.time && entry.event == hit.event);
  });
  if (!is_known) row.append(hit);
}

std::unique_ptr<Window> make_window(const rule::Correlation& correlation) {
  using rule::CorrelationType;
  switch (correlation.type) {
    case CorrelationType::EventCount:
      return make_event_count(correlation);
    case CorrelationType::ValueCount:
      return make_value_count(correlation);
    case CorrelationType::ValueSum:
      return make_value_sum(correlation);
    case CorrelationType::ValueAvg:
      return make_value_avg(correlation);
    case CorrelationType::ValuePercentile:
      return make_value_percentile(correlation);
    case CorrelationType::Temporal:
      return make_temporal(correlation);
    case CorrelationType::TemporalOrdered:
      return make_temporal_ordered(correlation);
    case CorrelationType::NewValue:
      return make_new_value(correlation);
    case CorrelationType::Absence:
      return make_absence(correlation);
    case CorrelationType::Spike:
      return make_spike(correlation);
    case CorrelationType::Travel:
      return make_travel(correlation);
  }
  CHECK(false, "every type of correlation has a window");
  return nullptr;
}

}  // namespace riposte::correlate
