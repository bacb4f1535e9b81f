// riposte iam generate: what must be allowed so that runbooks can be carried out, and nothing else.
// Tested by tests/cli/iam_test.py

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/diagnostics.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/runbooks_option.h"
#include "engine/permissions.h"
#include "event/arn.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

struct IamOptions {
  ConfigOption config;
  RunbooksOption runbooks;
  std::vector<std::string> names;
  std::vector<std::string> sources;
  std::string format = "json";
  std::string account;
  std::string partition = "aws";
  bool all = false;
  bool role_per_runbook = false;
};

// One document of a policy.
struct Document {
  std::string name;  // "riposte-engine", and "riposte-engine-2" for what did not fit
  std::string role;  // that it is for alone, or empty
  std::string text;
};

// "RiposteEngine2"
std::string logical_id(std::string_view name) {
  std::string id;
  bool begins_word = true;
  for (char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter && !(c >= '0' && c <= '9')) {
      begins_word = true;
      continue;
    }
    id += begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins_word = false;
  }
  return id;
}

// {"riposte-engine": {"Statement": ...}, ...}
std::string to_json(const std::vector<Document>& documents) {
  std::string out = "{";
  for (const Document& document : documents) {
    if (out.size() > 1) out += ',';
    out += json::quoted(document.name) + ":" + document.text;
  }
  return out + "}\n";
}

std::string trust_of(std::string_view principal) {
  return R"({"Statement":[{"Action":["sts:AssumeRole","sts:TagSession"],"Effect":"Allow",)"
         R"("Principal":{"AWS":)" +
         std::string(principal) + R"(}}],"Version":"2012-10-17"})";
}

// Texts with a parameter in them, as CloudFormation fills it in. No text of a policy has quotes.
std::string substituted(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    if (text[begin] != '"') {
      out += text[begin++];
      continue;
    }
    const std::size_t end = text.find('"', begin + 1) + 1;
    const std::string_view quoted = text.substr(begin, end - begin);
    const bool has_parameter = quoted.find("${AWS::") != std::string_view::npos;
    out.append(has_parameter ? "{\"Fn::Sub\":" : "")
        .append(quoted)
        .append(has_parameter ? "}" : "");
    begin = end;
  }
  return out;
}

// "riposte" and "/security/" of "security/riposte".
std::string last_name(const std::string& role) { return role.substr(role.rfind('/') + 1); }
std::string path_of(const std::string& role) {
  const std::size_t slash = role.rfind('/');
  return slash == std::string::npos ? "/" : "/" + role.substr(0, slash + 1);
}

// The roles that documents are for, each with the logical ids of its documents.
std::map<std::string, std::vector<std::string>> roles_of(const std::vector<Document>& documents) {
  std::map<std::string, std::vector<std::string>> roles;
  for (const Document& document : documents) {
    if (!document.role.empty()) roles[document.role].push_back(logical_id(document.name));
  }
  return roles;
}

std::string to_cloudformation(const std::vector<Document>& documents) {
  std::string out = R"({"AWSTemplateFormatVersion":"2010-09-09","Resources":{)";
  std::string comma;
  for (const Document& document : documents) {
    out += comma + json::quoted("Policy" + logical_id(document.name)) +
           R"(:{"Type":"AWS::IAM::ManagedPolicy","Properties":{"ManagedPolicyName":)" +
           json::quoted(document.name) + R"(,"PolicyDocument":)" + substituted(document.text) +
           "}}";
    comma = ",";
  }
  const auto roles = roles_of(documents);
  for (const auto& [role, policies] : roles) {
    out += comma + json::quoted("Role" + logical_id(role)) +
           R"(:{"Type":"AWS::IAM::Role","Properties":{"RoleName":)" +
           json::quoted(last_name(role)) + R"(,"Path":)" + json::quoted(path_of(role)) +
           R"(,"AssumeRolePolicyDocument":)" + trust_of(R"({"Ref":"Engine"})") +
           R"(,"ManagedPolicyArns":[)";
    std::string between;
    for (const std::string& policy : policies) {
      out += between + R"({"Ref":)" + json::quoted("Policy" + policy) + "}";
      between = ",";
    }
    out += "]}}";
  }
  out += "}";
  if (!roles.empty()) {
    out += R"(,"Parameters":{"Engine":{"Type":"String","Description":)"
           R"("ARN of the role or user that riposte runs as"}})";
  }
  return out + "}\n";
}

std::string to_terraform(const std::vector<Document>& documents) {
  std::string policies;
  std::string roles;
  std::string attachments;
  const auto add = [](std::string& group, const std::string& name, const std::string& body) {
    group += (group.empty() ? "" : ",") + json::quoted(name) + ":" + body;
  };
  const std::string trust = trust_of("\"${var.engine_arn}\"");
  for (const Document& document : documents) {
    add(policies, document.name,
        "{\"name\":" + json::quoted(document.name) + ",\"policy\":" + json::quoted(document.text) +
            "}");
    if (document.role.empty()) continue;
    add(attachments, document.name,
        "{\"role\":\"${aws_iam_role." + document.role +
            ".name}\",\"policy_arn\":\"${aws_iam_policy." + document.name + ".arn}\"}");
  }
  for (const auto& [role, ids] : roles_of(documents)) {
    add(roles, logical_id(role),
        "{\"name\":" + json::quoted(last_name(role)) + ",\"path\":" + json::quoted(path_of(role)) +
            ",\"assume_role_policy\":" + json::quoted(trust) + "}");
  }
  std::string out =
      R"({"data":{"aws_caller_identity":{"current":{}},"aws_partition":{"current":{}}},)"
      R"("resource":{"aws_iam_policy":{)" +
      policies + "}";
  if (!roles.empty()) {
    out += R"(,"aws_iam_role":{)" + roles + R"(},"aws_iam_role_policy_attachment":{)" +
           attachments + "}";
  }
  out += "}";
  if (!roles.empty()) {
    out += R"(,"variable":{"engine_arn":{"type":"string","description":)"
           R"("ARN of the role or user that riposte runs as"}})";
  }
  return out + "}\n";
}

