// restore-trail: an audit trail that was stopped, narrowed, redirected or deleted.
//
//     StopLogging         started
//     UpdateTrail         what was switched off is on again; where it writes, if parameters say
//     where PutEventSelectors   management events are all recorded again; other selectors stay
//     DeleteTrail         made again, if parameters say where it writes
//
// Whatever happened, a trail that stands still is started. A trail is changed in its home region
// and in the account that owns it; elsewhere nothing is planned. Trouble behind a trail that logs
// (its bucket, its key) is told, and left to what answers that.

#include <algorithm>

#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_restore_trail_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using json::Node;

// One thing that UpdateTrail sets.
struct Setting {
  std::string_view parameter;
  std::string_view in_event;   // as the record of UpdateTrail calls it
  std::string_view in_call;    // UpdateTrail and CreateTrail
  std::string_view in_answer;  // GetTrail
  bool is_flag = false;        // on is how it should be, whoever switched it off
};
constexpr Setting kSettings[] = {
    {"bucket", "s3BucketName", "S3BucketName", "S3BucketName"},
    {"prefix", "s3KeyPrefix", "S3KeyPrefix", "S3KeyPrefix"},
    {"kms_key", "kmsKeyId", "KmsKeyId", "KmsKeyId"},
    {"log_group", "cloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn",
     "CloudWatchLogsLogGroupArn"},
    {"log_group_role", "cloudWatchLogsRoleArn", "CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn"},
    {"topic", "snsTopicName", "SnsTopicName", "SnsTopicARN"},
    {"", "enableLogFileValidation", "EnableLogFileValidation", "LogFileValidationEnabled", true},
    {"", "isMultiRegionTrail", "IsMultiRegionTrail", "IsMultiRegionTrail", true},
    {"", "includeGlobalServiceEvents", "IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents",
     true},
};

bool is_true(const Node* node) { return node != nullptr && node->is(json::Kind::True); }

// The name of "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main", or the text itself.
std::string_view bare_name(std::string_view trail) { return trail.substr(trail.rfind('/') + 1); }

