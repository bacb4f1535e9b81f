#pragma once

// One action while it is carried out: its looks into the account, and its calls, each between an
// intent and a result in the journal.
//
//     call()      guard --> intent --> call --> answered ------------------> Made
//                   |                    |  \-> refused, throttled: again -> NotMade
//                   |                    +----> no answer: find_out()
//                   +--> Halted
//
//     find_out()  Do:    what is verified holds ------> Made      otherwise, where that can be
//     told,
//                 Undo:  it is as it was before ------> Made      NotMade, Later or Unknown
//
// To look again and again is bounded: what was changed shows late in services that answer from
// copies (kLookWaits).
//
// Threads: confined to its owner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "respond/executor.h"

namespace riposte::respond {

inline constexpr std::size_t kTriesMax = 3;  // of one call that is known to have had no effect

// What a look has seen.
struct Sight {
  std::string answers = "[]";        // JSON, one answer for each check; of a refusal {}
  std::vector<std::string> differs;  // none: all is as it should be
  bool is_blind = false;             // a check got no answer now, and may get one later
  bool is_denied = false;            // a check may not be asked

  bool holds() const { return differs.empty(); }
  // That something differs is known, and not only that it could not be seen.
  bool is_certain() const { return !is_blind && !is_denied; }
};

enum class Outcome {
  Made,
  NotMade,
  Unknown,  // and nobody will ever know
  Later,    // not known now: the account could not be reached
  Halted,
};

class Caller {
 public:
  Caller(const Means& means, Action& action) : means_(means), action_(action), plan_(action.plan) {}

  const Plan& plan() const { return plan_; }

  // Journals what is said, at this time.
  base::Status note(ActionEntry entry,
                    ActionStore::WhenFrozen when_frozen = ActionStore::WhenFrozen::Write);

  // What was not answered counts as differing.
  base::Result<Sight> look(std::size_t step, const std::vector<PlannedCheck>& checks);

  // Is the step as it was left, or as it was before? Nothing: no check can tell.
  base::Result<std::optional<Sight>> as_left(std::size_t step);
  base::Result<std::optional<Sight>> as_before(std::size_t step);

  // The checks by which can be told that the step's call was made, whoever made it.
  std::vector<PlannedCheck> telling(std::size_t step) const;

  // Until it holds, or long enough.
  template <typename Look>
  auto until_it_holds(Look look) -> decltype(look());

  // `before`: what the prechecks answered, kept with the intent. What was said against it, or went
  // wrong, is in says().
  base::Result<Outcome> call(std::size_t step, Phase phase, const std::string& before = {});

  // Of a call whose intent is in the journal, and no result.
  base::Result<Outcome> find_out(std::size_t step, Phase phase);

  const std::vector<std::string>& says() const { return says_; }

 private:
  const PlannedStep& planned(std::size_t step) const { return plan_.steps[step]; }
  const PlannedCall& planned(std::size_t step, Phase phase) const;
  base::Result<bool> may_call(Phase phase);
  base::Result<Outcome> call_once(std::size_t step, Phase phase, const std::string& before);
  base::Result<Outcome> find_out_done(std::size_t step);
  base::Result<Outcome> find_out_undone(std::size_t step);
  base::Status wait(std::size_t turn);

  const Means& means_;
  Action& action_;   // another one after every note()
  const Plan plan_;  // stays where it is
  std::vector<std::string> says_;
};

// How long is waited before each further look.
inline constexpr base::Millis kLookWaits[] = {
    std::chrono::milliseconds(200), std::chrono::milliseconds(500), std::chrono::seconds(1),
    std::chrono::seconds(2), std::chrono::seconds(4)};

template <typename Look>
auto Caller::until_it_holds(Look look) -> decltype(look()) {
  auto sight = look();
  for (std::size_t turn = 0; turn < std::size(kLookWaits); ++turn) {
    if (!sight.ok() || sight->holds()) break;
    base::Status waited = wait(turn);
    if (!waited.ok()) return std::move(waited).error();
    sight = look();
  }
  return sight;
}

}  // namespace riposte::respond
