#pragma once

// What a type of correlation makes of the hits of one key. There is one Window for each correlation
// and one WindowState for each of its keys; hits come in the order of time.
//
// Two ways of judging, by Correlation::settles():
//
//     at every hit      x  x x    x|<- timespan ->|        take() looks back over one timespan from
//                         |<- looked at ->|x               its hit and says when it is satisfied
//
//     when it is over   |x  x x    x    |                  the first hit begins the window; judge()
//                       |<- timespan ->|                   is asked when the timespan is over
//
// A type that is `momentary` tells each satisfied hit by itself and remembers on; the others, once
// satisfied, are filled no further (correlator.h).
//
// Threads: a Window is immutable; its states are confined to their Correlator.

#include <memory>
#include <optional>

#include "correlate/amount.h"
#include "correlate/row.h"
#include "rule/correlation.h"

namespace riposte::correlate {

// Events that a result names; the rest is counted.
inline constexpr std::size_t kEvidenceMax = 20;

struct WindowState {
  Row row;
  base::EventTime first;     // when the window began
  base::EventTime last;      // its newest hit
  std::uint64_t count = 0;   // its hits
  Amount sum;                // what the type adds up,
  std::uint64_t amount = 0;  // and of how many numbers
};

class Window {
 public:
  explicit Window(const rule::Correlation& correlation) : correlation_(correlation) {}
  virtual ~Window() = default;

  // Takes a hit. The value with which the window is satisfied, if it is judged at every hit. An
  // empty row afterwards says that there is nothing to remember of this key.
  virtual std::optional<double> take(const Entry& hit, WindowState& state) const = 0;
  // The value with which a window that is over is satisfied.
  virtual std::optional<double> judge(const WindowState& /*state*/) const { return std::nullopt; }
  // Forgets the oldest entry of a row that has grown too large.
  virtual void forget_oldest(WindowState& state) const { state.row.forget_oldest(); }
  // Takes out of a satisfied window what it is not satisfied by.
  virtual void keep_evidence(WindowState& /*state*/) const {}

  // Whether a value is one; a hit without any is none.
  virtual bool counts(std::string_view /*value*/) const { return true; }

  virtual bool is_momentary() const { return false; }
  // Whether a hit belongs to a window that is satisfied already; if not, it begins another one.
  virtual bool belongs(const Entry& /*hit*/) const { return true; }
  virtual bool settles() const { return correlation_.settles(); }
  // How long a key is remembered after its last hit.
  virtual base::Millis memory() const { return correlation_.timespan; }
  // Where hits of the same time stand in the order of a correlation: by the joined rule.
  virtual std::size_t rank(std::size_t rule) const { return rule; }

 protected:
  const rule::Correlation& correlation() const { return correlation_; }
  // The oldest time that a hit at `time` can share a window with.
  base::EventTime since(base::EventTime time) const { return time - correlation_.timespan; }
  std::optional<double> accepted(double value) const;

 private:
  const rule::Correlation& correlation_;  // borrowed from its rule
};

// The window of a correlation, which must outlive it.
std::unique_ptr<Window> make_window(const rule::Correlation& correlation);

// One file each.
std::unique_ptr<Window> make_event_count(const rule::Correlation& correlation);
std::unique_ptr<Window> make_value_count(const rule::Correlation& correlation);
std::unique_ptr<Window> make_value_sum(const rule::Correlation& correlation);
std::unique_ptr<Window> make_value_avg(const rule::Correlation& correlation);
std::unique_ptr<Window> make_value_percentile(const rule::Correlation& correlation);
std::unique_ptr<Window> make_temporal(const rule::Correlation& correlation);
std::unique_ptr<Window> make_temporal_ordered(const rule::Correlation& correlation);
std::unique_ptr<Window> make_new_value(const rule::Correlation& correlation);
std::unique_ptr<Window> make_absence(const rule::Correlation& correlation);
std::unique_ptr<Window> make_spike(const rule::Correlation& correlation);
std::unique_ptr<Window> make_travel(const rule::Correlation& correlation);

// Appends to a row that is kept only to name events: the earliest, each once.
void keep_early(const Entry& hit, Row& row);

}  // namespace riposte::correlate
