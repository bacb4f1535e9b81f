#pragma once

// What a run tells, beat by beat, and what came of it: for a person, for a program, for a machine
// that runs tests.
//
// Threads: plain values; tellers are confined to their owner.

#include <functional>
#include <string>
#include <vector>

#include "finding/writers.h"
#include "simulate/scenario.h"

namespace riposte::simulate {

struct Beat {
  enum class Kind : std::uint8_t {
    Attack,    // what somebody did
    Found,     // what was found
    Plan,      // what is to be done about it
    Approved,  // by whom
    Called,    // what was done
    Told,      // who else must know
    Safe,      // proof that the account is safe
    Undone,    // what was taken back
    Before,    // proof that it is as before
    Calm,      // what somebody did who may, and what came of it
    Failed,    // what went wrong besides
  };
  Kind kind = Kind::Attack;
  std::string says;
  std::string wrong{};  // why it is not as expected; empty: it is
};

struct Told {
  std::string name;
  std::string title;
  std::vector<std::string> references;
  std::vector<Beat> beats;
  double seconds = 0;

  bool ok() const;
};

// Told while it happens.
using Tell = std::function<void(const Beat&)>;

std::string heading(const Scenario& scenario, const finding::Palette& palette);
std::string line_of(const Beat& beat, const finding::Palette& palette);
std::string ending(const Told& told, const finding::Palette& palette);

// riposte.simulation/1: docs/formats/simulations.md.
std::string to_ndjson(const Told& told);

// JUnit's XML of all of them.
std::string to_junit(const std::vector<Told>& all);

}  // namespace riposte::simulate
