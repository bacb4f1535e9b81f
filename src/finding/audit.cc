// Ledger::audit, Ledger::export_to and audit_bundle: the journal held against itself and against
// the findings it speaks of.

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "finding/ledger.h"
#include "finding/row_check.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by src/finding/ledger_test.cc

namespace riposte::finding {
namespace {

using base::Errc;
using base::Error;
using store::Statement;

constexpr std::string_view kJournalFile = "journal.ndjson";
constexpr std::string_view kFindingsFile = "findings.ndjson";
constexpr std::string_view kRecordsFile = "records.ndjson";
constexpr std::string_view kDocumentsFile = "documents.ndjson";
constexpr std::string_view kDocuments = "SELECT digest, text FROM document ORDER BY digest";

std::string closing_of(std::string_view at, std::string_view by, std::string_view reason) {
  json::Writer writer;
  writer.object([&] {
    writer.field("at", at);
    writer.field("by", by);
    writer.field("reason", reason);
  });
  return std::move(writer).take();
}

std::string closing_of(const StoredFinding& finding) {
  if (!finding.closed) return {};
  return closing_of(base::format_time(finding.closed->at), finding.closed->by,
                    finding.closed->reason);
}

// Holds entries against each other, then findings against what the entries say of them.
class Auditor {
 public:
  explicit Auditor(const std::optional<JournalHead>& noted) : noted_(noted) {
    // A head of nothing is in every chain.
    seen_noted_ = !noted || (noted->sequence == 0 && noted->digest == JournalHead().digest);
  }

  void add_entry(std::int64_t sequence, std::string_view text, std::string_view digest) {
    const std::string place = "entry " + std::to_string(sequence);
    const base::Result<json::OwnedDocument> entry = json::OwnedDocument::parse(text);
    if (!entry.ok()) {
      complain(place, "the entry is no JSON");
      return;
    }
    const std::optional<std::string> wrong =
        chain_.add(sequence, entry.value().root(), text, digest);
    if (wrong) complain(place, *wrong);
    if (noted_ && sequence == noted_->sequence && digest == noted_->digest) seen_noted_ = true;
    remember(entry.value().root());
    rows_.add_entry(sequence, entry.value().root());
  }

  // `closing` is a canonical text of who closed it, when and why; empty where it is open.
  void add_finding(const std::string& id, std::string_view document, std::string_view closing) {
    ++audit_.findings;
    const auto told = told_.find(id);
    if (told == told_.end()) return complain("finding " + id, "the journal knows nothing of it");
    told->second.has_finding = true;
    if (base::sha256_hex(document) != told->second.document)
      complain("finding " + id, "it is not as it was recorded");
    if (closing != told->second.closing)
      complain("finding " + id, "the journal tells otherwise who closed it, when and why");
  }

  void add_record(const std::string& id, std::string_view record) {
    const auto told = told_.find(id);
    if (told == told_.end()) return;  // said by add_finding()
    told->second.has_record = true;
    if (base::sha256_hex(record) != told->second.record)
      complain("finding " + id, "its record is not as it was recorded");
  }

  RowCheck& rows() { return rows_; }

  // `head` as it was kept beside the chain.
  Ledger::Audit finish(const JournalHead& head) {
    if (chain_.head().sequence != head.sequence || chain_.head().digest != head.digest) {
      complain("journal", "it ends with entry " + std::to_string(chain_.head().sequence) +
                              ", and its head is entry " + std::to_string(head.sequence));
    }
    if (!seen_noted_) {
      complain("journal", "the head that was noted, " + std::to_string(noted_->sequence) + ":" +
                              noted_->digest + ", is not in it");
    }
    for (const auto& [id, told] : told_) {
      if (!told.has_finding) complain("finding " + id, "it was recorded and is not there");
      if (told.has_finding && !told.record.empty() && !told.has_record)
        complain("finding " + id, "its record is not there");
    }
    for (std::string& complaint : rows_.finish())
      audit_.complaints.push_back(std::move(complaint));
    audit_.head = chain_.head();
    return std::move(audit_);
  }

  void complain(const std::string& place, const std::string& what) {
    audit_.complaints.push_back(place + ": " + what);
  }

 private:
  struct Told {
    std::string document;
    std::string record;
    std::string closing;
    bool has_finding = false;
    bool has_record = false;
  };

  void remember(const json::Node& entry) {
    const std::string_view kind = entry.string_at("kind");
    if (!kind.starts_with("finding.")) return;
    Told& told = told_[std::string(entry.string_at("subject"))];
    if (kind == "finding.recorded") {
      told.document = entry.string_at("body.document");
      const std::string_view record = entry.string_at("body.record");
      if (!record.empty()) told.record = record;
    }
    if (kind == "finding.closed") {
      told.closing = closing_of(entry.string_at("time"), entry.string_at("by"),
                                entry.string_at("body.reason"));
    }
    if (kind == "finding.reopened") told.closing.clear();
  }

