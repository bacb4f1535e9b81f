#include "aws/quirks.h"

#include <algorithm>
#include <array>

#include "base/percent.h"

namespace riposte::aws {
namespace {

constexpr std::array<std::string_view, 9> kKeyMembers = {
    "Delimiter",     "Marker", "NextMarker",         "Prefix", "StartAfter", "KeyMarker",
    "NextKeyMarker", "Key",    "NextUploadKeyMarker"};

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Applies `change` to the texts that are called so, wherever they stand.
template <typename Names, typename Change>
void change_texts(Value& value, const Names& names, const Change& change) {
  if (Value::List* list = value.list()) {
    for (Value& item : *list)
      change_texts(item, names, change);
  } else if (Value::Object* object = value.object()) {
    for (Value::Member& member : *object) {
      const std::string* text = member.value.text();
      if (text != nullptr && is_one_of(names, member.name)) {
        member.value = change(*text);
      } else {
        change_texts(member.value, names, change);
      }
    }
  }
}

// As forms encode: a plus is a space.
std::string decode_key(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return base::percent_decode(text);
}

bool has_input(const Service& service, const Operation& operation, std::string_view name) {
  return operation.input && service.member(service.shape(*operation.input), name) != nullptr;
}

}  // namespace

bool mend_input(const Service& service, const Operation& operation, Value& input) {
  if (service.name() == "s3" && operation.name.starts_with("List") &&
      has_input(service, operation, "EncodingType") && input.find("EncodingType") == nullptr) {
    input.set("EncodingType", "url");
    return true;
  }
  if (service.name() == "route53" && operation.input && input.object() != nullptr) {
    for (Value::Member& member : *input.object()) {
      const Member* known = service.member(service.shape(*operation.input), member.name);
      const std::string* id = member.value.text();
      if (known == nullptr || id == nullptr) continue;
      const std::string_view shape = service.shape(*known).name;
      if (shape == "ResourceId" || shape == "DelegationSetId" || shape == "ChangeId")
        member.value = id->substr(id->rfind('/') + 1);
    }
  }
  return false;
}

void decode_keys(Value& output) {
  if (output.text_at("EncodingType") != "url") return;
  change_texts(output, kKeyMembers, decode_key);
  std::erase_if(*output.object(),
                [](const Value::Member& member) { return member.name == "EncodingType"; });
}

}  // namespace riposte::aws
