#include "respond/action_entry.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/reach.h"

// Tested by src/respond/action_store_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using json::Node;

struct Field {
  std::string_view name;
  std::string ActionEntry::*text;
};

constexpr Field kTexts[] = {
    {"requester", &ActionEntry::requester},
    {"aws", &ActionEntry::aws},
    {"idempotency", &ActionEntry::idempotency},
    {"request_id", &ActionEntry::request_id},
    {"code", &ActionEntry::code},
    {"message", &ActionEntry::message},
};
constexpr Field kDocuments[] = {
    {"plan", &ActionEntry::plan},   {"policy", &ActionEntry::policy},
    {"with", &ActionEntry::with},   {"before", &ActionEntry::before},
    {"after", &ActionEntry::after}, {"answer", &ActionEntry::answer},
};

constexpr std::string_view kTold[] = {
    "action.asked",  "action.refused", "action.denied", "action.lapsed", "action.standing",
    "action.undone", "action.failed",  "action.stuck",  "action.closed", "action.drifted"};

template <typename T>
void write_name(json::Writer& writer, std::string_view key, const std::optional<T>& value) {
  if (value) writer.field(key, name_of(*value));
}

void write_texts(json::Writer& writer, std::string_view key, const std::vector<std::string>& all) {
  if (!all.empty()) writer.field(key, all);
}

void write_json(json::Writer& writer, std::string_view key, std::string_view text) {
  const auto document = json::OwnedDocument::parse(text);
  CHECK(document.ok(), "what goes into an entry is JSON that we wrote");
  writer.key(key).value(document.value().root());
}

std::vector<std::string> texts_of(const Node* list) {
  std::vector<std::string> all;
  if (list == nullptr || !list->is(json::Kind::Array)) return all;
  for (const Node& item : json::children(*list))
    all.emplace_back(item.text);
  return all;
}

// The enumerator of that name; enumerators are few, and numbered from 0.
template <typename T>
std::optional<T> enumerator(std::string_view name, T last) {
  if (name.empty()) return std::nullopt;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (name_of(static_cast<T>(i)) == name) return static_cast<T>(i);
  }
  return std::nullopt;
}

std::optional<base::EventTime> time_at(const Node& map, std::string_view key) {
  return base::parse_time(map.string_at(key));
}

}  // namespace

std::vector<EntryDocument> documents_of(const ActionEntry& entry) {
  std::vector<EntryDocument> documents;
  for (const Field& field : kDocuments) {
    const std::string& text = entry.*field.text;
    if (!text.empty()) documents.push_back({field.name, text, base::sha256_hex(text)});
  }
  return documents;
}

std::string body_of(const ActionEntry& entry, const Plan& plan, std::string_view facts) {
  json::Writer writer;
  writer.object([&] {
    write_name(writer, "state", entry.state);
    if (entry.step) {
      writer.field("step", static_cast<std::uint64_t>(*entry.step));
      writer.field("step_name", plan.steps[*entry.step].name);
    }
    write_name(writer, "step_state", entry.step_state);
    write_name(writer, "phase", entry.phase);
    write_name(writer, "cause", entry.cause);
    if (entry.expires) writer.field("expires", base::format_time(*entry.expires));
    write_texts(writer, "says", entry.says);
    write_texts(writer, "groups", entry.groups);
    for (const Field& field : kTexts) {
      if (!(entry.*field.text).empty()) writer.field(field.name, entry.*field.text);
    }
    if (!entry.plan.empty()) {
      writer.field("runbook", plan.runbook->name);
      writer.field("answers", plan.idempotency);
      writer.field("finding", plan.finding);
    }
    if (!facts.empty()) write_json(writer, "act", facts);
    const std::vector<EntryDocument> documents = documents_of(entry);
    if (documents.empty()) return;
    writer.key("documents").object([&] {
      for (const EntryDocument& document : documents)
        writer.field(document.name, document.digest);
    });
  });
  return std::move(writer).take();
}

base::Result<ActionEntry> entry_of(
    std::string_view text,
    const std::function<base::Result<std::string>(std::string_view)>& document) {
  const json::OwnedDocument owned = TRY(json::OwnedDocument::parse(text));
  const Node& root = owned.root();
  const Node* body = root.find("body");
  const std::optional<base::EventTime> time = time_at(root, "time");
  if (body == nullptr || !time) return Error{Errc::Invalid, "this is no entry of the journal"};
  ActionEntry entry;
  entry.kind = root.string_at("kind");
  entry.by = root.string_at("by");
  entry.time = *time;
  entry.state = enumerator(body->string_at("state"), ActionState::Closed);
  entry.step_state = enumerator(body->string_at("step_state"), StepState::Left);
  entry.phase = enumerator(body->string_at("phase"), Phase::Undo);
  entry.cause = enumerator(body->string_at("cause"), UndoCause::Person);
  if (const Node* step = body->find("step")) {
    const auto number = base::parse_number(step->text);
    if (!number || *number < 0) return Error{Errc::Invalid, "an entry counts steps from 0"};
    entry.step = static_cast<std::size_t>(*number);
  }
  entry.expires = time_at(*body, "expires");
  entry.says = texts_of(body->find("says"));
  entry.groups = texts_of(body->find("groups"));
  for (const Field& field : kTexts)
    entry.*field.text = body->string_at(field.name);
  for (const Field& field : kDocuments) {
    const std::string_view digest =
        body->string_at(std::string("documents.") + std::string(field.name));
    if (!digest.empty()) entry.*field.text = TRY(document(digest));
  }
  return entry;
}

std::string facts_json(const Plan& plan, base::EventTime at) {
  json::Writer writer;
  writer.object([&] {
    writer.field("account", plan.account);
    writer.field("answers", plan.idempotency);
    writer.field("at", std::int64_t{at.time_since_epoch().count()});
    writer.field("region", plan.region);
    writer.field("runbook", plan.runbook->name);
    writer.key("targets").array([&] {
      for (const std::string& target : reach_of(plan).targets)
        writer.value(target);
    });
  });
  return json::canonical(writer.text()).value();
}

bool is_told(std::string_view kind, const Plan& plan) {
  if (kind == "action.lapsed" && !plan.runbook->approve.tell_otherwise) return false;
  return std::find(std::begin(kTold), std::end(kTold), kind) != std::end(kTold);
}

std::string notification_json(const Action& action, const ActionEntry& entry) {
  json::Writer writer;
  writer.object([&] {
    writer.field("state", name_of(action.state));
    writer.field("by", entry.by);
    writer.text_or_null("requester", action.requester);
    write_texts(writer, "says", entry.says);
    if (action.expires && action.state == ActionState::Standing)
      writer.field("expires", base::format_time(*action.expires));
    writer.key("steps").array([&] {
      for (const Action::Step& step : action.steps)
        writer.value(name_of(step.state));
    });
    write_json(writer, "plan", to_json(action.plan));
  });
  return std::move(writer).take();
}

std::string freeze_json(std::string_view why) {
  json::Writer writer;
  writer.object([&] { writer.field("why", why); });
  return std::move(writer).take();
}

std::string freeze_notification_json(std::string_view by, std::string_view why) {
  json::Writer writer;
  writer.object([&] {
    writer.field("by", by);
    writer.field("why", why);
  });
  return std::move(writer).take();
}

}  // namespace riposte::respond
