// riposte doctor: what is missing before riposte can do what it is configured to do.
// Tested by tests/cli/doctor_test.py

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/encoding.h"
#include "base/text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/knowledge_option.h"
#include "cli/ledger_option.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "engine/permissions.h"
#include "event/arn.h"
#include "finding/terminal_text.h"
#include "json/writer.h"
#include "respond/call_check.h"
#include "respond/permission_check.h"

namespace riposte::cli {
namespace {

constexpr std::uintmax_t kFreeBytesMin = std::uintmax_t{1} << 30;  // a month of a large ledger
constexpr auto kClockOffMax = std::chrono::minutes(4);  // services refuse what is five minutes off

struct DoctorOptions {
  ConfigOption config;
  std::string output = "human";
};

struct CheckUp {
  enum class Status { Ok, Problem, Unknown };
  Status status;
  std::string what;  // "ledger"
  std::string says;
  std::string remedy;  // what to do, where there is something
};

std::string_view name_of(CheckUp::Status status) {
  switch (status) {
    case CheckUp::Status::Ok:
      return "ok";
    case CheckUp::Status::Problem:
      return "problem";
    case CheckUp::Status::Unknown:
      return "unknown";
  }
  CHECK(false, "every status has a name");
}

class Doctor {
 public:
  Doctor(const DoctorOptions& options, const Console& console)
      : options_(options), console_(console) {}

  std::vector<CheckUp> examine() {
    examine_config();
    if (!config_) return std::move(all_);
    examine_rules();
    examine_runbooks();
    examine_ledger();
    session_ = open_session(*config_, console_);
    if (session_ == nullptr) {
      problem("credentials", "AWS's own settings cannot be read", "mend what is told above");
      return std::move(all_);
    }
    examine_channels();
    account_.emplace(session_->account(*config_));
    examine_credentials();
    if (own_.account.empty()) return std::move(all_);
    examine_clock();
    examine_roles();
    examine_permissions();
    return std::move(all_);
  }

 private:
  std::string region() const {
    const std::string& configured = session_->settings().region();
    return configured.empty() ? "us-east-1" : configured;
  }

  void ok(std::string what, std::string says) {
    all_.push_back({CheckUp::Status::Ok, std::move(what), std::move(says), {}});
  }
  void problem(std::string what, std::string says, std::string remedy) {
    all_.push_back({CheckUp::Status::Problem, std::move(what), std::move(says), std::move(remedy)});
  }
  void unknown(std::string what, std::string says, std::string remedy) {
    all_.push_back({CheckUp::Status::Unknown, std::move(what), std::move(says), std::move(remedy)});
  }

  void examine_config() {
    const std::string file = options_.config.file();
    config_ = options_.config.load(console_);
    if (!config_) return problem("config", file + " is not valid", "mend what is told above");
    struct stat about {};
    const bool is_shared =
        !file.empty() && ::stat(file.c_str(), &about) == 0 && (about.st_mode & S_IWOTH) != 0;
    if (is_shared) {
      return problem("config", "everybody on this machine can change " + file, "chmod o-w " + file);
    }
    ok("config", file.empty() ? "no file: defaults and environment" : file);
  }

  void examine_rules() {
    const auto rules = load_rules(RulesOption::of(*config_), console_);
    if (rules) {
      ok("rules", fmt::format("{} rules", rules->rules().size()));
    } else {
      problem("rules", "not all of them can be read", "riposte rule lint PATH");
    }
    const bool knows = load_knowledge(config_->enrich, console_).has_value();
    if (!knows) problem("enrich", "a file cannot be used", "mend what is told above");
  }

  void examine_runbooks() {
    auto runbooks = load_runbooks(RunbooksOption::of(*config_), console_);
    if (!runbooks)
      return problem("runbooks", "not all of them can be read", "riposte runbook lint PATH");
    base::Diagnostics diagnostics;
    aws::Catalogue catalogue;
    for (const respond::RunbookPointer& runbook : *runbooks)
      respond::check_calls(*runbook, catalogue, diagnostics);
    if (!diagnostics.ok()) {
      problem("runbooks", "there are calls that the services do not take",
              "riposte runbook lint PATH");
    } else {
      ok("runbooks", fmt::format("{} runbooks; the engine's mode is {}", runbooks->size(),
                                 respond::name_of(config_->safety.mode)));
    }
    runbooks_ = std::move(*runbooks);
    for (const auto& role : config_->respond.roles.runbooks) {
      const bool is_there =
          std::any_of(runbooks_.begin(), runbooks_.end(),
                      [&role](const auto& each) { return each->name == role.first; });
      if (is_there) continue;
      problem("runbooks", "respond.roles names " + role.first + ", and there is no such runbook",
              "riposte runbook list");
    }
  }

