// temporal_ordered: the joined rules hit one after the other, in the order in which they are
// listed. Hits of the same time stand in that order: many logs know no fractions of a second.
//
// For each rule but the last the row keeps a chain: hits of the first rules up to this one, in
// order, that began as late as possible. A hit makes its rule's chain out of the chain before.
//
//     first rule    a1        a2                 chains:  a2
//     second rule        b1        b2                     a2 b2
//     third rule                                          waits for c
//
// The slot of an entry is its chain times kOrderedRulesMax, plus its place in it.
// Tested by src/correlate/window_test.cc

#include <string>
#include <vector>

#include "correlate/window.h"

namespace riposte::correlate {
namespace {

constexpr std::size_t kPlaces = rule::kOrderedRulesMax;

std::size_t chain_of(const Entry& entry) { return entry.slot / kPlaces; }

class TemporalOrdered : public Window {
 public:
  using Window::Window;

  std::optional<double> take(const Entry& hit, WindowState& state) const override {
    Row& row = state.row;
    if (!settles()) forget_chains(row, since(hit.time));
    extend_chain(hit, row);
    return settles() ? std::nullopt : judge(state);
  }

  // The value is the length of the longest chain.
  std::optional<double> judge(const WindowState& state) const override {
    const auto length = static_cast<double>(longest(state.row));
    if (!correlation().bounds.empty()) return accepted(length);
    return length == static_cast<double>(correlation().rules.size()) ? std::optional(length)
                                                                     : std::nullopt;
  }

  void keep_evidence(WindowState& state) const override {
    const std::size_t chain = longest(state.row) - 1;
    state.row.forget_if([chain](const Entry& entry) { return chain_of(entry) != chain; });
  }

 private:
  static std::size_t longest(const Row& row) {
    std::size_t length = 0;
    row.each([&](const Entry& entry) { length = std::max(length, chain_of(entry) + 1); });
    return length;
  }

  // Chains that began earlier.
  static void forget_chains(Row& row, base::EventTime since) {
    std::vector<bool> is_old(kPlaces, false);
    row.each([&](const Entry& entry) {
      if (entry.slot % kPlaces == 0 && entry.time < since) is_old[chain_of(entry)] = true;
    });
    row.forget_if([&](const Entry& entry) { return is_old[chain_of(entry)]; });
  }

  static void extend_chain(const Entry& hit, Row& row) {
    Row chain;
    const std::size_t place = hit.slot;
    const auto append = [&](const Entry& entry, std::size_t at) {
      chain.append({entry.time, static_cast<std::uint16_t>(place * kPlaces + at), {}, entry.event});
    };
    if (place > 0) {
      row.each([&](const Entry& entry) {
        if (chain_of(entry) == place - 1) append(entry, entry.slot % kPlaces);
      });
      if (chain.empty()) return;
    }
    append(hit, place);
    row.forget_if([place](const Entry& entry) { return chain_of(entry) == place; });
    chain.each([&row](const Entry& entry) { row.append(entry); });
  }
};

}  // namespace

std::unique_ptr<Window> make_temporal_ordered(const rule::Correlation& correlation) {
  return std::make_unique<TemporalOrdered>(correlation);
}

}  // namespace riposte::correlate
