#include "aws/expression.h"

#include <algorithm>

#include "aws/json_text.h"

namespace riposte::aws {
namespace {

using base::Errc;
using base::Error;

// A value, alive as long as what it was found in.
using Found = std::shared_ptr<const Value>;

Found make(Value value) { return std::make_shared<const Value>(std::move(value)); }

// A part of what `whole` holds.
Found part(const Found& whole, const Value* value) { return {whole, value}; }

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::optional<double> number_of(const Value& value) {
  if (const std::int64_t* whole = value.integer()) return static_cast<double>(*whole);
  if (const double* real = value.real()) return *real;
  return std::nullopt;
}

bool are_equal(const Value& a, const Value& b) {
  const std::optional<double> left = number_of(a);
  const std::optional<double> right = number_of(b);
  return left && right ? *left == *right : a == b;
}

}  // namespace

bool is_truth(const Value& value) {
  if (value.is_null()) return false;
  if (const bool* flag = value.boolean()) return *flag;
  if (const std::string* text = value.text()) return !text->empty();
  if (const Value::List* list = value.list()) return !list->empty();
  if (const Value::Object* object = value.object()) return !object->empty();
  return true;
}

class Expression::Parser {
 public:
  Parser(std::string_view text, std::vector<Node>& nodes) : text_(text), nodes_(nodes) {}

  base::Result<std::size_t> parse_all() {
    const std::size_t root = TRY(parse_or());
    if (at_ != text_.size()) return broken("something follows the expression");
    return root;
  }

 private:
  Error broken(std::string_view why) const {
    return {Errc::Invalid, std::string(why) + " at byte " + std::to_string(at_) + " of \"" +
                               std::string(text_) + '"'};
  }

  std::size_t add(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    skip_space();
    return true;
  }
  bool sees(std::string_view token) {
    skip_space();
    return text_.substr(at_).starts_with(token);
  }

  base::Result<std::size_t> parse_or() {
    std::size_t left = TRY(parse_and());
    while (take("||")) {
      const std::size_t right = TRY(parse_and());
      left = add({.kind = Kind::Or, .left = left, .right = right});
    }
    return left;
  }

  base::Result<std::size_t> parse_and() {
    std::size_t left = TRY(parse_comparison());
    while (take("&&")) {
      const std::size_t right = TRY(parse_comparison());
      left = add({.kind = Kind::And, .left = left, .right = right});
    }
    return left;
  }

  base::Result<std::size_t> parse_comparison() {
    constexpr std::pair<std::string_view, Kind> kOperators[] = {
        {"==", Kind::Equal},          {"!=", Kind::NotEqual}, {"<=", Kind::LessOrEqual},
        {">=", Kind::GreaterOrEqual}, {"<", Kind::Less},      {">", Kind::Greater}};
    const std::size_t left = TRY(parse_not());
    for (const auto& [token, kind] : kOperators) {
      if (!take(token)) continue;
      const std::size_t right = TRY(parse_not());
      return add({.kind = kind, .left = left, .right = right});
    }
    return left;
  }

  base::Result<std::size_t> parse_not() {
    if (depth_ >= kExpressionDepthMax) return broken("nested too deep");
    ++depth_;
    base::Result<std::size_t> parsed = parse_not_within();
    --depth_;
    return parsed;
  }

  base::Result<std::size_t> parse_not_within() {
    if (!sees("!=") && take("!")) {
      const std::size_t left = TRY(parse_not());
      return add({.kind = Kind::Not, .left = left});
    }
    const std::size_t first = TRY(parse_first());
    return parse_chain(first, false);
  }

  // What an expression begins with.
  base::Result<std::size_t> parse_first() {
    skip_space();
    if (at_ >= text_.size()) return broken("the expression ends too early");
    const char c = text_[at_];
    if (take("(")) {
      const std::size_t inner = TRY(parse_or());
      if (!take(")")) return broken("a bracket is not closed");
      return inner;
    }
    if (take("@")) return add({});
    if (c == '`') return parse_literal();
    if (c == '\'') return parse_raw_text();
    if (c == '*') return broken("a wildcard cannot begin here");
    if (c == '[') return parse_bracket(add({}), false);
    return parse_name(add({}));
  }

  base::Result<std::size_t> parse_literal() {
    const std::size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return broken("a literal is not closed");
    const base::Result<JsonText> json = JsonText::parse(text_.substr(at_ + 1, end - at_ - 1));
    if (!json.ok()) return broken("a literal is not JSON");
    at_ = end + 1;
    return add({.kind = Kind::Literal, .literal = from_json(json->root())});
  }

  base::Result<std::size_t> parse_raw_text() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return broken("a text is not closed");
    const std::string_view content = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return add({.kind = Kind::Literal, .literal = content});
  }

