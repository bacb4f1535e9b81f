#include "respond/guard.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "respond/reach.h"

namespace riposte::respond {
namespace {

constexpr base::Millis kHour = std::chrono::hours(1);

constexpr std::string_view kProtectedPrincipals[] = {
    // for the day when nothing else works
    "*break-glass*", "*breakglass*", "*break_glass*", "*emergency*",
    // what AWS and organizations rely on
    "AWSServiceRole*", "AWSReservedSSO_*", "OrganizationAccountAccessRole", "AWSControlTower*",
    "stacksets-exec-*", "AWSCloudFormationStackSet*",
    // what deploys
    "ci-*", "*-ci", "*-ci-*", "*github*", "*gitlab*", "*jenkins*", "*circleci*", "*terraform*",
    "*atlantis*", "*codebuild*", "*codepipeline*", "cdk-*", "*deploy*",
    // ourselves
    "riposte*"};

constexpr std::string_view kProtectedNetworks[] = {
    "10.0.0.0/8",  "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
    "127.0.0.0/8", "fc00::/7",      "fe80::/10",      "::1/128"};

template <typename T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// The last name in a pattern for ARNs: "prod-*" of "arn:aws:s3:::prod-*". A bare * would be
// everything there is.
std::string_view last_name(std::string_view pattern) {
  const std::size_t place = pattern.find_last_of(":/");
  const std::string_view name = pattern.substr(place == std::string_view::npos ? 0 : place + 1);
  return name == "*" ? std::string_view() : name;
}

// Gathers every reason against one plan.
class Objections {
 public:
  Objections(const Safety& safety, const Plan& plan, const State& state)
      : safety_(safety), plan_(plan), state_(state), reach_(reach_of(plan)) {}

  std::vector<Reason> gather() {
    ask_clock();
    if (state_.frozen) add("frozen", "everything is frozen: " + *state_.frozen);
    if (std::min(safety_.mode, plan_.runbook->mode) == Mode::Notify) {
      add("mode-notify", safety_.mode == Mode::Notify ? "the engine's mode is notify"
                                                      : "the runbook's mode is notify");
    }
    ask_maintenance();
    ask_principals();
    ask_resources(safety_.protect);
    ask_resources(plan_.runbook->protect);
    ask_networks(safety_.protect);
    ask_networks(plan_.runbook->protect);
    ask_tags(safety_.protect);
    ask_tags(plan_.runbook->protect);
    ask_budgets();
    ask_history();
    ask_tugs();
    return std::move(reasons_);
  }

 private:
  // Whoever sets the clock back would get every budget anew.
  void ask_clock() {
    if (state_.now >= state_.latest) return;
    add("clock", "the clock says " + base::format_time(state_.now) + ", and was at " +
                     base::format_time(state_.latest) + " before");
  }

  void ask_maintenance() {
    for (const MaintenanceWindow& window : safety_.maintenance) {
      const bool is_meant =
          (window.accounts.empty() || holds(window.accounts, plan_.account)) &&
          (window.runbooks.empty() || holds(window.runbooks, plan_.runbook->name));
      if (is_meant && state_.now >= window.from && state_.now < window.until)
        add("maintenance", "maintenance until " + base::format_time(window.until));
    }
  }

  void ask_principals() {
    for (const std::string& key : reach_.unknown_keys)
      add("protected-unknown", "whose access key " + key + " is cannot be told");
    if (state_.is_own_call || is_own(plan_.actor.arn) || is_own(plan_.actor.session_of))
      add("own-call", "the finding is about a call of our own");
    for (const Principal& principal : reach_.principals) {
      if (principal.name == "root" || principal.arn.ends_with(":root"))
        add("protected-root", "the root user is left to a person");
      if (is_own(principal.arn)) add("protected-self", principal.arn + " is who we are ourselves");
      for (const Protection* protection : {&safety_.protect, &plan_.runbook->protect}) {
        for (const std::string& pattern : protection->principals) {
          if (is_meant(principal, pattern))
            add("protected-principal", naming(principal) + " is protected by \"" + pattern + "\"");
        }
      }
    }
    if (plan_.actor.type == "Root" && !reach_.principals.empty() &&
        reach_.principals.front().arn == without_partition(plan_.actor.arn))
      add("protected-root", "the root user is left to a person");
  }

  bool is_own(std::string_view arn) const {
    if (arn.empty()) return false;
    return std::any_of(
        safety_.own_identities.begin(), safety_.own_identities.end(), [&](const std::string& own) {
          return is_like(without_partition(arn), without_partition(own)) ||
                 (!principal_name(own).empty() && principal_name(arn) == principal_name(own));
        });
  }

