#include "respond/call_check.h"

#include <fmt/format.h>

#include "aws/input.h"
#include "respond/template.h"

namespace riposte::respond {
namespace {

using json::Value;

// The references in a text; none where it is no template.
std::vector<Reference> references_in(const std::string& text) {
  std::vector<Reference> references;
  const auto parts = parse_template(text);
  if (!parts.ok()) return references;
  for (const TemplatePart& part : *parts)
    references.insert(references.end(), part.reference.begin(), part.reference.end());
  return references;
}

bool is_template(const Value& value) {
  return value.is_string() && !references_in(value.text()).empty();
}

// What a call answers.
struct AnswerShape {
  std::shared_ptr<const aws::Service> service;
  const aws::Operation* operation = nullptr;  // null: not known, and nothing is said about it
};

class Checker {
 public:
  Checker(aws::Catalogue& catalogue, base::Diagnostics& diagnostics)
      : catalogue_(catalogue), diagnostics_(diagnostics) {}

  void check(const Step& step) {
    if (step.call.operation.name.empty()) return;  // a named action: checked as code
    const AnswerShape answer = check_call(step.call);
    std::vector<AnswerShape> prechecks;
    for (const Check& precheck : step.prechecks)
      prechecks.push_back(check(precheck));
    for (const Check& verification : step.verifications) {
      check(verification);
      check_late(verification.call.with, answer, prechecks);
    }
    if (!step.undo) return;
    check_call(*step.undo);
    check_late(step.undo->with, answer, prechecks);
  }

 private:
  AnswerShape check(const Check& check) {
    AnswerShape answer = check_call(check.call);
    if (check.expect.is_object() && answer.operation != nullptr) {
      const aws::Operation& operation = *answer.operation;
      if (operation.output) {
        follow_pattern(*answer.service, operation, *operation.output, check.expect);
      } else if (!check.expect.members().empty()) {
        warn(check.expect.place(), fmt::format("{} answers nothing", operation.name));
      }
    }
    return answer;
  }

  AnswerShape check_call(const Call& call) {
    const auto service = catalogue_.service(call.operation.service);
    if (!service.ok()) {
      diagnostics_.error(call.place, "call-service", service.error().message);
      return {};
    }
    const aws::Operation* operation = (*service)->operation(call.operation.name);
    if (operation == nullptr) {
      const std::string near = (*service)->nearest_operation(call.operation.name);
      diagnostics_.error(
          call.place, "call-operation",
          fmt::format("{} has no operation \"{}\"", call.operation.service, call.operation.name),
          near.empty() ? "" : "did you mean \"" + near + "\"?");
      return {};
    }
    aws::read_input(**service, *operation, call.with, diagnostics_, is_template);
    return {*service, operation};
  }

  // Every path of an EventBridge pattern, which looks into lists by itself.
  void follow_pattern(const aws::Service& service, const aws::Operation& operation,
                      const aws::Member& member, const Value& pattern) {
    for (const Value::Member& each : pattern.members()) {
      if (each.key == "$or") {
        for (const Value& choice : each.value.items())
          follow_pattern(service, operation, member, choice);
        continue;
      }
      const aws::Member* inner = below(service, operation, member, each.key, each.key_place);
      if (inner != nullptr && each.value.is_object())
        follow_pattern(service, operation, *inner, each.value);
    }
  }

  // The member of that name, lists entered; null where it is not known, or not there and told.
  const aws::Member* below(const aws::Service& service, const aws::Operation& operation,
                           const aws::Member& member, std::string_view name, base::Place place) {
    const aws::Shape& shape = service.shape(member);
    if (shape.is_document || member.json_value) return nullptr;
    switch (shape.type) {
      case aws::Type::List:
        return below(service, operation, service.element(shape), name, place);
      case aws::Type::Map:
        return &service.value(shape);
      case aws::Type::Structure:
        break;
      default:
        warn(place,
             fmt::format("no answer of {} has anything below \"{}\"", operation.name, member.name));
        return nullptr;
    }
    if (const aws::Member* found = service.member(shape, name)) return found;
    std::vector<std::string_view> names;
    for (const aws::Member& each : service.members(shape))
      names.push_back(each.name);
    const std::string near = base::nearest(name, names);
    warn(place, fmt::format("no answer of {} has a \"{}\" there", operation.name, name),
         near.empty() ? "" : "did you mean \"" + near + "\"?");
    return nullptr;
  }

  // What late references speak of.
  void check_late(const Value& value, const AnswerShape& answer,
                  const std::vector<AnswerShape>& prechecks) {
    for (const Value& item : value.items())
      check_late(item, answer, prechecks);
    for (const Value::Member& each : value.members())
      check_late(each.value, answer, prechecks);
    if (!value.is_string()) return;
    for (const Reference& reference : references_in(value.text())) {
      std::size_t first = 0;
      const AnswerShape* shape = nullptr;
      if (reference.root == "answer") shape = &answer;
      if (reference.root == "precheck") {
        const bool is_numbered =
            !reference.parts.empty() && reference.parts[0].kind == Reference::Part::Kind::Index;
        const std::size_t number = is_numbered ? reference.parts[0].index : 0;
        first = is_numbered ? 1 : 0;
        if (number < prechecks.size()) shape = &prechecks[number];
      }
      if (shape == nullptr || shape->operation == nullptr) continue;
      follow_reference(*shape, reference, first, value.place());
    }
  }

  void follow_reference(const AnswerShape& answer, const Reference& reference, std::size_t first,
                        base::Place place) {
    const aws::Operation& operation = *answer.operation;
    const aws::Member* member = operation.output ? &*operation.output : nullptr;
    if (member == nullptr) return warn(place, fmt::format("{} answers nothing", operation.name));
    for (std::size_t i = first; i < reference.parts.size() && member != nullptr; ++i) {
      const Reference::Part& part = reference.parts[i];
      if (part.kind == Reference::Part::Kind::Key)
        member = below(*answer.service, operation, *member, part.key, place);
    }
  }

  void warn(base::Place place, std::string message, std::string hint = {}) {
    diagnostics_.warning(place, "call-answer", std::move(message), std::move(hint));
  }

  aws::Catalogue& catalogue_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_calls(const Runbook& runbook, aws::Catalogue& catalogue,
                 base::Diagnostics& diagnostics) {
  Checker checker(catalogue, diagnostics);
  for (const Step& step : runbook.steps)
    checker.check(step);
}

}  // namespace riposte::respond
