#include "corpus.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/files.h"
#include "base/text.h"
#include "json/scanner.h"
#include "stream/log_file.h"

namespace riposte::conformance {

namespace fs = std::filesystem;

bool Corpus::has(const std::string& file) const {
  std::error_code error;
  return fs::is_regular_file(path_of(file), error);
}

std::optional<std::string> Corpus::read(const std::string& file, Report& report) const {
  if (!has(file)) {
    report.absent(file);
    return std::nullopt;
  }
  stream::LogFile log;
  std::string bytes(log.read_all(path_of(file)).bytes);
  if (log.error()) {
    report.unreadable(file, log.error()->message);
    return std::nullopt;
  }
  bytes.reserve(bytes.size() + json::kPadding);
  return bytes;
}

std::vector<std::string> Corpus::files(const std::string& folder, Report& report) const {
  std::vector<std::string> files;
  std::error_code error;
  if (fs::is_directory(path_of(folder), error)) {
    std::vector<base::Error> failures;
    files = base::list_files(path_of(folder), failures);
    for (const base::Error& failure : failures)
      report.unreadable(folder, failure.message);
  }
  for (std::string& file : files)
    file.erase(0, root_.size() + 1);
  if (files.empty()) report.absent(folder + '/');
  return files;
}

std::vector<std::string> Corpus::folders(const std::string& folder, Report& report) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_of(folder), error)) {
    if (entry.is_directory(error)) names.push_back(folder + '/' + entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  if (names.empty()) report.absent(folder + '/');
  return names;
}

void each_row(std::string_view text, Part& part, const OnRow& on_row) {
  std::size_t number = 0;
  for (std::string_view line : base::split(text, '\n')) {
    ++number;
    if (base::trim(line).empty()) continue;
    const base::Result<json::OwnedDocument> row = json::OwnedDocument::parse(line);
    if (!row.ok()) {
      part.fail(fmt::format("{}:{}", part.name(), number), row.error().message);
    } else if (!row->root().is(json::Kind::Object)) {
      part.fail(fmt::format("{}:{}", part.name(), number), "the line is no JSON object");
    } else {
      on_row(row->root(), number);
    }
  }
}

std::vector<std::string> strings_at(const json::Node& object, std::string_view key) {
  std::vector<std::string> strings;
  const json::Node* array = object.find(key);
  if (array == nullptr || !array->is(json::Kind::Array)) return strings;
  for (const json::Node& item : json::children(*array)) {
    if (item.is_string()) strings.emplace_back(item.text);
  }
  return strings;
}

bool is_json_file(std::string_view file) {
  return file.ends_with(".json") || file.ends_with(".json.gz");
}

bool is_json_lines_file(std::string_view file) {
  return file.ends_with(".jsonl") || file.ends_with(".jsonl.gz");
}

std::string file_name_of(const std::string& file) { return file.substr(file.rfind('/') + 1); }

std::string stem_of(const std::string& file) {
  std::string name = file_name_of(file);
  for (std::string_view ending : {".gz", ".jsonl", ".json", ".yml", ".yaml"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  return name;
}

}  // namespace riposte::conformance
