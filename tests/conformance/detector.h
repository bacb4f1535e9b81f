#pragma once

// The shipped rules over bytes, as a scan runs them: read > enrich > match. What it gives are the
// hits of each event; nothing is deduplicated, for a case asks about one record at a time.
//
// The hits are those of the compiled matcher. The reference matcher is asked, too, and where it
// thinks otherwise the event is remembered.
//
// Threads: confined to its owner.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "match/matcher.h"
#include "match/reference_matcher.h"
#include "rule/rule.h"

namespace riposte::conformance {

class Detector {
 public:
  explicit Detector(const std::vector<rule::RulePointer>& rules)
      : matcher_(rules), reference_(rules) {}

  // Rules that hit one event, or several.
  struct Hits {
    std::vector<rule::RulePointer> rules;

    bool at_least(rule::Level level) const;
    std::string names(rule::Level least) const;  // "a, b"
  };
  using OnHits = std::function<void(const event::Event&, const Hits&)>;

  // `bytes` is followed by json::kPadding readable bytes. Calls for every event, hit or not.
  void detect(std::string_view bytes, const std::string& path, const OnHits& on_hits);
  // All hits of all events in the bytes.
  Hits detect_all(std::string_view bytes, const std::string& path);

  std::uint64_t event_count() const { return reader_.event_count(); }
  // "event: rules of one matcher only", for each event on which the two differ.
  const std::vector<std::string>& disagreements() const { return disagreements_; }

 private:
  void compare(const event::Event& event, const std::vector<rule::Hit>& hits);

  match::Matcher matcher_;
  match::ReferenceMatcher reference_;
  match::Scratch scratch_;
  event::EventReader reader_;
  enrich::Enricher enricher_;
  std::vector<std::string> disagreements_;
};

// The rules of every file at or below a folder; what is wrong is appended to `complaints`.
std::vector<rule::RulePointer> load_rules(const std::string& folder,
                                          std::vector<std::string>& complaints);

}  // namespace riposte::conformance