respond::PolicyScope scope_of(const IamOptions& options) {
  if (options.format == "cloudformation") return {"${AWS::Partition}", "${AWS::AccountId}"};
  if (options.format == "terraform") {
    return {"${data.aws_partition.current.partition}",
            "${data.aws_caller_identity.current.account_id}"};
  }
  return {options.partition, options.account.empty() ? "*" : options.account};
}

// Those that are named, all, or those that may do something; nothing after a complaint.
std::optional<std::vector<respond::RunbookPointer>> choose(
    const IamOptions& options, std::vector<respond::RunbookPointer> runbooks,
    const Console& console) {
  for (const std::string& name : options.names) {
    std::vector<std::string_view> known;
    known.reserve(runbooks.size());
    for (const respond::RunbookPointer& runbook : runbooks)
      known.push_back(runbook->name);
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = base::nearest(name, known);
    console.complain("there is no runbook \"" + name + "\"" +
                     (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
    return std::nullopt;
  }
  std::erase_if(runbooks, [&options](const respond::RunbookPointer& runbook) {
    if (options.all) return false;
    if (options.names.empty()) return runbook->mode == respond::Mode::Notify;
    return std::find(options.names.begin(), options.names.end(), runbook->name) ==
           options.names.end();
  });
  return runbooks;
}

ExitCode generate(const IamOptions& options, const Console& console) {
  if (!options.account.empty() && !event::is_account(options.account)) {
    console.complain("\"" + options.account + "\" is no account");
    return ExitCode::WrongUse;
  }
  const auto config = options.config.load(console, options.runbooks.flags());
  if (!config) return ExitCode::WrongUse;
  auto loaded = load_runbooks(RunbooksOption::of(*config), console);
  if (!loaded) return ExitCode::WrongUse;
  const auto runbooks = choose(options, std::move(*loaded), console);
  if (!runbooks) return ExitCode::WrongUse;
  const auto permissions = engine::permissions_for(
      {*config, *runbooks, options.sources, scope_of(options), options.role_per_runbook});
  if (!permissions.ok()) {
    console.complain(permissions.error().message);
    return ExitCode::WrongUse;
  }
  std::vector<Document> documents;
  for (const engine::Permissions& each : *permissions) {
    const auto texts = respond::policies_of(each.grants);
    if (!texts.ok()) {
      console.complain(each.name + ": " + texts.error().message);
      return ExitCode::WrongUse;
    }
    for (std::size_t i = 0; i < texts->size(); ++i) {
      const std::string number = i == 0 ? "" : "-" + std::to_string(i + 1);
      documents.push_back({each.name + number, each.role, (*texts)[i]});
    }
  }
  console.out << (options.format == "cloudformation" ? to_cloudformation(documents)
                  : options.format == "terraform"    ? to_terraform(documents)
                                                     : to_json(documents));
  return ExitCode::Done;
}

}  // namespace

void add_iam(CLI::App& app, Picked& picked) {
  CLI::App* iam = app.add_subcommand("iam", "Say what riposte must be allowed");
  iam->footer("Example: riposte iam generate --account 111122223333");
  iam->require_subcommand(1);
  CLI::App* command = iam->add_subcommand(
      "generate", "Print the least policies with which the runbooks can be carried out");
  command->footer(
      "Example: riposte iam generate --role-per-runbook --format terraform > iam.tf.json");
  const auto options = std::make_shared<IamOptions>();
  options->config.add_to(*command);
  options->runbooks.add_to(*command);
  command
      ->add_option("--runbook", options->names,
                   "Only for this one; may be given again. Else for all whose mode is not notify")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_flag("--all", options->all, "For every runbook, whatever its mode");
  command->add_flag("--role-per-runbook", options->role_per_runbook,
                    "A role and a policy for each runbook");
  command
      ->add_option("--source", options->sources,
                   "What is read: s3://bucket/prefix, or the ARN of a queue, stream or log group; "
                   "may be given again")
      ->allow_extra_args(false);
  command->add_option("--account", options->account, "The account's number, for json; else any");
  command->add_option("--partition", options->partition, "The first part of ARNs, for json")
      ->check(CLI::IsMember({"aws", "aws-cn", "aws-us-gov"}))
      ->capture_default_str();
  command->add_option("--format", options->format, "How policies are written")
      ->check(CLI::IsMember({"json", "cloudformation", "terraform"}))
      ->capture_default_str();
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return generate(*options, console); };
  });
}

}  // namespace riposte::cli
