// Tested by src/engine/config_test.cc

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "base/span.h"
#include "base/text.h"
#include "block/hold.h"
#include "engine/config.h"
#include "engine/config_sources.h"
#include "event/arn.h"

namespace riposte::engine {
namespace {

using base::Place;
using json::Value;

constexpr std::string_view kChannelKinds[] = {"sns",   "slack",   "teams",
                                              "email", "webhook", "pagerduty"};

class Reader {
 public:
  Reader(const ConfigSource& source, base::Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics), errors_before_(diagnostics.error_count()) {}

  std::optional<Config> read() {
    config_.settings = merge_settings(source_, diagnostics_);
    if (failed()) return std::nullopt;
    if (source_.file) file_lines_ = quotable(source_.file->text);
    fill();
    if (failed()) return std::nullopt;
    return std::move(config_);
  }

 private:
  bool failed() const { return diagnostics_.error_count() > errors_before_; }

  Config::Setting& setting(std::string_view section, std::string_view name) {
    const ConfigKey* key = find_config_key(section, name);
    CHECK(key != nullptr, "only keys that there are have settings");
    return config_.settings[static_cast<std::size_t>(key - config_keys().data())];
  }

  void fill() {
    config_.rules.paths = texts("rules", "paths");
    config_.rules.defaults = flag("rules", "defaults");
    config_.rules.lists = text("rules", "lists");
    config_.ledger = text("ledger", "path");
    config_.correlate.lateness = span("correlate", "lateness");
    config_.correlate.keys_per_rule = count("correlate", "keys_per_rule");
    config_.correlate.bytes_per_key = bytes("correlate", "bytes_per_key");
    config_.correlate.bytes = bytes("correlate", "bytes");
    config_.correlate.waiting = count("correlate", "waiting");
    config_.enrich.geo = texts("enrich", "geo");
    fill_threats();
    fill_safety();
    config_.respond.runbooks = texts("respond", "runbooks");
    config_.respond.defaults = flag("respond", "defaults");
    fill_roles();
    fill_blocks();
    for (const Value::Member& person : map("respond", "approvers").members())
      config_.respond.approvers[person.key] = texts_of(person.value, person.key);
    for (const Value::Member& channel : map("notify", "channels").members())
      fill_channel(channel);
    config_.aws = {text("aws", "region"), text("aws", "profile"), text("aws", "endpoint_url")};
  }

  void fill_threats() {
    for (const Value& item : list("enrich", "threats")) {
      if (!check_members(item, ConfigMap::Threats)) continue;
      ThreatListSettings threats;
      threats.path = path_of(required(item, "path").text());
      threats.name = member_text(item, "name");
      if (const Value* expires = member(item, "expires")) threats.expires = span_of(*expires);
      config_.enrich.threats.push_back(std::move(threats));
    }
  }

  void fill_safety() {
    respond::Safety& safety = config_.safety;
    const Value& mode = value("respond", "mode");
    if (const std::optional<respond::Mode> known = respond::parse_mode(mode.text())) {
      safety.mode = *known;
    } else {
      error(mode.place(), "config-value", "\"" + mode.text() + "\" is no mode",
            "notify, approve or auto");
    }
    safety.per_hour = count("respond", "per_hour");
    safety.per_runbook_per_hour = count("respond", "per_runbook_per_hour");
    safety.per_account_per_hour = count("respond", "per_account_per_hour");
    safety.per_region_per_hour = count("respond", "per_region_per_hour");
    safety.cool_down = span("respond", "cool_down");
    safety.own_identities = texts("respond", "own_identities");
    if (!flag("respond", "protect_defaults")) safety.protect = {};
    fill_protection(map("respond", "protect"), safety.protect);
    for (const Value& item : list("respond", "maintenance"))
      fill_maintenance(item);
  }

