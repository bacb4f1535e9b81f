#include "report.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include <fmt/core.h>

namespace riposte::conformance {
namespace {

constexpr std::size_t kNameColumns = 48;
constexpr std::size_t kReasonBytesMax = 600;  // patterns and events can be of any length

std::string shortened(const std::string& text) {
  if (text.size() <= kReasonBytesMax) return text;
  return fmt::format("{} ...", std::string_view(text).substr(0, kReasonBytesMax));
}

void print_row(const std::string& name, std::uint64_t passed, std::uint64_t failed) {
  fmt::print("  {:<{}} {:>8} {:>8}\n", name, kNameColumns, passed, failed);
}

// Prints the lines that `shown` allows and counts the others.
void print_some(const std::vector<std::string>& lines, std::size_t shown) {
  const std::size_t count = std::min(shown, lines.size());
  for (std::size_t i = 0; i < count; ++i)
    fmt::print("    {}\n", shortened(lines[i]));
  if (count < lines.size()) fmt::print("    ... and {} more (--show)\n", lines.size() - count);
}

}  // namespace

void Part::judge(std::string id, std::string complaint) {
  if (complaint.empty()) {
    pass();
  } else {
    fail(std::move(id), std::move(complaint));
  }
}

void Report::close() {
  if (unreadable_.failed() > 0) parts_.push_back(unreadable_);
  if (passed() + failed() == 0) part("(nothing)").fail(suite_, "no case was found in the data");
}

std::uint64_t Report::passed() const {
  return std::accumulate(parts_.begin(), parts_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Part& part) { return sum + part.passed(); });
}

std::uint64_t Report::failed() const {
  return std::accumulate(parts_.begin(), parts_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Part& part) { return sum + part.failed(); });
}

void Report::print(std::size_t shown) const {
  fmt::print("{}\n  {:<{}} {:>8} {:>8}\n", suite_, "", kNameColumns, "passed", "failed");
  for (const Part& part : parts_)
    print_row(part.name(), part.passed(), part.failed());
  if (parts_.size() > 1) print_row("all", passed(), failed());

  for (const Part& part : parts_) {
    std::vector<std::string> lines;
    for (const Failure& failure : part.failures()) {
      lines.push_back(fmt::format("FAILED {}: {}", failure.id, failure.reason));
    }
    if (!lines.empty() || !part.notes().empty()) fmt::print("  {}\n", part.name());
    print_some(lines, shown);
    print_some(part.notes(), shown);
  }
  if (!absent_.empty()) fmt::print("  absent from the data, and not counted\n");
  print_some(absent_, shown);
  fmt::print("\n");
}

}  // namespace riposte::conformance
