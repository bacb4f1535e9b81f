// riposte finding list|show|close: what the ledger holds.
// Tested by tests/cli/finding_test.py

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/ledger_option.h"
#include "finding/terminal_text.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/case_store.h"

namespace riposte::cli {
namespace {

using finding::Ledger;
using finding::StoredFinding;
using store::Database;

constexpr std::size_t kIdShown = 12;  // digits: two of 200 000 findings seldom share them

struct FindingOptions {
  LedgerOption ledger;
  std::string output = "human";
  std::string level = "informational";
  bool all = false;
  bool closed = false;
  std::string id;
  std::string by = current_user();
  std::string reason;
};

std::string_view status_of(const StoredFinding& finding) {
  return finding.closed ? "closed" : "open";
}

// The finding as riposte.finding/1 says it, and behind that what the ledger knows of it.
std::string to_ndjson(const StoredFinding& finding) {
  json::Writer writer;
  writer.object([&] {
    writer.field("status", status_of(finding));
    writer.field("seen", finding.seen);
    writer.field("first_seen", base::format_time(finding.first_seen));
    writer.field("last_seen", base::format_time(finding.last_seen));
    writer.key("closed");
    if (!finding.closed) return writer.null();
    writer.object([&] {
      writer.field("at", base::format_time(finding.closed->at));
      writer.field("by", finding.closed->by);
      writer.field("reason", finding.closed->reason);
    });
  });
  return finding.document.substr(0, finding.document.size() - 1) + ",\"ledger\":" + writer.text() +
         "}";
}

// What people look for in a document, made fit to be printed.
class Document {
 public:
  explicit Document(const StoredFinding& finding)
      : parsed_(json::OwnedDocument::parse(finding.document)) {}

  std::string at(std::string_view path) const {
    const json::Node* node = parsed_.ok() ? parsed_.value().root().at(path) : nullptr;
    return node == nullptr || node->is(json::Kind::Null)
               ? "-"
               : finding::visible(node->is_container() ? json::compact(*node) : node->text);
  }
  std::string call() const { return at("event.service") + ":" + at("event.name"); }

