#include "engine/block_account.h"

#include <algorithm>

#include "base/span.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by src/engine/enforcer_test.cc

namespace riposte::engine {
namespace {

using respond::Reply;

Reply refusal(std::string message) {
  return {.answer = "{}", .code = "Refused", .message = std::move(message), .request_id = ""};
}

}  // namespace

bool is_scope(const block::Settings& settings, std::string_view scope) {
  return scope == block::kEverywhere ||
         std::any_of(settings.enforcements.begin(), settings.enforcements.end(),
                     [scope](const block::Enforcement& each) { return each.name == scope; });
}

base::Result<Reply> BlockAccount::call(const respond::AccountCall& call) {
  const json::OwnedDocument with = TRY(json::OwnedDocument::parse(call.with));
  const std::string_view key = with.root().string_at("Key");
  if (call.operation.name == "AddBlock") return add(with.root(), call.runbook);
  if (call.operation.name == "GetBlock") return get(key);
  if (call.operation.name == "RemoveBlock") {
    TRY(parts_.blocks.take_back(key, respond::kEngine, "taken back", parts_.clock.wall()));
    return Reply{.answer = "{}", .request_id = ""};
  }
  return base::Error{base::Errc::Invalid,
                     "riposte has no operation \"" + call.operation.name + "\""};
}

base::Result<Reply> BlockAccount::add(const json::Node& with, std::string_view runbook) {
  const std::optional<base::Network> network = block::parse_blockable(with.string_at("Cidr"));
  if (!network) return refusal("\"" + std::string(with.string_at("Cidr")) + "\" is no network");
  const std::string_view scope = with.string_at("Scope");
  if (!is_scope(parts_.settings, scope))
    return refusal("there is no enforcement \"" + std::string(scope) + "\"");
  const block::BlockRequest request{
      .network = *network,
      .scope = std::string(scope),
      .by = std::string(runbook.empty() ? respond::kEngine : runbook),
      .reason = std::string(with.string_at("Reason")),
      .level = rule::parse_level(with.string_at("Level")).value_or(rule::Level::Medium),
      .ttl = base::parse_span(with.string_at("Ttl")),
      .key = std::string(with.string_at("Key"))};
  const std::vector<block::BlockAnswer> answers = TRY(parts_.blocks.add(
      {&request, 1}, parts_.settings.terms, parts_.exemptions, parts_.clock.wall()));
  if (!answers.front().hold) return refusal(answers.front().refused);
  json::Writer writer;
  writer.object([&] { writer.field("Until", base::format_time(answers.front().hold->until)); });
  return Reply{.answer = writer.text(), .request_id = ""};
}

base::Result<Reply> BlockAccount::get(std::string_view key) {
  const std::optional<block::Hold> hold = TRY(parts_.blocks.find(key));
  json::Writer writer;
  writer.object([&] {
    writer.field("Held", hold.has_value());
    if (hold) writer.field("Until", base::format_time(hold->until));
  });
  return Reply{.answer = writer.text(), .request_id = ""};
}

}  // namespace riposte::engine
