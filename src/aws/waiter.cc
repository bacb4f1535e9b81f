#include "aws/waiter.h"

#include <algorithm>

#include "aws/json_text.h"

namespace riposte::aws {
namespace {

using base::Errc;

base::Error invalid(std::string message) { return {Errc::Invalid, std::move(message)}; }

int whole_at(const Value& value, std::string_view name, int otherwise) {
  const Value* found = value.find(name);
  const std::int64_t* number = found == nullptr ? nullptr : found->integer();
  if (number == nullptr || *number < 1 || *number > 1'000'000) return otherwise;
  return static_cast<int>(*number);
}

// Numbers and texts are compared as they would be printed: models say "200" and 200.
bool is_same(const Value& a, const Value& b) {
  return a == b || scalar_text(a, TimeFormat::Default, TimeFormat::Iso8601) ==
                       scalar_text(b, TimeFormat::Default, TimeFormat::Iso8601);
}

}  // namespace

base::Result<Waiter::Acceptor> Waiter::read_acceptor(const Value& written) {
  constexpr std::pair<std::string_view, Matcher> kMatchers[] = {{"path", Matcher::Path},
                                                                {"pathAll", Matcher::PathAll},
                                                                {"pathAny", Matcher::PathAny},
                                                                {"status", Matcher::Status},
                                                                {"error", Matcher::Error}};
  constexpr std::pair<std::string_view, Judgement> kStates[] = {{"success", Judgement::Success},
                                                                {"retry", Judgement::Retry},
                                                                {"failure", Judgement::Failure}};
  Acceptor acceptor;
  const auto named = [](const auto& table, std::string_view word) {
    return std::find_if(std::begin(table), std::end(table),
                        [word](const auto& row) { return row.first == word; });
  };
  const auto matcher = named(kMatchers, written.text_at("matcher"));
  const auto state = named(kStates, written.text_at("state"));
  if (matcher == std::end(kMatchers) || state == std::end(kStates)) {
    return invalid("a waiter's acceptor is of no known kind");
  }
  acceptor.matcher = matcher->second;
  acceptor.judgement = state->second;
  if (const Value* expected = written.find("expected")) acceptor.expected = *expected;
  if (acceptor.matcher <= Matcher::PathAny) {
    acceptor.argument = TRY(Expression::parse(written.text_at("argument")));
  }
  return acceptor;
}

base::Result<Waiter> Waiter::find(const Service& service, std::string_view name) {
  const base::Result<JsonText> text = JsonText::parse(service.waiters());
  const json::RawValue all = text.ok() ? text->root().find("waiters") : json::RawValue();
  const json::RawValue entry = all ? all.find(name) : json::RawValue();
  if (!entry) {
    return base::Error{Errc::NotFound, std::string(service.name()) + " has no waiter named \"" +
                                           std::string(name) + '"'};
  }
  const Value written = from_json(entry);
  Waiter waiter;
  waiter.operation_ = written.text_at("operation");
  waiter.delay_ = std::chrono::seconds(whole_at(written, "delay", 5));
  waiter.attempts_max_ = whole_at(written, "maxAttempts", 1);
  const Value* acceptors = written.find("acceptors");
  if (acceptors == nullptr || acceptors->list() == nullptr)
    return invalid("a waiter accepts nothing");
  for (const Value& each : *acceptors->list()) {
    Acceptor acceptor = TRY(read_acceptor(each));
    waiter.acceptors_.push_back(std::move(acceptor));
  }
  return waiter;
}

std::vector<std::string> Waiter::names(const Service& service) {
  const base::Result<JsonText> text = JsonText::parse(service.waiters());
  std::vector<std::string> names;
  const json::RawValue all = text.ok() ? text->root().find("waiters") : json::RawValue();
  if (!all || !all.is(json::Kind::Object)) return names;
  for (const json::RawMember entry : json::members(all))
    names.push_back(key_text(entry));
  return names;
}

bool Waiter::Acceptor::holds(const Answer& answer) const {
  switch (matcher) {
    case Matcher::Error:
      // True and false ask whether there was any.
      if (const bool* any = expected.boolean()) return *any == answer.error.has_value();
      return answer.error && expected.text() != nullptr && answer.error->code == *expected.text();
    case Matcher::Status: {
      const std::int64_t status = answer.http_status;
      return is_same(expected, Value(status));
    }
    default:
      break;
  }
  if (answer.error) return false;
  const Value found = argument.evaluate(answer.output);
  if (matcher == Matcher::Path) return is_same(found, expected);
  const Value::List* list = found.list();
  if (list == nullptr || list->empty()) return false;
  const auto is_expected = [this](const Value& item) { return is_same(item, expected); };
  return matcher == Matcher::PathAll ? std::all_of(list->begin(), list->end(), is_expected)
                                     : std::any_of(list->begin(), list->end(), is_expected);
}

Waiter::Judgement Waiter::judge(const Answer& answer) const {
  for (const Acceptor& acceptor : acceptors_) {
    if (acceptor.holds(answer)) return acceptor.judgement;
  }
  return answer.error ? Judgement::Failure : Judgement::Retry;
}

}  // namespace riposte::aws
