// riposte aws SERVICE OPERATION: one call of an AWS API, and its answer as JSON.
// Tested by tests/cli/aws_test.py

#include <algorithm>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "aws/input.h"
#include "aws/paginator.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/rules_option.h"
#include "json/writer.h"
#include "net/url.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kInputBytesMax = std::size_t{64} << 20;

struct AwsOptions {
  std::string service;
  std::string operation;
  std::string input = "{}";
  std::string models;
  std::string page = "first";
  ConfigOption config;
  aws::Settings::Overrides settings;
  aws::Role role;
  double seconds = 100;
  bool dry_run = false;
  bool list = false;
};

ExitCode complain(const Console& console, const base::Error& error) {
  console.complain(error.message);
  return error.code == base::Errc::Invalid ? ExitCode::WrongUse : ExitCode::Incomplete;
}

// "describe-instances" is what AWS's own command calls it.
const aws::Operation* find_operation(const aws::Service& service, std::string_view name) {
  if (const aws::Operation* exact = service.operation(name)) return exact;
  std::string joined = base::lower(name);
  std::erase(joined, '-');
  const auto operations = service.operations();
  const auto found = std::find_if(operations.begin(), operations.end(), [&](const auto& each) {
    return base::lower(each.name) == joined;
  });
  return found == operations.end() ? nullptr : &*found;
}