// "Region" is its fourth part, the account its fifth.
std::string_view part_of(std::string_view arn, int part) {
  for (; part > 0; --part) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

class Restoration {
 public:
  Restoration(const ActionRequest& request, FactReader& account)
      : request_(request),
        account_(account),
        trail_(first_text({request.with.string_at("trail"),
                           event_text(request, "requestParameters.name"),
                           event_text(request, "requestParameters.trailName"),
                           event_text(request, "requestParameters.trailARN")})) {}

  base::Result<std::vector<PlannedStep>> plan() {
    if (trail_.empty()) return not_about_a_trail();
    const base::Result<json::OwnedDocument> trail = read(account_, "cloudtrail.GetTrail", name());
    if (!trail.ok() && trail.error().code == Errc::NotFound) return plan_anew();
    if (!trail.ok()) return trail.error();
    const Node* facts = trail->root().find("Trail");
    if (facts == nullptr) return no_action("the account does not describe the trail " + trail_);
    TRY(check_place(*facts));
    add_settings(*facts);
    TRY(add_selectors());
    const json::OwnedDocument status = TRY(read(account_, "cloudtrail.GetTrailStatus", name()));
    if (!is_true(status.root().find("IsLogging"))) add_start();
    if (steps_.empty()) return nothing_to_do(status.root());
    return std::move(steps_);
  }

 private:
  Json name() const { return object({{"Name", trail_}}); }
  Json status_is(bool logging) const { return object({{"IsLogging", list({logging})}}); }

  base::Error not_about_a_trail() const {
    const std::string_view source = event_text(request_, "eventSource");
    if (source == "s3.amazonaws.com" || source == "kms.amazonaws.com") {
      return no_action("the trail itself was not touched but what it writes to, by " +
                       std::string(event_name(request_)) + ": that is restored, not the trail");
    }
    return no_action("neither the record nor the parameter \"trail\" names a trail");
  }

  // A change of a trail is refused anywhere but in its home region, and by any but its owner.
  base::Status check_place(const Node& facts) const {
    const std::string_view home = facts.string_at("HomeRegion");
    if (!home.empty() && home != request_.region) {
      return no_action("the trail's home region is " + std::string(home) +
                       ", and the finding is of " + std::string(request_.region));
    }
    const std::string_view owner = part_of(facts.string_at("TrailARN"), 4);
    if (!owner.empty() && owner != request_.account) {
      return no_action("the trail belongs to the organization's account " + std::string(owner));
    }
    return base::Done{};
  }

  void add_settings(const Node& facts) {
    Members wanted;
    Members before;
    Members now;
    Members after;
    for (const Setting& setting : kSettings) {
      const Node* fact = facts.find(setting.in_answer);
      std::optional<Json> value = wanted_value(setting, fact);
      if (!value) continue;
      wanted.emplace_back(setting.in_call, *value);
      after.emplace_back(setting.in_answer, list({*value}));
      now.emplace_back(setting.in_answer, is_now(fact));
      const bool is_set = fact != nullptr && !fact->is(json::Kind::Null);
      before.emplace_back(setting.in_call, is_set            ? Json(*fact)
                                           : setting.is_flag ? Json(false)
                                                             : Json(""));
    }
    if (wanted.empty()) return;
    wanted.emplace_back("Name", trail_);
    before.emplace_back("Name", trail_);
    steps_.push_back(StepParts(request_, "settings", "cloudtrail.UpdateTrail", object(wanted))
                         .before("cloudtrail.GetTrail", name(), object({{"Trail", object(now)}}))
                         .undo("cloudtrail.UpdateTrail", object(before))
                         .after("cloudtrail.GetTrail", name(), object({{"Trail", object(after)}}))
                         .on_failure(OnFailure::Continue)
                         .take());
  }

  // What a setting should be where it is not: as a parameter says, or on where the call switched it
  // off.
  std::optional<Json> wanted_value(const Setting& setting, const Node* fact) const {
    if (!setting.is_flag) {
      const std::string_view wanted = request_.with.string_at(setting.parameter);
      if (wanted.empty() || (fact != nullptr && fact->text == wanted)) return std::nullopt;
      return Json(wanted);
    }
    if (is_true(fact) || event_name(request_) != "UpdateTrail") return std::nullopt;
    const Node* change = request_.event->at("requestParameters." + std::string(setting.in_event));
    const bool was_switched_off =
        change != nullptr && (change->is(json::Kind::False) || change->text == "false");
    return was_switched_off ? std::optional<Json>(true) : std::nullopt;
  }

  base::Status add_selectors() {
    if (event_name(request_) != "PutEventSelectors") return base::Done{};
    const Json of_trail = object({{"TrailName", trail_}});
    const json::OwnedDocument now = TRY(read(account_, "cloudtrail.GetEventSelectors", of_trail));
    const Node* basic = now.root().find("EventSelectors");
    const Node* advanced = now.root().find("AdvancedEventSelectors");
    const bool is_advanced = advanced != nullptr && advanced->size > 1;
    const std::string_view key = is_advanced ? "AdvancedEventSelectors" : "EventSelectors";
    const Node* selectors = is_advanced ? advanced : basic;
    const std::optional<Json> wanted =
        is_advanced ? with_all_management(*selectors) : with_management(selectors);
    if (!wanted) return base::Done{};
    StepParts parts(request_, "selectors", "cloudtrail.PutEventSelectors",
                    object({{"TrailName", trail_}, {key, *wanted}}));
    parts.before("cloudtrail.GetEventSelectors", of_trail, shape_of(key, selectors))
        .after("cloudtrail.GetEventSelectors", of_trail, all_management(is_advanced))
        .on_failure(OnFailure::Continue);
    if (selectors != nullptr && selectors->size > 1) {
      parts.undo("cloudtrail.PutEventSelectors",
                 object({{"TrailName", trail_}, {key, *selectors}}));
    } else {
      parts.irreversible();
    }
    steps_.push_back(parts.take());
    return base::Done{};
  }

  // The selectors with all management events; nothing where they are recorded already.
  static std::optional<Json> with_management(const Node* selectors) {
    std::vector<Json> wanted;
    bool is_first = true;
    for (const Node* selector : items_of(selectors)) {
      const Node& each = *selector;
      const Node* excluded = each.find("ExcludeManagementEventSources");
      if (is_true(each.find("IncludeManagementEvents")) &&
          each.string_at("ReadWriteType") == "All" && (excluded == nullptr || excluded->size == 1))
        return std::nullopt;
      std::vector<Json> data;
      for (const Node* resource : items_of(each.find("DataResources"))) {
        if (!items_of(resource->find("Values")).empty()) data.emplace_back(*resource);
      }
      if (!is_first && data.empty()) continue;
      wanted.push_back(
          object({{"ReadWriteType", is_first ? "All" : each.string_at("ReadWriteType")},
                  {"IncludeManagementEvents", is_first},
                  {"DataResources", list(data)}}));
      is_first = false;
    }
    if (wanted.empty()) {
      wanted.push_back(object({{"ReadWriteType", "All"}, {"IncludeManagementEvents", true}}));
    }
    return list(wanted);
  }

  static std::optional<Json> with_all_management(const Node& selectors) {
    std::vector<Json> wanted = {
        object({{"Name", "Management events"},
                {"FieldSelectors",
                 list({object({{"Field", "eventCategory"}, {"Equals", list({"Management"})}})})}})};
    for (const Node* each : items_of(&selectors)) {
      const std::vector<const Node*> fields = items_of(each->find("FieldSelectors"));
      const bool is_management = std::any_of(fields.begin(), fields.end(), [](const Node* field) {
        const std::vector<const Node*> values = items_of(field->find("Equals"));
        return field->string_at("Field") == "eventCategory" && !values.empty() &&
               values.front()->text == "Management";
      });
      if (is_management && fields.size() == 1) return std::nullopt;
      if (!is_management) wanted.emplace_back(*each);
    }
    return list(wanted);
  }

  // What a pattern can say of them: the values of each are there.
  static Json shape_of(std::string_view key, const Node* selectors) {
    if (selectors == nullptr || selectors->size == 1) return object({{key, absent()}});
    const Node& first = *json::children(*selectors).begin();
    if (key == "AdvancedEventSelectors")
      return object(
          {{key, object({{"FieldSelectors", object({{"Field", list({"eventCategory"})}})}})}});
    return object({{key, object({{"ReadWriteType", is_now(first.find("ReadWriteType"))},
                                 {"IncludeManagementEvents",
                                  is_now(first.find("IncludeManagementEvents"))}})}});
  }

  static Json all_management(bool is_advanced) {
    if (is_advanced) {
      return object({{"AdvancedEventSelectors",
                      object({{"FieldSelectors", object({{"Field", list({"eventCategory"})},
                                                         {"Equals", list({"Management"})}})}})}});
    }
    return object({{"EventSelectors", object({{"ReadWriteType", list({"All"})},
                                              {"IncludeManagementEvents", list({true})}})}});
  }

  void add_start() {
    steps_.push_back(StepParts(request_, "start", "cloudtrail.StartLogging", name())
                         .before("cloudtrail.GetTrailStatus", name(), status_is(false))
                         .undo("cloudtrail.StopLogging", name())
                         .after("cloudtrail.GetTrailStatus", name(), status_is(true))
                         .take());
  }

  base::Result<std::vector<PlannedStep>> plan_anew() {
    if (request_.with.string_at("bucket").empty()) {
      return no_action(
          "the trail " + trail_ +
          " is gone; to make it again the parameter \"bucket\" must say where it writes");
    }
    const std::string name(bare_name(trail_));
    Members made = {{"Name", name}};
    for (const Setting& setting : kSettings) {
      const std::string_view text = request_.with.string_at(setting.parameter);
      if (setting.is_flag) {
        made.emplace_back(setting.in_call, true);
      } else if (!text.empty()) {
        made.emplace_back(setting.in_call, text);
      }
    }
    const Json by_list = object({{"trailNameList", list({name})}});
    steps_.push_back(
        StepParts(request_, "create", "cloudtrail.CreateTrail", object(made))
            .before("cloudtrail.DescribeTrails", by_list,
                    object({{"trailList", object({{"Name", absent()}})}}))
            .undo("cloudtrail.DeleteTrail", object({{"Name", name}}))
            .after("cloudtrail.DescribeTrails", by_list,
                   object({{"trailList", object({{"Name", list({name})},
                                                 {"S3BucketName",
                                                  list({request_.with.string_at("bucket")})}})}}))
            .note("made with all management events and without the selectors it may have had")
            .take());
    trail_ = name;
    add_start();
    return std::move(steps_);
  }

  base::Error nothing_to_do(const Node& status) const {
    const std::string_view trouble = status.string_at("LatestDeliveryError");
    if (!trouble.empty()) {
      return no_action("the trail is logging and cannot deliver (" + std::string(trouble) +
                       "): look at its bucket and key");
    }
    const bool is_redirected = event_name(request_) == "UpdateTrail";
    return no_action("the trail is logging, and nothing of it is known to be other than it should" +
                     std::string(is_redirected ? "; where it wrote before is not in the record: "
                                                 "give the parameter \"bucket\""
                                               : ""));
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string trail_;
  std::vector<PlannedStep> steps_;
};

class RestoreTrail final : public NamedAction {
 public:
  std::string_view name() const override { return "restore-trail"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"trail", false, "name or ARN; the record's if not said"},
        {"bucket", false, "where it writes"},
        {"prefix", false, "and under which prefix"},
        {"kms_key", false, "ARN of the key it encrypts with"},
        {"log_group", false, "ARN of the log group it writes to"},
        {"log_group_role", false, "ARN of the role it does that with"},
        {"topic", false, "ARN of the topic it tells"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {
        {"cloudtrail", "CreateTrail"},       {"cloudtrail", "DeleteTrail"},
        {"cloudtrail", "DescribeTrails"},    {"cloudtrail", "GetEventSelectors"},
        {"cloudtrail", "GetTrail"},          {"cloudtrail", "GetTrailStatus"},
        {"cloudtrail", "PutEventSelectors"}, {"cloudtrail", "StartLogging"},
        {"cloudtrail", "StopLogging"},       {"cloudtrail", "UpdateTrail"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Restoration(request, account).plan();
  }
};

}  // namespace

const NamedAction& restore_trail() {
  static const RestoreTrail kAction;
  return kAction;
}

}  // namespace riposte::respond
