#include "notify/message_writer.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "finding/human_page.h"
#include "finding/terminal_text.h"
#include "json/scanner.h"
#include "notify/fit.h"
#include "notify/redaction.h"

namespace riposte::notify {
namespace {

using rule::Level;

constexpr std::size_t kListedMax = 5;  // of event ids, resources and the like; the rest is counted

struct Words {
  std::string_view kind;
  std::string_view headline;  // stands before the title of what it is about
  Level least;                // whatever it is about
  bool closes;
};

constexpr Words kWords[] = {
    {"finding.recorded", "", Level::Informational, false},
    {"finding.closed", "Closed", Level::Informational, true},
    {"finding.unanswered", "No answer could be made", Level::High, false},
    {"incident.opened", "Incident", Level::Informational, false},
    {"incident.grown", "Incident goes on", Level::Informational, false},
    {"incident.closed", "Incident closed", Level::Informational, true},
    {"action.asked", "Approval wanted", Level::High, false},
    {"action.refused", "Not done", Level::Medium, false},
    {"action.denied", "Denied", Level::Informational, true},
    {"action.lapsed", "Nobody answered", Level::High, false},
    {"action.standing", "Done", Level::Informational, true},
    {"action.undone", "Undone", Level::Informational, true},
    {"action.failed", "Failed", Level::High, false},
    {"action.stuck", "A person must look", Level::Critical, false},
    {"action.closed", "Settled by a person", Level::Informational, true},
    {"action.drifted", "No longer as it was left", Level::High, false},
    {"block.unheld", "No room for blocks", Level::Medium, false},
    {"block.drifted", "A block was undone by others", Level::High, false},
    {"block.failed", "Blocks are not enforced", Level::High, false},
    {"case.opened", "Case opened", Level::High, false},
    {"case.waiting", "Waiting for you", Level::Medium, false},
    {"case.closed", "Case closed", Level::Informational, true},
    {"freeze.set", "Frozen: nothing is done any more", Level::High, false},
    {"freeze.lifted", "The freeze is lifted", Level::Medium, true},
    {"channel.failed", "A channel does not deliver", Level::High, false},
};

const Words& words_of(std::string_view kind) {
  static constexpr Words kUnknown = {"", "", Level::Medium, false};
  const auto* found = std::find_if(std::begin(kWords), std::end(kWords),
                                   [&](const Words& words) { return words.kind == kind; });
  return found == std::end(kWords) ? kUnknown : *found;
}

std::string line_of(std::string_view text, std::size_t bytes_max) {
  return fit_bytes(finding::visible(redact(text)), bytes_max);
}

std::string scalar_text(const json::Node& node) {
  if (node.is(json::Kind::Null)) return {};
  return node.is_container() ? redacted_json(node) : std::string(node.text);
}

// A text, or each of a list.
std::vector<std::string> texts_of(const json::Node* node) {
  if (node == nullptr || node->is(json::Kind::Null)) return {};
  if (!node->is(json::Kind::Array)) return {scalar_text(*node)};
  std::vector<std::string> texts;
  for (const json::Node& element : json::children(*node))
    texts.push_back(scalar_text(element));
  return texts;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(texts.size(), kListedMax); ++i)
    joined += (i == 0 ? "" : ", ") + texts[i];
  return joined + (texts.size() > kListedMax ? finding::more(texts.size() - kListedMax) : "");
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string all;
  for (const std::string& text : texts) {
    if (!text.empty()) all.append(all.empty() ? "" : separator).append(text);
  }
  return all;
}

// What may stand in a command without quotes.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::string_view("-._:").find(c) != std::string_view::npos);
  }) && text.front() != '-';
}

// A message as it grows, within its bounds.
class Draft {
 public:
  explicit Draft(Message& message) : message_(message) {}

  void fact(std::string_view label, std::string_view text) {
    if (text.empty() || message_.facts.size() == kFactsMax) return;
    message_.facts.push_back({std::string(label), line_of(text, kFactBytesMax)});
  }
  void line(std::string_view text) {
    if (message_.lines.size() < kLinesMax - 1) {
      message_.lines.push_back(line_of(text, kLineBytesMax));
    } else {
      ++left_out_;
    }
  }
  // Says what had no room.
  void finish() {
    if (left_out_ > 0) message_.lines.push_back(fmt::format("... and {} more lines", left_out_));
  }
  void command(std::string_view verb, std::string_view id, std::string_view rest = {}) {
    if (is_word(id)) message_.commands.push_back(fmt::format("riposte {} {}{}", verb, id, rest));
  }