  // A pattern for ARNs means ARNs, and by its last name a name; any other means names.
  static bool is_meant(const Principal& principal, std::string_view pattern) {
    if (pattern.find(':') == std::string_view::npos)
      return !principal.name.empty() &&
             (is_like(principal.name, pattern) || is_like(principal_name(principal.arn), pattern));
    const std::string plain = without_partition(pattern);
    return is_like(principal.arn, plain) ||
           (!last_name(plain).empty() && is_like(principal.name, last_name(plain)));
  }

  static std::string naming(const Principal& principal) {
    return principal.arn.empty() ? principal.name : principal.arn;
  }

  void ask_resources(const Protection& protection) {
    for (const std::string& pattern : protection.resources) {
      const std::string plain = without_partition(pattern);
      for (const std::string& text : reach_.texts) {
        const std::string_view name = last_name(plain);
        if (is_like(without_partition(text), plain) || (!name.empty() && is_like(text, name)))
          add("protected-resource", fmt::format("{} is protected by \"{}\"", text, pattern));
      }
    }
  }

  void ask_networks(const Protection& protection) {
    for (const Reach::NamedNetwork& named : reach_.networks) {
      for (const base::Network& network : protection.networks) {
        const bool overlaps = network.contains(named.network) ||
                              (!named.is_closed && named.network.contains(network));
        if (overlaps) {
          add("protected-network", base::to_text(named.network) + " overlaps " +
                                       base::to_text(network) + ", which is protected");
        }
      }
    }
  }

  // Of everything that would be touched: one whose tags are unknown may be the protected one.
  void ask_tags(const Protection& protection) {
    if (protection.tags.empty()) return;
    for (const std::string& target : reach_.targets) {
      const std::string_view name = std::string_view(target).substr(target.find(' ') + 1);
      const auto known = state_.tags.find(name);
      if (known == state_.tags.end()) {
        add("tags-unknown", fmt::format("tags are protected, and those of {} are unknown", name));
        continue;
      }
      for (const auto& [key, value] : protection.tags) {
        const auto tag = known->second.find(key);
        if (tag != known->second.end() && is_like(tag->second, value))
          add("protected-tag", fmt::format("{} is tagged {}={}", name, key, tag->second));
      }
    }
  }

  void ask_budgets() {
    const Runbook& runbook = *plan_.runbook;
    const auto count = [this](auto is_meant) {
      return static_cast<std::uint64_t>(
          std::count_if(state_.acts.begin(), state_.acts.end(), [&](const Act& act) {
            // What lies in the future was done before the clock was set back: it counts.
            return act.time > state_.now - kHour && is_meant(act);
          }));
    };
    const auto is_runbook = [&](const Act& act) { return act.runbook == runbook.name; };
    const auto in_account = [&](const Act& act) { return act.account == plan_.account; };
    const auto in_region = [&](const Act& act) {
      return in_account(act) && act.region == plan_.region;
    };
    const auto both = [&](auto is_meant) {
      return [&, is_meant](const Act& act) { return is_runbook(act) && is_meant(act); };
    };
    ask_budget("budget-engine", "all runbooks", count([](const Act&) { return true; }),
               safety_.per_hour);
    ask_budget("budget-runbook", "the runbook", count(is_runbook),
               std::min(safety_.per_runbook_per_hour,
                        runbook.limit.per_hour.value_or(safety_.per_runbook_per_hour)));
    ask_budget("budget-account", "the account", count(in_account), safety_.per_account_per_hour);
    ask_budget("budget-region", "the region", count(in_region), safety_.per_region_per_hour);
    if (runbook.limit.per_account_per_hour) {
      ask_budget("budget-account", "the runbook in the account", count(both(in_account)),
                 *runbook.limit.per_account_per_hour);
    }
    if (runbook.limit.per_region_per_hour) {
      ask_budget("budget-region", "the runbook in the region", count(both(in_region)),
                 *runbook.limit.per_region_per_hour);
    }
    ask_share(is_runbook);
  }

  void ask_budget(std::string code, std::string_view whose, std::uint64_t done,
                  std::uint64_t limit) {
    if (done < limit) return;
    add(std::move(code), fmt::format("{} had {} of {} plans in an hour", whose, done, limit));
  }

  // How much of the fleet the runbook would have touched within an hour, this plan included.
  template <typename IsRunbook>
  void ask_share(IsRunbook is_runbook) {
    const std::optional<double> share = plan_.runbook->limit.share_per_hour;
    if (!share) return;
    if (!state_.fleet || *state_.fleet == 0)
      return add("budget-share", "how large the fleet is, is not known");
    std::set<std::string> touched(reach_.targets.begin(), reach_.targets.end());
    for (const Act& act : state_.acts) {
      if (act.time > state_.now - kHour && is_runbook(act))
        touched.insert(act.targets.begin(), act.targets.end());
    }
    if (static_cast<double>(touched.size()) > *share * static_cast<double>(*state_.fleet)) {
      add("budget-share", fmt::format("{} of {} resources would be touched in an hour, the limit "
                                      "is a share of {}",
                                      touched.size(), *state_.fleet, *share));
    }
  }

