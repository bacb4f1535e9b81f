// The report that people read.
//
//     HIGH      CloudTrail trail stopped                    aws_cloudtrail_trail_stopped
//               who   alice (IAMUser, AKIAIOSFODNN7EXAMPLE), account 111122223333
//               from  198.51.100.7, aws-cli/2.15.0
//               what  cloudtrail:StopLogging, 1 of 3 denied (AccessDenied)
//               key   sourceIPAddress 198.51.100.7: 12      (of a correlation)
//               on    trail org-trail (+2 more)
//               when  3 times, 2026-01-31 18:37:58 to 18:44:02 UTC, eu-west-1
//               why   Logging of an audit trail was switched off.
//               see   logs/a.json.gz:17 (+2 more), event 6b1c9a00-...
//
// The left margin holds nothing but levels, so that the eye can run down it. Groups of one rule
// stand together, and only the first says why.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "finding/human_page.h"
#include "finding/terminal_text.h"

namespace riposte::finding {
namespace {

constexpr std::size_t kWhyBytes = 240;  // sentences of a description are told up to here

// What one caller did by the light of one rule.
struct Group {
  std::vector<const Finding*> findings;  // sorted by earlier(), never empty
  std::size_t rule_rank = 0;             // position of the rule's first finding among all
  std::size_t rank = 0;                  // position of this group's

  const Finding& first() const { return *findings.front(); }
  const rule::Rule& rule() const { return *first().rule; }
};

using RuleKey = std::tuple<std::string_view, std::string_view>;
using CallerKey = std::tuple<std::string_view, std::string_view, std::string_view>;
using GroupKey = std::tuple<RuleKey, CallerKey>;

RuleKey rule_key(const Finding& finding) { return {finding.rule->name, finding.rule->id}; }

// Callers of whom nothing is known are told apart by their addresses.
CallerKey caller_key(const Finding& finding) {
  const event::Actor& actor = finding.actor;
  const bool is_nobody = actor.type == "Unknown" && actor.arn.empty() && actor.id.empty();
  const std::string_view who = actor.arn.empty() ? actor.name : actor.arn;
  return {actor.type, who, is_nobody ? actor.ip : std::string_view()};
}

std::vector<Group> grouped(const std::vector<Finding>& findings) {
  const std::vector<const Finding*> sorted = in_order(findings);

  std::map<RuleKey, std::size_t> rule_ranks;
  std::map<GroupKey, Group> by_key;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::size_t rule_rank = rule_ranks.try_emplace(rule_key(*sorted[i]), i).first->second;
    Group& group = by_key[GroupKey(rule_key(*sorted[i]), caller_key(*sorted[i]))];
    if (group.findings.empty()) group.rank = i;
    group.rule_rank = rule_rank;
    group.findings.push_back(sorted[i]);
  }

  std::vector<Group> groups;
  groups.reserve(by_key.size());
  for (auto& [key, group] : by_key)
    groups.push_back(std::move(group));
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::tuple(b.rule().level, a.rule_rank, a.rank) <
           std::tuple(a.rule().level, b.rule_rank, b.rank);
  });
  return groups;
}

std::string account_text(const Group& group) {
  Distinct accounts;
  for (const Finding* finding : group.findings)
    accounts.add(finding->account);
  const std::string& home = group.first().actor.account;
  if (accounts.empty()) return home.empty() ? "" : "account " + visible(home);
  if (home.empty() || home == accounts.texts().front()) return "account " + first_of(accounts);
  return "account " + visible(home) + " acting in " + first_of(accounts);
}

Lines who(const Group& group, std::size_t columns) {
  const event::Actor& actor = group.first().actor;
  Distinct keys;
  for (const Finding* finding : group.findings)
    keys.add(finding->actor.access_key);
  Distinct marks;
  if (actor.type != "Unknown") marks.add(visible(actor.type));
  marks.add(first_of(keys));
  const std::string name = visible(actor.name.empty() ? "unknown" : actor.name);
  const std::string tail = marks.empty() ? "" : " (" + base::join(marks.texts(), ", ") + ")";
  const event::Chain& lineage = group.first().lineage;
  const std::string behind = lineage.steps.empty() ? "" : "session of " + visible(lineage.origin);
  return flow({fit(name, tail, columns - 1), behind, account_text(group)}, columns);
}

