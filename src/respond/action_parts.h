#pragma once

// What named actions are made of: JSON that tells data from late references, and steps.
//
//     StepParts(request, "deny", "iam.PutUserPolicy", object({{"UserName", user}, ...}))
//         .before("iam.GetUser", object({{"UserName", user}}), object({{"User", ...}}))
//         .after(...)
//         .undo("iam.DeleteUserPolicy", ...)
//         .take();
//
// Texts are data: where a template may stand they are escaped, whatever a log or an account put
// into them. Only what was made by late() is looked up, when the plan is carried out.
//
// Threads: plain values and functions without state.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "respond/named_action.h"

namespace riposte::respond {

class Json {
 public:
  // Implicit on purpose: parameters read as what they are.
  Json(std::string_view text);  // NOLINT(google-explicit-constructor)
  Json(const std::string& text) : Json(std::string_view(text)) {}  // NOLINT
  Json(const char* text) : Json(std::string_view(text)) {}         // NOLINT
  Json(bool flag);                                                 // NOLINT
  Json(std::int64_t number);                                       // NOLINT
  Json(const json::Node& node);                                    // NOLINT

  // "answers.isolate/group.GroupId": known when the plan is carried out.
  static Json late(std::string_view reference);

  const std::string& data() const { return data_; }            // as it is sent
  const std::string& templated() const { return templated_; }  // where templates may stand

 private:
  friend Json object(const std::vector<std::pair<std::string_view, Json>>& members);
  friend Json list(const std::vector<Json>& items);
  Json() = default;

  std::string data_;
  std::string templated_;
};

Json object(const std::vector<std::pair<std::string_view, Json>>& members);
Json list(const std::vector<Json>& items);
// A pattern: the field is exactly this. Of null, or of nothing: it is not there.
Json is_now(const json::Node* node);
Json absent();

using Members = std::vector<std::pair<std::string_view, Json>>;

class StepParts {
 public:
  // Its name is that of the runbook's step, a slash, and `part`; all characters of a path.
  StepParts(const ActionRequest& request, std::string_view part, std::string_view call,
            const Json& with);

  StepParts& before(std::string_view read, const Json& with, const Json& expect);
  StepParts& after(std::string_view read, const Json& with, const Json& expect);
  // The same of what no pattern can say: PlannedCheck::exactly.
  StepParts& before_exactly(std::string_view read, const Json& with, const Json& members);
  StepParts& after_exactly(std::string_view read, const Json& with, const Json& members);
  StepParts& undo(std::string_view call, const Json& with);
  StepParts& irreversible();
  StepParts& late();  // call and prechecks speak of earlier answers
  StepParts& on_failure(OnFailure on_failure);
  StepParts& note(std::string says);

  PlannedStep take() { return std::move(step_); }

 private:
  PlannedCall planned(std::string_view call, const Json& with, bool as_template) const;

  PlannedStep step_;
  Json with_;
  std::vector<Json> before_;
};

// The step's name that StepParts gives.
std::string name_of_step(const ActionRequest& request, std::string_view part);

base::Result<json::OwnedDocument> read(FactReader& account, std::string_view call,
                                       const Json& with);

// Invalid with a sentence: why there is nothing that an action can or should do.
base::Error no_action(std::string message);

// The children of a container; none of anything else, or of nothing.
std::vector<const json::Node*> items_of(const json::Node* node);

// The first text that is not empty: a parameter, else what the record says.
std::string_view first_text(std::initializer_list<std::string_view> texts);

std::string_view event_text(const ActionRequest& request, std::string_view path);
std::string_view event_name(const ActionRequest& request);

}  // namespace riposte::respond
