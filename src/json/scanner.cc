#include "json/scanner.h"

#include <algorithm>
#include <string>

#include "json/number_text.h"

namespace riposte::json {

using base::Done;
using base::Errc;
using base::Error;
using base::Status;

namespace {

// Objects with more members than this are checked for repeated keys by sorting instead of pairwise.
constexpr std::size_t kPairwiseMembersMax = 48;

std::string near_byte(std::size_t offset) { return " (near byte " + std::to_string(offset) + ")"; }

}  // namespace

Status DocumentBuilder::build(const RawValue& value, Document& document,
                              RepeatedKeys repeated_keys) {
  repeated_keys_ = repeated_keys;
  begin_ = value.begin();
  strings_.clear();
  document.clear();
  Status added = add(value, {}, document);
  if (!added.ok()) document.clear();
  return added;
}

Status DocumentBuilder::add(const RawValue& value, std::string_view key, Document& document) {
  if (document.size() >= kNodesMax) {
    return Error{Errc::Limit, "more than " + std::to_string(kNodesMax) + " values in one event" +
                                  near_byte(offset_of(value.begin()))};
  }
  const Kind kind = value.kind();
  if (!value.is_container()) {
    const std::string_view text = value.text();
    if (kind == Kind::Number && !is_number(text)) {
      return Error{Errc::Invalid, "not a number" + near_byte(offset_of(value.begin()))};
    }
    document.push_back({kind == Kind::String ? unescaped(text) : text, key, 1, kind});
    return Done{};
  }
  const std::size_t index = document.size();
  document.push_back({value.written(), key, 1, kind});
  TRY(add_children(value, document));
  document[index].size = static_cast<std::uint32_t>(document.size() - index);
  const bool has_keys = kind == Kind::Object && repeated_keys_ == RepeatedKeys::Refused;
  return has_keys ? check_keys(document[index]) : Done{};
}

Status DocumentBuilder::add_children(const RawValue& value, Document& document) {
  if (value.is(Kind::Object)) {
    for (const RawMember member : members(value))
      TRY(add(member.value, unescaped(member.key), document));
  } else {
    for (const RawValue element : elements(value))
      TRY(add(element, {}, document));
  }
  return Done{};
}

std::string_view DocumentBuilder::unescaped(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return text;
  append_unescaped(text, strings_.emplace_back());
  return strings_.back();
}

Status DocumentBuilder::check_keys(const Node& object) {
  keys_.clear();
  for (const Node& child : children(object))
    keys_.push_back(child.key);
  const auto repeated = [&](std::string_view key) {
    return Error{Errc::Invalid, "the key \"" + std::string(key.substr(0, 80)) +
                                    "\" stands twice in one object" +
                                    near_byte(offset_of(object.text.data()))};
  };
  if (keys_.size() <= kPairwiseMembersMax) {
    for (std::size_t i = 1; i < keys_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (keys_[i] == keys_[j]) return repeated(keys_[i]);
      }
    }
    return Done{};
  }
  std::sort(keys_.begin(), keys_.end());
  const auto twin = std::adjacent_find(keys_.begin(), keys_.end());
  return twin == keys_.end() ? Status(Done{}) : repeated(*twin);
}

Status Parser::parse(std::string_view bytes, Document& document, RepeatedKeys repeated_keys) {
  document.clear();
  TRY(structure_.index(bytes));
  const std::uint32_t behind = TRY(structure_.check(0));
  if (behind != structure_.count()) {
    return Error{Errc::Invalid,
                 "more text behind the value" +
                     near_byte(structure_.begin_of(behind) - structure_.begin_of(0))};
  }
  return builder_.build(root(), document, repeated_keys);
}

base::Result<OwnedDocument> OwnedDocument::parse(std::string_view text) {
  OwnedDocument owned;
  owned.text_->reserve(text.size() + kPadding);
  owned.text_->assign(text);
  TRY(owned.parser_->parse(*owned.text_, owned.nodes_));
  return owned;
}

}  // namespace riposte::json