// The user agent takes what the address leaves of the line; hardly anything is no use.
Lines from(const Group& group, std::size_t columns) {
  constexpr std::size_t kAgentLeast = 20;
  Distinct addresses;
  Distinct agents;
  for (const Finding* finding : group.findings) {
    addresses.add(finding->actor.ip);
    // A service that calls on somebody's behalf stands in both fields.
    if (finding->actor.user_agent != finding->actor.ip) agents.add(finding->actor.user_agent);
  }
  const std::string address = first_of(addresses);
  if (agents.empty()) return flow({address}, columns);
  const std::size_t taken = address.empty() ? 1 : columns_of(address) + 3;
  const std::size_t room = taken + kAgentLeast <= columns ? columns - taken : columns - 1;
  const std::string agent = visible(agents.texts().front());
  return flow({address, fit(agent, more(agents.texts().size() - 1), room)}, columns);
}

bool is_denial(std::string_view error) {
  for (std::string_view word : {"Denied", "Unauthorized", "NotAuthorized", "Forbidden"}) {
    if (error.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// "1 of 3 denied (AccessDenied)", or nothing when every call went through.
std::string refusal(const Group& group) {
  Distinct errors;
  std::uint64_t refused = 0;
  std::uint64_t all = 0;
  bool only_denials = true;
  for (const Finding* finding : group.findings) {
    all += finding->count;
    if (finding->error_code.empty()) continue;
    refused += finding->count;
    errors.add(finding->error_code);
    only_denials = only_denials && is_denial(finding->error_code);
  }
  if (refused == 0) return "";
  std::string text;
  if (refused < all) text = std::to_string(refused) + " of " + std::to_string(all) + " ";
  if (refused == all && all > 1) text = "all ";
  text += only_denials ? "denied" : "failed";
  return text + " (" + first_of(errors) + ")";
}

Lines what(const Group& group, std::size_t columns) {
  std::map<std::string, std::uint64_t> calls;
  for (const Finding* finding : group.findings)
    calls[call_of(*finding)] += finding->count;
  std::vector<std::pair<std::string, std::uint64_t>> sorted(calls.begin(), calls.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  Distinct names;
  for (const auto& [name, count] : sorted) {
    names.add(sorted.size() == 1 ? name : name + " x" + std::to_string(count));
  }
  return flow({list(names, columns - 1), refusal(group)}, columns);
}

// ", about 9.45 USD an hour", where the rule knows the price.
std::string cost_text(const Finding& finding) {
  const std::optional<double> hourly = usd_per_hour(finding);
  return hourly ? fmt::format(", about {:.2f} USD an hour", *hourly) : std::string();
}

// What the events of a correlation share, and how much of it there was.
Lines key(const Group& group, std::size_t columns) {
  Distinct keys;
  for (const Finding* finding : group.findings) {
    if (finding->correlated) keys.add(text_of(*finding->correlated) + cost_text(*finding));
  }
  return {list(keys, columns)};
}

Lines on(const Group& group, std::size_t columns) {
  Distinct resources;
  for (const Finding* finding : group.findings) {
    for (const event::Resource& resource : finding->resources) {
      resources.add(words_of(resource));
    }
  }
  return {list(resources, columns)};
}

std::string span_of(const std::vector<const Finding*>& findings, Precision precision) {
  std::optional<base::EventTime> first;
  std::optional<base::EventTime> last;
  for (const Finding* finding : findings) {
    if (!finding->first_time) continue;
    const base::EventTime end = finding->last_time.value_or(*finding->first_time);
    first = first ? std::min(*first, *finding->first_time) : *finding->first_time;
    last = last ? std::max(*last, end) : end;
  }
  return span_of(first, last, precision);
}

Lines when(const Group& group, std::size_t columns) {
  std::uint64_t times = 0;
  Distinct regions;
  for (const Finding* finding : group.findings) {
    times += finding->count;
    regions.add(finding->region);
  }
  const std::string span = span_of(group.findings, Precision::Seconds);
  return flow({times == 1 ? "" : counted(times, "time"), span, first_of(regions)}, columns);
}

// The text on one line, blanks and line ends all being one blank.
std::string unwrapped(std::string_view text) {
  std::string out;
  bool is_apart = false;
  for (char c : base::trim(text)) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_blank && is_apart) out += ' ';
    if (!is_blank) out += c;
    is_apart = is_blank;
  }
  return out;
}

// The first sentences of the description, up to kWhyBytes; one in any case.
std::string why(const rule::Rule& rule) {
  std::string text = visible(unwrapped(rule.description));
  if (text.size() <= kWhyBytes) return text;
  std::size_t end = text.find(". ");
  if (end == std::string::npos) return text;
  for (std::size_t next = end; next < kWhyBytes; next = text.find(". ", next + 1))
    end = next;
  return text.substr(0, end + 1);
}

// The place to look at, then the id to look for.
Lines see(const Group& group, std::size_t columns) {
  const Finding& first = group.first();
  const std::string tail =
      ":" + std::to_string(first.source_record) + more(group.findings.size() - 1);
  const std::string path = visible(first.source_path);
  const std::string place = path.empty() ? "" : fit(path, tail, columns - 1);
  // A digest stands for an id that the log does not have: nobody can look for it there.
  const bool has_id = !first.events.empty() && first.events.front().rfind("sha256:", 0) != 0;
  return flow({place, has_id ? "event " + visible(first.events.front()) : ""}, columns);
}

void write_group(const Group& group, bool says_why, Page& page) {
  page.write_header(group.rule().level, group.rule().title, "rule", group.rule().name);
  const std::size_t columns = page.field_columns();
  page.write_field("who", who(group, columns));
  page.write_field("from", from(group, columns));
  page.write_field("what", what(group, columns));
  page.write_field("key", key(group, columns));
  page.write_field("on", on(group, columns));
  page.write_field("when", when(group, columns));
  if (says_why) page.write_field("why", wrap(why(group.rule()), columns));
  page.write_field("see", see(group, columns));
  page.write_line("");
}

// CRITICAL  2 findings, 1 rule, 2 callers, 2026-01-31 18:37 to 18:44 UTC
void write_summary(rule::Level level, const std::vector<const Group*>& groups, Page& page) {
  std::set<RuleKey> rules;
  std::set<CallerKey> callers;
  std::vector<const Finding*> findings;
  for (const Group* group : groups) {
    rules.insert(rule_key(group->first()));
    callers.insert(caller_key(group->first()));
    findings.insert(findings.end(), group->findings.begin(), group->findings.end());
  }
  page.write_level(level);
  std::string line = counted(findings.size(), "finding") + ", " + counted(rules.size(), "rule") +
                     ", " + counted(callers.size(), "caller");
  for (Precision precision : {Precision::Minutes, Precision::Days}) {
    const std::string times = ", " + span_of(findings, precision);
    if (line.size() + times.size() > page.line_columns()) continue;
    line += times;
    break;
  }
  page.write_line(shorten(line, page.line_columns()));
}

}  // namespace

std::string to_human(const std::vector<Finding>& findings, const Palette& palette,
                     std::size_t width) {
  Page page(palette, width);
  const std::vector<Group> groups = grouped(findings);
  if (groups.empty()) page.write_line("No findings.");

  const Group* previous = nullptr;
  std::map<rule::Level, std::vector<const Group*>> by_level;
  for (const Group& group : groups) {
    const bool is_new =
        previous == nullptr || rule_key(previous->first()) != rule_key(group.first());
    write_group(group, is_new, page);
    by_level[group.rule().level].push_back(&group);
    previous = &group;
  }
  for (auto level = by_level.rbegin(); level != by_level.rend(); ++level) {
    write_summary(level->first, level->second, page);
  }
  return std::move(page).take();
}

}  // namespace riposte::finding
