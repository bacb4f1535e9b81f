#include "respond/case.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/template.h"

// Tested by src/respond/casework_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using json::Node;

constexpr std::size_t kIdDigits = 32;

struct Field {
  std::string_view name;
  std::string CaseEntry::*text;
};
constexpr Field kTexts[] = {
    {"says", &CaseEntry::says},         {"step", &CaseEntry::step},
    {"finding", &CaseEntry::finding},   {"action", &CaseEntry::action},
    {"title", &CaseEntry::title},       {"level", &CaseEntry::level},
    {"incident", &CaseEntry::incident}, {"follows", &CaseEntry::follows},
};

std::vector<std::string> texts_at(const Node& map, std::string_view key) {
  std::vector<std::string> texts;
  const Node* list = map.find(key);
  if (list == nullptr || !list->is(json::Kind::Array)) return texts;
  for (const Node& each : json::children(*list))
    texts.emplace_back(each.text);
  return texts;
}

// What is not known of the finding is no reason to ask nothing: then the text stays as written.
std::string looked_up(const std::string& text, const Scope& scope) {
  std::vector<std::string> missing;
  const std::string json =
      resolve(json::Value(json::Value::Kind::String, text, {}), scope, missing);
  if (!missing.empty()) return text;
  const auto value = json::OwnedDocument::parse(json);
  return value.ok() && !value.value().root().is_container() ? std::string(value.value().root().text)
                                                            : text;
}

base::Result<Case::Guide> guide_of(std::string_view text) {
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(text));
  const Node& root = document.root();
  const Node* steps = root.find("steps");
  if (root.string_at("schema") != "riposte.guide/1" || steps == nullptr ||
      !steps->is(json::Kind::Array))
    return Error{Errc::Invalid, "this is no guide of a case"};
  Case::Guide guide;
  guide.runbook = root.string_at("runbook");
  guide.title = root.string_at("title");
  guide.description = root.string_at("description");
  guide.actor_name = root.string_at("actor.name");
  guide.actor_arn = root.string_at("actor.arn");
  guide.by = texts_at(root, "by");
  guide.notify = texts_at(root, "notify");
  for (const Node& each : json::children(*steps)) {
    const std::optional<CasePhase> phase = parse_case_phase(each.string_at("phase"));
    if (!phase) return Error{Errc::Invalid, "a guide has a phase that is not known"};
    Case::Step& step = guide.steps.emplace_back();
    step.guide.name = each.string_at("name");
    step.guide.phase = *phase;
    step.guide.ask = each.string_at("ask");
    step.guide.task = each.string_at("task");
    step.guide.steps = texts_at(each, "steps");
    step.guide.by = texts_at(each, "by");
  }
  return guide;
}

}  // namespace

base::Status Case::add(const CaseEntry& entry) {
  if (entry.kind == "case.opened") {
    title = entry.title;
    level = entry.level;
    incident = entry.incident;
    follows = entry.follows;
    opened = {entry.by, entry.time, entry.says};
  }
  if (!entry.guide.empty()) {
    Guide guide = TRY(respond::guide_of(entry.guide));
    guide.finding = entry.finding;
    guides.push_back(std::move(guide));
  }
  for (const std::string& finding : entry.findings) {
    if (!has_finding(finding)) findings.push_back(finding);
  }
  if (entry.kind == "case.closed") closed = {entry.by, entry.time, entry.says};
  if (!entry.step.empty()) {
    auto* step = const_cast<Step*>(find_step(entry.step));  // NOLINT: it is ours
    if (step == nullptr) return Error{Errc::Invalid, "the case has no step " + entry.step};
    const Said said{entry.by, entry.time, entry.says};
    if (entry.kind == "case.decided" || entry.kind == "case.done") step->done = said;
    if (entry.kind == "case.skipped") step->skipped = said;
    if (entry.kind == "case.asked" || entry.kind == "case.unplanned") {
      std::erase_if(step->asked,
                    [&entry](const Asked& each) { return each.finding == entry.finding; });
      step->asked.push_back({entry.finding, entry.action, entry.says});
    }
  }
  entries.push_back(entry);
  entries.back().guide.clear();
  return base::Done{};
}

const Case::Guide* Case::find_guide(std::string_view runbook) const {
  const auto found = std::find_if(guides.begin(), guides.end(),
                                  [runbook](const Guide& each) { return each.runbook == runbook; });
  return found == guides.end() ? nullptr : &*found;
}

