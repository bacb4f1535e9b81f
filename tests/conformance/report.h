#pragma once

// What a conformance suite says: how many of its cases hold, which do not, and what was not there
// to be asked.
//
//     suite     eventbridge                             one Report
//     part        moto_cases.jsonl      56 passed       one Part: a file or folder of the corpus
//     case          moto_cases:12       failed, why     one line of the counts
//
// A file that the corpus lacks is named as absent and counts for nothing: every copy of the data
// holds another part of it. One that is there and cannot be read is a failed case. A suite that
// found no case at all counts as one failed case, so that a wrong folder never looks like success.
//
// Threads: confined to the suite that fills it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace riposte::conformance {

struct Failure {
  std::string id;
  std::string reason;
};

class Part {
 public:
  explicit Part(std::string name) : name_(std::move(name)) {}

  void pass() { ++passed_; }
  void fail(std::string id, std::string reason) {
    failures_.push_back({std::move(id), std::move(reason)});
  }
  // Passes where there is no `complaint`.
  void judge(std::string id, std::string complaint);

  // Something a reader should know beside the counts.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  const std::string& name() const { return name_; }
  std::uint64_t passed() const { return passed_; }
  std::uint64_t failed() const { return failures_.size(); }
  const std::vector<Failure>& failures() const { return failures_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::string name_;
  std::uint64_t passed_ = 0;
  std::vector<Failure> failures_;
  std::vector<std::string> notes_;
};

class Report {
 public:
  explicit Report(std::string suite) : suite_(std::move(suite)) {}

  // The reference stays valid while the report lives.
  Part& part(std::string name) { return parts_.emplace_back(std::move(name)); }
  void absent(std::string what) { absent_.push_back(std::move(what)); }
  void unreadable(std::string file, std::string reason) {
    unreadable_.fail(std::move(file), std::move(reason));
  }
  // Called once, when the suite has run: joins the unreadable files, and counts no case at all as a
  // failed one.
  void close();

  std::uint64_t passed() const;
  std::uint64_t failed() const;

  // The table, then at most `shown` failing cases and as many notes a part, then what is absent.
  void print(std::size_t shown) const;

 private:
  std::string suite_;
  std::deque<Part> parts_;
  Part unreadable_{"unreadable files"};
  std::vector<std::string> absent_;
};

}  // namespace riposte::conformance
