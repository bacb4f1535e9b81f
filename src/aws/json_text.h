#pragma once

// A JSON text with its tokens: a model, or what a service answered. Values that are not asked for
// cost nothing (json/raw_value.h).
//
// Threads: immutable; its values borrow it.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/raw_value.h"
#include "json/structure.h"

namespace riposte::aws {

class JsonText {
 public:
  // Invalid: not one JSON value, or nested deeper than json::kDepthMax. Copies the text.
  static base::Result<JsonText> parse(std::string_view text);
  // The same without a copy, of a text with json::kPadding readable bytes behind it.
  static base::Result<JsonText> borrow(std::string_view text);

  json::RawValue root() const { return structure_->value(0); }

 private:
  JsonText() = default;
  std::unique_ptr<std::string> copy_;  // does not move with us
  std::unique_ptr<json::Structure> structure_ = std::make_unique<json::Structure>();
};

// The key without its escapes; the text of a string without its escapes.
std::string key_text(const json::RawMember& member);
std::string string_text(const json::RawValue& value);

}  // namespace riposte::aws
