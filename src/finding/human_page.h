#pragma once

// What the reports for people are written with: a page with levels in its margin, fields with
// labels, lines that fit.
//
//     HIGH      CloudTrail trail stopped                    aws_cloudtrail_trail_stopped
//               who   alice (IAMUser, AKIAIOSFODNN7EXAMPLE), account 111122223333
//     |<-margin->|
//
// Threads: functions without state; a Page is confined to its owner.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "event/resource.h"
#include "finding/writers.h"
#include "rule/rule.h"

namespace riposte::finding {

// Distinct texts in the order they came, empty ones left out.
class Distinct {
 public:
  void add(const std::string& text) {
    if (!text.empty() && known_.insert(text).second) texts_.push_back(text);
  }
  const std::vector<std::string>& texts() const { return texts_; }
  bool empty() const { return texts_.empty(); }

 private:
  std::set<std::string> known_;
  std::vector<std::string> texts_;
};

// "1 finding", "3 findings".
std::string counted(std::uint64_t count, std::string_view noun);
// " (+7 more)", or nothing.
std::string more(std::size_t count);
// The first, and how many more there are.
std::string first_of(const Distinct& items);

// As many as fit, the first in any case: "trail a, trail b (+7 more)".
std::string list(const Distinct& items, std::size_t columns);

// Shortens `flexible` so that `fixed` is seen whole behind it, as long as there is room for both.
std::string fit(std::string_view flexible, std::string_view fixed, std::size_t columns);

using Lines = std::vector<std::string>;

// Pieces in a row with commas between them, on as many lines as it takes.
Lines flow(const std::vector<std::string>& pieces, std::size_t columns);

// "trail org-trail", from a type of AWS Config and a name.
std::string words_of(const event::Resource& resource);

enum class Precision : std::size_t { Days = 10, Minutes = 16, Seconds = 19 };

// "2026-01-31 18:37:58": people need no milliseconds.
std::string moment(base::EventTime time, Precision precision);

// "2026-01-31 18:37:58 to 18:44:02 UTC", with both dates where they differ.
std::string span_of(std::optional<base::EventTime> first, std::optional<base::EventTime> last,
                    Precision precision);

class Page {
 public:
  // 0 stands for an unknown width. Borrows the palette.
  Page(const Palette& palette, std::size_t width);

  std::size_t line_columns() const;   // behind the margin
  std::size_t field_columns() const;  // behind margin and label

  // `name` stands at the right edge, or below the title under `label` where both do not fit.
  void write_header(rule::Level level, std::string_view title, std::string_view label,
                    std::string_view name);
  void write_field(std::string_view label, const Lines& lines);
  void write_level(rule::Level level);
  void write_line(std::string_view text);

  std::string take() && { return std::move(out_); }

 private:
  void write_dim(std::string_view text);

  const Palette& palette_;
  const std::size_t width_;
  std::string out_;
};

}  // namespace riposte::finding
