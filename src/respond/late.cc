#include "respond/late.h"

#include <algorithm>

#include "base/text.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/template.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using json::Node;
using Parts = std::vector<Reference::Part>;

json::OwnedDocument parsed(std::string_view text, std::string_view otherwise) {
  base::Result<json::OwnedDocument> document =
      json::OwnedDocument::parse(text.empty() ? otherwise : text);
  CHECK(document.ok(), "what is kept of answers is JSON that we wrote");
  return std::move(document).value();
}

bool has_templates(std::string_view text) { return text.find("${") != std::string_view::npos; }

void add_references(const Node& node, std::vector<Reference>& found) {
  if (node.is_container()) {
    for (const Node& child : json::children(node))
      add_references(child, found);
    return;
  }
  if (!node.is_string()) return;
  const auto parts = parse_template(node.text);
  if (!parts.ok()) return;  // told when it is filled in
  for (const TemplatePart& part : *parts)
    found.insert(found.end(), part.reference.begin(), part.reference.end());
}

std::vector<Reference> references_of(std::string_view with) {
  std::vector<Reference> found;
  if (has_templates(with)) add_references(parsed(with, "{}").root(), found);
  return found;
}

std::vector<Reference> references_of(const PlannedStep& step) {
  std::vector<Reference> found;
  const auto add = [&found](const PlannedCall& call) {
    for (Reference& reference : references_of(call.with))
      found.push_back(std::move(reference));
  };
  if (step.undo) add(*step.undo);
  for (const PlannedCheck& check : step.verifications)
    add(check.call);
  if (!step.late) return found;
  add(step.call);
  for (const PlannedCheck& check : step.prechecks)
    add(check.call);
  return found;
}

// What the paths lead through, and nothing else.
void write_kept(json::Writer& writer, const Node& node, const std::vector<Parts>& paths) {
  const bool is_end =
      std::any_of(paths.begin(), paths.end(), [](const Parts& path) { return path.empty(); });
  if (is_end || !node.is_container()) return writer.value(node);
  const auto behind = [&](const Node& child) {
    std::vector<Parts> rest;
    for (const Parts& path : paths) {
      const bool is_key = path.front().kind == Reference::Part::Kind::Key;
      if (node.is(json::Kind::Array) ? !is_key : is_key && path.front().key == child.key)
        rest.emplace_back(path.begin() + 1, path.end());
    }
    return rest;
  };
  if (node.is(json::Kind::Array)) {
    return writer.array([&] {
      for (const Node& child : json::children(node))
        write_kept(writer, child, behind(child));
    });
  }
  writer.object([&] {
    for (const Node& child : json::children(node)) {
      const std::vector<Parts> rest = behind(child);
      if (!rest.empty()) write_kept(writer.key(child.key), child, rest);
    }
  });
}

}  // namespace

base::Result<std::string> filled_in(const Action& action, std::size_t step, std::string_view with) {
  if (!has_templates(with)) return std::string(with);
  const Action::Step& mine = action.steps[step];
  json::Writer writer;
  writer.object([&] {
    for (std::size_t i = 0; i < action.steps.size(); ++i) {
      const std::string& answer = action.steps[i].answer;
      if (!answer.empty()) writer.key(action.plan.steps[i].name).value(parsed(answer, "{}").root());
    }
  });
  const json::OwnedDocument prechecks = parsed(mine.before, "[]");
  const json::OwnedDocument answer = parsed(mine.answer, "{}");
  const json::OwnedDocument answers = parsed(writer.text(), "{}");
  base::Diagnostics diagnostics;
  const std::optional<json::Value> value = json::read_json(with, diagnostics);
  CHECK(value, "a plan's parameters are JSON that we wrote");
  bool is_whole = true;
  roots_of(*value, [&is_whole](base::Place, const std::string&) { is_whole = false; });
  if (!is_whole) return Error{Errc::Invalid, "a template cannot be read"};
  std::vector<std::string> missing;
  const std::string filled = resolve(
      *value,
      {.prechecks = &prechecks.root(), .answer = &answer.root(), .answers = &answers.root()},
      missing);
  if (!missing.empty()) return Error{Errc::Invalid, base::join(missing, "; ")};
  return json::canonical(filled);
}

bool needs_answer(std::string_view with) {
  const std::vector<Reference> references = references_of(with);
  return std::any_of(references.begin(), references.end(),
                     [](const Reference& each) { return each.root == "answer"; });
}

std::string kept_of(const Plan& plan, std::size_t step, std::string_view answer) {
  std::vector<Parts> paths;
  for (const PlannedStep& other : plan.steps) {
    for (const Reference& reference : references_of(other)) {
      if (reference.root == "answer" && &other == &plan.steps[step])
        paths.push_back(reference.parts);
      if (reference.root != "answers") continue;
      const std::size_t name = parts_naming(reference, plan.steps[step].name);
      if (name > 0)
        paths.emplace_back(reference.parts.begin() + static_cast<std::ptrdiff_t>(name),
                           reference.parts.end());
    }
  }
  if (paths.empty()) return {};
  const auto document = json::OwnedDocument::parse(answer);
  if (!document.ok()) return {};
  json::Writer writer;
  write_kept(writer, document.value().root(), paths);
  const base::Result<std::string> canonical = json::canonical(writer.text());
  return canonical.ok() ? *canonical : std::string();
}

}  // namespace riposte::respond