bool Case::has_finding(std::string_view finding) const {
  return std::find(findings.begin(), findings.end(), finding) != findings.end();
}

const Case::Step* Case::find_step(std::string_view name) const {
  const Step* found = nullptr;
  for (const Guide& guide : guides) {
    for (const Step& step : guide.steps) {
      if (name == guide.runbook + "/" + step.guide.name) return &step;
      if (name != step.guide.name) continue;
      if (found != nullptr) return nullptr;
      found = &step;
    }
  }
  return found;
}

const Case::Guide& Case::guide_of(const Step& step) const {
  const auto found = std::find_if(guides.begin(), guides.end(), [&step](const Guide& guide) {
    return std::any_of(guide.steps.begin(), guide.steps.end(),
                       [&step](const Step& each) { return &each == &step; });
  });
  CHECK(found != guides.end(), "a step is asked for of its own case");
  return *found;
}

std::string Case::name_of(const Step& step) const {
  return guide_of(step).runbook + "/" + step.guide.name;
}

std::vector<const Case::Step*> Case::in_order() const {
  std::vector<const Step*> steps;
  for (const Guide& guide : guides) {
    for (const Step& step : guide.steps)
      steps.push_back(&step);
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step* a, const Step* b) { return a->guide.phase < b->guide.phase; });
  return steps;
}

std::string case_id(std::string_view finding, std::string_view follows) {
  return base::sha256_hex("riposte.case/1\n" + std::string(finding) + "\n" + std::string(follows))
      .substr(0, kIdDigits);
}

std::string guide_json(const Runbook& runbook, const Node& finding, const Node* event) {
  const Scope scope{.finding = &finding, .event = event, .scalars_only = true};
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.guide/1");
    writer.field("runbook", runbook.name);
    writer.field("digest", runbook.digest);
    writer.field("title", runbook.title);
    writer.text_or_null("description", runbook.description);
    writer.key("actor").object([&] {
      writer.text_or_null("name", finding.string_at("actor.name"));
      writer.text_or_null("arn", finding.string_at("actor.arn"));
    });
    writer.field("by", runbook.approve.by);
    writer.field("notify", runbook.notify);
    writer.key("steps").array([&] {
      for (const GuideStep& step : runbook.guide) {
        writer.object([&] {
          writer.field("name", step.name);
          writer.field("phase", respond::name_of(step.phase));
          if (!step.ask.empty()) writer.field("ask", looked_up(step.ask, scope));
          if (!step.task.empty()) writer.field("task", looked_up(step.task, scope));
          if (!step.steps.empty()) writer.field("steps", step.steps);
          writer.field("by", step.by);
        });
      }
    });
  });
  return json::canonical(writer.text()).value();
}

std::string body_of(const CaseEntry& entry) {
  json::Writer writer;
  writer.object([&] {
    for (const Field& field : kTexts) {
      if (!(entry.*field.text).empty()) writer.field(field.name, entry.*field.text);
    }
    if (!entry.findings.empty()) writer.field("findings", entry.findings);
    if (!entry.groups.empty()) writer.field("groups", entry.groups);
    if (entry.guide.empty()) return;
    writer.key("documents").object([&] { writer.field("guide", base::sha256_hex(entry.guide)); });
  });
  return std::move(writer).take();
}

base::Result<CaseEntry> case_entry_of(
    std::string_view text,
    const std::function<base::Result<std::string>(std::string_view)>& document) {
  const json::OwnedDocument owned = TRY(json::OwnedDocument::parse(text));
  const Node& root = owned.root();
  const Node* body = root.find("body");
  const std::optional<base::EventTime> time = base::parse_time(root.string_at("time"));
  if (body == nullptr || !time) return Error{Errc::Invalid, "this is no entry of the journal"};
  CaseEntry entry;
  entry.kind = root.string_at("kind");
  entry.by = root.string_at("by");
  entry.time = *time;
  for (const Field& field : kTexts)
    entry.*field.text = body->string_at(field.name);
  entry.findings = texts_at(*body, "findings");
  entry.groups = texts_at(*body, "groups");
  const std::string_view guide = body->string_at("documents.guide");
  if (!guide.empty()) entry.guide = TRY(document(guide));
  return entry;
}

}  // namespace riposte::respond
