#include "stream/file_source.h"

#include <set>

#include "base/files.h"
#include "base/inflate.h"
#include "json/scanner.h"

namespace riposte::stream {
namespace {

// Text logs hold no zero bytes; anything binary does, soon.
constexpr std::size_t kBinaryProbe = 4096;

}  // namespace

FileSource::FileSource(const std::vector<std::string>& paths) : FileSource(paths, Limits()) {}

FileSource::FileSource(const std::vector<std::string>& paths, Limits limits) : limits_(limits) {
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    for (std::string& file : base::list_files(path, failures_)) {
      if (seen.insert(file).second) paths_.push_back(std::move(file));
    }
  }
}

std::optional<FileSource::File> FileSource::next() {
  const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
  if (index >= paths_.size()) return std::nullopt;
  return read(paths_[index]);
}

FileSource::File FileSource::read(const std::string& path) const {
  File file{path, {}, std::nullopt};
  base::Result<std::string> content = base::read_file(path, limits_.file_bytes);
  if (!content.ok()) {
    file.error = std::move(content).error();
    return file;
  }
  file.bytes = std::move(content).value();
  const base::Compression compression = base::compression_of(file.bytes);
  if (compression != base::Compression::None) {
    base::Inflated inflated = base::inflate(file.bytes, compression, limits_.inflated_bytes);
    file.bytes = std::move(inflated.bytes);
    file.error = std::move(inflated.error);
  }
  if (file.bytes.empty() && !file.error)
    file.error = base::Error{base::Errc::Invalid, "empty file"};
  if (std::string_view(file.bytes).substr(0, kBinaryProbe).find('\0') != std::string_view::npos) {
    file.bytes.clear();
    if (!file.error) file.error = base::Error{base::Errc::Invalid, "binary data, no log"};
  }
  file.bytes.reserve(file.bytes.size() + json::kPadding);
  return file;
}

}  // namespace riposte::stream