  void examine_ledger() {
    const std::string& path = config_->ledger;
    if (path.empty()) return unknown("ledger", "none is configured", "set ledger.path");
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
      return problem("ledger", folder.string() + " cannot be written into",
                     "make the folder, or give it to who runs riposte");
    }
    std::error_code failure;
    const std::filesystem::space_info space = std::filesystem::space(folder, failure);
    if (!failure && space.available < kFreeBytesMin) {
      problem("disk", fmt::format("{} MiB are left in {}", space.available >> 20, folder.string()),
              "make room: a full disk stops every answer");
    }
    if (!std::filesystem::exists(path, failure)) return ok("ledger", path + " will be made");
    base::Result<finding::Ledger> ledger =
        finding::Ledger::open(path, store::Database::Access::Read);
    if (!ledger.ok()) return problem("ledger", ledger.error().message, "restore it from a backup");
    const base::Result<finding::Ledger::Audit> audit = ledger.value().audit(std::nullopt);
    if (!audit.ok()) return problem("ledger", audit.error().message, "riposte audit verify");
    if (!audit->complaints.empty())
      return problem("ledger", audit->complaints.front(), "riposte audit verify says all");
    ok("ledger", fmt::format("{}, {} entries, the chain holds", path, audit->head.sequence));
  }

  void examine_channels() {
    engine::Channels channels(*config_, *session_);
    for (const notify::ChannelTexts& channel : config_->channels) {
      const std::string what = "channel " + channel.name;
      bool is_well = true;
      for (const auto& [name, reference] : channel.secrets) {
        const base::Result<base::Secret> secret = channels.secret(reference);
        if (secret.ok()) continue;
        is_well = false;
        problem(what, "its " + name + " is not found: " + secret.error().message,
                "put it where notify.channels says it is");
      }
      if (is_well) ok(what, channel.kind);
    }
  }

  void examine_credentials() {
    const base::Result<respond::Identity> own = account_->identity();
    if (!own.ok()) {
      return problem("credentials", own.error().message,
                     "give some as AWS's own tools take them: variables, a profile, a role");
    }
    own_ = *own;
    ok("credentials", own_.arn);
    if (own_.arn.ends_with(":root"))
      problem("credentials", "these are keys of the root user", "make a role, and delete the keys");
  }

  // What the service's clock says when it is asked who we are.
  void examine_clock() {
    aws::CallOptions options;
    options.region = region();
    const auto request =
        session_->client().prepare("sts", "GetCallerIdentity", aws::Value::Object(), options);
    if (!request.ok()) return unknown("clock", request.error().message, "");
    net::SendOptions sending;
    sending.deadline = session_->clock().steady() + std::chrono::seconds(30);
    const auto response = session_->transport().send(*request, sending);
    const std::string* date = response.ok() ? net::find_header(response->headers, "Date") : nullptr;
    const auto theirs = date == nullptr ? std::nullopt : aws::parse_time_text(*date);
    if (!theirs) return unknown("clock", "the service does not say what time it is", "");
    const base::Millis off = session_->clock().wall() - *theirs;
    if (off > kClockOffMax || off < -kClockOffMax) {
      return problem("clock", fmt::format("it is {} seconds off", off.count() / 1000),
                     "set the clock, and keep it set (chrony, systemd-timesyncd)");
    }
    ok("clock", "right to the minute");
  }

  void examine_roles() {
    std::vector<std::string> accounts;
    for (const auto& [number, role] : config_->respond.roles.accounts) {
      accounts.push_back(number);
      examine_role(number, "");
    }
    if (std::find(accounts.begin(), accounts.end(), own_.account) == accounts.end())
      accounts.push_back(own_.account);
    for (const auto& [runbook, role] : config_->respond.roles.runbooks) {
      for (const std::string& account : accounts)
        examine_role(account, runbook);
    }
  }