  std::optional<JournalHead> noted_;
  bool seen_noted_;
  ChainCheck chain_;
  std::map<std::string, Told> told_;
  RowCheck rows_;
  Ledger::Audit audit_;
};

// A file of a bundle, and what its manifest says of it.
class BundleFile {
 public:
  BundleFile(const std::string& folder, std::string_view name)
      : name_(name), path_(folder + "/" + name_), file_(path_, std::ios::binary) {}

  void add(std::string line) {
    line += '\n';
    file_ << line;
    digest_.add(line);
    ++lines_;
  }

  base::Status close() {
    file_.close();
    if (file_.fail()) return base::system_error(EIO).in(path_);
    return base::Done{};
  }

  void describe(json::Writer& writer) {
    writer.object([&] {
      writer.field("name", name_);
      writer.field("lines", lines_);
      writer.field("sha256", digest_.hex());
    });
  }

 private:
  std::string name_;
  std::string path_;
  std::ofstream file_;
  base::Sha256 digest_;
  std::uint64_t lines_ = 0;
};

base::Status make_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return base::system_error(failed.value()).in(folder);
  const bool is_empty = fs::is_empty(folder, failed);
  if (failed) return base::system_error(failed.value()).in(folder);
  if (!is_empty) return Error{Errc::Invalid, "the folder is not empty"}.in(folder);
  fs::permissions(folder, fs::perms::owner_all, failed);  // it holds what stood in logs
  if (failed) return base::system_error(failed.value()).in(folder);
  return base::Done{};
}

// With its line end; no more of it than shows that it is too long.
bool read_line(std::ifstream& file, std::string& line) {
  line.clear();
  for (int c = file.get(); c != std::ifstream::traits_type::eof(); c = file.get()) {
    line += static_cast<char>(c);
    if (c == '\n' || line.size() > kBundleLineBytesMax) break;
  }
  return !line.empty();
}

// Every line of the file, given to `take`, which says what is wrong with it.
base::Status read_lines(const std::string& folder, const json::Node& described, Auditor& auditor,
                        const std::function<void(const json::Node&, std::string_view)>& take) {
  const std::string name(described.string_at("name"));
  std::ifstream file(folder + "/" + name, std::ios::binary);
  if (!file) return Error{Errc::NotFound, "there is no such file"}.in(folder + "/" + name);
  base::Sha256 digest;
  std::string line;
  while (read_line(file, line)) {
    digest.add(line);
    if (line.size() > kBundleLineBytesMax)
      return Error{Errc::Limit, "a line is too long"}.in(folder + "/" + name);
    const std::string_view text = base::trim(line);
    const base::Result<json::OwnedDocument> value = json::OwnedDocument::parse(text);
    if (value.ok()) {
      take(value.value().root(), text);
    } else {
      auditor.complain(name, "a line is no JSON");
    }
  }
  if (digest.hex() != described.string_at("sha256"))
    auditor.complain(name, "it is not the file that the manifest describes");
  return base::Done{};
}

// What is no number of an entry is 0, which none has.
std::int64_t integer_of(const json::Node* node) {
  std::int64_t number = 0;
  if (node == nullptr) return number;
  const char* end = node->text.data() + node->text.size();
  const auto [behind, error] = std::from_chars(node->text.data(), end, number);
  return error == std::errc() && behind == end ? number : 0;
}

}  // namespace

base::Result<Ledger::Audit> Ledger::audit(const std::optional<JournalHead>& noted) {
  TRY(database_.check_integrity());
  const store::Transaction view = TRY(database_.begin_reading());
  Auditor auditor(noted);
  Statement entries =
      TRY(database_.prepare("SELECT sequence, entry, digest FROM journal ORDER BY sequence"));
  TRY(entries.begin({}));
  while (TRY(entries.next()))
    auditor.add_entry(entries.integer(0), entries.text(1), entries.text(2));
  TRY(list(Shown::All, rule::Level::Informational, [&auditor](const StoredFinding& finding) {
    auditor.add_finding(finding.id, finding.document, closing_of(finding));
    if (!finding.record.empty()) auditor.add_record(finding.id, finding.record);
  }));
  TRY(auditor.rows().add_rows(database_));
  Statement documents = TRY(database_.prepare(kDocuments));
  TRY(documents.begin({}));
  while (TRY(documents.next()))
    auditor.rows().add_document(documents.text(0), documents.text(1));
  const Journal journal = TRY(Journal::open(database_));
  return auditor.finish(journal.head());
}

