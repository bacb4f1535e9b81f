#pragma once

// What is wrong with something a person wrote (a rule, a pattern, a configuration): many at once,
// each with a stable code, its place, the line it stands on and what to do about it.
//
//     rules/a.yml:12:9: error[sigma-modifier]: unknown modifier "contain"
//      12 |   eventName|contain: Stop
//         |             ^ did you mean "contains"?
//
// Threads: confined to the reader that fills it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::base {

// Where in a text: lines and columns count from 1, columns in bytes. Line 0 means the text as a
// whole.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};

// The place of byte `offset` in `text`.
Place place_of(std::string_view text, std::size_t offset);

enum class Severity { Error, Warning, Note };

struct Diagnostic {
  Severity severity = Severity::Error;
  std::string code;     // stable, kebab-case, listed in docs/formats/rules.md
  std::string message;  // one sentence without a full stop
  std::string hint;     // what to do, may be empty
  std::string file;
  Place place;
  std::string
      snippet;  // of the line, at most kSnippetBytesMax around the place; filled by Diagnostics
  std::size_t snippet_column = 1;  // where in its line the snippet begins
};

inline constexpr std::size_t kSnippetBytesMax = 160;

class Diagnostics {
 public:
  // The text that following diagnostics speak of; snippets are cut from it.
  void set_source(std::string file, std::string_view text);

  void error(Place place, std::string code, std::string message, std::string hint = {});
  void warning(Place place, std::string code, std::string message, std::string hint = {});

  const std::vector<Diagnostic>& all() const { return all_; }
  std::size_t error_count() const { return error_count_; }
  bool ok() const { return error_count_ == 0; }
  const std::string& file() const { return file_; }

  void append(const Diagnostics& other);

 private:
  void add(Severity severity, Place place, std::string code, std::string message, std::string hint);

  std::string file_;
  std::vector<std::string> lines_;
  std::vector<Diagnostic> all_;
  std::size_t error_count_ = 0;
};

// The diagnostic as the picture above shows it, with a line break at the end.
std::string to_text(const Diagnostic& diagnostic);

// The candidate nearest to `word` (at most two edits away, a third of its length), or an empty
// text.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace riposte::base
