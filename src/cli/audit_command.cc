// riposte audit verify|export: whether the journal is what was written, and a copy of it.
// Tested by tests/cli/audit_test.py

#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "base/signature.h"
#include "base/text.h"
#include "cli/case_text.h"
#include "cli/commands.h"
#include "cli/ledger_option.h"
#include "finding/terminal_text.h"

namespace riposte::cli {
namespace {

using finding::JournalHead;
using finding::Ledger;

struct AuditOptions {
  LedgerOption ledger;
  std::string bundle;
  std::string head;
  std::string folder;
  std::string key;
  std::string public_key;
};

std::string to_text(const JournalHead& head) {
  return fmt::format("{}:{}", head.sequence, head.digest);
}

// "17:5e1a..."
std::optional<JournalHead> parse_head(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::optional<double> sequence = base::parse_number(text.substr(0, colon));
  if (colon == std::string::npos || !sequence || *sequence < 0 || *sequence > 1e15)
    return std::nullopt;
  return JournalHead{static_cast<std::int64_t>(*sequence), text.substr(colon + 1)};
}

base::Result<Ledger::Audit> audit_ledger(const std::string& path,
                                         const std::optional<JournalHead>& noted) {
  Ledger ledger = TRY(Ledger::open(path, store::Database::Access::Read));
  return ledger.audit(noted);
}

constexpr std::size_t kKeyBytesMax = 64 << 10;

std::string manifest_of(const std::string& folder) {
  return folder + "/" + std::string(finding::kManifestFile);
}

// Signs what names and holds all the rest; the signature stands beside it.
base::Status sign(const std::string& folder, const std::string& key_file) {
  const base::Secret key(TRY(base::read_file(key_file, kKeyBytesMax)));
  const std::string path = manifest_of(folder);
  const std::string manifest = TRY(base::read_file(path, finding::kManifestBytesMax));
  base::Result<std::string> signature = base::sign(key, manifest);
  if (!signature.ok()) return std::move(signature).error().in(key_file);
  std::ofstream file(path + ".sig", std::ios::binary);
  file << *signature;
  if (!file.flush()) return base::Error{base::Errc::Io, path + ".sig cannot be written"};
  return base::Done{};
}

base::Result<bool> is_signed(const std::string& folder, const std::string& key_file) {
  const std::string key = TRY(base::read_file(key_file, kKeyBytesMax));
  const std::string path = manifest_of(folder);
  const std::string manifest = TRY(base::read_file(path, finding::kManifestBytesMax));
  const base::Result<std::string> signature = base::read_file(path + ".sig", kKeyBytesMax);
  return signature.ok() ? base::is_signed(key, manifest, *signature) : base::Result<bool>(false);
}

ExitCode verify(const AuditOptions& options, const Console& console) {
  std::optional<std::string> ledger;
  if (options.bundle.empty()) {
    ledger = options.ledger.find(console);
    if (!ledger) return ExitCode::WrongUse;
  }
  std::optional<JournalHead> noted;
  if (!options.head.empty()) {
    noted = parse_head(options.head);
    if (!noted) {
      console.complain("\"" + options.head +
                       "\" is no head; write what `audit verify` printed: NUMBER:DIGEST");
      return ExitCode::WrongUse;
    }
  }
  const base::Result<Ledger::Audit> outcome =
      ledger ? audit_ledger(*ledger, noted) : finding::audit_bundle(options.bundle, noted);
  if (!outcome.ok()) {
    console.complain(outcome.error().message);
    // A damaged file is what was asked for, a missing one is not.
    return outcome.error().code == base::Errc::Invalid ? ExitCode::CheckFailed : ExitCode::WrongUse;
  }
  for (const std::string& complaint : outcome->complaints)
    console.complain(complaint);
  bool is_vouched_for = true;
  if (!options.public_key.empty()) {
    const base::Result<bool> checked = is_signed(options.bundle, options.public_key);
    if (!checked.ok()) {
      console.complain(checked.error().message);
      return ExitCode::WrongUse;
    }
    is_vouched_for = *checked;
    if (!is_vouched_for) console.complain("the bundle is not signed by this key");
  }
  console.out << fmt::format("{} entries, {} findings, {} complaints\nhead {}\n",
                             outcome->head.sequence, outcome->findings, outcome->complaints.size(),
                             finding::visible(to_text(outcome->head)));
  return outcome->complaints.empty() && is_vouched_for ? ExitCode::Done : ExitCode::CheckFailed;
}

// Cases, as the journal and the actions they asked for tell them now.
base::Result<Ledger::Attachment> cases_of(const std::string& path) {
  respond::CaseStore cases = TRY(respond::CaseStore::open(path, store::Database::Access::Read));
  respond::ActionStore actions =
      TRY(respond::ActionStore::open(path, store::Database::Access::Read));
  const base::SystemClock clock;
  respond::Casework work(cases, actions, clock);
  Ledger::Attachment attachment{std::string(finding::kCasesFile), {}};
  const std::vector<std::string> ids = TRY(cases.list());
  for (const std::string& id : ids) {
    const respond::Case one = TRY(cases.find(id));
    const std::vector<respond::CaseStepView> steps = TRY(work.look(one));
    attachment.lines.push_back(to_ndjson(CasePage{one, steps}));
  }
  return attachment;
}

base::Result<JournalHead> export_ledger(const std::string& path, const std::string& folder) {
  Ledger ledger = TRY(Ledger::open(path, store::Database::Access::Read));
  std::vector<Ledger::Attachment> attachments = {TRY(cases_of(path))};
  if (attachments.front().lines.empty()) attachments.clear();
  return ledger.export_to(folder, attachments);
}

ExitCode write_bundle(const AuditOptions& options, const Console& console) {
  const std::optional<std::string> path = options.ledger.find(console);
  if (!path) return ExitCode::WrongUse;
  const base::Result<JournalHead> head = export_ledger(*path, options.folder);
  if (!head.ok()) {
    console.complain(head.error().message);
    return head.error().code == base::Errc::Io ? ExitCode::Incomplete : ExitCode::WrongUse;
  }
  const base::Status is_signed =
      options.key.empty() ? base::Done{} : sign(options.folder, options.key);
  if (!is_signed.ok()) {
    console.complain("the bundle is not signed: " + is_signed.error().message);
    return ExitCode::Incomplete;
  }
  console.out << "head " << to_text(*head) << '\n';
  return ExitCode::Done;
}

}  // namespace

void add_audit(CLI::App& app, Picked& picked) {
  CLI::App* command =
      app.add_subcommand("audit", "Check the journal of what was decided and done, or copy it");
  command->footer("Example: riposte audit verify --ledger riposte.db");
  command->require_subcommand(1);

  CLI::App* verifying =
      command->add_subcommand("verify", "Find what was changed behind the journal's back");
  verifying->footer("Example: riposte audit verify --ledger riposte.db --head 17:5e1a...");
  auto options = std::make_shared<AuditOptions>();
  options->ledger.add_to(*verifying);
  verifying->add_option("--bundle", options->bundle, "A folder that `audit export` wrote")
      ->type_name("FOLDER");
  verifying
      ->add_option("--public-key", options->public_key,
                   "Of who must have signed the bundle; Ed25519 in PEM")
      ->type_name("FILE")
      ->needs("--bundle");
  verifying->add_option("--head", options->head, "A head printed earlier, which must be in it")
      ->type_name("NUMBER:DIGEST");
  verifying->callback([options, &picked] {
    picked.action = [options](const Console& console) { return verify(*options, console); };
  });

  CLI::App* exporting =
      command->add_subcommand("export", "Write journal, findings and records into a folder");
  exporting->footer("Example: riposte audit export evidence/ --ledger riposte.db");
  options = std::make_shared<AuditOptions>();
  options->ledger.add_to(*exporting);
  exporting
      ->add_option("--key", options->key,
                   "Sign the bundle with this private key, as `openssl genpkey -algorithm ed25519` "
                   "makes it")
      ->type_name("FILE");
  exporting->add_option("folder", options->folder, "A new or empty folder")->required();
  exporting->callback([options, &picked] {
    picked.action = [options](const Console& console) { return write_bundle(*options, console); };
  });
}

}  // namespace riposte::cli
