#include "respond/look.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "event/event.h"
#include "json/canonical.h"
#include "json/utf8.h"
#include "json/writer.h"
#include "match/reference_matcher.h"
#include "rule/eventbridge_reader.h"

namespace riposte::respond {
namespace {

using json::Node;

// The beginning of a text that may be long, cut on a character.
std::string shortened(std::string text) {
  if (text.size() <= kFoundBytesMax) return text;
  std::size_t end = kFoundBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

bool matches(std::string_view pattern, const json::OwnedDocument& answer) {
  base::Diagnostics diagnostics;
  const std::optional<json::Value> value = json::read_json(pattern, diagnostics);
  if (!value) return false;
  const std::optional<rule::Condition> condition = rule::read_eventbridge(*value, diagnostics);
  if (!condition) return false;  // not certain: it does not hold
  event::Event event;
  event.record = event.envelope = &answer.root();
  event.raw.record = event.raw.envelope = answer.raw();
  return match::ReferenceMatcher::holds(*condition, event);
}

// Every value at the path; lists are passed through.
void add_found(const Node& node, const std::vector<std::string>& path, std::size_t i,
               std::vector<std::string>& found) {
  if (node.is(json::Kind::Array)) {
    for (const Node& element : json::children(node))
      add_found(element, path, i, found);
  } else if (i == path.size()) {
    found.push_back(json::canonical(node));
  } else if (const Node* member = node.is(json::Kind::Object) ? node.find(path[i]) : nullptr) {
    add_found(*member, path, i + 1, found);
  }
}

// Holds every field of a pattern alone against the answer.
class FieldByField {
 public:
  explicit FieldByField(const json::OwnedDocument& answer) : answer_(answer) {}

  void add(const Node& pattern) {
    if (pattern.is(json::Kind::Object) && pattern.find("$or") == nullptr) {
      for (const Node& member : json::children(pattern)) {
        path_.emplace_back(member.key);
        add(member);
        path_.pop_back();
      }
      return;
    }
    std::string alone;
    for (const std::string& key : path_)
      alone.append("{").append(json::quoted(key)).append(":");
    alone.append(json::canonical(pattern)).append(path_.size(), '}');
    if (matches(alone, answer_)) return;
    std::vector<std::string> found;
    add_found(answer_.root(), path_, 0, found);
    differences.push_back(base::join(path_, ".") + ": expected " +
                          shortened(json::canonical(pattern)) + ", found " +
                          (found.empty() ? "nothing" : shortened(base::join(found, ", "))));
  }

  std::vector<std::string> differences;

 private:
  const json::OwnedDocument& answer_;
  std::vector<std::string> path_;
};

bool is_set(const Node& node) {
  return node.is(json::Kind::Array) && (node.key == "SS" || node.key == "NS" || node.key == "BS");
}

// As it is, but for sets, which are sorted.
void write_in_order(const Node& node, json::Writer& writer) {
  if (is_set(node)) {
    std::vector<const Node*> items;
    for (const Node& item : json::children(node))
      items.push_back(&item);
    std::sort(items.begin(), items.end(),
              [](const Node* a, const Node* b) { return a->text < b->text; });
    writer.array([&] {
      for (const Node* item : items)
        writer.value(*item);
    });
  } else if (node.is(json::Kind::Array)) {
    writer.array([&] {
      for (const Node& item : json::children(node))
        write_in_order(item, writer);
    });
  } else if (node.is(json::Kind::Object)) {
    writer.object([&] {
      for (const Node& member : json::children(node)) {
        writer.key(member.key);
        write_in_order(member, writer);
      }
    });
  } else {
    writer.value(node);
  }
}

// Every scalar and empty container by its path.
void add_values(const Node& node, const std::string& path,
                std::map<std::string, std::string>& values) {
  if (!node.is_container() || node.size == 1) {
    values[path] = json::canonical(node);
    return;
  }
  std::size_t index = 0;
  for (const Node& child : json::children(node)) {
    add_values(child,
               node.is(json::Kind::Array)
                   ? path + "[" + std::to_string(index++) + "]"
                   : path + (path.empty() ? "" : ".") + std::string(child.key),
               values);
  }
}

}  // namespace

std::vector<std::string> differences_from(std::string_view expect,
                                          const json::OwnedDocument& answer) {
  if (matches(expect, answer)) return {};
  const auto pattern = json::OwnedDocument::parse(expect);
  CHECK(pattern.ok(), "a plan's patterns are JSON that we wrote");
  FieldByField fields(answer);
  fields.add(pattern.value().root());
  if (fields.differences.empty())
    fields.differences.emplace_back("no single element has all that is expected");
  if (fields.differences.size() > kDifferencesMax) fields.differences.resize(kDifferencesMax);
  return std::move(fields.differences);
}

std::vector<std::string> differences_from_exactly(std::string_view exactly,
                                                  const json::OwnedDocument& answer) {
  const auto wanted = json::OwnedDocument::parse(exactly);
  CHECK(wanted.ok(), "what a plan expects is JSON that we wrote");
  json::Writer expected;
  write_in_order(wanted.value().root(), expected);
  json::Writer found;
  found.object([&] {
    for (const Node& member : json::children(wanted.value().root())) {
      const Node* there = answer.root().find(member.key);
      if (there == nullptr) continue;
      found.key(member.key);
      write_in_order(*there, found);
    }
  });
  return differences_between(json::canonical(expected.text()).value(),
                             json::canonical(found.text()).value());
}

std::vector<std::string> differences_between(std::string_view expected, std::string_view found) {
  if (expected == found) return {};
  const auto first = json::OwnedDocument::parse(expected);
  const auto second = json::OwnedDocument::parse(found);
  if (!first.ok() || !second.ok()) return {"it cannot be read"};
  std::map<std::string, std::string> before;
  std::map<std::string, std::string> after;
  add_values(first.value().root(), "", before);
  add_values(second.value().root(), "", after);
  std::vector<std::string> differences;
  const auto add = [&](const std::string& path, const std::string& was, const std::string& is) {
    if (differences.size() < kDifferencesMax)
      differences.push_back(path + ": expected " + shortened(was) + ", found " + shortened(is));
  };
  for (const auto& [path, value] : before) {
    const auto now = after.find(path);
    if (now == after.end()) {
      add(path, value, "nothing");
    } else if (now->second != value) {
      add(path, value, now->second);
    }
  }
  for (const auto& [path, value] : after) {
    if (!before.contains(path)) add(path, "nothing", value);
  }
  return differences;
}

}  // namespace riposte::respond
