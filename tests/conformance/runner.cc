// riposte-conformance: does riposte do what published data says it should?
//
// docs/conformance.md says what each suite asks. The last line is "N passed, N failed".

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "suites.h"

namespace riposte::conformance {
namespace {

constexpr std::array<Suite, 13> kSuites = {{
    {"eventbridge", "event patterns accept and match what AWS event-ruler does", run_eventbridge},
    {"sigma-load", "published Sigma rules load without an error", run_sigma_load},
    {"sigma-regression", "SigmaHQ's regression events match their rules", run_sigma_regression},
    {"cloudtrail", "every CloudTrail record is read, with its time and actor", run_cloudtrail},
    {"formats", "samples of other formats open and read", run_formats},
    {"correlation", "correlation rules fire on the timelines they should, and on no others",
     run_correlation},
    {"sigv4", "requests are signed as AWS's own suite says, byte for byte", run_sigv4},
    {"protocols", "AWS protocol vectors: requests that must be sent, answers that must be read",
     run_protocols},
    {"xml", "published answers of AWS services read as they should", run_xml},
    {"recall", "shipped rules find published attacks, and little else", run_recall},
    {"web-attacks", "shipped rules find injected requests in a web server's log", run_web_attacks},
    {"incidents", "an attack is one incident, with nobody else's work in it", run_incidents},
    {"plans", "what runbooks would do about published records is right, call by call", run_plans},
}};

enum class ExitCode : int { AllPassed = 0, SomeFailed = 1, WrongUse = 2 };

struct Options {
  std::vector<std::string> suites;  // none: all
  std::string data = "../shared/data";
  std::string rules = RIPOSTE_SOURCE_DIR "/rules";
  std::size_t show = 20;
  bool list = false;

  bool wants(std::string_view suite) const {
    return suites.empty() || std::find(suites.begin(), suites.end(), suite) != suites.end();
  }
};

void add_options(CLI::App& app, Options& options) {
  std::vector<std::string> names(kSuites.size());
  std::transform(kSuites.begin(), kSuites.end(), names.begin(),
                 [](const Suite& suite) { return std::string(suite.name); });
  app.add_option("--suite", options.suites, "Run this suite only (repeatable)")
      ->check(CLI::IsMember(names))
      ->type_name("NAME");
  app.add_option("--data", options.data, "Folder of the data")
      ->envname("RIPOSTE_DATA")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--rules", options.rules,
                 "Folder of the rules that `recall`, `incidents` and `plans` run")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--show", options.show, "Failing cases and notes to list for each part")
      ->capture_default_str();
  app.add_flag("--list", options.list, "Name the suites and what they ask");
}

ExitCode list_suites() {
  for (const Suite& suite : kSuites)
    fmt::print("{:<18}{}\n", suite.name, suite.question);
  return ExitCode::AllPassed;
}

ExitCode run_suites(const Options& options) {
  for (const std::string& folder : {options.data, options.rules}) {
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) continue;
    fmt::print(stderr, "riposte-conformance: no folder {}; see --help\n", folder);
    return ExitCode::WrongUse;
  }
  const Setting setting{Corpus(options.data), options.rules};
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  for (const Suite& suite : kSuites) {
    if (!options.wants(suite.name)) continue;
    Report report{std::string(suite.name)};
    suite.run(setting, report);
    report.close();
    report.print(options.show);
    passed += report.passed();
    failed += report.failed();
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? ExitCode::AllPassed : ExitCode::SomeFailed;
}

}  // namespace

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Asks riposte what published test data has the answers to."};
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help, too
    return static_cast<int>(app.exit(error) == 0 ? ExitCode::AllPassed : ExitCode::WrongUse);
  }
  return static_cast<int>(options.list ? list_suites() : run_suites(options));
}

}  // namespace riposte::conformance
