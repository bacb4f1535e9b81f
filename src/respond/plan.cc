#include "respond/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "finding/terminal_text.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by src/respond/planner_test.cc

namespace riposte::respond {
namespace {

// Text that is JSON, as a value.
void write_json(json::Writer& writer, std::string_view text) {
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(text);
  CHECK(document.ok(), "a plan's parameters are JSON that we wrote");
  writer.value(document.value().root());
}

void write_fields(json::Writer& writer, const PlannedCall& call) {
  writer.field("aws", to_text(call.operation));
  write_json(writer.key("with"), call.with);
}

void write_checks(json::Writer& writer, std::string_view key,
                  const std::vector<PlannedCheck>& checks) {
  writer.key(key).array([&] {
    for (const PlannedCheck& check : checks) {
      writer.object([&] {
        write_fields(writer, check.call);
        writer.key("expect");
        if (check.expect.empty()) {
          writer.null();
        } else {
          write_json(writer, check.expect);
        }
        if (!check.exactly.empty()) write_json(writer.key("exactly"), check.exactly);
      });
    }
  });
}

void write_step(json::Writer& writer, const PlannedStep& step) {
  writer.object([&] {
    writer.field("name", step.name);
    write_fields(writer, step.call);
    writer.field("changes", step.changes);
    write_checks(writer, "precheck", step.prechecks);
    writer.key("undo");
    if (step.undo) {
      writer.object([&] { write_fields(writer, *step.undo); });
    } else {
      writer.null();
    }
    writer.field("irreversible", step.irreversible);
    write_checks(writer, "verify", step.verifications);
    writer.field("on_failure", name_of(step.on_failure));
    writer.field("late", step.late);
    writer.text_or_null("note", step.note);
  });
}

void write_fields(json::Writer& writer, const Plan& plan) {
  const Runbook& runbook = *plan.runbook;
  writer.field("schema", "riposte.plan/1");
  writer.key("runbook").object([&] {
    writer.field("name", runbook.name);
    writer.field("title", runbook.title);
    writer.field("digest", runbook.digest);
  });
  writer.field("finding", plan.finding);
  writer.field("rule", plan.rule);
  writer.field("account", plan.account);
  writer.field("region", plan.region);
  writer.key("actor").object([&] {
    writer.text_or_null("type", plan.actor.type);
    writer.text_or_null("name", plan.actor.name);
    writer.text_or_null("arn", plan.actor.arn);
    writer.text_or_null("access_key", plan.actor.access_key);
    writer.text_or_null("session_of", plan.actor.session_of);
  });
  writer.field("resources", plan.resources);
  writer.field("mode", name_of(runbook.mode));
  writer.field("needs_approval", plan.needs_approval());
  writer.key("steps").array([&] {
    for (const PlannedStep& step : plan.steps)
      write_step(writer, step);
  });
  writer.field("skipped", plan.skipped);
  writer.field("permissions", plan.permissions);
  writer.key("expires_seconds");
  if (runbook.expires) {
    writer.value(std::int64_t{runbook.expires->count() / 1000});
  } else {
    writer.null();
  }
  writer.field("idempotency", plan.idempotency);
  writer.field("notify", runbook.notify);
}

// A page of labels and values, each value on one line.
class Page {
 public:
  void title(std::string_view text) { out_ += finding::visible(text) + "\n"; }
  void add(std::string_view label, const std::string& value) {
    out_ += fmt::format("  {:9} {}\n", label, finding::visible(value));
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

std::string to_line(const PlannedCall& call) { return to_text(call.operation) + " " + call.with; }

void add_checks(Page& page, std::string_view label, const std::vector<PlannedCheck>& checks) {
  for (const PlannedCheck& check : checks) {
    std::string must = check.expect.empty() ? " must answer" : " must match " + check.expect;
    if (!check.exactly.empty()) must += ", and be exactly " + check.exactly;
    page.add(label, to_line(check.call) + must);
  }
}

void add_step(Page& page, std::size_t number, const PlannedStep& step) {
  page.title(fmt::format("{} {}", number, step.name));
  add_checks(page, "before", step.prechecks);
  page.add(step.changes ? "call" : "read", to_line(step.call));
  add_checks(page, "after", step.verifications);
  if (step.undo) page.add("undo", to_line(*step.undo));
  if (step.irreversible) page.add("undo", "none: this cannot be taken back");
  if (step.changes && !step.undo && !step.irreversible)
    page.add("undo", "none: there is nothing to take back");
  if (!step.note.empty()) page.add("note", step.note);
  page.add("failing", step.on_failure == OnFailure::Undo   ? "what was done is taken back"
                      : step.on_failure == OnFailure::Stop ? "nothing more is done"
                                                           : "the other steps go on");
}

}  // namespace

bool Plan::needs_approval() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const PlannedStep& step) { return step.irreversible; });
}

std::string digested_json(const Plan& plan) {
  json::Writer writer;
  writer.object([&] { write_fields(writer, plan); });
  return json::canonical(writer.text()).value();
}

std::string to_json(const Plan& plan) {
  json::Writer writer;
  writer.object([&] {
    write_fields(writer, plan);
    writer.field("digest", plan.digest);
  });
  return json::canonical(writer.text()).value();
}

std::string to_human(const Plan& plan) {
  const Runbook& runbook = *plan.runbook;
  Page page;
  page.title(runbook.name + ": " + runbook.title);
  page.add("finding", plan.finding + " " + plan.rule);
  if (!plan.account.empty()) page.add("where", "account " + plan.account + ", " + plan.region);
  page.add("mode", std::string(name_of(runbook.mode)) +
                       (plan.needs_approval() ? ", and needs approval: a step has no undo" : ""));
  std::size_t number = 0;
  for (const PlannedStep& step : plan.steps)
    add_step(page, ++number, step);
  page.title("altogether");
  if (!plan.skipped.empty()) page.add("left out", base::join(plan.skipped, ", "));
  page.add("expires",
           runbook.expires ? fmt::format("after {} s", runbook.expires->count() / 1000) : "never");
  page.add("needs", base::join(plan.permissions, ", "));
  page.add("digest", plan.digest);
  return std::move(page).take();
}

}  // namespace riposte::respond