  // A field of `left`, or a function.
  base::Result<std::size_t> parse_name(std::size_t left) {
    std::string name;
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t end = text_.find('"', at_ + 1);
      if (end == std::string_view::npos) return broken("a name is not closed");
      name = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else {
      while (at_ < text_.size() && is_name_character(text_[at_]))
        name += text_[at_++];
    }
    if (name.empty()) return broken("a name is missing");
    if (take("(")) return parse_function(name);
    return add({.kind = Kind::Field, .left = left, .name = std::move(name)});
  }

  base::Result<std::size_t> parse_function(std::string_view name) {
    Node node;
    node.kind = name == "length"     ? Kind::Length
                : name == "contains" ? Kind::Contains
                : name == "keys"     ? Kind::Keys
                                     : Kind::Current;
    if (node.kind == Kind::Current) return broken("no function " + std::string(name));
    node.left = TRY(parse_or());
    if (node.kind == Kind::Contains) {
      if (!take(",")) return broken("contains takes two values");
      node.right = TRY(parse_or());
    }
    if (!take(")")) return broken("a bracket is not closed");
    return add(std::move(node));
  }

  // Fields and brackets behind `left`. Within a projection the next [] ends it: it flattens what
  // the projection gives.
  base::Result<std::size_t> parse_chain(std::size_t left, bool in_projection) {
    while (true) {
      if (sees("[]") && in_projection) return left;
      if (sees("[")) {
        left = TRY(parse_bracket(left, true));
      } else if (take(".")) {
        if (take("*")) {
          const std::size_t right = TRY(parse_projected());
          left = add({.kind = Kind::ProjectValues, .left = left, .right = right});
        } else if (sees("[")) {
          left = TRY(parse_list(left));
        } else {
          left = TRY(parse_name(left));
        }
      } else {
        return left;
      }
    }
  }

  // The rest of the chain, to be asked of every element.
  base::Result<std::size_t> parse_projected() {
    if (depth_ >= kExpressionDepthMax) return broken("nested too deep");
    ++depth_;
    base::Result<std::size_t> parsed = parse_chain(add({}), true);
    --depth_;
    return parsed;
  }

  base::Result<std::size_t> parse_bracket(std::size_t left, bool is_behind) {
    if (take("[]")) {
      const std::size_t flat = add({.kind = Kind::Flatten, .left = left});
      const std::size_t right = TRY(parse_projected());
      return add({.kind = Kind::Project, .left = flat, .right = right});
    }
    if (take("[*]")) {
      const std::size_t right = TRY(parse_projected());
      return add({.kind = Kind::Project, .left = left, .right = right});
    }
    if (take("[?")) {
      const std::size_t condition = TRY(parse_or());
      if (!take("]")) return broken("a bracket is not closed");
      const std::size_t right = TRY(parse_projected());
      return add({.kind = Kind::Filter, .left = left, .right = right, .condition = condition});
    }
    const std::size_t digits = text_.find_first_not_of("-0123456789", at_ + 1);
    const bool is_index =
        digits != std::string_view::npos && digits > at_ + 1 && text_[digits] == ']';
    if (!is_index && !is_behind) return parse_list(left);
    if (!is_index) return broken("an index is not a number");
    const Value index = number_from(text_.substr(at_ + 1, digits - at_ - 1));
    if (index.integer() == nullptr) return broken("an index is not a number");
    at_ = digits + 1;
    return add({.kind = Kind::Index, .left = left, .index = *index.integer()});
  }

  // [a, b.c]
  base::Result<std::size_t> parse_list(std::size_t left) {
    Node node{.kind = Kind::List, .left = left};
    take("[");
    do {
      const std::size_t item = TRY(parse_or());
      node.items.push_back(item);
    } while (take(","));
    if (!take("]")) return broken("a bracket is not closed");
    return add(std::move(node));
  }

  std::string_view text_;
  std::vector<Node>& nodes_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

class Expression::Evaluation {
 public:
  explicit Evaluation(const std::vector<Node>& nodes) : nodes_(nodes) {}

