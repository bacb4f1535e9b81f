// Arbitrary bytes as an event pattern: it is read or refused with a reason, as a tree and as a text
// alike.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rule/eventbridge_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte;
  const std::string text(reinterpret_cast<const char*>(data), size);

  base::Diagnostics as_text;
  const json::Value quoted(json::Value::Kind::String, text, {1, 1});
  const std::optional<rule::Condition> from_text = rule::read_eventbridge(quoted, as_text);
  if (from_text.has_value() != as_text.ok())
    std::abort();  // refused without a reason, or the other way round
  if (from_text) static_cast<void>(rule::to_text(*from_text));

  base::Diagnostics as_tree;
  const std::optional<json::Value> tree = json::read_json(text, as_tree);
  if (!tree) return 0;
  const std::optional<rule::Condition> from_tree = rule::read_eventbridge(*tree, as_tree);
  const bool same = tree->is_string() || from_tree.has_value() == from_text.has_value();
  if (!same) std::abort();
  return 0;
}