 private:
  Message& message_;
  std::size_t left_out_ = 0;
};

std::string time_span(const json::Node& body) {
  return finding::span_of(base::parse_time(body.string_at("first_time")),
                          base::parse_time(body.string_at("last_time")),
                          finding::Precision::Seconds);
}

std::string actor_text(const json::Node& actor) {
  const std::string inside = joined(
      {std::string(actor.string_at("type")), std::string(actor.string_at("access_key"))}, ", ");
  std::string text(actor.string_at("name"));
  if (!inside.empty()) text += " (" + inside + ")";
  const std::string_view origin = actor.string_at("origin");
  if (!origin.empty() && origin != actor.string_at("arn"))
    text.append(", behind it ").append(origin);
  return text;
}

std::vector<std::string> resource_texts(const json::Node* resources) {
  std::vector<std::string> texts;
  if (resources == nullptr || !resources->is(json::Kind::Array)) return texts;
  for (const json::Node& each : json::children(*resources)) {
    texts.push_back(each.is(json::Kind::Object)
                        ? finding::words_of({std::string(each.string_at("type")),
                                             std::string(each.string_at("id")),
                                             std::string(each.string_at("arn"))})
                        : scalar_text(each));
  }
  return texts;
}

std::string place_of(const json::Node& body) {
  return joined({std::string(body.string_at("account")), std::string(body.string_at("region"))},
                ", ");
}

void describe_finding(const json::Node& body, Draft& draft) {
  const std::string_view error = body.string_at("event.error_code");
  std::string what = joined(
      {std::string(body.string_at("event.service")), std::string(body.string_at("event.name"))},
      ":");
  if (!error.empty()) what.append(" (refused: ").append(error).append(")");
  draft.fact("What", what);
  if (const json::Node* actor = body.find("actor")) {
    draft.fact("Who", actor_text(*actor));
    draft.fact("From", joined({std::string(actor->string_at("ip")),
                               std::string(actor->string_at("user_agent"))},
                              ", "));
  }
  draft.fact("Where", place_of(body));
  draft.fact("On", listed(resource_texts(body.find("resources"))));
  draft.fact("When", time_span(body));
  const json::Node* count = body.find("count");
  if (count != nullptr && count->text != "1") draft.fact("Events", scalar_text(*count));
  draft.fact("Evidence", listed(texts_of(body.find("events"))));
  draft.fact("Rule", body.string_at("rule.name"));
  draft.fact("Finding", body.string_at("id"));
}

void describe_incident(const json::Node& body, Draft& draft) {
  draft.fact("Who", listed(texts_of(body.find("origins"))));
  draft.fact("As", listed(texts_of(body.find("actors"))));
  draft.fact("From", listed(texts_of(body.find("addresses"))));
  draft.fact("Where", joined({listed(texts_of(body.find("accounts"))),
                              listed(texts_of(body.find("regions")))},
                             "; "));
  draft.fact("On", listed(resource_texts(body.find("resources"))));
  draft.fact("When", time_span(body));
  for (const auto& [label, name] : {std::pair{"Findings", "findings"}, {"Events", "events"}}) {
    if (const json::Node* count = body.find(name)) draft.fact(label, scalar_text(*count));
  }
  draft.fact("Incident", body.string_at("id"));
  const json::Node* story = body.find("story");
  if (story == nullptr || !story->is(json::Kind::Array)) return;
  for (const json::Node& each : json::children(*story)) {
    draft.line(joined({std::string(each.string_at("time")), std::string(each.string_at("level")),
                       std::string(each.string_at("title")), std::string(each.string_at("actor")),
                       std::string(each.string_at("call"))},
                      "  "));
  }
}

std::string call_text(const json::Node& call) {
  const json::Node* with = call.find("with");
  return std::string(call.string_at("aws")) + (with != nullptr ? " " + redacted_json(*with) : "");
}

