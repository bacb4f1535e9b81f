#include "finding/row_check.h"

#include "base/digest.h"
#include "json/canonical.h"

// Tested by src/respond/action_store_test.cc

namespace riposte::finding {
namespace {

std::string text_of(const json::Node* node) {
  return node == nullptr || node->is(json::Kind::Null) ? std::string() : json::canonical(*node);
}

// A query that gives each row's name and content.
struct Rows {
  std::string_view prefix;
  std::string_view sql;
};

constexpr Rows kRows[] = {
    {"action ", "SELECT digest, state || ' ' || runbook || ' ' || answers FROM action"},
    {"entry ", "SELECT sequence, action FROM action_entry"},
    {"case entry ", "SELECT sequence, case_id FROM case_entry"},
    {"act ", "SELECT sequence, action || ' ' || at || ' ' || facts FROM act"},
    {"request ", "SELECT id, action FROM request"},
    {"freeze", "SELECT '', by || ' ' || why FROM freeze"},
};

bool is_about_actions(std::string_view kind) {
  return kind.starts_with("action.") || kind.starts_with("call.") || kind.starts_with("step.") ||
         kind.starts_with("approval.");
}

}  // namespace

void RowCheck::add_entry(std::int64_t sequence, const json::Node& entry) {
  const std::string_view kind = entry.string_at("kind");
  const std::string subject(entry.string_at("subject"));
  const json::Node* body = entry.find("body");
  if (body == nullptr) return;  // no entry of ours: the chain complains
  if (kind == "freeze.set")
    told_["freeze"] =
        std::string(entry.string_at("by")) + " " + std::string(body->string_at("why"));
  if (kind == "freeze.lifted") told_.erase("freeze");
  if (const json::Node* documents = body->find("documents");
      documents != nullptr && documents->is(json::Kind::Object)) {
    for (const json::Node& digest : json::children(*documents))
      documents_told_.emplace(digest.text);
  }
  const std::string number = std::to_string(sequence);
  if (kind.starts_with("case.")) told_["case entry " + number] = subject;
  if (!is_about_actions(kind)) return;
  told_["entry " + number] = subject;
  if (const json::Node* act = body->find("act"))
    told_["act " + number] = subject + " " + text_of(act->find("at")) + " " + text_of(act);
  if (const std::string_view id = body->string_at("request_id"); !id.empty())
    told_["request " + std::string(id)] = subject;
  // "state runbook answers": the first word changes, the rest is the plan's.
  std::string& row = told_["action " + subject];
  if (const std::string_view runbook = body->string_at("runbook"); !runbook.empty())
    row = "? " + std::string(runbook) + " " + std::string(body->string_at("answers"));
  if (const std::string_view state = body->string_at("state"); !state.empty())
    row.replace(0, row.find(' '), state);
}

void RowCheck::add_document(const std::string& digest, std::string_view text) {
  if (base::sha256_hex(text) != digest)
    complaints_.push_back("document " + digest + ": it is not as it was recorded");
  documents_found_.insert(digest);
}

base::Status RowCheck::add_rows(store::Database& database) {
  has_rows_ = true;
  for (const Rows& rows : kRows) {
    store::Statement select = TRY(database.prepare(rows.sql));
    TRY(select.begin({}));
    while (TRY(select.next()))
      found_[std::string(rows.prefix) + select.text(0)] = select.text(1);
  }
  return base::Done{};
}

std::vector<std::string> RowCheck::finish() {
  for (const std::string& digest : documents_told_) {
    if (!documents_found_.contains(digest))
      complaints_.push_back("document " + digest + ": the journal names it and it is not there");
  }
  if (!has_rows_) return std::move(complaints_);
  for (const auto& [row, content] : told_) {
    const auto found = found_.find(row);
    if (found == found_.end()) {
      complaints_.push_back(row + ": the journal tells of it and it is not there");
    } else if (found->second != content) {
      complaints_.push_back(row + ": the journal tells otherwise of it");
    }
  }
  for (const auto& [row, content] : found_) {
    if (!told_.contains(row)) complaints_.push_back(row + ": the journal knows nothing of it");
  }
  return std::move(complaints_);
}

}  // namespace riposte::finding
