#include "aws/endpoint_rules.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "net/url.h"

namespace riposte::aws {
namespace {

using json::Kind;
using json::Node;

base::Error broken(std::string message) {
  return {base::Errc::Invalid, "the endpoint rules are not understood: " + std::move(message)};
}

// RFC 1123: letters, digits and hyphens, none of these at an end.
bool is_host_label(std::string_view label) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !label.empty() && label.size() <= 63 && is_alphanumeric(label.front()) &&
         is_alphanumeric(label.back()) && std::all_of(label.begin(), label.end(), [&](char c) {
           return is_alphanumeric(c) || c == '-';
         });
}

bool is_host_label(std::string_view text, bool allow_subdomains) {
  if (!allow_subdomains) return is_host_label(text);
  const std::vector<std::string_view> labels = base::split(text, '.');
  return std::all_of(labels.begin(), labels.end(),
                     [](std::string_view label) { return is_host_label(label); });
}

bool is_ipv4(std::string_view text) {
  const std::vector<std::string_view> parts = base::split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 3 &&
                  std::all_of(part.begin(), part.end(),
                              [](char c) { return c >= '0' && c <= '9'; });
         });
}

bool is_virtual_hostable_bucket(std::string_view name, bool allow_subdomains) {
  return name.size() >= 3 && base::lower(name) == name && !is_ipv4(name) &&
         is_host_label(name, allow_subdomains);
}

Value parse_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return {};
  std::vector<std::string_view> parts = base::split(text, ':');
  if (parts.size() < 6) return {};
  const std::string_view resource =
      text.substr(static_cast<std::size_t>(parts[5].data() - text.data()));
  if (parts[1].empty() || parts[2].empty() || resource.empty()) return {};
  Value::List ids;
  std::string by_slash(resource);
  std::replace(by_slash.begin(), by_slash.end(), ':', '/');
  for (const std::string_view id : base::split(by_slash, '/'))
    ids.emplace_back(id);
  return Value::Object{{"partition", parts[1]},
                       {"service", parts[2]},
                       {"region", parts[3]},
                       {"accountId", parts[4]},
                       {"resourceId", std::move(ids)}};
}

Value parse_url(std::string_view text) {
  const std::optional<net::Url> url = net::read_url(text);
  if (!url || !url->query.empty()) return {};
  std::string normal = net::percent_encode(url->path, "/");
  if (!normal.ends_with('/')) normal += '/';
  const bool is_ip = url->host.starts_with('[') || is_ipv4(url->host_name());
  return Value::Object{{"scheme", url->scheme},
                       {"authority", url->host},
                       {"path", url->path},
                       {"normalizedPath", std::move(normal)},
                       {"isIp", is_ip}};
}

// `start` inclusive, `stop` exclusive, from the other end if `reverse`.
Value substring(std::string_view text, std::int64_t start, std::int64_t stop, bool reverse) {
  const auto size = static_cast<std::int64_t>(text.size());
  const bool is_ascii = std::all_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (start < 0 || start >= stop || size < stop || !is_ascii) return {};
  const std::int64_t from = reverse ? size - stop : start;
  return text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(stop - start));
}

// "resourceId[1]" within a record: names with dots between them, the last with an index.
Value get_attribute(const Value& value, std::string_view path) {
  const Value* found = &value;
  for (std::string_view part : base::split(path, '.')) {
    std::optional<std::size_t> index;
    if (const std::size_t bracket = part.find('['); bracket != std::string_view::npos) {
      std::size_t number = 0;
      std::from_chars(part.data() + bracket + 1, part.data() + part.size(), number);
      index = number;
      part = part.substr(0, bracket);
    }
    if (!part.empty()) found = found->find(part);
    if (found == nullptr) return {};
    if (!index) continue;
    const Value::List* list = found->list();
    if (list == nullptr || *index >= list->size()) return {};
    found = &(*list)[*index];
  }
  return *found;
}

// One walk through the tree. The names that conditions assign are a stack: a rule forgets its own
// when it does not lead anywhere.
class Walk {
 public:
  Walk(const Value& parameters, const Partitions& partitions)
      : scope_(*parameters.object()), partitions_(partitions) {}

  // Null: no rule of the list holds.
  base::Result<std::optional<EndpointRules::Outcome>> try_rules(const Node& rules) {
    for (const Node& rule : json::children(rules)) {
      const std::size_t depth = scope_.size();
      std::optional<EndpointRules::Outcome> outcome = TRY(try_rule(rule));
      if (outcome) return outcome;
      scope_.resize(depth);
    }
    return std::optional<EndpointRules::Outcome>();
  }

