#pragma once

// Rows beside the journal, held against what its entries tell of them: a row that no entry tells
// of, one that is told otherwise, and one that is told and not there. Documents are held against
// the digests by which entries name them.
//
// It knows actions and blocks by their form and not by their meaning: docs/formats/ledger.md says
// which member of an entry tells which row.
//
// Threads: confined to its owner.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "store/database.h"

namespace riposte::finding {

class RowCheck {
 public:
  void add_entry(std::int64_t sequence, const json::Node& entry);
  void add_document(const std::string& digest, std::string_view text);
  base::Status add_rows(store::Database& database);

  // Every complaint. Rows are asked for only where add_rows() was called: a bundle has none.
  std::vector<std::string> finish();

 private:
  void add_block(std::int64_t sequence, std::string_view kind, std::string_view subject,
                 const json::Node& body);

  std::map<std::string, std::string> told_;   // row to content
  std::map<std::string, std::string> found_;  // the same
  std::set<std::string> documents_told_;
  std::set<std::string> documents_found_;
  std::vector<std::string> complaints_;
  bool has_rows_ = false;
};

}  // namespace riposte::finding
