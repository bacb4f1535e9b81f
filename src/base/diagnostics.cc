#include "base/diagnostics.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace riposte::base {

Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t last_break = before.rfind('\n');
  const std::size_t column =
      last_break == std::string_view::npos ? before.size() + 1 : before.size() - last_break;
  return {line, column};
}

void Diagnostics::set_source(std::string file, std::string_view text) {
  file_ = std::move(file);
  lines_.clear();
  for (std::string_view line : split(text, '\n'))
    lines_.emplace_back(line);
}

void Diagnostics::error(Place place, std::string code, std::string message, std::string hint) {
  add(Severity::Error, place, std::move(code), std::move(message), std::move(hint));
}

void Diagnostics::warning(Place place, std::string code, std::string message, std::string hint) {
  add(Severity::Warning, place, std::move(code), std::move(message), std::move(hint));
}

void Diagnostics::append(const Diagnostics& other) {
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
  error_count_ += other.error_count_;
}

void Diagnostics::add(Severity severity, Place place, std::string code, std::string message,
                      std::string hint) {
  if (severity == Severity::Error) ++error_count_;
  Diagnostic& added = all_.emplace_back(Diagnostic{
      severity, std::move(code), std::move(message), std::move(hint), file_, place, {}, 1});
  if (place.line < 1 || place.line > lines_.size()) return;
  const std::string_view line = lines_[place.line - 1];
  if (line.size() > kSnippetBytesMax && place.column > kSnippetBytesMax / 2) {
    added.snippet_column = std::min(place.column, line.size()) - kSnippetBytesMax / 2;
  }
  added.snippet = line.substr(added.snippet_column - 1, kSnippetBytesMax);
}

std::string to_text(const Diagnostic& diagnostic) {
  static constexpr std::string_view kNames[] = {"error", "warning", "note"};
  const Place place = diagnostic.place;
  std::string where = diagnostic.file;
  if (place.line > 0) where += fmt::format(":{}:{}", place.line, place.column);
  std::string text =
      fmt::format("{}: {}[{}]: {}\n", where, kNames[static_cast<int>(diagnostic.severity)],
                  diagnostic.code, diagnostic.message);
  if (diagnostic.snippet.empty()) {
    if (!diagnostic.hint.empty()) text += fmt::format("      {}\n", diagnostic.hint);
    return text;
  }
  text += fmt::format("{:>5} | {}\n", place.line, diagnostic.snippet);
  std::string indent;
  const std::size_t before = place.column - std::min(place.column, diagnostic.snippet_column);
  for (std::size_t i = 0; i < before && i < diagnostic.snippet.size(); ++i) {
    indent += diagnostic.snippet[i] == '\t' ? '\t' : ' ';
  }
  text +=
      fmt::format("      | {}^{}{}\n", indent, diagnostic.hint.empty() ? "" : " ", diagnostic.hint);
  return text;
}

namespace {

// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j)
    cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::size_t allowed = std::min<std::size_t>(2, std::max<std::size_t>(1, word.size() / 3));
  std::size_t best_distance = allowed + 1;
  std::string_view best;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return std::string(best);
}

}  // namespace riposte::base
