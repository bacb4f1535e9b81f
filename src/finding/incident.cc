#include "finding/incident.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include "base/digest.h"
#include "base/network.h"
#include "event/arn.h"

namespace riposte::finding {
namespace {

constexpr std::size_t kIdDigits = 32;

// Every network has its own of these (RFC 1918, 3927, 4193, 4291, 6598).
constexpr std::array<std::string_view, 8> kPrivateNetworks = {
    "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
    "169.254.0.0/16", "127.0.0.0/8",   "fc00::/7",       "fe80::/10"};

bool is_private(const base::Address& address) {
  static const auto kNetworks = [] {
    std::array<base::Network, kPrivateNetworks.size()> parsed;
    std::transform(kPrivateNetworks.begin(), kPrivateNetworks.end(), parsed.begin(),
                   [](std::string_view text) { return *base::parse_network(text); });
    return parsed;
  }();
  return std::any_of(kNetworks.begin(), kNetworks.end(),
                     [&](const base::Network& network) { return network.contains(address); });
}

std::string address_key(const Finding& finding) {
  const std::optional<base::Address> address = base::parse_address(finding.actor.ip);
  if (!address) return {};  // "cloudtrail.amazonaws.com", "AWS Internal"
  const std::string text = base::to_text(*address);
  return is_private(*address) ? finding.account + "/" + text : text;
}

bool belongs_to_everybody(const event::Resource& resource) {
  if (resource.type == "AWS::::Account" || resource.type == "AWS::Organizations::Account")
    return true;
  const auto arn = event::parse_arn(resource.arn);
  if (!arn) return resource.id.empty() || event::is_account(resource.id);
  return arn->account == "aws" || arn->resource == "root" || arn->resource == "*";
}

std::string resource_key(const event::Resource& resource, const Finding& finding) {
  if (!resource.arn.empty()) return resource.arn;
  if (resource.type == "AWS::IAM::AccessKey") return resource.id;
  return resource.type + "/" + finding.account + "/" + finding.region + "/" + resource.id;
}

// Who can act. Of other resources a call names many that it only happens in: networks, keys.
bool is_identity(const event::Resource& resource) {
  return resource.type == "AWS::IAM::User" || resource.type == "AWS::IAM::Role" ||
         resource.type == "AWS::IAM::AccessKey";
}

// Whoever takes a session of a role does not change the role; lineage says what they did with it.
bool takes_session(const Finding& finding) { return finding.event_name.starts_with("Assume"); }

// Whoever looks at a thing, as people do when something happened to it, did nothing to it.
bool only_looks(const Finding& finding) {
  constexpr std::string_view kVerbs[] = {"Get", "List", "Describe", "Head", "Lookup", "BatchGet"};
  return std::any_of(std::begin(kVerbs), std::end(kVerbs), [&finding](std::string_view verb) {
    return finding.event_name.starts_with(verb);
  });
}

// What the actor acts as: resources like any other, to whoever makes or changes them.
std::set<std::string> selves_of(const Finding& finding) {
  std::set<std::string> selves = {finding.actor.arn, finding.actor.access_key,
                                  finding.actor.session_of, finding.lineage.origin,
                                  finding.lineage.credential};
  selves.erase("");
  return selves;
}

// Anybody can fail to sign in as anybody.
bool proves_origin(const Finding& finding) {
  return !finding.lineage.origin.empty() &&
         (finding.error_code.empty() || finding.service != "signin");
}

// Which findings are joined, directly or by others.
class Groups {
 public:
  explicit Groups(std::size_t size) : parents_(size) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  std::size_t root_of(std::size_t index) {
    while (parents_[index] != index)
      index = parents_[index] = parents_[parents_[index]];
    return index;
  }
  void join(std::size_t a, std::size_t b) {
    a = root_of(a);
    b = root_of(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parents_;
};

// Joins findings, sorted by earlier(), that share something.
class Joiner {
 public:
  explicit Joiner(const std::vector<const Finding*>& findings)
      : findings_(findings), groups_(findings.size()) {}

  Groups run() {
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (findings_[i]->first_time) share(i);
    }
    join_by(credentials_, [](const Run&) { return true; });
    join_by(addresses_, [this](const Run& run) { return !is_everybodys(run); });
    join_by(resources_, [this](const Run& run) {
      const bool is_about =
          std::any_of(run.begin(), run.end(), [](const Sharer& each) { return !each.is_self; });
      return is_about && !is_everybodys(run);
    });
    return std::move(groups_);
  }

 private:
  struct Sharer {
    std::size_t finding = 0;
    bool is_self = false;  // it is the resource, rather than about it
  };
  using Run = std::vector<Sharer>;
  using Shared = std::map<std::string, Run>;

  void share(std::size_t index) {
    const Finding& finding = *findings_[index];
    if (!finding.lineage.credential.empty())
      credentials_[finding.lineage.credential].push_back({index});
    if (std::string key = address_key(finding); !key.empty())
      addresses_[std::move(key)].push_back({index});
    const std::set<std::string> selves = selves_of(finding);
    for (const std::string& self : selves)
      resources_[self].push_back({index, true});
    if (takes_session(finding) || only_looks(finding)) return;
    for (const event::Resource& resource : finding.resources) {
      const bool is_about_it = &resource == &finding.resources.front() || is_identity(resource);
      std::string key = resource_key(resource, finding);
      if (is_about_it && !belongs_to_everybody(resource) && !selves.contains(key))
        resources_[std::move(key)].push_back({index});
    }
  }

  // Cuts what shares one thing where nothing happened for too long, and joins the pieces.
  template <typename Predicate>
  void join_by(const Shared& shared, const Predicate& joins) {
    for (const auto& [key, sharers] : shared) {
      Run run;
      base::EventTime last = base::EventTime::min();
      for (const Sharer& sharer : sharers) {
        const Finding& finding = *findings_[sharer.finding];
        if (!run.empty() && *finding.first_time - last > kIncidentGap) {
          if (joins(run)) join(run);
          run.clear();
        }
        run.push_back(sharer);
        last = std::max(last, finding.last_time.value_or(*finding.first_time));
      }
      if (joins(run)) join(run);
    }
  }

  void join(const Run& run) {
    for (const Sharer& sharer : run)
      groups_.join(run.front().finding, sharer.finding);
  }

  bool is_everybodys(const Run& run) const {
    std::set<std::string_view> origins;
    for (const Sharer& sharer : run) {
      const Finding& finding = *findings_[sharer.finding];
      if (proves_origin(finding)) origins.insert(finding.lineage.origin);
    }
    return origins.size() > kSharedMax;
  }

  const std::vector<const Finding*>& findings_;  // borrows
  Groups groups_;
  Shared credentials_;
  Shared addresses_;
  Shared resources_;
};

template <typename T>
class Collector {
 public:
  explicit Collector(Incident::Items<T>& items) : items_(items) {}

