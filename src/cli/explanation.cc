#include "cli/explanation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "finding/terminal_text.h"

// Tested by tests/cli/rule_explain_test.py

namespace riposte::cli {
namespace {

constexpr std::size_t kStep = 2;            // columns for each level of the tree
constexpr std::size_t kValueColumns = 160;  // of one value: policies are longer than anybody reads

class Printer {
 public:
  explicit Printer(ExplanationLayout layout) : layout_(layout) {}

  void add(const match::Verdict& verdict, std::size_t depth) {
    if (verdict.kind == match::Verdict::Kind::Field) {
      add_field(verdict, depth);
    } else {
      add_line(mark(verdict.holds), verdict.text, depth);
    }
    for (const match::Verdict& child : verdict.children)
      add(child, depth + 1);
  }

  // Not wrapped: spaces may be what a comparison failed for.
  void add_line(const std::string& mark, std::string_view text, std::size_t depth) {
    text_ += std::string(margin_at(depth), ' ') + mark + " " + finding::visible(text) + "\n";
  }

  std::string mark(bool holds) const {
    if (!layout_.color) return holds ? "✔" : "✘";
    return holds ? "\x1b[32m✔\x1b[0m" : "\x1b[31m✘\x1b[0m";
  }

  std::string take() && { return std::move(text_); }

 private:
  std::size_t margin_at(std::size_t depth) const { return layout_.indent + depth * kStep; }

  // Text and values on one line where they fit, else below each other.
  void add_field(const match::Verdict& field, std::size_t depth) {
    match::Verdict shortened = field;
    for (std::string& value : shortened.found)
      value = finding::shorten(finding::visible(value), kValueColumns);
    const std::string found = match::found_text(shortened);
    const std::string together = field.text + "   " + found;
    if (margin_at(depth) + 2 + finding::columns_of(finding::visible(together)) <= layout_.width) {
      add_line(mark(field.holds), together, depth);
    } else {
      add_line(mark(field.holds), field.text, depth);
      add_line(" ", found, depth + 1);
    }
  }

  ExplanationLayout layout_;
  std::string text_;
};

std::string name_of(const rule::LogSource& source) {
  std::vector<std::string> parts;
  for (const auto& [name, value] :
       {std::pair("product", &source.product), std::pair("service", &source.service),
        std::pair("category", &source.category)}) {
    if (!value->empty()) parts.push_back(fmt::format("{} {}", name, *value));
  }
  return parts.empty() ? "any" : base::join(parts, ", ");
}

}  // namespace

std::string to_text(const match::Explanation& explanation, const rule::Rule& rule,
                    event::Format format, ExplanationLayout layout) {
  Printer printer(layout);
  const bool covers = explanation.log_source_covers;
  printer.add_line(printer.mark(covers),
                   fmt::format("log source {} {} {} events", name_of(rule.log_source),
                               covers ? "covers" : "does not cover", event::name_of(format)),
                   0);
  if (!rule.correlation) printer.add(explanation.condition, 0);
  printer.add_line(explanation.fires ? "fired:" : "not fired:", explanation.reason, 0);
  return std::move(printer).take();
}

}  // namespace riposte::cli
