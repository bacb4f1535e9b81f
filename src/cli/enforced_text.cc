#include "cli/enforced_text.h"

#include <cstdlib>

#include <fmt/format.h>

#include "engine/block_exemptions.h"
#include "finding/terminal_text.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by tests/integration/block_test.py

namespace riposte::cli {
namespace {

using engine::Enforced;

constexpr std::size_t kUnheldMax = 5;  // on a terminal; the rest is counted

const std::string& shown(const block::Change& change) {
  return change.journaled.empty() ? change.with : change.journaled;
}

std::string to_ndjson(const Enforced& enforced) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.enforced/1");
    writer.field("enforcement", enforced.name);
    writer.field("applied", enforced.is_applied);
    writer.text_or_null("put_off", enforced.put_off);
    writer.field("held", static_cast<std::uint64_t>(enforced.held));
    writer.key("calls").array([&] {
      for (const block::Change& change : enforced.changes) {
        const auto with = json::OwnedDocument::parse(shown(change));
        writer.object([&] {
          writer.field("aws", change.operation);
          if (with.ok()) writer.key("with").value(with->root());
        });
      }
    });
    writer.field("unheld", enforced.unheld);
    writer.field("drifted", enforced.drifted);
    writer.field("problems", enforced.problems);
    writer.field("notes", enforced.notes);
  });
  return std::move(writer).take() + "\n";
}

std::string to_human(const Enforced& enforced) {
  std::string text = fmt::format("{}: {} held", enforced.name, enforced.held);
  if (!enforced.unheld.empty()) text += fmt::format(", {} without room", enforced.unheld.size());
  if (enforced.changes.empty() && enforced.problems.empty()) text += ", nothing to do";
  text += "\n";
  for (const std::string& item : enforced.drifted)
    text += "  was taken out or changed by others: " + finding::visible(item) + "\n";
  for (const block::Change& change : enforced.changes) {
    text += std::string("  ") + (enforced.is_applied ? "" : "would call ") +
            finding::visible(change.operation + " " + shown(change)) + "\n";
  }
  for (std::size_t i = 0; i < std::min(enforced.unheld.size(), kUnheldMax); ++i)
    text += "  no room for " + enforced.unheld[i] + "\n";
  if (enforced.unheld.size() > kUnheldMax)
    text += fmt::format("  and for {} more\n", enforced.unheld.size() - kUnheldMax);
  for (const std::string& note : enforced.notes)
    text += "  " + finding::visible(note) + "\n";
  if (!enforced.put_off.empty()) text += "  not done: " + enforced.put_off + "\n";
  return text;
}

}  // namespace

ExitCode tell(const std::vector<Enforced>& all, const std::string& output, const Console& console) {
  ExitCode code = ExitCode::Done;
  for (const Enforced& each : all) {
    console.out << (output == "ndjson" ? to_ndjson(each) : to_human(each));
    for (const std::string& problem : each.problems) {
      console.complain(each.name + ": " + problem);
      code = ExitCode::Incomplete;
    }
  }
  return code;
}

}  // namespace riposte::cli