  void add(const T& item) {
    if (item == T() || !known_.insert(item).second) return;
    ++items_.count;
    if (items_.shown.size() < kIncidentItemsMax) items_.shown.push_back(item);
  }

 private:
  Incident::Items<T>& items_;
  std::set<T> known_;
};

// A technique whose tactic no tag names belongs to the one that it serves, if it serves one alone.
const rule::Tactic* tactic_of(const rule::Attack& attack) {
  if (attack.tactic != nullptr || attack.technique.empty()) return attack.tactic;
  const rule::Technique* technique = rule::find_technique(attack.technique);
  if (technique == nullptr) return nullptr;
  const rule::Tactic* only = nullptr;
  for (std::size_t i = 0; i < rule::tactics().size(); ++i) {
    if ((technique->tactics >> i & 1) == 0) continue;
    if (only != nullptr) return nullptr;
    only = &rule::tactics()[i];
  }
  return only;
}

void pass_tactics(const Finding& finding, Incident& incident) {
  for (const rule::Attack& attack : rule::attacks_of(finding.rule->tags)) {
    const rule::Tactic* tactic = tactic_of(attack);
    if (tactic == nullptr) continue;
    auto passed =
        std::find_if(incident.tactics.begin(), incident.tactics.end(),
                     [tactic](const Incident::Passed& each) { return each.tactic == tactic; });
    if (passed == incident.tactics.end())
      passed = incident.tactics.insert(passed, {tactic, finding.first_time, {}});
    const std::string& number =
        attack.sub_technique.empty() ? attack.technique : attack.sub_technique;
    std::vector<std::string>& techniques = passed->techniques;
    const auto place = std::lower_bound(techniques.begin(), techniques.end(), number);
    if (!number.empty() && (place == techniques.end() || *place != number))
      techniques.insert(place, number);
  }
}

Incident incident_of(std::vector<const Finding*> findings) {
  Incident incident;
  incident.findings = std::move(findings);
  incident.id =
      base::sha256_hex("riposte.incident/1\n" + incident.findings.front()->id).substr(0, kIdDigits);
  Collector<std::string> origins(incident.origins);
  Collector<std::string> actors(incident.actors);
  Collector<std::string> accounts(incident.accounts);
  Collector<std::string> regions(incident.regions);
  Collector<std::string> addresses(incident.addresses);
  Collector<event::Resource> resources(incident.resources);
  for (const Finding* finding : incident.findings) {
    if (incident.title.empty() || finding->rule->level > incident.level) {
      incident.level = finding->rule->level;
      incident.title = finding->rule->title;
    }
    incident.event_count += finding->count;
    if (!incident.first_time) incident.first_time = finding->first_time;
    if (finding->last_time)
      incident.last_time =
          std::max(incident.last_time.value_or(*finding->last_time), *finding->last_time);
    origins.add(finding->lineage.origin);
    actors.add(finding->actor.name);
    accounts.add(finding->account);
    regions.add(finding->region);
    addresses.add(finding->actor.ip);
    for (const event::Resource& resource : finding->resources)
      resources.add(resource);
    pass_tactics(*finding, incident);
  }
  return incident;
}

}  // namespace

std::vector<Incident> incidents_of(const std::vector<Finding>& findings) {
  const std::vector<const Finding*> sorted = in_order(findings);

  Groups groups = Joiner(sorted).run();
  std::map<std::size_t, std::vector<const Finding*>> members;  // by the place of the first one
  for (std::size_t i = 0; i < sorted.size(); ++i)
    members[groups.root_of(i)].push_back(sorted[i]);
  std::vector<Incident> incidents;
  incidents.reserve(members.size());
  for (auto& [first, group] : members)
    incidents.push_back(incident_of(std::move(group)));
  return incidents;
}

}  // namespace riposte::finding
