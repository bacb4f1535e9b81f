#include "respond/action_parts.h"

#include <algorithm>

#include "json/canonical.h"
#include "json/writer.h"
#include "respond/template.h"

// Tested by src/respond/named_action_test.cc

namespace riposte::respond {
namespace {

std::string canonical(const std::string& json) {
  base::Result<std::string> text = json::canonical(json);
  CHECK(text.ok(), "an action writes JSON");
  return std::move(text).value();
}

void write_templated(const json::Node& node, std::string& out) {
  if (node.is_string()) {
    out += json::quoted(escaped(node.text));
    return;
  }
  if (!node.is_container()) {
    out += node.text;
    return;
  }
  const bool is_object = node.is(json::Kind::Object);
  out += is_object ? '{' : '[';
  bool is_first = true;
  for (const json::Node& child : json::children(node)) {
    if (!is_first) out += ',';
    is_first = false;
    if (is_object) out += json::quoted(child.key) + ":";
    write_templated(child, out);
  }
  out += is_object ? '}' : ']';
}

Operation operation_of(std::string_view call) {
  const std::optional<Operation> operation = parse_operation(call);
  CHECK(operation.has_value(), "an action's calls are spelled as operations are");
  return *operation;
}

}  // namespace

Json::Json(std::string_view text)
    : data_(json::quoted(text)), templated_(json::quoted(escaped(text))) {}

Json::Json(bool flag) : data_(flag ? "true" : "false"), templated_(data_) {}

Json::Json(std::int64_t number) : data_(std::to_string(number)), templated_(data_) {}

Json::Json(const json::Node& node) : data_(json::canonical(node)) {
  write_templated(node, templated_);
}

Json Json::late(std::string_view reference) {
  Json json;
  json.data_ = json.templated_ = json::quoted("${" + std::string(reference) + "}");
  return json;
}

Json object(const std::vector<std::pair<std::string_view, Json>>& members) {
  Json json;
  for (const auto& [key, value] : members) {
    const std::string opening = (json.data_.empty() ? "{" : ",") + json::quoted(key) + ":";
    json.data_ += opening + value.data_;
    json.templated_ += opening + value.templated_;
  }
  json.data_ += json.data_.empty() ? "{}" : "}";
  json.templated_ += json.templated_.empty() ? "{}" : "}";
  return json;
}

Json list(const std::vector<Json>& items) {
  Json json;
  for (const Json& item : items) {
    const char* opening = json.data_.empty() ? "[" : ",";
    json.data_ += opening + item.data_;
    json.templated_ += opening + item.templated_;
  }
  json.data_ += json.data_.empty() ? "[]" : "]";
  json.templated_ += json.templated_.empty() ? "[]" : "]";
  return json;
}

Json is_now(const json::Node* node) {
  if (node == nullptr || node->is(json::Kind::Null)) return absent();
  return list({*node});
}

Json absent() { return list({object({{"exists", false}})}); }

StepParts::StepParts(const ActionRequest& request, std::string_view part, std::string_view call,
                     const Json& with)
    : with_(with) {
  step_.name = name_of_step(request, part);
  step_.call = planned(call, with, false);
  step_.changes = changes_something(step_.call.operation);
}

StepParts& StepParts::before(std::string_view read, const Json& with, const Json& expect) {
  step_.prechecks.push_back({planned(read, with, false), canonical(expect.data()), {}});
  before_.push_back(with);
  return *this;
}

StepParts& StepParts::after(std::string_view read, const Json& with, const Json& expect) {
  step_.verifications.push_back({planned(read, with, true), canonical(expect.data()), {}});
  return *this;
}

StepParts& StepParts::before_exactly(std::string_view read, const Json& with, const Json& members) {
  step_.prechecks.push_back({planned(read, with, false), {}, canonical(members.data())});
  before_.push_back(with);
  return *this;
}

StepParts& StepParts::after_exactly(std::string_view read, const Json& with, const Json& members) {
  step_.verifications.push_back({planned(read, with, true), {}, canonical(members.data())});
  return *this;
}

StepParts& StepParts::undo(std::string_view call, const Json& with) {
  step_.undo = planned(call, with, true);
  return *this;
}

StepParts& StepParts::irreversible() {
  step_.irreversible = true;
  return *this;
}

StepParts& StepParts::late() {
  step_.late = true;
  step_.call.with = canonical(with_.templated());
  for (std::size_t i = 0; i < before_.size(); ++i)
    step_.prechecks[i].call.with = canonical(before_[i].templated());
  return *this;
}

StepParts& StepParts::on_failure(OnFailure on_failure) {
  step_.on_failure = on_failure;
  return *this;
}

StepParts& StepParts::note(std::string says) {
  step_.note = std::move(says);
  return *this;
}

PlannedCall StepParts::planned(std::string_view call, const Json& with, bool as_template) const {
  return {operation_of(call), canonical(as_template ? with.templated() : with.data())};
}

std::string name_of_step(const ActionRequest& request, std::string_view part) {
  std::string name(request.step);
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_');
      },
      '-');
  while (name.ends_with('-'))
    name.pop_back();
  return name + "/" + std::string(part);
}

base::Result<json::OwnedDocument> read(FactReader& account, std::string_view call,
                                       const Json& with) {
  return account.read(operation_of(call), canonical(with.data()));
}

base::Error no_action(std::string message) { return {base::Errc::Invalid, std::move(message)}; }

std::vector<const json::Node*> items_of(const json::Node* node) {
  std::vector<const json::Node*> items;
  if (node == nullptr || !node->is_container()) return items;
  for (const json::Node& child : json::children(*node))
    items.push_back(&child);
  return items;
}

std::string_view first_text(std::initializer_list<std::string_view> texts) {
  for (std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

std::string_view event_text(const ActionRequest& request, std::string_view path) {
  return request.event == nullptr ? std::string_view() : request.event->string_at(path);
}

std::string_view event_name(const ActionRequest& request) {
  return event_text(request, "eventName");
}

}  // namespace riposte::respond
