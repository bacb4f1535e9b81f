#pragma once

// Bytes to a Document: every value of a text, for who wants to look around in it.
//
// What is refused, each with the byte offset: what Structure refuses (structure.h), numbers that
// are not spelled as RFC 8259 says, an object that names a key twice (two readers of the same
// record would see different events), and more than kNodesMax values.
//
// Cost: a nanosecond for every few bytes; after the first few events only what had escapes is
// allocated.
//
// Threads: confined to its owner. A Document lives until its Parser parses again or dies.

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"
#include "json/structure.h"

namespace riposte::json {

inline constexpr std::size_t kNodesMax = 4'000'000;

// Whether an object may name a key twice: an event never, a pattern whose author relies on the last
// one winning may.
enum class RepeatedKeys : bool { Refused, Allowed };

// Builds the nodes of values whose text is checked already.
class DocumentBuilder {
 public:
  // `document` borrows the text of `value` and this builder.
  base::Status build(const RawValue& value, Document& document,
                     RepeatedKeys repeated_keys = RepeatedKeys::Refused);

 private:
  base::Status add(const RawValue& value, std::string_view key, Document& document);
  base::Status add_children(const RawValue& value, Document& document);
  std::string_view unescaped(std::string_view text);
  std::size_t offset_of(const char* place) const {
    return static_cast<std::size_t>(place - begin_);
  }
  base::Status check_keys(const Node& object);

  RepeatedKeys repeated_keys_ = RepeatedKeys::Refused;
  const char* begin_ = nullptr;  // of the value under construction
  std::vector<std::string_view> keys_;
  std::deque<std::string> strings_;  // those that had escapes; none moves when another comes
};

class Parser {
 public:
  // `bytes` is followed by kPadding readable bytes; `document` borrows it and this parser.
  base::Status parse(std::string_view bytes, Document& document,
                     RepeatedKeys repeated_keys = RepeatedKeys::Refused);

  // What was parsed last.
  RawValue root() const { return structure_.value(0); }

 private:
  Structure structure_;
  DocumentBuilder builder_;
};

// Copies `text`, puts the padding behind it, and keeps parser and nodes together: for single values
// off the hot path.
class OwnedDocument {
 public:
  static base::Result<OwnedDocument> parse(std::string_view text);
  const Node& root() const { return nodes_.front(); }
  RawValue raw() const { return parser_->root(); }

 private:
  OwnedDocument() = default;
  std::unique_ptr<std::string> text_ = std::make_unique<std::string>();
  std::unique_ptr<Parser> parser_ = std::make_unique<Parser>();
  Document nodes_;
};

}  // namespace riposte::json
