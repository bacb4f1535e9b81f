// riposte.spike: within one span, many times more hits than in the mean of the key's past spans.
//
// Spans stand on multiples of the timespan since 1970, not on a key's first hit, so that a day is a
// day. The row keeps one entry for each past span that had hits (its text is their number), then
// the first hits of the span under way.
// Tested by src/correlate/window_test.cc

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

class Spike : public Window {
 public:
  using Window::Window;

  // WindowState::amount counts the span under way, WindowState::sum is not zero once it was told.
  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    const base::EventTime span = span_of(hit.time);
    const base::EventTime span_before = span_of(state.last);
    if (state.amount > 0 && span_before != span) end_span(span_before, state);
    state.row.forget_before(span - spans(correlation().history));
    ++state.amount;
    if (state.amount <= kEvidenceMax) state.row.append(hit);
    if (state.sum != Amount() || !is_spike(span, state)) return std::nullopt;
    state.sum = *Amount::parse("1");
    return static_cast<double>(state.amount);
  }

  bool is_momentary() const override { return true; }
  base::Millis memory() const override { return spans(correlation().history + 1); }

 private:
  base::Millis spans(std::size_t count) const {
    return correlation().timespan * static_cast<std::int64_t>(count);
  }
  base::EventTime span_of(base::EventTime time) const {
    const auto since_1970 = time.time_since_epoch();
    const auto past = since_1970 % correlation().timespan;
    return time - (past.count() < 0 ? past + correlation().timespan : past);
  }

  static bool is_past(const Entry& entry) { return entry.event.empty(); }

  void end_span(base::EventTime span, WindowState& state) const {
    std::string amount;
    put_number(amount, state.amount);
    state.row.forget_if([](const Entry& entry) { return !is_past(entry); });
    state.row.append({span, 0, amount, {}});
    state.amount = 0;
    state.sum = {};
  }

  // A key of which no past span is known is no spike.
  bool is_spike(base::EventTime span, const WindowState& state) const {
    const auto amount = static_cast<double>(state.amount);
    if (!correlation().accepts(amount)) return false;
    std::uint64_t past = 0;
    base::EventTime oldest = span;
    state.row.each([&](const Entry& entry) {
      if (!is_past(entry)) return;
      oldest = std::min(oldest, entry.time);
      past += ByteReader(entry.text).number();
    });
    if (oldest == span) return false;
    const auto known = static_cast<double>((span - oldest) / correlation().timespan);
    return amount > correlation().factor * static_cast<double>(past) / known;
  }
};

}  // namespace

std::unique_ptr<Window> make_spike(const rule::Correlation& correlation) {
  return std::make_unique<Spike>(correlation);
}

}  // namespace riposte::correlate