 private:
  base::Result<json::OwnedDocument> parsed_;
};

std::string line_of(const StoredFinding& finding) {
  const Document document(finding);
  return fmt::format("{:12}  {:24}  {:13}  {:6}  {}  {}  {}\n", finding.id.substr(0, kIdShown),
                     document.at("first_time"), document.at("rule.level"), status_of(finding),
                     document.at("rule.name"), document.at("account"), document.at("actor.name"));
}

ExitCode list(const FindingOptions& options, const Console& console) {
  std::optional<Ledger> ledger = options.ledger.open(Database::Access::Read, console);
  if (!ledger) return ExitCode::WrongUse;
  const Ledger::Shown shown = options.all      ? Ledger::Shown::All
                              : options.closed ? Ledger::Shown::Closed
                                               : Ledger::Shown::Open;
  std::size_t count = 0;
  const base::Status listed =
      ledger->list(shown, *rule::parse_level(options.level), [&](const StoredFinding& finding) {
        ++count;
        console.out << (options.output == "ndjson" ? to_ndjson(finding) + "\n" : line_of(finding));
      });
  if (!listed.ok()) {
    console.complain(listed.error().message);
    return ExitCode::Incomplete;
  }
  if (options.output == "human") console.err << fmt::format("{} findings\n", count);
  return ExitCode::Done;
}

std::string page_of(const StoredFinding& finding) {
  const Document document(finding);
  std::string page =
      fmt::format("{}  {}  {}\n", finding.id, document.at("rule.level"), document.at("rule.title"));
  const auto add = [&page](std::string_view label, const std::string& value) {
    page += fmt::format("  {:7} {}\n", label, value);
  };
  add("rule", document.at("rule.name"));
  add("who", document.at("actor.name") + " (" + document.at("actor.type") + "), " +
                 document.at("actor.arn"));
  add("from", document.at("actor.ip") + ", " + document.at("actor.user_agent"));
  add("what", document.call());
  add("on", document.at("resources"));
  add("where", "account " + document.at("account") + ", " + document.at("region"));
  add("when", document.at("first_time"));
  add("see", document.at("source.path") + ":" + document.at("source.record") + ", events " +
                 document.at("events"));
  add("seen",
      fmt::format("{} times, from {} to {}", finding.seen, base::format_time(finding.first_seen),
                  base::format_time(finding.last_seen)));
  add("status", finding.closed ? finding::visible("closed by " + finding.closed->by + " at " +
                                                  base::format_time(finding.closed->at) + ": " +
                                                  finding.closed->reason)
                               : "open");
  add("record", finding.record.empty() ? "-" : finding::visible(finding.record));
  return page;
}

ExitCode complain(const base::Error& error, const Console& console) {
  console.complain(error.message);
  return error.code == base::Errc::NotFound || error.code == base::Errc::Invalid
             ? ExitCode::WrongUse
             : ExitCode::Incomplete;
}

ExitCode show(const FindingOptions& options, const Console& console) {
  std::optional<Ledger> ledger = options.ledger.open(Database::Access::Read, console);
  if (!ledger) return ExitCode::WrongUse;
  const base::Result<StoredFinding> finding = ledger->find(options.id);
  if (!finding.ok()) return complain(finding.error(), console);
  console.out << (options.output == "ndjson" ? to_ndjson(*finding) + "\n" : page_of(*finding));
  return ExitCode::Done;
}

// A case goes on when a finding of it is closed, and who closes one should know.
base::Status tell_of_cases(const std::string& path, const std::string& finding,
                           const Console& console) {
  respond::CaseStore cases = TRY(respond::CaseStore::open(path, Database::Access::Read));
  const std::vector<std::string> ids = TRY(cases.list());
  for (const std::string& id : ids) {
    const respond::Case one = TRY(cases.find(id));
    if (!one.closed && one.has_finding(finding))
      console.complain("note: it belongs to case " + id.substr(0, kIdShown) + ", which is open");
  }
  return base::Done{};
}

base::Status close(const std::string& path, const FindingOptions& options, const Console& console) {
  Ledger ledger = TRY(Ledger::open(path, Database::Access::Write));
  const StoredFinding finding = TRY(ledger.find(options.id));
  TRY(ledger.close(finding.id, options.by, options.reason, now()));
  return tell_of_cases(path, finding.id, console);
}

ExitCode close(const FindingOptions& options, const Console& console) {
  const std::optional<std::string> path = options.ledger.find(console);
  if (!path) return ExitCode::WrongUse;
  const base::Status closed = close(*path, options, console);
  return closed.ok() ? ExitCode::Done : complain(closed.error(), console);
}

using Run = ExitCode (*)(const FindingOptions&, const Console&);

void run_with(CLI::App* command, const std::shared_ptr<FindingOptions>& options, Run run,
              Picked& picked) {
  command->callback([options, run, &picked] {
    picked.action = [options, run](const Console& console) { return run(*options, console); };
  });
}

void add_output(CLI::App* command, FindingOptions& options) {
  command->add_option("-o,--output", options.output, "How findings are written")
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
}

}  // namespace

void add_finding(CLI::App& app, Picked& picked) {
  CLI::App* finding = app.add_subcommand("finding", "List, show and close what the ledger holds");
  finding->footer("Example: riposte finding list --ledger riposte.db --level high");
  finding->require_subcommand(1);

  CLI::App* listing = finding->add_subcommand("list", "List findings, the earliest first");
  listing->footer("Example: riposte finding list --ledger riposte.db -o ndjson");
  auto options = std::make_shared<FindingOptions>();
  options->ledger.add_to(*listing);
  listing->add_option("--level", options->level, "Least level shown")
      ->check(CLI::IsMember(
          std::vector<std::string>(rule::kLevelNames.begin(), rule::kLevelNames.end())))
      ->capture_default_str();
  CLI::Option* all = listing->add_flag("--all", options->all, "Closed ones, too");
  listing->add_flag("--closed", options->closed, "Closed ones only")->excludes(all);
  add_output(listing, *options);
  run_with(listing, options, list, picked);

  CLI::App* showing = finding->add_subcommand("show", "Show one finding and its record");
  showing->footer("Example: riposte finding show 5b0c --ledger riposte.db");
  options = std::make_shared<FindingOptions>();
  options->ledger.add_to(*showing);
  showing->add_option("id", options->id, "Its id, or the beginning of it")->required();
  add_output(showing, *options);
  run_with(showing, options, show, picked);

  CLI::App* closing = finding->add_subcommand("close", "Say that nothing remains to be done");
  closing->footer(
      "Example: riposte finding close 5b0c --reason \"planned work\" --ledger riposte.db");
  options = std::make_shared<FindingOptions>();
  options->ledger.add_to(*closing);
  closing->add_option("id", options->id, "Its id, or the beginning of it")->required();
  closing->add_option("--reason", options->reason, "Why")->required();
  closing->add_option("--by", options->by, "Who says so; who runs this, where nothing is said");
  run_with(closing, options, close, picked);
}

}  // namespace riposte::cli