  Found evaluate(std::size_t id, const Found& current) const {
    const Node& node = nodes_[id];
    switch (node.kind) {
      case Kind::Current:
        return current;
      case Kind::Field: {
        const Found left = evaluate(node.left, current);
        const Value* found = left->find(node.name);
        return found == nullptr ? make({}) : part(left, found);
      }
      case Kind::Index:
        return index(evaluate(node.left, current), node.index);
      case Kind::Flatten:
        return flatten(evaluate(node.left, current));
      case Kind::Project:
      case Kind::ProjectValues:
      case Kind::Filter:
        return project(node, evaluate(node.left, current));
      case Kind::List: {
        const Found left = evaluate(node.left, current);
        Value::List list;
        for (const std::size_t item : node.items)
          list.push_back(*evaluate(item, left));
        return left->is_null() ? left : make(std::move(list));
      }
      case Kind::Or: {
        Found left = evaluate(node.left, current);
        return is_truth(*left) ? left : evaluate(node.right, current);
      }
      case Kind::And: {
        Found left = evaluate(node.left, current);
        return is_truth(*left) ? evaluate(node.right, current) : left;
      }
      case Kind::Not:
        return make(!is_truth(*evaluate(node.left, current)));
      case Kind::Literal:
        return make(node.literal);
      case Kind::Length:
        return length(*evaluate(node.left, current));
      case Kind::Keys:
        return keys(*evaluate(node.left, current));
      case Kind::Contains:
        return contains(*evaluate(node.left, current), *evaluate(node.right, current));
      default:
        return compare(node.kind, *evaluate(node.left, current), *evaluate(node.right, current));
    }
  }

 private:
  static Found index(const Found& whole, std::int64_t index) {
    const Value::List* list = whole->list();
    if (list == nullptr) return make({});
    const auto size = static_cast<std::int64_t>(list->size());
    if (index < 0) index += size;
    if (index < 0 || index >= size) return make({});
    return part(whole, &(*list)[static_cast<std::size_t>(index)]);
  }

  static Found flatten(const Found& whole) {
    const Value::List* list = whole->list();
    if (list == nullptr) return make({});
    const auto is_list = [](const Value& value) { return value.list() != nullptr; };
    if (std::none_of(list->begin(), list->end(), is_list)) return whole;
    Value::List flat;
    for (const Value& item : *list) {
      if (const Value::List* inner = item.list()) {
        flat.insert(flat.end(), inner->begin(), inner->end());
      } else {
        flat.push_back(item);
      }
    }
    return make(std::move(flat));
  }

  Found project(const Node& node, const Found& whole) const {
    Value::List results;
    const auto add = [&](const Value& item) {
      const Found element = part(whole, &item);
      if (node.kind == Kind::Filter && !is_truth(*evaluate(node.condition, element))) return;
      const Found found = evaluate(node.right, element);
      if (!found->is_null()) results.push_back(*found);
    };
    if (const Value::Object* object = whole->object();
        object != nullptr && node.kind == Kind::ProjectValues) {
      for (const Value::Member& member : *object)
        add(member.value);
    } else if (const Value::List* list = whole->list();
               list != nullptr && node.kind != Kind::ProjectValues) {
      for (const Value& item : *list)
        add(item);
    } else {
      return make({});
    }
    return make(std::move(results));
  }

  static Found length(const Value& value) {
    std::size_t count = 0;
    if (const std::string* text = value.text()) {
      count = text->size();
    } else if (const Value::List* list = value.list()) {
      count = list->size();
    } else if (const Value::Object* object = value.object()) {
      count = object->size();
    } else {
      return make({});
    }
    return make(static_cast<std::int64_t>(count));
  }

  static Found keys(const Value& value) {
    if (value.object() == nullptr) return make({});
    Value::List names;
    for (const Value::Member& member : *value.object())
      names.emplace_back(member.name);
    return make(std::move(names));
  }

  static Found contains(const Value& whole, const Value& wanted) {
    if (const Value::List* list = whole.list()) {
      return make(std::any_of(list->begin(), list->end(),
                              [&](const Value& item) { return are_equal(item, wanted); }));
    }
    if (whole.text() == nullptr || wanted.text() == nullptr) return make(false);
    return make(whole.text()->find(*wanted.text()) != std::string::npos);
  }

  static Found compare(Kind kind, const Value& left, const Value& right) {
    if (kind == Kind::Equal) return make(are_equal(left, right));
    if (kind == Kind::NotEqual) return make(!are_equal(left, right));
    const std::optional<double> a = number_of(left);
    const std::optional<double> b = number_of(right);
    if (!a || !b) return make({});
    if (kind == Kind::Less) return make(*a < *b);
    if (kind == Kind::LessOrEqual) return make(*a <= *b);
    return make(kind == Kind::Greater ? *a > *b : *a >= *b);
  }

  const std::vector<Node>& nodes_;
};

base::Result<Expression> Expression::parse(std::string_view text) {
  if (text.size() > kExpressionBytesMax) {
    return Error{Errc::Invalid,
                 "an expression is longer than " + std::to_string(kExpressionBytesMax) + " bytes"};
  }
  Expression expression;
  expression.root_ = TRY(Parser(text, expression.nodes_).parse_all());
  return expression;
}

Value Expression::evaluate(const Value& root) const {
  const Found whole(std::shared_ptr<const Value>(), &root);  // borrowed
  return *Evaluation(nodes_).evaluate(root_, whole);
}

}  // namespace riposte::aws
