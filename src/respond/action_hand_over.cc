// webhook, start-pipeline, run-automation: what others have built is asked to do its work. What
// they do is theirs, so that none can be taken back but an automation that names its inverse.
//
// What is started is pinned: the pipeline is there, the automation's document is the one that was
// read, by its hash.

#include <algorithm>

#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_hand_over_test.cc

namespace riposte::respond {
namespace {

using json::Node;

class Webhook final : public NamedAction {
 public:
  std::string_view name() const override { return "webhook"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"hook", true, "its name in the configuration, where its address and its secret stand"},
        {"body", false, "a map; the finding if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"webhook", "Post"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader&) const override {
    const std::string_view hook = request.with.string_at("hook");
    if (hook.empty()) return no_action("the parameter \"hook\" names no webhook");
    if (hook.find("://") != std::string_view::npos) {
      return no_action(
          "the parameter \"hook\" is a name in the configuration: an address in a "
          "runbook would be one in every plan");
    }
    const Node* body = request.with.find("body");
    if (body != nullptr && !body->is(json::Kind::Object))
      return no_action("the parameter \"body\" is a map");
    const Json sent = body == nullptr
                          ? object({{"schema", "riposte.webhook/1"}, {"finding", request.finding}})
                          : Json(*body);
    return std::vector<PlannedStep>{
        StepParts(request, "post", "webhook.Post", object({{"Hook", hook}, {"Body", sent}}))
            .irreversible()
            .take()};
  }
};

class StartPipeline final : public NamedAction {
 public:
  std::string_view name() const override { return "start-pipeline"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {{"pipeline", true, "its name"}};
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"codepipeline", "GetPipeline"},
                                     {"codepipeline", "GetPipelineExecution"},
                                     {"codepipeline", "StartPipelineExecution"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    const std::string_view pipeline = request.with.string_at("pipeline");
    const Json of_pipeline = object({{"name", pipeline}});
    const base::Result<json::OwnedDocument> facts =
        read(account, "codepipeline.GetPipeline", of_pipeline);
    if (!facts.ok() && facts.error().code == base::Errc::NotFound)
      return no_action("there is no pipeline " + std::string(pipeline));
    if (!facts.ok()) return facts.error();
    return std::vector<PlannedStep>{
        StepParts(request, "start", "codepipeline.StartPipelineExecution", of_pipeline)
            .before("codepipeline.GetPipeline", of_pipeline,
                    object({{"pipeline",
                             object({{"name", list({pipeline})},
                                     {"version", is_now(facts->root().at("pipeline.version"))}})}}))
            .after(
                "codepipeline.GetPipelineExecution",
                object({{"pipelineName", pipeline},
                        {"pipelineExecutionId", Json::late("answer.pipelineExecutionId")}}),
                object({{"pipelineExecution",
                         object({{"status", list({"InProgress", "Succeeded", "Superseded"})}})}}))
            .irreversible()
            .take()};
  }
};

class RunAutomation final : public NamedAction {
 public:
  std::string_view name() const override { return "run-automation"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"document", true, "the name of an automation document of SSM"},
        {"parameters", false, "a map: each a text or a list of texts"},
        {"undo_document", false, "the document that takes it back; without it there is no undo"},
        {"undo_parameters", false, "a map; those of the document if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"ssm", "DescribeDocument"},
                                     {"ssm", "GetAutomationExecution"},
                                     {"ssm", "StartAutomationExecution"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    const json::OwnedDocument document = TRY(describe(account, request.with.string_at("document")));
    StepParts parts(request, "run", "ssm.StartAutomationExecution",
                    started(document.root(), request.with.find("parameters")));
    pin(parts, document.root());
    parts.after("ssm.GetAutomationExecution",
                object({{"AutomationExecutionId", Json::late("answer.AutomationExecutionId")}}),
                object({{"AutomationExecution",
                         object({{"AutomationExecutionStatus",
                                  list({"Pending", "InProgress", "Waiting", "Success"})}})}}));
    const std::string_view undo = request.with.string_at("undo_document");
    if (undo.empty()) return std::vector<PlannedStep>{parts.irreversible().take()};
    const json::OwnedDocument inverse = TRY(describe(account, undo));
    pin(parts, inverse.root());
    const Node* given = request.with.find("undo_parameters");
    parts.undo("ssm.StartAutomationExecution",
               started(inverse.root(), given == nullptr ? request.with.find("parameters") : given));
    return std::vector<PlannedStep>{parts.take()};
  }

 private:
  static base::Result<json::OwnedDocument> describe(FactReader& account, std::string_view name) {
    base::Result<json::OwnedDocument> facts =
        read(account, "ssm.DescribeDocument", object({{"Name", name}}));
    if (!facts.ok() &&
        (facts.error().code == base::Errc::NotFound || facts.error().code == base::Errc::Invalid))
      return no_action("there is no document " + std::string(name));
    if (!facts.ok()) return facts;
    if (facts->root().string_at("Document.DocumentType") != "Automation")
      return no_action("the document " + std::string(name) + " is no automation");
    return facts;
  }

  static void pin(StepParts& parts, const Node& facts) {
    parts.before(
        "ssm.DescribeDocument", object({{"Name", facts.string_at("Document.Name")}}),
        object({{"Document",
                 object({{"Hash", is_now(facts.at("Document.Hash"))},
                         {"DocumentVersion", is_now(facts.at("Document.DocumentVersion"))}})}}));
  }

  // SSM takes lists of texts.
  static Json started(const Node& facts, const Node* parameters) {
    Members given;
    for (const Node* each : items_of(parameters))
      given.emplace_back(each->key, each->is_container() ? Json(*each) : list({Json(each->text)}));
    Members members = {{"DocumentName", facts.string_at("Document.Name")}};
    const std::string_view version = facts.string_at("Document.DocumentVersion");
    if (!version.empty()) members.emplace_back("DocumentVersion", version);
    if (!given.empty()) members.emplace_back("Parameters", object(given));
    return object(members);
  }
};

}  // namespace

const NamedAction& webhook() {
  static const Webhook kAction;
  return kAction;
}

const NamedAction& start_pipeline() {
  static const StartPipeline kAction;
  return kAction;
}

const NamedAction& run_automation() {
  static const RunAutomation kAction;
  return kAction;
}

}  // namespace riposte::respond
