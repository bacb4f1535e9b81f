#include "aws/json_text.h"

// Tested by src/aws/rpc_json_test.cc

namespace riposte::aws {

base::Result<JsonText> JsonText::borrow(std::string_view text) {
  JsonText parsed;
  json::Structure& structure = *parsed.structure_;
  TRY(structure.index(text));
  if (structure.count() == 0) return base::Error{base::Errc::Invalid, "no JSON value"};
  const std::uint32_t behind = TRY(structure.check(0));
  if (behind != structure.count()) {
    return base::Error{base::Errc::Invalid, "more than one JSON value"};
  }
  return parsed;
}

base::Result<JsonText> JsonText::parse(std::string_view text) {
  auto copy = std::make_unique<std::string>();
  copy->reserve(text.size() + json::kPadding);
  copy->append(text).append(json::kPadding, ' ');
  JsonText parsed = TRY(borrow(std::string_view(*copy).substr(0, text.size())));
  parsed.copy_ = std::move(copy);
  return parsed;
}

std::string key_text(const json::RawMember& member) {
  if (member.key.find('\\') == std::string_view::npos) return std::string(member.key);
  std::string text;
  json::append_unescaped(member.key, text);
  return text;
}

std::string string_text(const json::RawValue& value) {
  std::string buffer;
  return std::string(value.text(buffer));
}

}  // namespace riposte::aws