  void fill_protection(const Value& protect, respond::Protection& protection) {
    if (!check_members(protect, ConfigMap::Protect)) return;
    for (const auto& [name, all] : {std::pair("principals", &protection.principals),
                                    std::pair("resources", &protection.resources)}) {
      for (std::string& text : member_texts(protect, name))
        all->push_back(std::move(text));
    }
    if (const Value* tags = member(protect, "tags")) {
      if (!tags->is_object()) expected(*tags, "tags", "a map");
      for (const Value::Member& tag : tags->members())
        protection.tags[tag.key] = tag.value.text();
    }
    for (const std::string& text : member_texts(protect, "networks")) {
      const std::optional<base::Network> network = base::parse_network(text);
      if (network) {
        protection.networks.push_back(*network);
      } else {
        error(protect.find("networks")->place(), "config-value", "\"" + text + "\" is no network",
              "10.0.0.0/8 or 2001:db8::/32");
      }
    }
  }

  void fill_maintenance(const Value& item) {
    if (!check_members(item, ConfigMap::Maintenance)) return;
    respond::MaintenanceWindow window;
    window.from = time_of(item, "from");
    window.until = time_of(item, "until");
    window.accounts = member_texts(item, "accounts");
    window.runbooks = member_texts(item, "runbooks");
    if (window.until <= window.from && !failed())
      error(item.place(), "config-value", "the time ends before it begins");
    config_.safety.maintenance.push_back(std::move(window));
  }

  void fill_roles() {
    for (const Value::Member& account : map("respond", "accounts").members()) {
      if (!event::is_account(account.key) || account.key.size() != 12) {
        error(account.key_place, "config-value", "\"" + account.key + "\" is no account",
              "an account's number has twelve digits");
      }
      if (!check_members(account.value, ConfigMap::Accounts)) continue;
      respond::AccountRole role;
      const Value& arn = required(account.value, "role_arn");
      role.role_arn = arn.text();
      role.external_id = member_text(account.value, "external_id");
      const std::optional<event::Arn> parts = event::parse_arn(role.role_arn);
      if (!arn.is_null() && (!parts || parts->service != "iam" || parts->account != account.key ||
                             !parts->resource.starts_with("role/"))) {
        error(arn.place(), "config-value", "that is no role of account " + account.key,
              "arn:aws:iam::" + account.key + ":role/NAME");
      }
      config_.respond.roles.accounts[account.key] = std::move(role);
    }
    for (const Value::Member& runbook : map("respond", "roles").members()) {
      const std::string& name = runbook.value.text();
      if (!runbook.value.is_scalar() || name.empty() || name.find(':') != std::string::npos) {
        error(runbook.value.place(), "config-value", "the name of a role is expected",
              "its name with its path, without \"arn:\"");
      }
      config_.respond.roles.runbooks[runbook.key] = name;
    }
  }

  void fill_blocks() {
    block::Terms& terms = config_.blocks.terms;
    terms.ttl = span("blocks", "ttl");
    terms.ttl_max = span("blocks", "ttl_max");
    terms.escalation = count("blocks", "escalation");
    terms.memory = span("blocks", "memory");
    config_.blocks.calls_per_hour = count("blocks", "calls_per_hour");
    for (const Value& item : list("blocks", "allow"))
      fill_allowed(item);
    for (const Value::Member& named : map("blocks", "enforce").members())
      fill_enforcement(named);
  }

  void fill_allowed(const Value& item) {
    if (!check_members(item, ConfigMap::Allow)) return;
    const Value& text = required(item, "network");
    const std::optional<base::Network> network = block::parse_blockable(text.text());
    if (!network && !text.is_null()) {
      error(text.place(), "config-value", "\"" + text.text() + "\" is no network",
            "198.51.100.7, 198.51.100.0/24 or 2001:db8::/32");
    }
    block::Exemption allowed{
        .network = network.value_or(base::Network()),
        .why = "allowed by the configuration, " + required(item, "reason").text()};
    if (member(item, "until") != nullptr) allowed.until = time_of(item, "until");
    config_.blocks.allow.push_back(std::move(allowed));
  }

