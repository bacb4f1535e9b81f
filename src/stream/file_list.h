#pragma once

// The files that paths stand for, found while they are read: a tree of any size, little memory.
//
//     levels_:  given paths | AWSLogs/ | 1111/ | CloudTrail/ | 27/ --> next(): ".../27/a.json.gz"
//               what is left of each, sorted
//
// Given are files, folders, and "-" for standard input. A folder stands for everything below it, in
// bytewise order of its path. Symbolic links to folders are not followed (they may lead in
// circles). Folders that cannot be listed are told and left out.
//
// Where there is a store of objects, a path that begins with "s3://" stands for all objects whose
// path begins with it, in the order of their keys.
//
// A file is given once, however often and by whatever spelling it or folders above it are among the
// paths: a path below another one is left to that one.
//
// Cost: one folder on each level is held, and of each at most kSortedNames names. A larger folder
// is read in portions, each sorted; the whole of it then is not. Of objects a page is held.
//
// Threads: guarded by its own mutex; the counts are atomic and relaxed, a display only.

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stream/objects.h"

namespace riposte::stream {

class FileList {
 public:
  // A folder of a delivery tree holds a day of one region: some thousand files of a busy account.
  static constexpr std::size_t kSortedNames = 8192;

  // Borrows the store, which is called under the mutex; null: there is none.
  explicit FileList(const std::vector<std::string>& paths, Objects* objects = nullptr);
  ~FileList();

  // The next file nobody else took, or nothing at the end.
  std::optional<std::string> next();

  std::size_t taken_count() const { return taken_count_.load(std::memory_order_relaxed); }
  // Files found so far, the taken ones included; all of them once is_complete().
  std::size_t found_count() const { return found_count_.load(std::memory_order_relaxed); }
  bool is_complete() const { return unlisted_count_.load(std::memory_order_relaxed) == 0; }

  // Folders and prefixes that could not be listed, each with its path in front; complete after the
  // last next().
  std::vector<base::Error> failures() const;

 private:
  class Level;

  bool is_listed(std::string_view path) const;
  void open(const std::string& folder);
  void count(const Level& level);
  void tell(base::Error failure, std::string_view folder);

  Objects* const objects_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::unique_ptr<Level>> levels_;  // the given paths, then a folder in each one above
  std::vector<base::Error> failures_;

  std::atomic<std::size_t> taken_count_ = 0;
  std::atomic<std::size_t> found_count_ = 0;
  std::atomic<std::size_t> unlisted_count_ = 0;  // folders known and not read to their end
};

}  // namespace riposte::stream
