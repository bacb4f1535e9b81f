// Shipped runbooks over published records: what is planned for them, call by call. Whatever was
// recorded gives a plan or a reason; what is planned is what the services take, names what the
// record names, and is the same when it is planned again. Nothing is planned for a call that
// failed.
//
// Named actions read an account, which nobody published. It is told from the record: each member of
// an answer has the value that the record has under the same name, and a group has the rules that
// were just added to it. Of a thing of which the record says no more than its name every case is
// asked twice: it is there, with nothing but its name, and it is not there.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "aws/catalogue.h"
#include "aws/input.h"
#include "base/files.h"
#include "base/text.h"
#include "detector.h"
#include "finding/finding.h"
#include "finding/writers.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/named_action.h"
#include "respond/planner.h"
#include "respond/runbook_reader.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

using json::Node;
using respond::Occasion;
using respond::Plan;
using respond::PlannedCall;
using respond::Planner;
using respond::RunbookPointer;

constexpr std::size_t kRunbookBytesMax = 1 << 20;
constexpr int kAnswerDepthMax = 6;        // deeper than any answer that an action looks into
constexpr std::size_t kReasonsShown = 3;  // of a runbook

// Scalars of a record by the names of their members, in lower case; of several the first.
using Scalars = std::map<std::string, const Node*>;

void add_scalars(const Node& node, Scalars& scalars) {
  if (!node.is_container()) {
    if (!node.key.empty() && !node.is(json::Kind::Null))
      scalars.emplace(base::lower(node.key), &node);
    return;
  }
  for (const Node& child : json::children(node))
    add_scalars(child, scalars);
}

const Node* list_at(const Node* node, std::string_view path) {
  const Node* list = node == nullptr ? nullptr : node->at(path);
  return list != nullptr && list->is(json::Kind::Array) ? list : nullptr;
}

// What is known by its name alone.
enum class Named : bool { IsGone, IsThere };

// The account, as far as one record tells of it.
class RecordedAccount final : public respond::FactReader {
 public:
  RecordedAccount(const Node& record, Named named, aws::Catalogue& catalogue)
      : record_(record), named_(named), catalogue_(catalogue) {
    for (std::string_view part : {"requestParameters", "responseElements"}) {
      if (const Node* node = record.find(part)) add_scalars(*node, scalars_);
    }
  }

  base::Result<json::OwnedDocument> read(const respond::Operation& operation,
                                         std::string_view with) override {
    std::string answer = operation.name == "DescribeSecurityGroupRules"
                             ? security_group_rules()
                             : TRY(answer_of(operation, with));
    told_ += answer;
    return json::OwnedDocument::parse(answer);
  }

  // Everything that it said.
  const std::string& told() const { return told_; }

 private:
  base::Result<std::string> answer_of(const respond::Operation& operation, std::string_view with) {
    const auto service = TRY(catalogue_.service(operation.service));
    const aws::Operation* model = service->operation(operation.name);
    if (model == nullptr) return base::Error{base::Errc::Invalid, "there is no such operation"};
    const json::OwnedDocument asked = TRY(json::OwnedDocument::parse(with));
    Scalars asked_for;
    add_scalars(asked.root(), asked_for);
    Scalars known = scalars_;
    for (const auto& [name, node] : asked_for)
      known.erase(name);
    if (!model->output) return std::string("{}");
    const bool is_known = !value_of(*service, *model->output, known, 0).empty();
    if (!is_known && named_ == Named::IsGone)
      return base::Error{base::Errc::NotFound, "the record does not tell of it"};
    known.insert(asked_for.begin(), asked_for.end());
    const std::string answer = value_of(*service, *model->output, known, 0);
    return answer.empty() ? "{}" : answer;
  }

  // JSON; empty where the record says nothing of it.
  std::string value_of(const aws::Service& service, const aws::Member& member, const Scalars& known,
                       int depth) {
    const aws::Shape& shape = service.shape(member);
    if (depth > kAnswerDepthMax) return {};
    switch (shape.type) {
      case aws::Type::Structure:
        return structure_of(service, shape, known, depth);
      case aws::Type::List: {
        const std::string element = value_of(service, service.element(shape), known, depth + 1);
        return element.empty() ? element : "[" + element + "]";
      }
      case aws::Type::String:
      case aws::Type::Boolean:
      case aws::Type::Integer:
      case aws::Type::Long:
        return scalar_of(shape.type, member.name, known);
      default:
        return {};
    }
  }

