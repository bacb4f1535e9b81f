#pragma once

// Cases in the ledger's file: the journal tells them, a table beside it finds their entries.
//
//     append(entry) --> one transaction --> journal entry, its guide, row of the case
//                                           what people are owed to be told
//
// An entry is written only behind the one that its writer has seen, so that of two people who
// settle one step the second gets Conflict and looks again.
//
// Cost: a case is read from all its entries. There are few cases, or they are not singular.
//
// Invariants
//   1. Beyond an append() that returned a case, the entry is durable; before it, nothing of it.
//   2. A case can be told from journal and documents alone.
//
// The clock is the caller's. When it fails: as store::Database says.
//
// Threads: confined to its owner; several stores may have one file open.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "respond/case.h"
#include "store/database.h"

namespace riposte::respond {

class CaseStore {
 public:
  static base::Result<CaseStore> open(const std::string& path, store::Database::Access access);

  // What people are told of an entry: kind and body of a notification.
  struct Notice {
    std::string kind;
    std::string body;  // JSON, an object
  };

  // Of a case that was never written the first entry. Conflict where somebody else wrote about it
  // since `seen`.
  base::Result<Case> append(const Case& seen, const CaseEntry& entry,
                            const std::optional<Notice>& notice = std::nullopt);

  // By id; nothing where there is none.
  base::Result<std::optional<Case>> read(std::string_view id);
  // By the beginning of an id that no other has. NotFound; Invalid where several begin so.
  base::Result<Case> find(std::string_view id);
  // Ids in the order in which they were opened.
  base::Result<std::vector<std::string>> list();

 private:
  explicit CaseStore(store::Database database) : database_(std::move(database)) {}

  base::Result<std::string> document(std::string_view digest);

  store::Database database_;
};

}  // namespace riposte::respond