 private:
  base::Result<std::optional<EndpointRules::Outcome>> try_rule(const Node& rule) {
    if (const Node* conditions = rule.find("conditions")) {
      for (const Node& condition : json::children(*conditions)) {
        Value result = TRY(call(condition));
        const bool* flag = result.boolean();
        if (result.is_null() || (flag != nullptr && !*flag))
          return std::optional<EndpointRules::Outcome>();
      }
    }
    const std::string_view type = rule.string_at("type");
    if (type == "tree") {
      const Node* rules = rule.find("rules");
      if (rules == nullptr) return broken("a tree without rules");
      return try_rules(*rules);
    }
    if (type == "error") {
      const Node* error = rule.find("error");
      Value message = error == nullptr ? Value() : TRY(value_of(*error));
      return base::Error{base::Errc::Invalid, message.text() ? *message.text() : "no endpoint"};
    }
    const Node* endpoint = rule.find("endpoint");
    if (type != "endpoint" || endpoint == nullptr) return broken("a rule of an unknown type");
    EndpointRules::Outcome outcome = TRY(read_endpoint(*endpoint));
    return std::optional(std::move(outcome));
  }

  base::Result<EndpointRules::Outcome> read_endpoint(const Node& endpoint) {
    EndpointRules::Outcome outcome;
    const Node* url = endpoint.find("url");
    const Value text = url == nullptr ? Value() : TRY(value_of(*url));
    if (text.text() == nullptr) return broken("an endpoint without a URL");
    outcome.url = *text.text();
    outcome.properties = Value(Value::Object());
    if (const Node* properties = endpoint.find("properties"))
      outcome.properties = TRY(filled(*properties));
    if (const Node* headers = endpoint.find("headers")) {
      for (const Node& header : json::children(*headers)) {
        for (const Node& item : json::children(header)) {
          const Value value = TRY(value_of(item));
          if (value.text() == nullptr) return broken("a header that is no text");
          outcome.headers.push_back({std::string(header.key), *value.text()});
        }
      }
    }
    return outcome;
  }

  // JSON with its templates filled in; {"ref"} and {"fn"} mean nothing here.
  base::Result<Value> filled(const Node& node) {
    if (node.is(Kind::Array)) {
      Value::List list;
      for (const Node& item : json::children(node)) {
        Value value = TRY(filled(item));
        list.push_back(std::move(value));
      }
      return Value(std::move(list));
    }
    if (node.is(Kind::Object)) {
      Value::Object object;
      for (const Node& item : json::children(node)) {
        Value value = TRY(filled(item));
        object.push_back({std::string(item.key), std::move(value)});
      }
      return Value(std::move(object));
    }
    return value_of(node);
  }

  const Value* find(std::string_view name) const {
    const auto found = std::find_if(scope_.rbegin(), scope_.rend(),
                                    [name](const Value::Member& it) { return it.name == name; });
    return found == scope_.rend() ? nullptr : &found->value;
  }

  base::Result<Value> value_of(const Node& node) {
    switch (node.kind) {
      case Kind::String:
        return fill(node.text);
      case Kind::Number:
        return number_from(node.text);
      case Kind::True:
      case Kind::False:
        return Value(node.is(Kind::True));
      case Kind::Null:
        return Value();
      case Kind::Array:
        return filled(node);
      case Kind::Object:
        break;
    }
    if (node.find("fn") != nullptr) return call(node);
    if (node.find("ref") == nullptr) return broken("an object that is neither fn nor ref");
    const Value* value = find(node.string_at("ref"));
    return value == nullptr ? Value() : *value;
  }

