#pragma once

// Carries out the steps of an attack, or of somebody who may, and gathers what would be delivered
// of it.
//
//     call    --> made on the stage --> record of a trail
//     record  -->                       record of a trail, as it is said
//     log     -->                       lines
//     stream  --> the table's stream, from where it was before the first step
//
// The clock goes on by what the steps say, so that no event is in the future.
//
// When it fails: what the account refuses and was not to, with the step.
//
// Threads: confined to its owner.

#include <map>
#include <string>
#include <vector>

#include "simulate/delivery.h"
#include "simulate/shifted_clock.h"
#include "simulate/stage.h"
#include "simulate/story.h"

namespace riposte::simulate {

class Attacker {
 public:
  // Borrows all of them.
  Attacker(Stage& stage, ShiftedClock& clock, const Scenario& scenario)
      : stage_(stage), clock_(clock), scenario_(scenario) {}

  // `kind`: "attack" or "legitimate", in the journal of the stage.
  base::Result<Delivery> carry_out(const std::vector<AttackStep>& steps, std::string_view kind,
                                   const Tell& tell);

 private:
  base::Status carry_out(const AttackStep& step, const std::string& path, Delivery& delivery);
  base::Result<Deed> deed_of(const AttackStep& step, std::uint64_t n);
  base::Status add_lines(const AttackStep& step, std::uint64_t n, Delivery& delivery);
  // Records of the table's stream, as a function is handed them.
  base::Result<std::vector<std::string>> read_stream(const std::string& table);

  Stage& stage_;
  ShiftedClock& clock_;
  const Scenario& scenario_;
  std::uint64_t events_ = 0;                  // made so far
  std::map<std::string, std::size_t> known_;  // of a table's stream, before the first step
};

// Of a network, its n-th address, the first one behind its own; of an address that address.
std::string address_in(std::string_view network, std::uint64_t n);

}  // namespace riposte::simulate