  void fill_enforcement(const Value::Member& named) {
    const Value& item = named.value;
    if (!check_members(item, ConfigMap::Enforce)) return;
    block::Enforcement enforcement;
    enforcement.name = named.key;
    if (named.key == block::kEverywhere) {
      error(named.key_place, "config-value",
            fmt::format("\"{}\" stands for all of them", block::kEverywhere), "another name");
    }
    const Value& kind = required(item, "kind");
    const auto known = block::parse_enforcement_kind(kind.text());
    if (!known && !kind.is_null()) {
      error(kind.place(), "config-value", "\"" + kind.text() + "\" is no kind of enforcement",
            "network_acl, ip_set, prefix_list or file");
    }
    enforcement.kind = known.value_or(block::EnforcementKind::File);
    using Kind = block::EnforcementKind;
    const bool is_file = enforcement.kind == Kind::File;
    enforcement.id = required(item, is_file ? "path" : "id").text();
    if (is_file) enforcement.id = path_of(enforcement.id);
    if (enforcement.kind == Kind::IpSet) enforcement.set_name = required(item, "name").text();
    enforcement.account = member_text(item, "account");
    enforcement.region = member_text(item, "region");
    enforcement.is_cloudfront = member_flag(item, "cloudfront");
    enforcement.is_ours = member_flag(item, "only_ours");
    if (const Value* rules = member(item, "rules")) fill_rules(*rules, enforcement);
    if (const Value* when_full = member(item, "when_full")) {
      const auto policy = block::parse_when_full(when_full->text());
      if (!policy) {
        error(when_full->place(), "config-value",
              "\"" + when_full->text() + "\" does not say who is held",
              "worst, newest or aggregate");
      }
      enforcement.when_full = policy.value_or(block::WhenFull::Worst);
    }
    config_.blocks.enforcements.push_back(std::move(enforcement));
  }

  void fill_rules(const Value& rules, block::Enforcement& enforcement) {
    const std::vector<std::string_view> ends = base::split(rules.text(), '-');
    const auto number = [](std::string_view text) {
      int parsed = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), parsed);
      return failure == std::errc() && end == text.data() + text.size() ? parsed : 0;
    };
    enforcement.rule_first = number(base::trim(ends.front()));
    enforcement.rule_last = number(base::trim(ends.back()));
    if (ends.size() != 2 || enforcement.rule_first < block::kRuleFirst ||
        enforcement.rule_last > block::kRuleLast ||
        enforcement.rule_last < enforcement.rule_first) {
      error(rules.place(), "config-value", "\"" + rules.text() + "\" is no range of rule numbers",
            fmt::format("1-99, from {} to {}", block::kRuleFirst, block::kRuleLast));
    }
  }

  void fill_channel(const Value::Member& named) {
    const Value& item = named.value;
    if (!check_members(item, ConfigMap::Channels)) return;
    notify::ChannelTexts channel;
    channel.name = named.key;
    const Value& kind = required(item, "kind");
    channel.kind = kind.text();
    if (!kind.is_null() && std::find(std::begin(kChannelKinds), std::end(kChannelKinds),
                                     channel.kind) == std::end(kChannelKinds)) {
      error(kind.place(), "config-value", "\"" + channel.kind + "\" is no kind of channel",
            "sns, slack, teams, email, webhook or pagerduty");
    }
    channel.level = member_text(item, "level");
    if (!channel.level.empty() && !rule::parse_level(channel.level)) {
      error(item.find("level")->place(), "config-value", "\"" + channel.level + "\" is no level",
            "informational, low, medium, high or critical");
    }
    channel.kinds = member_texts(item, "kinds");
    for (const ConfigMember& each : members_of(ConfigMap::Channels)) {
      if (each.is_secret) {
        fill_secret(item, each.name, channel);
      } else if (each.name != "kind" && each.name != "level" && each.name != "kinds" &&
                 member(item, each.name) != nullptr) {
        channel.settings[std::string(each.name)] = base::join(member_texts(item, each.name), ",");
      }
    }
    config_.channels.push_back(std::move(channel));
  }

  void fill_secret(const Value& item, std::string_view name, notify::ChannelTexts& channel) {
    using Kept = notify::SecretReference::Place;
    constexpr Kept kPlaces[] = {Kept::Environment, Kept::File, Kept::SecretsManager};
    for (std::size_t i = 0; i < std::size(kPlaces); ++i) {
      const std::string key = std::string(name).append(kSecretEndings[i]);
      const Value* where = member(item, key);
      if (where == nullptr) continue;
      notify::SecretReference reference{kPlaces[i], member_text(item, key)};
      if (reference.place == Kept::File) reference.name = path_of(where->text());
      if (reference.place == Kept::SecretsManager) {
        const std::optional<event::Arn> arn = event::parse_arn(reference.name);
        if (!arn || arn->service != "secretsmanager") {
          error(where->place(), "config-value", key + " is no ARN of Secrets Manager",
                "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME");
        }
      }
      if (!channel.secrets.emplace(name, std::move(reference)).second) {
        error(where->place(), "config-value",
              fmt::format("where \"{}\" is to be found is said twice", name));
      }
    }
  }

