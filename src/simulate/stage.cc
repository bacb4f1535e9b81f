#include "simulate/stage.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "aws/input.h"
#include "base/files.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "simulate/trail_parameters.h"

// Tested by tests/integration/simulate_test.py

namespace riposte::simulate {
namespace {

constexpr std::size_t kJournalBytesMax = 64 << 20;

// Whether what was to be removed is not there.
bool is_gone(const aws::Error& error) {
  constexpr std::array<std::string_view, 5> kWords = {"NotFound", "NoSuch", "NotExist", "NonExist",
                                                      "Nonexist"};
  return std::any_of(kWords.begin(), kWords.end(), [&error](std::string_view word) {
    return error.code.find(word) != std::string::npos;
  });
}

// Canonical, and with the elements of every list in one order: AWS promises none.
std::string in_order(const json::Node& node) {
  std::vector<std::string> parts;
  if (node.is(json::Kind::Array)) {
    for (const json::Node& element : json::children(node))
      parts.push_back(in_order(element));
    std::sort(parts.begin(), parts.end());
    return "[" + base::join(parts, ",") + "]";
  }
  if (!node.is(json::Kind::Object)) return json::canonical(node);
  for (const json::Node& member : json::children(node))
    parts.push_back(json::quoted(member.key) + ":" + in_order(member));
  std::sort(parts.begin(), parts.end());
  return "{" + base::join(parts, ",") + "}";
}

std::string picked(const std::string& answer, const std::vector<std::string>& pick) {
  const auto document = json::OwnedDocument::parse(answer);
  if (!document.ok()) return answer;
  if (pick.empty()) return in_order(document->root());
  json::Writer out;
  out.object([&] {
    for (const std::string& path : pick) {
      const json::Node* found = document->root().at(path);
      out.key(path);
      if (found == nullptr) {
        out.null();
      } else {
        out.value(*found);
      }
    }
  });
  const auto chosen = json::OwnedDocument::parse(out.text());
  return chosen.ok() ? in_order(chosen->root()) : out.text();
}

}  // namespace

Stage::Stage(engine::AwsSession& session, const Parts& parts, const Scenario& scenario, Place place)
    : session_(session), parts_(parts), scenario_(scenario), place_(std::move(place)) {}

void Stage::begin(const std::string& run) {
  names_ = {};
  part_names_.clear();
  begun_.clear();
  names_.set_text("run", run);
  names_.set_text("account", place_.account);
  names_.set_text("region", place_.region);
}

base::Result<bool> Stage::recover(const engine::Complain& complain,
                                  const std::function<void()>& before_reset) {
  const base::Result<std::string> text = base::read_file(journal(), kJournalBytesMax);
  if (!text.ok()) {
    if (text.error().code == base::Errc::NotFound) return false;
    return text.error();
  }
  std::string run;
  recorded_.emplace();
  for (const std::string_view line : base::split(*text, '\n')) {
    const auto entry = json::OwnedDocument::parse(line);
    if (!entry.ok()) continue;  // the last line of a run that was killed
    const std::string_view path = entry->root().string_at("path");
    if (const auto named = entry->root().string_at("run"); !named.empty()) run = named;
    if (path.empty()) continue;
    const json::Node* answer = entry->root().find("answer");
    (*recorded_)[std::string(path)] = answer == nullptr ? "" : json::canonical(*answer);
  }
  begin(run);
  // What cannot be resolved was never begun either: set-up goes no further than the run went.
  const base::Status walked = walk(scenario_.account);
  static_cast<void>(walked.ok());
  for (const auto* steps : {&scenario_.attack, &scenario_.legitimate}) {
    const std::string kind = steps == &scenario_.attack ? "attack." : "legitimate.";
    for (std::size_t i = 0; i < steps->size(); ++i) {
      const AttackStep& step = (*steps)[i];
      const std::string path = kind + std::to_string(i);
      const auto answer = perform(path, step.call, step.undo, names_);
      if (answer.ok() && *answer && !step.name.empty()) names_.set(step.name, **answer);
    }
  }
  recorded_.reset();
  before_reset();
  if (!reset(complain)) {
    complain("what an earlier run left of " + scenario_.name + " could not all be taken back");
    std::error_code ignored;
    std::filesystem::rename(journal(), place_.folder + "/left-" + run + ".ndjson", ignored);
  }
  return true;
}

base::Status Stage::set_up(const std::string& run) {
  begin(run);
  std::error_code ignored;
  std::filesystem::remove(journal(), ignored);
  TRY(note("{\"run\":" + json::quoted(run) + "}"));
  return walk(scenario_.account);
}

base::Status Stage::walk(const std::vector<SetUp>& account) {
  for (std::size_t i = 0; i < account.size(); ++i) {
    const bool goes_on = TRY(walk(account[i], "account." + std::to_string(i), names_));
    if (!goes_on) return base::Done{};
  }
  return base::Done{};
}

// False: it was never begun.
base::Result<bool> Stage::walk(const SetUp& set_up, const std::string& path, Names& names) {
  if (set_up.part.empty()) {
    const std::optional<std::string> answer = TRY(perform(path, set_up.call, set_up.undo, names));
    if (!answer) return false;
    if (!set_up.name.empty() && !answer->empty()) names.set(set_up.name, *answer);
    return true;
  }
  Names& inner = part_names_.emplace_back();
  inner.set_text("run", TRY(names.resolve_text({json::Value::Kind::String, "${run}", {}})));
  inner.set_text("account", place_.account);
  inner.set_text("region", place_.region);
  inner.set("with", set_up.call.with.is_null() ? "{}" : TRY(names.resolve(set_up.call.with)));
  const std::vector<SetUp>& account = parts_.find(set_up.part)->second.account;
  bool goes_on = true;
  for (std::size_t i = 0; goes_on && i < account.size(); ++i) {
    const base::Result<bool> done = walk(account[i], path + "." + std::to_string(i), inner);
    if (!done.ok()) return base::Error(done.error()).in("part " + set_up.part);
    goes_on = *done;
  }
  names.set(set_up.name, inner.json());
  return goes_on;
}

base::Result<std::optional<std::string>> Stage::perform(const std::string& path, const Call& call,
                                                        const std::vector<Undo>& undo,
                                                        const Names& names) {
  if (recorded_) {
    const auto found = recorded_->find(path);
    if (found == recorded_->end()) return std::optional<std::string>();
    begun_.push_back({&undo, &names});
    return std::optional<std::string>(found->second);
  }
  TRY(note("{\"path\":" + json::quoted(path) + "}"));
  begun_.push_back({&undo, &names});
  const MadeCall made = TRY(this->call(call, names));
  if (made.error)
    return base::Error(made.error->as_base_error(made.operation.name)).in(to_text(call.operation));
  const std::string answer = aws::to_json(made.output);
  TRY(note("{\"path\":" + json::quoted(path) + ",\"answer\":" + answer + "}"));
  return std::optional<std::string>(answer);
}

base::Result<MadeCall> Stage::attack(const AttackStep& step, const std::string& path) {
  TRY(note("{\"path\":" + json::quoted(path) + "}"));
  begun_.push_back({&step.undo, &names_});
  MadeCall made = TRY(call(step.call, names_));
  const std::string code = made.error ? made.error->code : "";
  if (code != step.refused) {
    return base::Error{
        base::Errc::Conflict,
        to_text(step.call.operation) +
            (code.empty() ? " was to be refused with " + step.refused + ", and was done"
                          : " was refused: " + code + ": " + made.error->message)};
  }
  const std::string answer = aws::to_json(made.output);
  TRY(note("{\"path\":" + json::quoted(path) + ",\"answer\":" + answer + "}"));
  if (!step.name.empty()) names_.set(step.name, answer);
  return made;
}

base::Result<MadeCall> Stage::call(const Call& call, const Names& names) {
  const std::string& its_service = call.operation.service;
  const std::shared_ptr<const aws::Service> service =
      TRY(session_.catalogue().service(its_service));
  const aws::Operation* operation = service->operation(call.operation.name);
  if (operation == nullptr) {
    const std::string near = service->nearest_operation(call.operation.name);
    return base::Error{base::Errc::Invalid,
                       "there is no operation " + to_text(call.operation) +
                           (near.empty() ? "" : "; did you mean " + near + "?")};
  }
  const std::string with = call.with.is_null() ? "{}" : TRY(names.resolve(call.with));
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(with));
  aws::Value input = aws::from_json(document.raw());
  const std::vector<aws::Problem> problems = aws::conform(*service, *operation, input);
  if (!problems.empty()) {
    return base::Error{base::Errc::Invalid,
                       to_text(call.operation) + ": " + aws::to_text(problems.front())};
  }
  aws::CallOptions options;
  options.region = place_.region;
  aws::Answer answer =
      TRY(session_.client().call(its_service, call.operation.name, input, options));
  return MadeCall{.service = *service,
                  .operation = *operation,
                  .input = std::move(input),
                  .output = without_secrets(std::move(answer.output)),
                  .error = std::move(answer.error),
                  .request_id = std::move(answer.request_id)};
}