base::Result<JournalHead> Ledger::export_to(const std::string& folder,
                                            const std::vector<Attachment>& attachments) {
  TRY(make_folder(folder));
  // One view for all queries, whoever writes meanwhile.
  const store::Transaction view = TRY(database_.begin_reading());
  BundleFile journal(folder, kJournalFile);
  Statement entries = TRY(database_.prepare("SELECT entry, digest FROM journal ORDER BY sequence"));
  TRY(entries.begin({}));
  while (TRY(entries.next()))
    journal.add("{\"digest\":" + json::quoted(entries.text(1)) + ",\"entry\":" + entries.text(0) +
                "}");
  BundleFile findings(folder, kFindingsFile);
  BundleFile records(folder, kRecordsFile);
  TRY(list(Shown::All, rule::Level::Informational, [&](const StoredFinding& finding) {
    findings.add("{\"closed\":" + (finding.closed ? closing_of(finding) : "null") +
                 ",\"finding\":" + finding.document + "}");
    if (!finding.record.empty()) {
      records.add("{\"finding\":" + json::quoted(finding.id) + ",\"record\":" + finding.record +
                  "}");
    }
  }));
  BundleFile documents(folder, kDocumentsFile);
  Statement texts = TRY(database_.prepare(kDocuments));
  TRY(texts.begin({}));
  while (TRY(texts.next())) {
    documents.add("{\"digest\":" + json::quoted(texts.text(0)) + ",\"document\":" + texts.text(1) +
                  "}");
  }
  std::vector<BundleFile> files;
  for (BundleFile* file : {&journal, &findings, &records, &documents})
    files.push_back(std::move(*file));
  for (const Attachment& attachment : attachments) {
    BundleFile& file = files.emplace_back(folder, attachment.name);
    for (const std::string& line : attachment.lines)
      file.add(line);
  }
  const JournalHead head = TRY(Journal::open(database_)).head();
  json::Writer manifest;
  manifest.object([&] {
    manifest.field("schema", "riposte.bundle/1");
    manifest.key("head").object([&] {
      manifest.field("sequence", head.sequence);
      manifest.field("digest", head.digest);
    });
    manifest.key("files").array([&] {
      for (BundleFile& file : files)
        file.describe(manifest);
    });
  });
  for (BundleFile& file : files)
    TRY(file.close());
  // Last: a bundle without a manifest is not whole.
  BundleFile written(folder, kManifestFile);
  written.add(manifest.text());
  TRY(written.close());
  return head;
}

base::Result<Ledger::Audit> audit_bundle(const std::string& folder,
                                         const std::optional<JournalHead>& noted) {
  const std::string path = folder + "/" + std::string(kManifestFile);
  base::Result<std::string> text = base::read_file(path, kManifestBytesMax);
  if (!text.ok()) return std::move(text).error().in(path);
  base::Result<json::OwnedDocument> manifest = json::OwnedDocument::parse(text.value());
  if (!manifest.ok()) return std::move(manifest).error().in(path);
  const json::Node& root = manifest.value().root();
  if (root.string_at("schema") != "riposte.bundle/1")
    return Error{Errc::Invalid, "it is not the manifest of a bundle"}.in(path);

  const auto described = [&root](std::string_view name) -> const json::Node* {
    const json::Node* files = root.find("files");
    if (files == nullptr || !files->is(json::Kind::Array)) return nullptr;
    for (const json::Node& file : json::children(*files)) {
      if (file.string_at("name") == name) return &file;
    }
    return nullptr;
  };
  const json::Node* journal = described(kJournalFile);
  const json::Node* findings = described(kFindingsFile);
  const json::Node* records = described(kRecordsFile);
  const json::Node* documents = described(kDocumentsFile);
  if (journal == nullptr || findings == nullptr || records == nullptr)
    return Error{Errc::Invalid, "it does not describe every file of a bundle"}.in(path);

  Auditor auditor(noted);
  TRY(read_lines(folder, *journal, auditor, [&](const json::Node& line, std::string_view) {
    const json::Node* entry = line.find("entry");
    if (entry == nullptr || !entry->is(json::Kind::Object))
      return auditor.complain(std::string(kJournalFile), "a line holds no entry");
    auditor.add_entry(integer_of(entry->find("sequence")), entry->text, line.string_at("digest"));
  }));
  TRY(read_lines(folder, *findings, auditor, [&](const json::Node& line, std::string_view) {
    const json::Node* finding = line.find("finding");
    const json::Node* closed = line.find("closed");
    if (finding == nullptr || !finding->is(json::Kind::Object) || closed == nullptr)
      return auditor.complain(std::string(kFindingsFile), "a line holds no finding");
    auditor.add_finding(std::string(finding->string_at("id")), finding->text,
                        closed->is(json::Kind::Null) ? "" : closed->text);
  }));
  TRY(read_lines(folder, *records, auditor, [&](const json::Node& line, std::string_view) {
    const json::Node* record = line.find("record");
    if (record == nullptr)
      return auditor.complain(std::string(kRecordsFile), "a line holds no record");
    auditor.add_record(std::string(line.string_at("finding")), record->text);
  }));
  const auto add_document = [&](const json::Node& line, std::string_view) {
    const json::Node* document = line.find("document");
    if (document == nullptr || !document->is_container())
      return auditor.complain(std::string(kDocumentsFile), "a line holds no document");
    auditor.rows().add_document(std::string(line.string_at("digest")), document->text);
  };
  // A bundle without cases has none.
  if (const json::Node* cases = described(kCasesFile))
    TRY(read_lines(folder, *cases, auditor, [](const json::Node&, std::string_view) {}));
  // A bundle from before there were actions has none.
  if (documents != nullptr) TRY(read_lines(folder, *documents, auditor, add_document));
  return auditor.finish(
      {integer_of(root.at("head.sequence")), std::string(root.string_at("head.digest"))});
}

}  // namespace riposte::finding