  // A key's value. Complaints that follow speak of the place it came from.

  const Value& value(std::string_view section, std::string_view name) {
    const Config::Setting& found = setting(section, name);
    in_file_ = source_.file && found.from.starts_with(source_.file->path + ":");
    if (in_file_) {
      diagnostics_.set_source(source_.file->path, file_lines_);
    } else {
      diagnostics_.set_source(found.from, "");
    }
    return found.value;
  }

  std::string text(std::string_view section, std::string_view name) {
    const Value& found = value(section, name);
    if (found.is_null()) return {};
    if (!found.is_scalar()) expected(found, name, "text");
    Config::Setting& whole = setting(section, name);
    if (whole.key->kind != ConfigKind::Path) return found.text();
    std::string path = path_of(found.text());
    whole.value = Value(Value::Kind::String, path, found.place());
    return path;
  }

  std::vector<std::string> texts(std::string_view section, std::string_view name) {
    std::vector<std::string> all = texts_of(value(section, name), name);
    Config::Setting& whole = setting(section, name);
    if (whole.key->kind != ConfigKind::Paths) return all;
    Value resolved(Value::Kind::Array, "", whole.value.place());
    for (std::string& each : all) {
      each = path_of(each);
      resolved.add(Value(Value::Kind::String, each, {}));
    }
    whole.value = std::move(resolved);
    return all;
  }

  bool flag(std::string_view section, std::string_view name) {
    const Value& found = value(section, name);
    const std::optional<bool> flag = found.as_bool();
    if (!flag) expected(found, name, "true or false");
    return flag.value_or(false);
  }

  std::size_t count(std::string_view section, std::string_view name) {
    return count_of(value(section, name), name);
  }