  // "https://{Bucket}.{partition#dnsSuffix}"; braces twice are braces.
  base::Result<Value> fill(std::string_view text) {
    if (text.find_first_of("{}") == std::string_view::npos) return Value(text);
    std::string filled;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c != '{' && c != '}') {
        filled += c;
      } else if (i + 1 < text.size() && text[i + 1] == c) {
        filled += c;
        ++i;
      } else {
        const std::size_t end = c == '{' ? text.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos) return broken("a brace without its pair");
        const std::vector<std::string_view> names =
            base::split(text.substr(i + 1, end - i - 1), '#');
        const Value* value = find(names.front());
        for (std::size_t part = 1; part < names.size() && value != nullptr; ++part)
          value = value->find(names[part]);
        if (value == nullptr || value->text() == nullptr)
          return broken("nothing to put into \"" + std::string(text) + '"');
        filled += *value->text();
        i = end;
      }
    }
    return Value(std::move(filled));
  }

  base::Result<Value> call(const Node& function) {
    std::vector<Value> arguments;
    if (const Node* given = function.find("argv")) {
      for (const Node& argument : json::children(*given)) {
        Value value = TRY(value_of(argument));
        arguments.push_back(std::move(value));
      }
    }
    Value result = TRY(apply(function.string_at("fn"), arguments));
    const std::string_view assigned = function.string_at("assign");
    if (!assigned.empty()) scope_.push_back({std::string(assigned), result});
    return result;
  }

  base::Result<Value> apply(std::string_view name, const std::vector<Value>& arguments) {
    const auto text = [&](std::size_t i) {
      return i < arguments.size() ? arguments[i].text() : nullptr;
    };
    const auto flag = [&](std::size_t i) {
      const bool* given = i < arguments.size() ? arguments[i].boolean() : nullptr;
      return given != nullptr && *given;
    };
    const auto number = [&](std::size_t i) {
      const std::int64_t* given = i < arguments.size() ? arguments[i].integer() : nullptr;
      return given != nullptr ? *given : -1;
    };
    if (arguments.empty()) return broken("a function without arguments");
    const Value& first = arguments.front();
    if (name == "isSet") return Value(!first.is_null());
    if (name == "not") return Value(first.is_null() || (first.boolean() && !*first.boolean()));
    if (name == "booleanEquals") return Value(flag(0) == flag(1) && first.boolean() != nullptr);
    if (name == "stringEquals") {
      return Value(text(0) != nullptr && text(1) != nullptr && *text(0) == *text(1));
    }
    if (name == "getAttr" && text(1) != nullptr) return get_attribute(first, *text(1));
    if (name == "aws.partition") {
      return partitions_.of(text(0) == nullptr ? std::string_view() : *text(0));
    }
    // The others take text, and give nothing for anything else.
    const bool is_about_text = name == "isValidHostLabel" || name == "substring" ||
                               name == "parseURL" || name == "aws.parseArn" ||
                               name == "aws.isVirtualHostableS3Bucket" || name == "uriEncode";
    if (!is_about_text) return broken("no function \"" + std::string(name) + '"');
    if (text(0) == nullptr) return Value();
    if (name == "isValidHostLabel") return Value(is_host_label(*text(0), flag(1)));
    if (name == "substring") return substring(*text(0), number(1), number(2), flag(3));
    if (name == "parseURL") return parse_url(*text(0));
    if (name == "aws.parseArn") return parse_arn(*text(0));
    if (name == "uriEncode") return Value(net::percent_encode(*text(0)));
    return Value(is_virtual_hostable_bucket(*text(0), flag(1)));
  }

  Value::Object scope_;
  const Partitions& partitions_;
};

}  // namespace

base::Result<EndpointRules> EndpointRules::read(std::string_view json) {
  EndpointRules rules(TRY(json::OwnedDocument::parse(json)));
  const Node* parameters = rules.document_.root().find("parameters");
  if (parameters == nullptr || rules.document_.root().find("rules") == nullptr)
    return broken("no parameters or no rules");
  for (const Node& parameter : json::children(*parameters))
    rules.parameters_.push_back({parameter.key, parameter.string_at("builtIn")});
  return rules;
}

base::Result<EndpointRules::Outcome> EndpointRules::resolve(const Value& given,
                                                            const Partitions& partitions) const {
  Value parameters = Value(Value::Object());
  for (const Node& parameter : json::children(*document_.root().find("parameters"))) {
    const Value* value = given.find(parameter.key);
    const Node* otherwise = parameter.find("default");
    if (value != nullptr && !value->is_null()) {
      parameters.set(parameter.key, *value);
    } else if (otherwise != nullptr) {
      const bool is_flag = otherwise->is(Kind::True) || otherwise->is(Kind::False);
      parameters.set(parameter.key,
                     is_flag ? Value(otherwise->is(Kind::True)) : Value(otherwise->text));
    } else if (const Node* required = parameter.find("required");
               required != nullptr && required->is(Kind::True)) {
      return base::Error{base::Errc::Invalid, "the endpoint needs a " + std::string(parameter.key)};
    }
  }
  Walk walk(parameters, partitions);
  std::optional<Outcome> outcome = TRY(walk.try_rules(*document_.root().find("rules")));
  if (!outcome) return broken("no rule holds");
  return std::move(*outcome);
}

}  // namespace riposte::aws