base::Result<std::string> Stage::read(const Call& call, const std::vector<std::string>& pick) {
  const MadeCall made = TRY(this->call(call, names_));
  if (made.error) return "{\"refused\":" + json::quoted(made.error->code) + "}";
  return picked(aws::to_json(made.output), pick);
}

bool Stage::reset(const engine::Complain& complain) {
  bool is_whole = true;
  for (auto begun = begun_.rbegin(); begun != begun_.rend(); ++begun) {
    for (const Undo& each : *begun->undo) {
      const base::Status undone = undo(each, *begun->names);
      if (undone.ok()) continue;
      is_whole = false;
      complain(scenario_.name + ": not taken back: " + undone.error().message);
    }
  }
  begun_.clear();
  std::error_code ignored;
  if (is_whole) std::filesystem::remove(journal(), ignored);
  return is_whole;
}

base::Status Stage::undo(const Undo& undo, const Names& names) {
  if (!undo.for_each) return undo_once(undo.call, names);
  const MadeCall made = TRY(call(*undo.for_each, names));
  if (made.error) {
    if (is_gone(*made.error)) return base::Done{};
    return made.error->as_base_error(made.operation.name);
  }
  const json::OwnedDocument answer = TRY(json::OwnedDocument::parse(aws::to_json(made.output)));
  const json::Node* list = answer.root().at(undo.list);
  if (list == nullptr || !list->is(json::Kind::Array)) return base::Done{};
  Names inner = names;
  for (const json::Node& item : json::children(*list)) {
    inner.set("item", json::canonical(item));
    TRY(undo_once(undo.call, inner));
  }
  return base::Done{};
}

base::Status Stage::undo_once(const Call& call, const Names& names) {
  const MadeCall made = TRY(this->call(call, names));
  if (made.error && !is_gone(*made.error))
    return base::Error(made.error->as_base_error(made.operation.name)).in(to_text(call.operation));
  return base::Done{};
}

base::Status Stage::note(std::string_view line) {
  std::ofstream file(journal(), std::ios::app);
  file << line << '\n';
  if (file.flush()) return base::Done{};
  return base::Error{base::Errc::Io, journal() + " could not be written"};
}

}  // namespace riposte::simulate