// `states`: what became of each step, in their order.
void describe_steps(const json::Node& plan, const std::vector<std::string>& states, Draft& draft) {
  const json::Node* steps = plan.find("steps");
  if (steps == nullptr || !steps->is(json::Kind::Array)) return;
  std::size_t number = 0;
  for (const json::Node& step : json::children(*steps)) {
    const std::string state = number < states.size() ? " (" + states[number] + ")" : "";
    ++number;
    draft.line(std::string(step.string_at("name")) + state + ": " + call_text(step));
    const json::Node* undo = step.find("undo");
    if (undo != nullptr && undo->is(json::Kind::Object)) {
      draft.line("  undo: " + call_text(*undo));
    } else if (const json::Node* irreversible = step.find("irreversible");
               irreversible != nullptr && irreversible->is(json::Kind::True)) {
      draft.line("  cannot be taken back");
    }
  }
}

void describe_action(std::string_view kind, std::string_view id, const json::Node& body,
                     const json::Node& plan, Draft& draft) {
  draft.fact("Runbook", plan.string_at("runbook.name"));
  draft.fact("Where", place_of(plan));
  if (const json::Node* actor = plan.find("actor")) draft.fact("Who", actor_text(*actor));
  draft.fact("On", listed(resource_texts(plan.find("resources"))));
  draft.fact("Because", joined(texts_of(body.find("says")), "; "));
  draft.fact("By", body.string_at("by"));
  draft.fact("For", body.string_at("requester"));
  draft.fact("Until", body.string_at("expires"));
  draft.fact("Rule", plan.string_at("rule"));
  draft.fact("Finding", plan.string_at("finding"));
  const std::string_view digest = plan.string_at("digest");
  draft.fact("Digest", digest);
  const bool is_begun = kind != "action.asked" && kind != "action.refused" &&
                        kind != "action.denied" && kind != "action.lapsed";
  describe_steps(plan, is_begun ? texts_of(body.find("steps")) : std::vector<std::string>(), draft);
  if (kind == "action.asked") {
    if (is_word(digest)) draft.command("action approve", id, fmt::format(" --digest {}", digest));
    draft.command("action deny", id);
  } else if (kind == "action.standing") {
    draft.command("action undo", id);
  }
  draft.command("action show", id);
}

void describe_case(std::string_view id, const json::Node& body, Draft& draft) {
  draft.fact("Case", id);
  draft.fact("Incident", body.string_at("incident"));
  if (const json::Node* count = body.find("findings")) draft.fact("Findings", scalar_text(*count));
  draft.fact("By", body.string_at("by"));
  draft.fact("Lessons", body.string_at("lessons"));
  if (const json::Node* next = body.find("next"); next != nullptr && next->is_container()) {
    draft.fact(
        "Next",
        joined({std::string(next->string_at("step")), std::string(next->string_at("says"))}, ": "));
    draft.fact("Phase", next->string_at("phase"));
    draft.fact("Decides", listed(texts_of(next->find("by"))));
  } else if (body.string_at("lessons").empty()) {
    draft.fact("Next", "nothing is left to do but to close it");
  }
  draft.command("case show", id);
}

// Of what nobody described: its scalars.
void describe_members(const json::Node& body, Draft& draft) {
  for (const json::Node& member : json::children(body)) {
    if (!member.is_container()) draft.fact(line_of(member.key, 60), scalar_text(member));
  }
}

std::optional<Level> level_of(const json::Node& body) {
  const std::optional<Level> level = rule::parse_level(body.string_at("level"));
  return level ? level : rule::parse_level(body.string_at("rule.level"));
}

std::string title_of(const json::Node& body, std::string_view kind) {
  for (const char* path :
       {"title", "rule.title", "plan.runbook.title", "runbook.title", "plan.runbook.name"}) {
    if (!body.string_at(path).empty()) return std::string(body.string_at(path));
  }
  return words_of(kind).headline.empty() ? std::string(kind) : std::string();
}

constexpr std::size_t kTitleBytesMax = 300;

}  // namespace

