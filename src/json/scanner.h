#pragma once

// The gate to simdjson: bytes to a Document.
//
// What is refused, each with the byte offset: text that is not JSON, invalid UTF-8, an object that
// names a key twice (two readers of the same record would see different events), nesting deeper
// than kDepthMax, and more than kNodesMax nodes. A string whose escapes are broken (half a
// surrogate pair) is kept as written: losing an event for the sake of a strange user agent would
// help only the attacker.
//
// Cost: one pass over the bytes; after the first few events nothing is allocated.
//
// Threads: confined to its owner. A Document lives until its Parser parses again or dies.

#include <memory>
#include <string_view>

#include "base/result.h"
#include "json/document.h"

namespace riposte::json {

inline constexpr std::size_t kDepthMax = 128;
inline constexpr std::size_t kNodesMax = 4'000'000;

// Whether an object may name a key twice: an event never, a pattern whose author relies on the last
// one winning may.
enum class RepeatedKeys : bool { Refused, Allowed };

// Bytes that must be readable (of any content) behind every text given to a Parser.
inline constexpr std::size_t kPadding = 64;

class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // `bytes` is followed by kPadding readable bytes; `document` borrows it and this parser.
  base::Status parse(std::string_view bytes, Document& document,
                     RepeatedKeys repeated_keys = RepeatedKeys::Refused);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Copies `text`, puts the padding behind it, and keeps parser and nodes together: for single values
// off the hot path.
class OwnedDocument {
 public:
  static base::Result<OwnedDocument> parse(std::string_view text);
  const Node& root() const { return nodes_.front(); }

 private:
  OwnedDocument() = default;
  std::unique_ptr<std::string> text_ = std::make_unique<std::string>();
  Parser parser_;
  Document nodes_;
};

}  // namespace riposte::json