  std::string structure_of(const aws::Service& service, const aws::Shape& shape,
                           const Scalars& known, int depth) {
    std::string members;
    for (const aws::Member& each : service.members(shape)) {
      const std::string value = value_of(service, each, known, depth + 1);
      if (value.empty()) continue;
      members.append(members.empty() ? "" : ",").append(json::quoted(each.name));
      members.append(":").append(value);
    }
    return members.empty() ? members : "{" + members + "}";
  }

  static std::string scalar_of(aws::Type type, std::string_view name, const Scalars& known) {
    const auto found = known.find(base::lower(name));
    if (found == known.end()) return {};
    const Node& node = *found->second;
    if (type == aws::Type::String)
      return node.is(json::Kind::String) ? json::quoted(node.text) : std::string();
    const bool is_flag = node.is(json::Kind::True) || node.is(json::Kind::False);
    if (type == aws::Type::Boolean) return is_flag ? std::string(node.text) : std::string();
    return node.is(json::Kind::Number) ? std::string(node.text) : std::string();
  }

  // The rules that the call added, each with its id: the answer's where it has them, else one of
  // ours. Both ways in which requests are written are known.
  std::string security_group_rules() const {
    json::Writer writer;
    writer.object([&] {
      writer.key("SecurityGroupRules").array([&] {
        if (const Node* made = list_at(&record_, "responseElements.securityGroupRuleSet.items")) {
          for (const Node& rule : json::children(*made))
            write_made(rule, writer);
          return;
        }
        int count = 0;
        const Node* request = record_.find("requestParameters");
        if (const Node* permissions = list_at(request, "ipPermissions.items")) {
          for (const Node& permission : json::children(*permissions))
            write_permission(permission, count, writer);
        }
        if (request != nullptr && !request->string_at("cidrIp").empty())
          write_rule(*request, "CidrIpv4", request->string_at("cidrIp"), count, writer);
      });
    });
    return std::move(writer).take();
  }

  static void write_made(const Node& rule, json::Writer& writer) {
    writer.object([&] {
      for (const Node& member : json::children(rule)) {
        std::string name(member.key);
        if (!name.empty() && name.front() >= 'a') name.front() -= 'a' - 'A';
        writer.key(name).value(member);
      }
    });
  }

  void write_permission(const Node& permission, int& count, json::Writer& writer) const {
    struct Range {
      std::string_view list, member, name;
    };
    constexpr Range kRanges[] = {{"ipRanges.items", "cidrIp", "CidrIpv4"},
                                 {"ipv6Ranges.items", "cidrIpv6", "CidrIpv6"},
                                 {"prefixListIds.items", "prefixListId", "PrefixListId"}};
    for (const Range& range : kRanges) {
      const Node* list = list_at(&permission, range.list);
      if (list == nullptr) continue;
      for (const Node& each : json::children(*list))
        write_rule(permission, range.name, each.string_at(range.member), count, writer);
    }
  }

  void write_rule(const Node& permission, std::string_view name, std::string_view range, int& count,
                  json::Writer& writer) const {
    writer.object([&] {
      writer.field("SecurityGroupRuleId", fmt::format("sgr-{:017x}", ++count));
      writer.field("GroupId", record_.string_at("requestParameters.groupId"));
      writer.field("IsEgress", record_.string_at("eventName").find("Egress") != std::string::npos);
      writer.field("IpProtocol", permission.string_at("ipProtocol"));
      for (const auto& [from, to] : {std::pair("fromPort", "FromPort"), {"toPort", "ToPort"}}) {
        if (const Node* port = permission.find(from)) writer.key(to).value(*port);
      }
      writer.field(name, range);
    });
  }

  const Node& record_;
  const Named named_;
  aws::Catalogue& catalogue_;
  Scalars scalars_;
  std::string told_;
};

bool is_late(std::string_view text) { return text.find("${") != std::string_view::npos; }

