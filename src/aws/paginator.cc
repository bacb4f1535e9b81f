#include "aws/paginator.h"

#include <algorithm>

#include "aws/json_text.h"
#include "base/text.h"

namespace riposte::aws {
namespace {

using base::Errc;
using base::Error;

// One text or a list of them.
std::vector<std::string> texts_of(const Value* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  if (value->text() != nullptr) texts.push_back(*value->text());
  if (const Value::List* list = value->list()) {
    for (const Value& item : *list) {
      if (item.text() != nullptr) texts.push_back(*item.text());
    }
  }
  return texts;
}

Value* find_at(Value& value, std::string_view dotted_path) {
  Value* found = &value;
  for (const std::string_view name : base::split(dotted_path, '.')) {
    Value::Object* object = found->object();
    if (object == nullptr) return nullptr;
    const auto member = std::find_if(object->begin(), object->end(),
                                     [name](const auto& each) { return each.name == name; });
    if (member == object->end()) return nullptr;
    found = &member->value;
  }
  return found;
}

}  // namespace

base::Result<std::optional<Paginator>> Paginator::find(const Service& service,
                                                       std::string_view operation) {
  if (service.paginators().empty()) return std::optional<Paginator>();
  const JsonText text = TRY(JsonText::parse(service.paginators()));
  const json::RawValue all = text.root().find("pagination");
  const json::RawValue entry = all ? all.find(operation) : json::RawValue();
  if (!entry) return std::optional<Paginator>();
  const Value written = from_json(entry);

  Paginator paginator;
  paginator.input_tokens_ = texts_of(written.find("input_token"));
  for (const std::string& token : texts_of(written.find("output_token"))) {
    Expression expression = TRY(Expression::parse(token));
    paginator.output_tokens_.push_back(std::move(expression));
  }
  if (paginator.input_tokens_.empty() ||
      paginator.input_tokens_.size() != paginator.output_tokens_.size()) {
    return Error{Errc::Invalid, "the paginator of " + std::string(operation) + " has no tokens"};
  }
  if (const std::string_view more = written.text_at("more_results"); !more.empty()) {
    paginator.more_results_ = TRY(Expression::parse(more));
  }
  paginator.result_keys_ = texts_of(written.find("result_key"));
  paginator.limit_key_ = written.text_at("limit_key");
  return std::optional(std::move(paginator));
}

void Paginator::collect(Value page, Value& all) const {
  if (all.is_null()) {
    all = std::move(page);
    return;
  }
  for (const std::string& key : result_keys_) {
    Value* from = find_at(page, key);
    Value* to = find_at(all, key);
    if (from == nullptr || from->list() == nullptr) continue;
    if (to == nullptr) {
      // Only a first page that lacks a list altogether comes here, and its parents are there.
      const std::size_t dot = key.rfind('.');
      Value* parent = dot == std::string::npos ? &all : find_at(all, key.substr(0, dot));
      if (parent != nullptr) parent->set(key.substr(dot + 1), std::move(*from));
    } else if (to->list() != nullptr) {
      std::move(from->list()->begin(), from->list()->end(), std::back_inserter(*to->list()));
    }
  }
}

bool Pages::advance(const Value& answer, Value& input) {
  if (paginator_.more_results_ && !is_truth(paginator_.more_results_->evaluate(answer)))
    return false;
  std::vector<Value> tokens;
  for (const Expression& expression : paginator_.output_tokens_)
    tokens.push_back(expression.evaluate(answer));
  if (std::none_of(tokens.begin(), tokens.end(), is_truth)) return false;
  if (tokens == last_tokens_) {
    repeated_ = true;
    return false;
  }
  for (std::size_t i = 0; i < tokens.size(); ++i)
    input.set(paginator_.input_tokens_[i], tokens[i]);  // null: not given
  last_tokens_ = std::move(tokens);
  return true;
}

}  // namespace riposte::aws
