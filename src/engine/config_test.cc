#include "engine/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "json/scanner.h"

namespace riposte::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ConfigSource file(std::string text) {
  ConfigSource source;
  source.file = {"/etc/riposte/riposte.yml", std::move(text)};
  return source;
}

Config config_of(const ConfigSource& source) {
  base::Diagnostics diagnostics;
  const std::optional<Config> config = read_config(source, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    ADD_FAILURE() << base::to_text(diagnostic);
  return config.value_or(Config());
}

// What is complained about, as a person reads it.
std::string complaint_of(const ConfigSource& source) {
  base::Diagnostics diagnostics;
  EXPECT_FALSE(read_config(source, diagnostics).has_value());
  std::string all;
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    all += base::to_text(diagnostic);
  return all;
}

TEST(ConfigTest, WithoutAWordItSaysWhatTheProgramDoesByItself) {
  const Config config = config_of({});
  const correlate::Limits limits;
  EXPECT_EQ(config.correlate.lateness, limits.lateness);
  EXPECT_EQ(config.correlate.keys_per_rule, limits.keys_per_rule);
  EXPECT_EQ(config.correlate.bytes_per_key, limits.bytes_per_key);
  EXPECT_EQ(config.correlate.bytes, limits.bytes);
  EXPECT_EQ(config.correlate.waiting, limits.waiting);
  const respond::Safety safety;
  EXPECT_EQ(config.safety.mode, safety.mode);
  EXPECT_EQ(config.safety.per_hour, safety.per_hour);
  EXPECT_EQ(config.safety.per_runbook_per_hour, safety.per_runbook_per_hour);
  EXPECT_EQ(config.safety.per_account_per_hour, safety.per_account_per_hour);
  EXPECT_EQ(config.safety.per_region_per_hour, safety.per_region_per_hour);
  EXPECT_EQ(config.safety.cool_down, safety.cool_down);
  EXPECT_EQ(config.safety.protect.principals, safety.protect.principals);
  EXPECT_TRUE(config.rules.defaults);
  EXPECT_EQ(config.setting("respond", "mode").from, "default");
}

TEST(ConfigTest, BlocksHaveTermsExceptionsAndPlaces) {
  const Config config = config_of(file(
      "blocks:\n"
      "  ttl: 30m\n"
      "  allow: [{network: 198.51.100.0/24, reason: the office, until: 2026-12-24}]\n"
      "  enforce:\n"
      "    edge: {kind: network_acl, id: acl-1, rules: 10-20, when_full: aggregate}\n"
      "    list: {kind: file, path: blocked.txt}\n"));
  EXPECT_EQ(config.blocks.terms.ttl, std::chrono::minutes(30));
  EXPECT_EQ(config.blocks.terms.ttl_max, block::Terms().ttl_max);
  EXPECT_EQ(config.blocks.terms.escalation, block::Terms().escalation);
  EXPECT_EQ(config.blocks.terms.memory, block::Terms().memory);
  EXPECT_EQ(config.blocks.calls_per_hour, block::Settings().calls_per_hour);
  EXPECT_EQ(config.blocks.allow.at(0).until, base::parse_time("2026-12-24"));
  const block::Enforcement& edge = config.blocks.enforcements.at(0);
  EXPECT_EQ(edge.kind, block::EnforcementKind::NetworkAcl);
  EXPECT_EQ(edge.rule_first, 10);
  EXPECT_EQ(edge.rule_last, 20);
  EXPECT_EQ(edge.when_full, block::WhenFull::Aggregate);
  EXPECT_EQ(config.blocks.enforcements.at(1).id, "/etc/riposte/blocked.txt");
}

TEST(ConfigTest, MistakesAboutBlocksAreToldWhereTheyStand) {
  for (const auto& [text, says] : std::initializer_list<std::pair<std::string, std::string>>{
           {"allow: [{network: x, reason: y}]", "is no network"},
           {"allow: [{network: 198.51.100.1}]", "\"reason\" is missing"},
           {"enforce: {edge: {kind: moat, id: x}}", "no kind of enforcement"},
           {"enforce: {edge: {kind: network_acl}}", "\"id\" is missing"},
           {"enforce: {edge: {kind: ip_set, id: x}}", "\"name\" is missing"},
           {"enforce: {edge: {kind: network_acl, id: x, rules: 9-2}}", "no range of rule numbers"},
           {"enforce: {edge: {kind: network_acl, id: x, rules: 1-40000}}", "no range"},
           {"enforce: {edge: {kind: network_acl, id: x, when_full: weep}}", "who is held"},
           {"enforce: {all: {kind: file, path: x}}", "stands for all of them"}})
    EXPECT_THAT(complaint_of(file("blocks: {" + text + "}")), HasSubstr(says)) << text;
}

TEST(ConfigTest, AFlagBeatsTheEnvironmentWhichBeatsTheFile) {
  ConfigSource source = file("respond:\n  mode: auto\n  per_hour: 7\nledger: {path: a.db}\n");
  source.variables = {{"RIPOSTE_RESPOND__MODE", "approve"}, {"RIPOSTE_LEDGER__PATH", "b.db"}};
  source.flags = {{"ledger", "path", {"c.db"}, "--ledger"}};
  const Config config = config_of(source);
  EXPECT_EQ(config.safety.per_hour, 7u);
  EXPECT_EQ(config.setting("respond", "per_hour").from, "/etc/riposte/riposte.yml:3");
  EXPECT_EQ(config.safety.mode, respond::Mode::Approve);
  EXPECT_EQ(config.setting("respond", "mode").from, "environment RIPOSTE_RESPOND__MODE");
  EXPECT_EQ(config.ledger, "c.db");
  EXPECT_EQ(config.setting("ledger", "path").from, "--ledger");
}

TEST(ConfigTest, APathOfTheFileIsFoundFromTheFile) {
  ConfigSource source = file("rules: {paths: [mine, /opt/rules]}\nenrich: {geo: city.mmdb}\n");
  source.variables = {{"RIPOSTE_LEDGER__PATH", "here.db"}};
  const Config config = config_of(source);
  EXPECT_THAT(config.rules.paths, ElementsAre("/etc/riposte/mine", "/opt/rules"));
  EXPECT_THAT(config.enrich.geo, ElementsAre("/etc/riposte/city.mmdb"));
  EXPECT_EQ(config.ledger, "here.db");
}

TEST(ConfigTest, WhatIsNotKnownIsAnErrorWithItsPlaceAndWhatWasMeant) {
  EXPECT_THAT(
      complaint_of(file("respond:\n  mod: auto\n")),
      HasSubstr("/etc/riposte/riposte.yml:2:3: error[config-key]: there is no key \"mod\""));
  EXPECT_THAT(complaint_of(file("respond:\n  mod: auto\n")), HasSubstr("did you mean \"mode\"?"));
  EXPECT_THAT(complaint_of(file("response: {}\n")), HasSubstr("did you mean \"respond\"?"));
  ConfigSource source;
  source.variables = {{"RIPOSTE_RESPOND__MODUS", "auto"}, {"RIPOSTE_TOKEN", "of somebody else"}};
  const std::string complaint = complaint_of(source);
  EXPECT_THAT(complaint, HasSubstr("did you mean \"RIPOSTE_RESPOND__MODE\"?"));
  EXPECT_THAT(complaint, Not(HasSubstr("TOKEN")));
}

TEST(ConfigTest, WhatIsNoValueIsRefusedWhereItStands) {
  EXPECT_THAT(complaint_of(file("respond: {mode: maybe}")),
              HasSubstr(":1:17: error[config-value]"));
  for (const char* text :
       {"correlate: {bytes: 5 MB}",
        "correlate: {bytes: -1}",
        "correlate: {lateness: soon}",
        "correlate: {keys_per_rule: many}",
        "rules: {defaults: perhaps}",
        "respond: {protect: [a]}",
        "respond: {protect: {networks: [10.0.0.0/99]}}",
        "rules: [a]",
        "- a",
        "a: [",
        "rules: {paths: [{}]}",
        "respond: {accounts: {12: {role_arn: 'arn:aws:iam::12:role/r'}}}",
        "respond: {accounts: {'111122223333': {role_arn: 'arn:aws:iam::444455556666:role/r'}}}",
        "respond: {accounts: {'111122223333': {}}}",
        "respond: {roles: {a: 'arn:aws:iam::1:role/r'}}",
        "respond: {maintenance: [{from: 2026-02-01, until: 2026-01-01}]}",
        "notify: {channels: {a: {kind: pigeon}}}",
        "notify: {channels: {a: {kind: sns, level: loud}}}",
        "notify: {channels: {a: {kind: slack, url_secret: 'arn:aws:s3:::b'}}}",
        "notify: {channels: {a: {kind: slack, url_env: A, url_file: b}}}"}) {
    EXPECT_THAT(complaint_of(file(text)), HasSubstr("error[")) << text;
  }
}

TEST(ConfigTest, ASecretInTheFileIsRefusedAndNotShown) {
  for (const char* text :
       {"notify:\n  channels:\n    s: {kind: slack, url: 'https://hunter2'}\n",
        "notify:\n  channels:\n    s:\n      kind: slack\n      \"url\": hunter2\n",
        "notify:\n  channels:\n    s: {kind: email, password: hunter2, lvel: x}\n"}) {
    const std::string complaint = complaint_of(file(text));
    EXPECT_THAT(complaint, HasSubstr("error[config-secret]")) << text;
    EXPECT_THAT(complaint, Not(HasSubstr("hunter2")));
  }
  for (const char* text : {"a: {url: hunter2, b: [}", "a:\n  url: |\n    hunter2\n   - [\n b: ["})
    EXPECT_THAT(complaint_of(file(text)), Not(HasSubstr("hunter2"))) << text;
  ConfigSource source;
  source.variables = {{"RIPOSTE_NOTIFY__CHANNELS", "{a: {kind: slack, url: hunter2}, b: ["}};
  EXPECT_THAT(complaint_of(source), Not(HasSubstr("hunter2")));
}

TEST(ConfigTest, AChannelSaysWhereItsSecretsAre) {
  const Config config = config_of(
      file("notify:\n  channels:\n"
           "    security: {kind: slack, level: high, kinds: [finding], url_env: SLACK_URL}\n"
           "    mail: {kind: email, host: mail.example, port: 587, from: a@b.example, to: "
           "[c@d.example, e@f.example],\n"
           "           user: a, password_file: secrets/mail}\n"));
  ASSERT_EQ(config.channels.size(), 2u);
  EXPECT_EQ(config.channels[0].name, "security");
  EXPECT_EQ(config.channels[0].secrets.at("url").name, "SLACK_URL");
  EXPECT_EQ(config.channels[1].settings.at("to"), "c@d.example,e@f.example");
  EXPECT_EQ(config.channels[1].settings.at("port"), "587");
  EXPECT_EQ(config.channels[1].secrets.at("password").name, "/etc/riposte/secrets/mail");
}

TEST(ConfigTest, WhatIsProtectedFromTheStartStaysSoUnlessItIsSaidOtherwise) {
  const std::string text = "respond: {protect: {principals: [dana], networks: [203.0.113.0/24]}";
  const respond::Protection shipped = respond::shipped_protection();
  EXPECT_EQ(config_of(file(text + "}")).safety.protect.principals.size(),
            shipped.principals.size() + 1);
  const Config bare = config_of(file(text + ", protect_defaults: false}"));
  EXPECT_THAT(bare.safety.protect.principals, ElementsAre("dana"));
  EXPECT_EQ(bare.safety.protect.networks.size(), 1u);
}

TEST(ConfigTest, AccountsRolesApproversAndMaintenanceAreRead) {
  const Config config = config_of(
      file("respond:\n"
           "  accounts: {111122223333: {role_arn: 'arn:aws:iam::111122223333:role/riposte', "
           "external_id: x}}\n"
           "  roles: {restart-trail: riposte-trail}\n"
           "  approvers: {dana: [security, admins], robin: security}\n"
           "  maintenance: [{from: 2026-01-01, until: 2026-01-02, runbooks: restart-trail}]\n"));
  EXPECT_EQ(config.respond.roles.accounts.at("111122223333").external_id, "x");
  EXPECT_EQ(config.respond.roles.runbooks.at("restart-trail"), "riposte-trail");
  EXPECT_THAT(config.respond.approvers.at("dana"), ElementsAre("security", "admins"));
  EXPECT_THAT(config.safety.maintenance.at(0).runbooks, ElementsAre("restart-trail"));
}

TEST(ConfigTest, TheEnvironmentSaysListsAndMapsAsYaml) {
  ConfigSource source;
  source.variables = {{"RIPOSTE_RULES__PATHS", "[a, b]"},
                      {"RIPOSTE_RESPOND__ROLES", "{restart-trail: r}"},
                      {"RIPOSTE_ENRICH__THREATS", "[{path: t.txt, expires: 30d}]"}};
  const Config config = config_of(source);
  EXPECT_THAT(config.rules.paths, ElementsAre("a", "b"));
  EXPECT_EQ(config.respond.roles.runbooks.at("restart-trail"), "r");
  EXPECT_EQ(config.enrich.threats.at(0).expires,
            base::parse_time("1970-01-31").value().time_since_epoch());
}

TEST(ConfigTest, WhatIsShownCanBeReadAgain) {
  const Config config =
      config_of(file("respond: {mode: auto, approvers: {dana: [a]}}\nrules: {paths: [/x]}\n"));
  const Config again = config_of(file(to_yaml(config)));
  EXPECT_EQ(again.safety.mode, config.safety.mode);
  EXPECT_EQ(again.rules.paths, config.rules.paths);
  EXPECT_EQ(again.respond.approvers, config.respond.approvers);
  EXPECT_TRUE(json::OwnedDocument::parse(to_json(config)).ok());
}

TEST(ConfigKeysTest, ThePublishedSchemaIsWhatTheReaderAccepts) {
  const base::Result<std::string> published =
      base::read_file("docs/formats/riposte.schema.json", 1 << 20);
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_EQ(*published, config_schema()) << "`riposte config schema` prints it";
  EXPECT_TRUE(json::OwnedDocument::parse(config_schema()).ok());
}

}  // namespace
}  // namespace riposte::engine
