#pragma once

// Log files as batches: one file, whole, decompressed, with the padding the JSON reader wants
// behind it.
//
// Compression is told by the first bytes. A damaged or oversized file gives what could be read of
// it and the reason.
//
// Threads: next() may be called from several; everything else is constant after construction.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::stream {

class FileSource {
 public:
  // What a single file may hold, as it lies on disk and inflated. A gzip bomb ends here.
  static constexpr std::size_t kFileBytesMax = std::size_t{4} << 30;
  static constexpr std::size_t kInflatedBytesMax = std::size_t{1} << 30;

  struct Limits {
    std::size_t file_bytes = kFileBytesMax;
    std::size_t inflated_bytes = kInflatedBytesMax;
  };

  struct File {
    std::string path;
    std::string bytes;                 // json::kPadding readable bytes stand behind size()
    std::optional<base::Error> error;  // why `bytes` is not the whole content
  };

  // Files and folders; "-" is standard input. Paths given twice are read once.
  explicit FileSource(const std::vector<std::string>& paths);
  FileSource(const std::vector<std::string>& paths, Limits limits);

  // The next file nobody else took, or nothing at the end.
  std::optional<File> next();

  std::size_t file_count() const { return paths_.size(); }
  std::size_t taken_count() const {
    return std::min(next_.load(std::memory_order_relaxed), paths_.size());
  }
  const std::vector<base::Error>& failures() const {
    return failures_;
  }  // folders that could not be listed

 private:
  File read(const std::string& path) const;

  Limits limits_;
  std::vector<std::string> paths_;
  std::vector<base::Error> failures_;
  std::atomic<std::size_t> next_ = 0;  // relaxed: files are independent of each other
};

}  // namespace riposte::stream
