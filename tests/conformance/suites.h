#pragma once

// The suites, and who runs them. docs/conformance.md says what each asks.
//
// A suite reads what the corpus holds and fills a report; it decides nothing by the names of rules,
// techniques or cases, so that it asks the same of data nobody here has seen.
//
// Threads: confined to the caller.

#include <string>
#include <string_view>

#include "corpus.h"
#include "report.h"

namespace riposte::conformance {

struct Setting {
  Corpus corpus;
  std::string rules;  // the folder of shipped rules, for `recall`, `incidents` and `plans`
};

struct Suite {
  std::string_view name;
  std::string_view question;
  void (*run)(const Setting& setting, Report& report);
};

// Reads the options, runs the suites that are wanted, prints their tables; gives the exit code.
int run(int argc, char** argv);

void run_eventbridge(const Setting& setting, Report& report);
void run_sigma_load(const Setting& setting, Report& report);
void run_sigma_regression(const Setting& setting, Report& report);
void run_cloudtrail(const Setting& setting, Report& report);
void run_formats(const Setting& setting, Report& report);
void run_correlation(const Setting& setting, Report& report);
void run_sigv4(const Setting& setting, Report& report);
void run_protocols(const Setting& setting, Report& report);
void run_xml(const Setting& setting, Report& report);
void run_recall(const Setting& setting, Report& report);
void run_web_attacks(const Setting& setting, Report& report);
void run_plans(const Setting& setting, Report& report);
void run_incidents(const Setting& setting, Report& report);

}  // namespace riposte::conformance
