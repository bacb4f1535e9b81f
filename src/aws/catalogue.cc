#include "aws/catalogue.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "aws/bundle.h"
#include "base/diagnostics.h"
#include "base/files.h"
#include "base/inflate.h"
#include "json/writer.h"

namespace riposte::aws {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

constexpr std::string_view kPartitions = "partitions";

// A part of a service: its file, and its key in a piece.
struct Part {
  std::string_view file;
  std::string_view key;
};
constexpr Part kParts[] = {{"service-2.json", "service"},
                           {"endpoint-rule-set-1.json", "endpoint_rules"},
                           {"paginators-1.json", "paginators"},
                           {"waiters-2.json", "waiters"}};

const BundledPiece* bundled(std::string_view name) {
  const std::span<const BundledPiece> pieces = bundled_pieces();
  const auto found = std::find_if(pieces.begin(), pieces.end(),
                                  [name](const BundledPiece& piece) { return piece.name == name; });
  return found == pieces.end() ? nullptr : &*found;
}

base::Result<std::string> unpack(std::string_view bytes, std::size_t limit) {
  const base::Compression compression = base::compression_of(bytes);
  if (compression == base::Compression::None) return std::string(bytes);
  base::Inflated inflated = base::inflate(bytes, compression, limit);
  if (inflated.error) return *std::move(inflated.error);
  return std::move(inflated.bytes);
}

// The file, or the same with .gz behind its name.
base::Result<std::string> read_model_file(const fs::path& path) {
  std::error_code error;
  const fs::path zipped = path.string() + ".gz";
  const fs::path& there = fs::exists(path, error) ? path : zipped;
  base::Result<std::string> bytes = base::read_file(there.string(), kModelBytesMax);
  base::Result<std::string> text = bytes.ok() ? unpack(*bytes, kModelBytesMax) : std::move(bytes);
  if (!text.ok()) return std::move(text).error().in(there.string());
  return text;
}

// The folder of the newest version: versions are dates.
base::Result<fs::path> newest_version(const fs::path& folder) {
  fs::path newest;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && entry->path().filename() > newest.filename()) {
      newest = entry->path();
    }
  }
  if (newest.empty())
    return Error{Errc::NotFound, folder.string() + ": holds no version of a model"};
  return newest;
}

base::Result<std::string> read_from_folder(const fs::path& folder) {
  const fs::path version = TRY(newest_version(folder));
  std::string piece;
  for (const Part& part : kParts) {
    base::Result<std::string> text = read_model_file(version / part.file);
    if (!text.ok() && text.error().code == Errc::NotFound && part.key != "service") continue;
    if (!text.ok()) return std::move(text).error();
    piece += piece.empty() ? '{' : ',';
    piece += json::quoted(part.key) + ':' + *text;
  }
  return piece + '}';
}

// Of a service, and no way out of the folder.
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

base::Result<std::string> Catalogue::read_piece(std::string_view name) const {
  if (!is_name(name))
    return Error{Errc::NotFound, "no service is named \"" + std::string(name) + '"'};
  std::error_code error;
  if (const fs::path path = fs::path(folder_) / name;
      !folder_.empty() && name != kPartitions && fs::is_directory(path, error)) {
    return read_from_folder(path);
  }
  if (const BundledPiece* piece = bundled(name)) return unpack(piece->bytes, piece->size);
  const std::vector<std::string> known = names();
  const std::string meant = base::nearest(name, {known.begin(), known.end()});
  return Error{Errc::NotFound, "no model of a service named \"" + std::string(name) + '"' +
                                   (meant.empty() ? "" : ": did you mean \"" + meant + "\"?")};
}

base::Result<std::shared_ptr<const Service>> Catalogue::service(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = services_.find(name);
  if (known != services_.end()) return known->second;
  std::string text = TRY(read_piece(name));
  Service service = TRY(Service::read(std::string(name), std::move(text)));
  auto shared = std::make_shared<const Service>(std::move(service));
  services_.emplace(name, shared);
  return shared;
}

std::vector<std::string> Catalogue::names() const {
  std::set<std::string> names;
  for (const BundledPiece& piece : bundled_pieces()) {
    if (piece.name != kPartitions) names.emplace(piece.name);
  }
  std::error_code error;
  if (folder_.empty()) return {names.begin(), names.end()};
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && newest_version(entry->path()).ok()) {
      names.insert(entry->path().filename().string());
    }
  }
  return {names.begin(), names.end()};
}

base::Result<std::shared_ptr<const std::string>> Catalogue::partitions() {
  const std::lock_guard lock(mutex_);
  if (partitions_ == nullptr) {
    partitions_ = std::make_shared<const std::string>(TRY(read_piece(kPartitions)));
  }
  return partitions_;
}

std::string_view Catalogue::version() { return bundle_version(); }

}  // namespace riposte::aws
