#pragma once

// The folder of published data that the suites ask (RIPOSTE_DATA), file by file. Nothing of its
// content is known here beyond its layout.
//
// Files are read the way a scan reads them: inflated, with the padding that the JSON reader wants
// behind them.
//
// Threads: immutable.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "report.h"

namespace riposte::conformance {

class Corpus {
 public:
  explicit Corpus(std::string root) : root_(std::move(root)) {}

  // The content of a file, or nothing: then the report names it as absent, or as unreadable.
  std::optional<std::string> read(const std::string& file, Report& report) const;

  // Every file at or below a folder, sorted, relative to the root. Where there is none, the report
  // names the folder as absent.
  std::vector<std::string> files(const std::string& folder, Report& report) const;
  // Folders directly inside a folder, sorted.
  std::vector<std::string> folders(const std::string& folder, Report& report) const;

  bool has(const std::string& file) const;
  std::string path_of(const std::string& file) const { return root_ + '/' + file; }

 private:
  std::string root_;
};

// One line of a .jsonl file: an object that lives as long as the call.
using OnRow = std::function<void(const json::Node& row, std::size_t line)>;

// Calls for every line that is a JSON object; one that is not fails as a case of `part`.
void each_row(std::string_view text, Part& part, const OnRow& on_row);

// The texts of the strings in an array; empty where there is no such array.
std::vector<std::string> strings_at(const json::Node& object, std::string_view key);

// By the name, compressed or not: one JSON text, or one a line.
bool is_json_file(std::string_view file);
bool is_json_lines_file(std::string_view file);

// "path/to/name.json.gz" -> "name", for ids that people read.
std::string stem_of(const std::string& file);
std::string file_name_of(const std::string& file);

}  // namespace riposte::conformance
