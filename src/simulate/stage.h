#pragma once

// The account of a run: what is made in it, asked of it, done to it, and taken back.
//
//     set_up, call --> journal: begun --> the call --> journal: what was answered
//     reset        --> what takes each begun step back, the last first
//
// The journal is a file of the run's folder. A run that ended anywhere is taken up by recover(),
// which reads it and resets: what was begun is taken back whether it was answered or not, and what
// is not there any more counts as taken back.
//
// Calls are made as whoever runs this: identities of a scenario exist in records alone. What is
// secret in an answer is forgotten before it is named or written.
//
// When it fails: an error ends what was asked for; reset() goes on and tells each.
//
// Threads: confined to its owner.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws_session.h"
#include "engine/complain.h"
#include "simulate/names.h"
#include "simulate/scenario.h"
#include "simulate/trail_record.h"

namespace riposte::simulate {

class Stage {
 public:
  struct Place {
    std::string account;
    std::string region;
    std::string folder;  // there is one; the journal is put into it
  };

  // Borrows session, parts and scenario.
  Stage(engine::AwsSession& session, const Parts& parts, const Scenario& scenario, Place place);

  // Takes back what an earlier run left; whether there was one. `before_reset`: done while all of
  // it still stands, with its names.
  base::Result<bool> recover(const engine::Complain& complain,
                             const std::function<void()>& before_reset);

  // `run`: in the names of everything that is made.
  base::Status set_up(const std::string& run);

  // A step of the attack; its answer is named, and what takes it back is kept.
  base::Result<MadeCall> attack(const AttackStep& step, const std::string& path);

  // Answers, or the code of a refusal: {"refused": CODE}.
  base::Result<std::string> read(const Call& call, const std::vector<std::string>& pick = {});

  // Any call, without a journal: for reads.
  base::Result<MadeCall> call(const Call& call, const Names& names);

  // Whether everything was taken back.
  bool reset(const engine::Complain& complain);

  const Names& names() const { return names_; }
  const Place& place() const { return place_; }

 private:
  struct Begun {
    const std::vector<Undo>* undo;
    const Names* names;
  };
  // Makes the call, or, while it recovers, looks up what became of it. Nothing: it never was begun.
  base::Result<std::optional<std::string>> perform(const std::string& path, const Call& call,
                                                   const std::vector<Undo>& undo,
                                                   const Names& names);
  base::Status walk(const std::vector<SetUp>& account);
  base::Result<bool> walk(const SetUp& set_up, const std::string& path, Names& names);
  base::Status undo(const Undo& undo, const Names& names);
  base::Status undo_once(const Call& call, const Names& names);
  base::Status note(std::string_view line);
  std::string journal() const { return place_.folder + "/run.ndjson"; }
  void begin(const std::string& run);

  engine::AwsSession& session_;
  const Parts& parts_;
  const Scenario& scenario_;
  const Place place_;
  Names names_;
  std::deque<Names> part_names_;  // none moves when another comes
  std::vector<Begun> begun_;
  // While it recovers: what was answered, by path; empty where nothing was.
  std::optional<std::map<std::string, std::string, std::less<>>> recorded_;
};

}  // namespace riposte::simulate
