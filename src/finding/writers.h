#pragma once

// Findings and incidents as text. ndjson, ocsf and csv write one line a finding, without its line
// end; human writes a report of all of them.
//
// What stands in a log was often written by whoever is being watched. JSON escapes control
// characters; csv and human make them visible (terminal_text.h), so that a log cannot write to the
// terminal.
//
// All of it is a function of the findings alone: no clock, no locale, no machine.
//
// Threads: functions without state.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "finding/incident.h"

namespace riposte::finding {

// Schema riposte.finding/1 (docs/formats/finding.md): keys in a fixed order, always present, null
// where unknown.
std::string to_ndjson(const Finding& finding);

// OCSF Detection Finding (class_uid 2004, activity Create) of schema version 1.5.0;
// tests/ocsf/check.py holds it against the published schema. `version` is that of the program, left
// out where empty. OCSF demands a time: a finding without one says 0.
std::string to_ocsf(const Finding& finding, std::string_view version = {});

// RFC 4180, one line a finding whatever the texts contain. Resources stand in one cell with
// semicolons between them. A cell that a spreadsheet would take for a formula gets an apostrophe in
// front.
std::string csv_header();
std::string to_csv(const Finding& finding);

// The same of incidents: riposte.incident/1 (docs/formats/incident.md), OCSF Incident Finding
// (class_uid 2005, activity Create), a line of csv.
std::string to_ndjson(const Incident& incident);
std::string to_ocsf(const Incident& incident, std::string_view version = {});
std::string incident_csv_header();
std::string to_csv(const Incident& incident);

// Styles of a terminal; all empty when output is not one, or NO_COLOR is set.
struct Palette {
  static Palette plain();
  static Palette colored();
  std::string_view bold, dim, reset;
  std::array<std::string_view, 5> level;  // by rule::Level
};

// What a tired person reads: findings grouped by rule and actor, the worst level first and the
// earliest first within it; for each group what happened, who did it, from where, on what, when,
// how often, whether it was denied, and (once a rule) why it matters. One line a level closes it.
// The layout takes between 40 and 120 of the `width` columns; 0 stands for an unknown width and is
// read as 80.
std::string to_human(const std::vector<Finding>& findings, const Palette& palette,
                     std::size_t width);

// The worst incident first, each as a story: who, from where, which tactics, on what, and what
// happened in order.
std::string to_human(const std::vector<Incident>& incidents, const Palette& palette,
                     std::size_t width);

}  // namespace riposte::finding
