// Incidents as people read them.
//
//     HIGH      Trail stopped                                         incident 0123456789abcdef...
//               who   alice, Admin/alice (+1 more), account 111122223333
//               from  198.51.100.7
//               past  Initial Access > Persistence > Defense Evasion
//               on    trail org-trail, user mallory
//               when  5 findings, 7 events, 2026-01-31 18:37:58 to 18:44:02 UTC
//               then  18:37:58  LOW     console sign-in without MFA, signin:ConsoleLogin
//                     18:40:01  MEDIUM  access key made, iam:CreateAccessKey (3 times)
//
// Tested by src/finding/incident_report_test.cc

#include <algorithm>

#include "base/text.h"
#include "finding/human_page.h"
#include "finding/terminal_text.h"

namespace riposte::finding {
namespace {

constexpr std::size_t kChaptersMost = 40;  // longer stories are cut in the middle

// Findings of one rule and call that follow each other.
struct Chapter {
  const Finding* first = nullptr;
  std::uint64_t events = 0;
};

std::vector<Chapter> chapters_of(const Incident& incident) {
  std::vector<Chapter> chapters;
  const auto is_same = [](const Finding& a, const Finding& b) {
    return a.rule->id == b.rule->id && a.rule->name == b.rule->name &&
           a.error_code == b.error_code && a.event_name == b.event_name &&
           a.actor.name == b.actor.name;
  };
  for (const Finding* finding : incident.findings) {
    if (chapters.empty() || !is_same(*chapters.back().first, *finding))
      chapters.push_back({finding, 0});
    chapters.back().events += finding->count;
  }
  return chapters;
}

template <typename T, typename Text>
std::string texts_of(const Incident::Items<T>& items, std::size_t columns, const Text& text) {
  Distinct texts;
  for (const T& item : items.shown)
    texts.add(text(item));
  const std::size_t hidden = items.count - items.shown.size();
  return list(texts, columns) + (hidden == 0 ? "" : " and " + std::to_string(hidden) + " others");
}

std::string texts_of(const Incident::Items<std::string>& items, std::size_t columns) {
  return texts_of(items, columns, [](const std::string& item) { return item; });
}

Lines who(const Incident& incident, std::size_t columns) {
  const std::string accounts = texts_of(incident.accounts, columns);
  return flow(
      {texts_of(incident.actors, columns - 1),
       incident.origins.shown.empty() ? "" : "behind: " + texts_of(incident.origins, columns),
       accounts.empty() ? "" : "account " + accounts},
      columns);
}

Lines past(const Incident& incident, std::size_t columns) {
  std::vector<std::string> names;
  for (const Incident::Passed& passed : incident.tactics)
    names.emplace_back(passed.tactic->name);
  return wrap(base::join(names, " > "), columns);
}

Lines when(const Incident& incident, std::size_t columns) {
  return flow({counted(incident.findings.size(), "finding"), counted(incident.event_count, "event"),
               span_of(incident.first_time, incident.last_time, Precision::Seconds),
               texts_of(incident.regions, columns)},
              columns);
}

// With the date where the story goes over several days.
std::string moment_in(const Incident& incident, const Finding& finding) {
  constexpr std::size_t kDate = 11;
  if (!finding.first_time) return "at an unknown time";
  const std::string text = moment(*finding.first_time, Precision::Seconds);
  const bool is_one_day =
      incident.first_time && incident.last_time &&
      moment(*incident.first_time, Precision::Days) == moment(*incident.last_time, Precision::Days);
  return is_one_day ? text.substr(kDate) : text;
}

Lines then(const Incident& incident, std::size_t columns) {
  constexpr std::size_t kLevelColumns = 10;
  Lines lines;
  const std::vector<Chapter> chapters = chapters_of(incident);
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    if (chapters.size() > kChaptersMost && i == kChaptersMost / 2) {
      const std::size_t left_out = chapters.size() - kChaptersMost;
      lines.push_back("... " + std::to_string(left_out) + " more ...");
      i += left_out;
    }
    const Finding& finding = *chapters[i].first;
    std::string begin = moment_in(incident, finding) + "  ";
    std::string level(rule::name_of(finding.rule->level));
    level.resize(std::max(level.size() + 1, kLevelColumns), ' ');
    begin += level;
    std::string end = call_of(finding).empty() ? "" : ", " + visible(call_of(finding));
    if (!finding.error_code.empty()) end += " (" + visible(finding.error_code) + ")";
    if (chapters[i].events > 1) end += " " + std::to_string(chapters[i].events) + " times";
    const std::size_t room = columns - std::min(columns, columns_of(begin));
    lines.push_back(shorten(begin + fit(visible(finding.rule->title), end, room), columns));
  }
  return lines;
}

void write(const Incident& incident, Page& page) {
  const std::size_t columns = page.field_columns();
  page.write_header(incident.level, incident.title, "id", incident.id);
  page.write_field("who", who(incident, columns));
  page.write_field("from", {texts_of(incident.addresses, columns)});
  page.write_field("past", past(incident, columns));
  page.write_field("on", {texts_of(incident.resources, columns,
                                   [](const event::Resource& each) { return words_of(each); })});
  page.write_field("when", when(incident, columns));
  page.write_field("then", then(incident, columns));
  page.write_line("");
}

}  // namespace

std::string to_human(const std::vector<Incident>& incidents, const Palette& palette,
                     std::size_t width) {
  Page page(palette, width);
  if (incidents.empty()) page.write_line("No incidents.");
  std::vector<const Incident*> worst_first;
  worst_first.reserve(incidents.size());
  for (const Incident& incident : incidents)
    worst_first.push_back(&incident);
  std::stable_sort(worst_first.begin(), worst_first.end(),
                   [](const Incident* a, const Incident* b) { return a->level > b->level; });
  for (const Incident* incident : worst_first)
    write(*incident, page);
  return std::move(page).take();
}

}  // namespace riposte::finding