Message MessageWriter::write(const Notice& notice) const {
  const Words& words = words_of(notice.kind);
  Message message;
  message.kind = notice.kind;
  message.subject = notice.subject;
  message.level = words.least;
  message.closes = words.closes;
  message.time = notice.created;
  Draft draft(message);

  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(notice.body);
  const bool is_object = document.ok() && document->root().is(json::Kind::Object);
  std::string title(notice.kind);
  if (is_object) {
    const json::Node& body = document->root();
    const json::Node* plan = body.find("plan");
    const json::Node& planned = plan != nullptr ? *plan : body;
    const std::optional<Level> level = level_of(body);
    message.level_is_said = level.has_value();
    message.level = std::max(words.least, level.value_or(words.least));
    title = joined({std::string(words.headline), title_of(body, notice.kind)}, ": ");
    if (notice.kind.starts_with("action.")) {
      describe_action(notice.kind, notice.subject, body, planned, draft);
    } else if (notice.kind == "finding.recorded") {
      describe_finding(body, draft);
      draft.command("finding show", notice.subject);
    } else if (notice.kind.starts_with("incident.")) {
      describe_incident(body, draft);
    } else if (notice.kind.starts_with("case.")) {
      describe_case(notice.subject, body, draft);
    } else {
      describe_members(body, draft);
    }
    const json::Node* channels = planned.find("notify");
    if (channels != nullptr && channels->is(json::Kind::Array))
      message.channels = texts_of(channels);
  } else {
    if (!words.headline.empty()) title = words.headline;
    draft.fact("About", notice.subject);
    draft.fact("Note", "what the ledger holds of this cannot be read");
  }
  message.title = line_of(title, kTitleBytesMax);
  draft.finish();
  const std::string family = notice.kind.substr(0, notice.kind.find('.'));
  const bool has_page = family == "finding" || family == "incident" || family == "action";
  if (!link_base_.empty() && has_page && is_word(notice.subject))
    message.link = fmt::format("{}/{}s/{}", link_base_, family, notice.subject);
  return message;
}

Message MessageWriter::write_digest(const std::vector<const Message*>& messages) const {
  Message digest;
  digest.kind = "digest";
  std::map<std::pair<int, std::string>, std::size_t> counts;  // the worst first
  for (const Message* message : messages) {
    digest.level =
        message == messages.front() ? message->level : std::max(digest.level, message->level);
    digest.time = std::max(digest.time, message->time);
    ++counts[{-static_cast<int>(message->level), message->title}];
  }
  digest.title = fmt::format("{} messages at once", messages.size());
  Draft draft(digest);
  const auto [first, last] =
      std::minmax_element(messages.begin(), messages.end(),
                          [](const Message* a, const Message* b) { return a->time < b->time; });
  draft.fact("When", finding::span_of((*first)->time, (*last)->time, finding::Precision::Seconds));
  std::array<std::size_t, rule::kLevelNames.size()> by_level{};
  for (const Message* message : messages)
    ++by_level[static_cast<std::size_t>(message->level)];
  for (std::size_t i = by_level.size(); i-- > 0;) {
    if (by_level[i] > 0) draft.fact(rule::kLevelNames[i], std::to_string(by_level[i]));
  }

  // Each that asks for something has a line of its own as long as there is room, then the counts.
  constexpr std::size_t kQuestionsMax = kLinesMax / 2;
  std::size_t questions = 0;
  for (const Message* message : messages) {
    if (message->kind != "action.asked" && message->kind != "action.stuck") continue;
    if (++questions > kQuestionsMax) continue;
    draft.line(message->title + ": " +
               (message->commands.empty() ? message->subject : message->commands.front()));
  }
  if (questions > kQuestionsMax)
    draft.line(fmt::format("... and {} more: riposte action list", questions - kQuestionsMax));
  std::size_t told = 0;
  std::size_t others = 0;
  for (const auto& [what, count] : counts) {
    if (told < kLinesMax - kQuestionsMax - 5) {
      ++told;
      draft.line(fmt::format("{} x {} {}", count, rule::name_of(static_cast<Level>(-what.first)),
                             what.second));
    } else {
      others += count;
    }
  }
  if (others > 0) draft.line(fmt::format("... and {} of other kinds", others));
  digest.commands = {"riposte finding list", "riposte action list"};
  digest.link = link_base_;
  return digest;
}

Message MessageWriter::write_test(std::string_view channel, base::EventTime now) const {
  Message message;
  message.kind = "test";
  message.subject = "test";
  message.level = Level::Informational;
  message.title = "riposte can reach you here";
  message.time = now;
  Draft draft(message);
  draft.fact("Channel", channel);
  draft.fact("When", finding::moment(now, finding::Precision::Seconds));
  draft.line("Nothing has happened: somebody asked whether messages arrive.");
  return message;
}

}  // namespace riposte::notify