  void ask_history() {
    const auto answered = state_.answered.find({plan_.runbook->name, plan_.idempotency});
    if (answered != state_.answered.end())
      add("repeated", "this was answered at " + base::format_time(answered->second));
    for (const Act& act : state_.acts) {
      if (act.time <= state_.now - safety_.cool_down) continue;
      for (const std::string& target : act.targets) {
        if (!holds(reach_.targets, target)) continue;
        add("cool-down", target + " was touched at " + base::format_time(act.time));
        return;
      }
    }
  }

  void ask_tugs() {
    for (const std::string& target : reach_.targets) {
      const auto tugs = static_cast<std::size_t>(
          std::count_if(state_.acts.begin(), state_.acts.end(), [&](const Act& act) {
            return act.time > state_.now - kTugTime && act.runbook == plan_.runbook->name &&
                   holds(act.targets, target);
          }));
      if (tugs < kTugsMax) continue;
      add("tug-of-war",
          fmt::format("somebody changes {} again and again: this was answered {} times in a day",
                      target, tugs));
      return;
    }
  }

  void add(std::string code, std::string says) {
    const auto is_same = [&](const Reason& each) { return each.code == code && each.says == says; };
    if (std::none_of(reasons_.begin(), reasons_.end(), is_same))
      reasons_.push_back({std::move(code), std::move(says)});
  }

  const Safety& safety_;
  const Plan& plan_;
  const State& state_;
  const Reach reach_;
  std::vector<Reason> reasons_;
};

// Why an approval does not count, or nothing.
std::optional<Reason> flaw_of(const Approving& approval, const Plan& plan, const State& state) {
  const Approval& asked = plan.runbook->approve;
  if (approval.digest != plan.digest)
    return Reason{"approval-stale", approval.by + " approved another plan, " + approval.digest};
  if (!state.question) return Reason{"approval-unasked", "nobody was asked"};
  if (approval.by == state.question->requester)
    return Reason{"approval-own", approval.by + " wanted it, and somebody else must approve"};
  if (approval.by == plan.actor.name || approval.by == plan.actor.arn)
    return Reason{"approval-own", approval.by + " did what this answers"};
  const auto is_in = [&](const std::string& group) { return holds(asked.by, group); };
  if (!asked.by.empty() && std::none_of(approval.groups.begin(), approval.groups.end(), is_in)) {
    return Reason{"approval-scope",
                  approval.by + " is in none of the groups " + base::join(asked.by, ", ")};
  }
  if (approval.at < state.question->at || approval.at > state.now)
    return Reason{"approval-time", "the approval was given before it was asked for, or not yet"};
  if (approval.at - state.question->at > asked.within)
    return Reason{"approval-late", approval.by + " answered too late"};
  if (state.now - approval.at > asked.within)
    return Reason{"approval-expired", "the approval of " + approval.by + " is too old"};
  return std::nullopt;
}

}  // namespace

Protection shipped_protection() {
  Protection protection;
  for (std::string_view principal : kProtectedPrincipals)
    protection.principals.emplace_back(principal);
  for (std::string_view text : kProtectedNetworks) {
    const std::optional<base::Network> network = base::parse_network(text);
    CHECK(network, "the networks we name are networks");
    protection.networks.push_back(*network);
  }
  return protection;
}

Verdict Guard::judge(const Plan& plan, const State& state) const {
  Verdict verdict;
  verdict.reasons = Objections(safety_, plan, state).gather();
  if (!verdict.reasons.empty()) return verdict;
  if (std::min(safety_.mode, plan.runbook->mode) == Mode::Auto && !plan.needs_approval()) {
    verdict.kind = Verdict::Kind::Allowed;
    verdict.approved = ApprovedPlan(plan, "mode auto");
    return verdict;
  }
  for (const Approving& approval : state.approvals) {
    const std::optional<Reason> flaw = flaw_of(approval, plan, state);
    if (!flaw) {
      verdict.kind = Verdict::Kind::Allowed;
      verdict.reasons.clear();
      verdict.approved = ApprovedPlan(plan, approval.by);
      return verdict;
    }
    verdict.reasons.push_back(*flaw);
  }
  if (state.question && state.now - state.question->at > plan.runbook->approve.within) {
    verdict.reasons.push_back({"approval-timeout", "nobody approved it in time"});
    return verdict;
  }
  verdict.kind = Verdict::Kind::Ask;
  if (verdict.reasons.empty()) {
    verdict.reasons.push_back({"approval-needed", plan.needs_approval()
                                                      ? "a step cannot be taken back"
                                                      : "the mode is approve"});
  }
  return verdict;
}

}  // namespace riposte::respond