bool is_late_value(const json::Value& value) { return value.is_string() && is_late(value.text()); }

// Something that an account has one of: an ARN, a key, "sg-0a1b2c3d".
bool is_id(std::string_view text) {
  for (std::string_view start : {"arn:", "AKIA", "ASIA", "AIDA", "AROA"}) {
    if (text.starts_with(start)) return true;
  }
  constexpr std::size_t kDigitsLeast = 8;
  const std::size_t dash = text.rfind('-');
  return dash != std::string_view::npos && dash > 0 && text.size() - dash > kDigitsLeast &&
         text.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == dash;
}

void add_ids(const Node& node, std::vector<std::string>& ids) {
  if (node.is(json::Kind::String) && is_id(node.text)) ids.emplace_back(node.text);
  if (!node.is_container()) return;
  for (const Node& child : json::children(node))
    add_ids(child, ids);
}

class Plans {
 public:
  Plans(const Setting& setting, Report& report) : setting_(setting), report_(report) {
    std::vector<std::string> complaints;
    detector_.emplace(load_rules(setting.rules, complaints));
    runbooks_ = load_runbooks(setting.rules + "/../runbooks", complaints);
    for (const std::string& complaint : complaints)
      report.part("rules and runbooks").fail("read", complaint);
  }

  void run(const std::string& folder) {
    Part& part = report_.part(folder);
    counts_.clear();
    for (const std::string& file : setting_.corpus.files(folder, report_)) {
      if (!is_json_file(file) && !is_json_lines_file(file)) continue;
      const auto bytes = setting_.corpus.read(file, report_);
      if (!bytes) continue;
      ask(*bytes, file, part);
      if (is_json_lines_file(file)) ask_cases(*bytes, file, part);
    }
    for (const auto& [runbook, count] : counts_) {
      part.note(fmt::format("{}: {} plans, {} reasons why there is none", runbook, count.plans,
                            count.none));
      std::size_t shown = 0;
      for (const auto& [reason, times] : count.reasons) {
        if (++shown <= kReasonsShown) part.note(fmt::format("  {} x {}", times, reason));
      }
    }
  }

 private:
  struct Count {
    std::uint64_t plans = 0;
    std::uint64_t none = 0;
    std::map<std::string, std::uint64_t> reasons;
  };

