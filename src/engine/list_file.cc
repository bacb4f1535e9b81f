#include "engine/list_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <tuple>

#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "block/selection.h"
#include "json/canonical.h"
#include "json/writer.h"

// Tested by src/engine/enforcer_test.cc

namespace riposte::engine {
namespace {

using base::Errc;

base::Status write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error(errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return base::system_error(errno);
  return base::Done{};
}

}  // namespace

std::string list_of(const std::vector<block::Block>& blocks) {
  std::vector<block::Wanted> wanted = block::wanted_of(blocks, block::WhenFull::Worst);
  std::sort(wanted.begin(), wanted.end(), [](const block::Wanted& a, const block::Wanted& b) {
    return std::tie(a.network.first, a.network.prefix) <
           std::tie(b.network.first, b.network.prefix);
  });
  std::string text;
  for (const block::Wanted& each : wanted)
    text += base::to_text(each.network) + "\n";
  return text;
}

base::Result<block::Reconciled> reconcile_file(const block::Enforcement& enforcement,
                                               const std::vector<block::Block>& blocks) {
  const std::string wanted = list_of(blocks);
  block::Reconciled reconciled;
  reconciled.held = static_cast<std::size_t>(std::count(wanted.begin(), wanted.end(), '\n'));
  const base::Result<std::string> found = base::read_file(enforcement.id, kListBytesMax);
  if (!found.ok() && found.error().code != Errc::NotFound) return found.error();
  if (found.ok() && *found == wanted) return reconciled;
  json::Writer writer;
  writer.object([&] {
    writer.field("Path", enforcement.id);
    writer.field("Networks", static_cast<std::uint64_t>(reconciled.held));
    writer.field("Sha256", base::sha256_hex(wanted));
  });
  base::Result<std::string> with = json::canonical(writer.text());
  CHECK(with.ok(), "parameters are written as JSON");
  reconciled.changes.push_back({.operation = "file.Write", .with = std::move(with).value()});
  return reconciled;
}

base::Status write_list(const std::string& path, std::string_view text) {
  constexpr int kEverybodyReads = 0644;
  const std::string partial = path + ".partial";
  const int descriptor = ::open(
      partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kEverybodyReads);
  if (descriptor < 0) return base::system_error(errno).in(partial);
  base::Status written = write_all(descriptor, text);
  ::close(descriptor);
  if (!written.ok()) return std::move(written).error().in(partial);
  if (std::rename(partial.c_str(), path.c_str()) != 0) return base::system_error(errno).in(path);
  return base::Done{};
}

}  // namespace riposte::engine