  void examine_role(const std::string& account, const std::string& runbook) {
    const std::string what = "role in " + account + (runbook.empty() ? "" : " for " + runbook);
    const base::Result<respond::Identity> identity = account_->identity(account, runbook);
    if (!identity.ok()) {
      problem(what, identity.error().message,
              "make the role; let it trust " + own_.arn +
                  " with sts:AssumeRole and sts:TagSession, and its external id");
    } else if (identity->account != account) {
      problem(what, "it is of account " + identity->account, "mend respond.accounts");
    } else {
      ok(what, identity->arn);
    }
  }

  void examine_permissions() {
    std::vector<respond::RunbookPointer> acting = runbooks_;
    std::erase_if(acting, [](const respond::RunbookPointer& runbook) {
      return runbook->mode == respond::Mode::Notify;
    });
    const std::optional<event::Arn> arn = event::parse_arn(own_.arn);
    const respond::PolicyScope scope{std::string(arn ? arn->partition : "aws"), own_.account};
    const auto needed = engine::permissions_for({*config_, acting, {}, scope, false});
    CHECK(needed.ok(), "without sources there is nothing to misspell");
    for (const engine::Permissions& each : *needed) {
      std::string who = respond::principal_of(own_);
      const auto home = config_->respond.roles.accounts.find(own_.account);
      if (each.name != engine::kEnginePolicy && home != config_->respond.roles.accounts.end())
        who = home->second.role_arn;
      if (!each.role.empty()) {
        who = fmt::format("arn:{}:iam::{}:role/{}", scope.partition, scope.account, each.role);
      }
      examine_permissions(each, who);
    }
  }

  void examine_permissions(const engine::Permissions& needed, const std::string& who) {
    const std::string what = "permissions of " + needed.name;
    const base::Result<std::vector<std::string>> missing =
        respond::missing_actions(*account_, own_.account, region(), who, needed.grants);
    if (!missing.ok()) {
      unknown(what, "they cannot be looked at: " + missing.error().message,
              "allow iam:SimulatePrincipalPolicy, or compare with riposte iam generate");
    } else if (missing->empty()) {
      ok(what, fmt::format("{} has all {}", who, needed.grants.size()));
    } else {
      problem(what, who + " lacks " + base::join(*missing, ", "),
              "riposte iam generate prints the policy");
    }
  }

  const DoctorOptions& options_;
  const Console& console_;
  std::vector<CheckUp> all_;
  std::optional<engine::Config> config_;
  std::vector<respond::RunbookPointer> runbooks_;
  std::unique_ptr<engine::AwsSession> session_;
  std::optional<respond::AwsAccount> account_;
  respond::Identity own_;
};

std::string to_json(const std::vector<CheckUp>& all) {
  json::Writer writer;
  writer.object([&] {
    writer.key("checks").array([&] {
      for (const CheckUp& each : all) {
        writer.object([&] {
          writer.field("status", name_of(each.status));
          writer.field("what", each.what);
          writer.field("says", each.says);
          writer.text_or_null("remedy", each.remedy);
        });
      }
    });
  });
  return std::move(writer).take();
}

ExitCode doctor(const DoctorOptions& options, const Console& console) {
  const std::vector<CheckUp> all = Doctor(options, console).examine();
  if (options.output == "json") {
    console.out << to_json(all) << '\n';
  } else {
    for (const CheckUp& each : all) {
      const std::string line =
          fmt::format("{:8} {}: {}", name_of(each.status), each.what, each.says);
      console.out << finding::visible(line) << '\n';
      if (!each.remedy.empty())
        console.out << "         > " << finding::visible(each.remedy) << '\n';
    }
  }
  const bool is_well = std::none_of(all.begin(), all.end(), [](const CheckUp& each) {
    return each.status == CheckUp::Status::Problem;
  });
  return is_well ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace

void add_doctor(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Check configuration, ledger, credentials, roles and permissions");
  command->footer("Example: riposte doctor --config riposte.yml");
  const auto options = std::make_shared<DoctorOptions>();
  options->config.add_to(*command);
  command->add_option("-o,--output", options->output, "json: one object")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return doctor(*options, console); };
  });
}

}  // namespace riposte::cli