  static std::vector<RunbookPointer> load_runbooks(const std::string& folder,
                                                   std::vector<std::string>& complaints) {
    std::vector<base::Error> failures;
    std::vector<respond::RunbookText> texts;
    for (const std::string& file : base::list_files(folder, failures)) {
      base::Result<std::string> text = base::read_file(file, kRunbookBytesMax);
      if (text.ok()) texts.push_back({file, std::move(text).value()});
    }
    base::Diagnostics diagnostics;
    std::vector<RunbookPointer> runbooks = respond::read_runbooks(texts, diagnostics);
    for (const base::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == base::Severity::Error)
        complaints.push_back(diagnostic.file + ": " + diagnostic.message);
    }
    return runbooks;
  }

  // Of labelled rows, whose record stands in `event`.
  void ask_cases(std::string_view bytes, const std::string& file, Part& part) {
    Part ignored(file);  // a line that is no object is told by other suites
    each_row(bytes, ignored, [&](const Node& row, std::size_t line) {
      const Node* event = row.find("event");
      if (event == nullptr || !event->is(json::Kind::Object)) return;
      const std::string padded = std::string(event->text) + std::string(json::kPadding, '\0');
      ask(std::string_view(padded).substr(0, event->text.size()),
          fmt::format("{}:{}", stem_of(file), line), part);
    });
  }

  void ask(std::string_view bytes, const std::string& file, Part& part) {
    detector_->detect(bytes, file, [&](const event::Event& event, const Detector::Hits& hits) {
      if (event.format != event::Format::CloudTrail) return;
      for (const rule::RulePointer& rule : hits.rules) {
        const std::string finding = finding::to_ndjson(finding::finding_of(rule, event));
        const auto document = json::OwnedDocument::parse(finding).value();
        const auto record = json::OwnedDocument::parse(json::canonical(*event.record)).value();
        const Occasion occasion{document.root(), &record.root()};
        for (const RunbookPointer& runbook : runbooks_) {
          if (!Planner::answers(*runbook, occasion, rule->response)) continue;
          const std::string id = fmt::format("{} for {} {} in {}", runbook->name, event.name,
                                             event.id, file_name_of(file));
          for (Named named : {Named::IsGone, Named::IsThere})
            part.judge(id, complaint_of(runbook, occasion, named));
        }
      }
    });
  }

  std::string complaint_of(const RunbookPointer& runbook, const Occasion& occasion, Named named) {
    RecordedAccount account(*occasion.event, named, catalogue_);
    const base::Result<Plan> plan = Planner::plan(runbook, occasion, &account);
    Count& count = counts_[runbook->name];
    if (!plan.ok()) {
      ++count.none;
      ++count.reasons[plan.error().message];
      return plan.error().message.empty() ? "there is no plan, and no reason" : "";
    }
    ++count.plans;
    const std::string_view refusal = occasion.event->string_at("errorCode");
    if (!refusal.empty()) return fmt::format("a call that failed with {} is answered", refusal);
    RecordedAccount again(*occasion.event, named, catalogue_);
    const base::Result<Plan> second = Planner::plan(runbook, occasion, &again);
    if (!second.ok() || second->digest != plan->digest) return "planned again it is another plan";
    if (plan->steps.empty()) return "the plan has no steps";
    const std::string source =
        std::string(occasion.event->text) + std::string(occasion.finding.text) + account.told();
    for (const respond::PlannedStep& step : plan->steps) {
      std::string complaint = complaint_of(step, source);
      if (!complaint.empty()) return step.name + ": " + complaint;
    }
    return {};
  }

  std::string complaint_of(const respond::PlannedStep& step, const std::string& source) {
    if (!step.late && is_late(step.call.with) && !is_late(source))
      return "something is left to be looked up: " + step.call.with;
    std::string complaint = invented_in(step.call, source);
    if (!complaint.empty()) return complaint;
    std::vector<PlannedCall> calls = {step.call};
    for (const auto* checks : {&step.prechecks, &step.verifications}) {
      for (const respond::PlannedCheck& check : *checks)
        calls.push_back(check.call);
    }
    if (step.undo) calls.push_back(*step.undo);
    for (const PlannedCall& call : calls) {
      complaint = problem_of(call);
      if (!complaint.empty()) return complaint;
    }
    return {};
  }

  // An id that nobody told us.
  static std::string invented_in(const PlannedCall& call, const std::string& source) {
    const auto with = json::OwnedDocument::parse(call.with);
    if (!with.ok()) return "parameters that are no JSON";
    std::vector<std::string> ids;
    add_ids(with->root(), ids);
    for (const std::string& id : ids) {
      const std::string own =
          id.substr(id.find_last_of(":/") + 1);  // of an ARN that is put together
      if (!is_late(id) && source.find(own) == std::string::npos) return "nobody told of " + id;
    }
    return {};
  }

  // What the service would not take.
  std::string problem_of(const PlannedCall& call) {
    const std::string name = to_text(call.operation);
    const auto service = catalogue_.service(call.operation.service);
    if (!service.ok()) return name + ": " + service.error().message;
    const aws::Operation* operation = (*service)->operation(call.operation.name);
    if (operation == nullptr) return name + ": there is no such operation";
    base::Diagnostics diagnostics;
    const std::optional<json::Value> with = json::read_json(call.with, diagnostics);
    if (with) aws::read_input(**service, *operation, *with, diagnostics, is_late_value);
    for (const base::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == base::Severity::Error) return name + ": " + diagnostic.message;
    }
    return {};
  }

  const Setting& setting_;
  Report& report_;
  aws::Catalogue catalogue_;
  std::optional<Detector> detector_;
  std::vector<RunbookPointer> runbooks_;
  std::map<std::string, Count> counts_;
};

}  // namespace

void run_plans(const Setting& setting, Report& report) {
  Plans plans(setting, report);
  for (const char* folder : {"cloudtrail", "stratus", "formats/cloudtrail", "labelled"})
    plans.run(folder);
}

}  // namespace riposte::conformance