  std::size_t bytes(std::string_view section, std::string_view name) {
    constexpr std::pair<std::string_view, int> kUnits[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
    constexpr std::size_t kBytesMax = std::size_t{1} << 50;
    const Value& found = value(section, name);
    std::string_view digits = found.text();
    int shift = 0;
    for (const auto& [unit, bits] : kUnits) {
      if (!digits.ends_with(unit)) continue;
      digits = base::trim(digits.substr(0, digits.size() - unit.size()));
      shift = bits;
    }
    std::size_t number = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool is_number = failure == std::errc() && end == digits.data() + digits.size() &&
                           number > 0 && number <= kBytesMax >> shift;
    if (!is_number) expected(found, name, "an amount of memory, as 512MiB");
    return number << shift;
  }

  base::Millis span(std::string_view section, std::string_view name) {
    return span_of(value(section, name));
  }

  const Value& map(std::string_view section, std::string_view name) {
    const Value& found = value(section, name);
    if (!found.is_object()) expected(found, name, "a map");
    return found;
  }

  const std::vector<Value>& list(std::string_view section, std::string_view name) {
    const Value& found = value(section, name);
    if (!found.is_array()) expected(found, name, "a list");
    return found.items();
  }

  // Of any value.

  std::size_t count_of(const Value& found, std::string_view name) {
    constexpr std::size_t kMost = 1'000'000'000;
    std::size_t number = 0;
    const char* end = found.text().data() + found.text().size();
    const auto [stop, failure] = std::from_chars(found.text().data(), end, number);
    if (failure != std::errc() || stop != end || number > kMost) expected(found, name, "a count");
    return number;
  }

  base::Millis span_of(const Value& found) {
    const std::optional<base::Millis> parsed_span = base::parse_span(found.text());
    if (!parsed_span) {
      error(found.place(), "config-value", "\"" + found.text() + "\" is no span of time",
            "a number and s, m, h or d, as in 15m");
    }
    return parsed_span.value_or(base::Millis(0));
  }

  base::EventTime time_of(const Value& item, std::string_view name) {
    const Value& found = required(item, name);
    const std::optional<base::EventTime> time = base::parse_time(found.text());
    if (!time && !found.is_null()) {
      error(found.place(), "config-value", "\"" + found.text() + "\" is no time",
            "2026-01-31 or 2026-01-31T18:37:58Z");
    }
    return time.value_or(base::EventTime());
  }

  // What the file names is found from where the file is; anything else from where we are.
  std::string path_of(const std::string& text) const {
    const std::filesystem::path path(text);
    if (!in_file_ || path.empty() || path.is_absolute()) return text;
    return (std::filesystem::path(source_.file->path).parent_path() / path).string();
  }

  std::vector<std::string> texts_of(const Value& found, std::string_view name) {
    if (found.is_null()) return {};
    if (found.is_scalar()) return {found.text()};
    std::vector<std::string> all;
    if (!found.is_array()) expected(found, name, "a list of texts");
    for (const Value& item : found.items()) {
      if (item.is_scalar() && !item.is_null()) {
        all.push_back(item.text());
      } else {
        expected(item, name, "a list of texts");
      }
    }
    return all;
  }

  static const Value* member(const Value& item, std::string_view name) {
    const Value* found = item.find(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  const Value& required(const Value& item, std::string_view name) {
    static const Value kNothing;
    const Value* found = member(item, name);
    if (found == nullptr || !found->is_scalar() || found->text().empty()) {
      error(item.place(), "config-key", fmt::format("\"{}\" is missing", name));
      return kNothing;
    }
    return *found;
  }

  std::string member_text(const Value& item, std::string_view name) {
    const Value* found = member(item, name);
    if (found == nullptr) return {};
    if (!found->is_scalar()) expected(*found, name, "text");
    return found->text();
  }

  bool member_flag(const Value& item, std::string_view name) {
    const Value* found = member(item, name);
    if (found == nullptr) return false;
    const std::optional<bool> flag = found->as_bool();
    if (!flag) expected(*found, name, "true or false");
    return flag.value_or(false);
  }

  std::vector<std::string> member_texts(const Value& item, std::string_view name) {
    const Value* found = member(item, name);
    return found == nullptr ? std::vector<std::string>() : texts_of(*found, name);
  }

  // Whether it is a map with known keys, and no secret in it.
  bool check_members(const Value& item, ConfigMap kind) {
    if (!item.is_object()) {
      expected(item, "", "a map");
      return false;
    }
    const std::vector<std::string> names = member_names(kind);
    const std::size_t errors = diagnostics_.error_count();
    for (const Value::Member& each : item.members()) {
      if (std::find(names.begin(), names.end(), each.key) != names.end()) continue;
      if (kind == ConfigMap::Channels && is_secret_name(each.key)) {
        error(each.key_place, "config-secret",
              fmt::format("\"{}\" is a secret, and none stands in a configuration", each.key),
              fmt::format("{0}_env: VARIABLE, {0}_file: PATH or {0}_secret: ARN", each.key));
      } else {
        complain_of_unknown(each.key_place, "key", each.key, {names.begin(), names.end()},
                            diagnostics_);
      }
    }
    return diagnostics_.error_count() == errors;
  }

  void expected(const Value& found, std::string_view name, std::string_view what) {
    const std::string where = name.empty() ? "it" : fmt::format("\"{}\"", name);
    const std::string instead =
        found.is_scalar() ? "" : fmt::format(", not {}", json::name_of(found.kind()));
    error(found.place(), "config-type", fmt::format("{} must be {}{}", where, what, instead));
  }

  void error(Place place, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.error(place, std::move(code), std::move(message), std::move(hint));
  }

  const ConfigSource& source_;
  base::Diagnostics& diagnostics_;
  const std::size_t errors_before_;
  Config config_;
  std::string file_lines_;  // of the file, as complaints may quote it
  bool in_file_ = false;    // whether the value under way stands in the file
};

}  // namespace

std::optional<Config> read_config(const ConfigSource& source, base::Diagnostics& diagnostics) {
  return Reader(source, diagnostics).read();
}

}  // namespace riposte::engine