// What --input says, held against the model; nothing after a complaint.
std::optional<aws::Value> read_input(const AwsOptions& options, const aws::Service& service,
                                     const aws::Operation& operation, const Console& console) {
  const bool is_file = options.input.starts_with('@');
  base::Result<std::string> text = is_file
                                       ? base::read_file(options.input.substr(1), kInputBytesMax)
                                       : base::Result<std::string>(options.input);
  if (!text.ok()) {
    console.complain(options.input.substr(1) + ": " + text.error().message);
    return std::nullopt;
  }
  base::Diagnostics diagnostics;
  diagnostics.set_source(is_file ? options.input.substr(1) : "input", *text);
  const std::optional<json::Value> written = json::read_json(*text, diagnostics);
  std::optional<aws::Value> input;
  if (written) input = aws::read_input(service, operation, *written, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  return diagnostics.ok() ? input : std::nullopt;
}

// The request as JSON, with its body as text: what would be sent, less the secrets.
std::string request_text(const net::HttpRequest& request) {
  json::Writer writer;
  writer.object([&] {
    writer.field("method", request.method);
    writer.field("url", net::url_of(request));
    writer.key("headers").object([&] {
      for (const net::Header& header : request.headers)
        writer.field(header.name, header.value);
    });
    writer.field("body", request.body);
  });
  return std::move(writer).take();
}

class Caller {
 public:
  Caller(const AwsOptions& options, engine::AwsSession& session)
      : options_(options), catalogue_(session.catalogue()), client_(session.client()) {}

  ExitCode run(const Console& console) {
    const auto service = catalogue_.service(options_.service);
    if (!service.ok()) {
      console.complain(service.error().message);
      return ExitCode::WrongUse;
    }
    const aws::Operation* operation = find_operation(**service, options_.operation);
    if (operation == nullptr) {
      const std::string nearest = (*service)->nearest_operation(options_.operation);
      console.complain(fmt::format("{} has no operation \"{}\"{}", options_.service,
                                   options_.operation,
                                   nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
      return ExitCode::WrongUse;
    }
    std::optional<aws::Value> input = read_input(options_, **service, *operation, console);
    if (!input) return ExitCode::WrongUse;
    if (options_.dry_run) return print_request(operation->name, *input, console);
    return options_.page == "all" ? print_pages(**service, operation->name, *input, console)
                                  : print_answer(operation->name, *input, console);
  }

 private:
  aws::CallOptions call_options() const {
    aws::CallOptions call;
    call.time_max = std::chrono::milliseconds(static_cast<long>(options_.seconds * 1000));
    call.attempt_time_max = std::max(call.attempt_time_max, call.time_max / aws::kAttemptsMax);
    if (!options_.role.arn.empty()) call.role = options_.role;
    return call;
  }

  ExitCode print_request(std::string_view operation, const aws::Value& input,
                         const Console& console) {
    base::Result<net::HttpRequest> request =
        client_.prepare(options_.service, operation, input, call_options());
    if (!request.ok()) return complain(console, request.error());
    console.out << request_text(aws::redact(std::move(request).value())) << '\n';
    return ExitCode::Done;
  }

  ExitCode print_answer(std::string_view operation, const aws::Value& input,
                        const Console& console) {
    const base::Result<aws::Answer> answer =
        client_.call(options_.service, operation, input, call_options());
    if (!answer.ok()) return complain(console, answer.error());
    if (!answer->ok()) {
      console.complain(answer->error->as_base_error(operation).message);
      return ExitCode::Incomplete;
    }
    console.out << aws::to_json(answer->output) << '\n';
    return ExitCode::Done;
  }

  // All pages as one answer; those there were, where one is missing.
  ExitCode print_pages(const aws::Service& service, std::string_view operation,
                       const aws::Value& input, const Console& console) {
    const auto paginator = aws::Paginator::find(service, operation);
    if (!paginator.ok()) return complain(console, paginator.error());
    std::optional<aws::Value> all;
    const auto ended =
        client_.each_page(options_.service, operation, input, call_options(), [&](aws::Value page) {
          if (all && *paginator) {
            (*paginator)->collect(std::move(page), *all);
          } else {
            all = std::move(page);
          }
          return true;
        });
    if (all) console.out << aws::to_json(*all) << '\n';
    if (!ended.ok()) return complain(console, ended.error());
    if (!*ended) return ExitCode::Done;
    console.complain((*ended)->as_base_error(operation).message);
    return ExitCode::Incomplete;
  }

  const AwsOptions& options_;
  aws::Catalogue& catalogue_;
  aws::Client& client_;
};

ExitCode list(const AwsOptions& options, const Console& console) {
  aws::Catalogue catalogue(options.models);
  if (options.service.empty()) {
    for (const std::string& name : catalogue.names())
      console.out << name << '\n';
    return ExitCode::Done;
  }
  const auto service = catalogue.service(options.service);
  if (!service.ok()) {
    console.complain(service.error().message);
    return ExitCode::WrongUse;
  }
  for (const aws::Operation& operation : (*service)->operations())
    console.out << operation.name << '\n';
  return ExitCode::Done;
}

ExitCode call_aws(const AwsOptions& options, const Console& console) {
  if (options.list) return list(options, console);
  if (options.service.empty() || options.operation.empty()) {
    console.complain(options.service.empty() ? "which service? --list names them"
                                             : "which operation? --list names them");
    return ExitCode::WrongUse;
  }
  const auto config = options.config.load(
      console, said({{"aws", "region", {options.settings.region}, "--region"},
                     {"aws", "profile", {options.settings.profile}, "--profile"},
                     {"aws", "endpoint_url", {options.settings.endpoint_url}, "--endpoint-url"}}));
  if (!config) return ExitCode::WrongUse;
  const std::unique_ptr<engine::AwsSession> session = open_session(*config, console, options.models);
  if (session == nullptr) return ExitCode::WrongUse;
  return Caller(options, *session).run(console);
}

}  // namespace

void add_aws(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand("aws", "Call an AWS API and print its answer as JSON");
  command->footer("Example: riposte aws ec2 DescribeInstances --input '{\"MaxResults\": 5}'");
  const auto options = std::make_shared<AwsOptions>();
  command->add_option("service", options->service, "As AWS's own command names it: ec2, iam, ...");
  command->add_option("operation", options->operation, "DescribeInstances, or describe-instances");
  command->add_option("--input", options->input, "The parameters; bytes are base64, times RFC 3339")
      ->type_name("JSON|@FILE");
  command->add_option("--page", options->page, "Print the first page, or all of them as one")
      ->check(CLI::IsMember({"first", "all"}))
      ->capture_default_str();
  command->add_flag("-n,--dry-run", options->dry_run,
                    "Print the signed request, less the secrets, and send nothing");
  options->config.add_to(*command);
  command->add_option("--region", options->settings.region,
                      "Instead of AWS_REGION's or the profile's");
  command->add_option("--profile", options->settings.profile, "Of AWS's shared files");
  command->add_option("--endpoint-url", options->settings.endpoint_url,
                      "Instead of the service's own");
  command->add_option("--role-arn", options->role.arn, "Take on this role for the call");
  command->add_option("--external-id", options->role.external_id, "That the role asks for");
  command->add_option("--timeout", options->seconds, "Seconds for the whole call, retries included")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  command
      ->add_option("--models", options->models, "A data folder of botocore's, for other services")
      ->type_name("DIR");
  command->add_flag("--list", options->list, "Name the services, or the operations of one");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return call_aws(*options, console); };
  });
}

}  // namespace riposte::cli
