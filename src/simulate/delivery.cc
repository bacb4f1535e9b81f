#include "simulate/delivery.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/inflate.h"
#include "base/text.h"

// Tested by tests/integration/simulate_test.py

namespace riposte::simulate {
namespace {

std::string records_of(const std::vector<std::string>& records) {
  return "{\"Records\":[" + base::join(records, ",") + "]}";
}

base::Status write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (file.flush()) return base::Done{};
  return base::Error{base::Errc::Io, path.string() + " could not be written"};
}

}  // namespace

void Delivery::add_line(const std::string& log, std::string_view line) {
  std::string& text = logs_[log];
  text.append(line).append("\n");
}

base::Status Delivery::write(const std::string& folder, const std::string& account,
                             const std::string& region, base::EventTime now) const {
  const std::filesystem::path root(folder);
  if (!records_.empty()) {
    constexpr std::size_t kTail = 16;  // of the random end of CloudTrail's names
    const base::CivilTime at = base::civil(now);
    const std::string text = records_of(records_);
    const std::string name = fmt::format(
        "{}_CloudTrail_{}_{}{:02}{:02}T{:02}{:02}Z_{}.json.gz", account, region, at.year, at.month,
        at.day, at.hour, at.minute, base::sha256_hex(text).substr(0, kTail));
    TRY(write_file(root / "AWSLogs" / account / "CloudTrail" / region / std::to_string(at.year) /
                       fmt::format("{:02}", at.month) / fmt::format("{:02}", at.day) / name,
                   base::gzip(text)));
  }
  for (const auto& [name, text] : logs_)
    TRY(write_file(root / "logs" / name, text));
  for (const auto& [table, records] : streams_)
    TRY(write_file(root / "streams" / (table + ".json"), records_of(records)));
  return base::Done{};
}

}  // namespace riposte::simulate
