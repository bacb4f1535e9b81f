#include <algorithm>

#include "base/network.h"
#include "finding/correlated_key.h"
#include "finding/ocsf_parts.h"
#include "finding/writers.h"
#include "json/writer.h"
#include "rule/attack.h"

namespace riposte::finding {
namespace {

using ocsf::Caption;
using ocsf::write_caption;
using ocsf::write_text;

// The numbers below are those of https://schema.ocsf.io/1.5.0/classes/detection_finding.
constexpr int kFindingsCategory = 2;
constexpr int kDetectionFinding = 2004;
constexpr int kIncidentFinding = 2005;
constexpr int kActivityCreate = 1;
constexpr int kAnalyticRule = 1;
constexpr int kStatusNew = 1;

constexpr Caption kSeverities[] = {
    {1, "Informational"}, {2, "Low"}, {3, "Medium"}, {4, "High"}, {5, "Critical"}};

std::int64_t millis(base::EventTime time) { return time.time_since_epoch().count(); }

void write_time(json::Writer& writer, std::string_view name, std::optional<base::EventTime> time) {
  if (time) writer.field(name, millis(*time));
}

bool is_aws(const Finding& finding) { return event::is_of_aws(finding.format); }

std::string message_of(const Finding& finding) {
  std::string message = finding.rule->title;
  const std::string call = call_of(finding);
  if (!call.empty()) message += ": " + call;
  if (!finding.actor.name.empty()) message += " by " + finding.actor.name;
  if (!finding.error_code.empty()) message += " (" + finding.error_code + ")";
  return message;
}

// A technique or tactic; a number that we have no name for keeps the number.
void write_named(json::Writer& writer, std::string_view key, std::string_view uid,
                 std::string_view name) {
  if (uid.empty()) return;
  writer.key(key).object([&] {
    write_text(writer, "name", name);
    writer.field("uid", uid);
  });
}

void write_technique(json::Writer& writer, std::string_view key, std::string_view uid) {
  const rule::Technique* known = rule::find_technique(uid);
  write_named(writer, key, uid, known == nullptr ? "" : known->name);
}

void write_attacks(json::Writer& writer, const rule::Rule& rule) {
  const std::vector<rule::Attack> attacks = rule::attacks_of(rule.tags);
  if (attacks.empty()) return;
  writer.key("attacks").array([&] {
    for (const rule::Attack& attack : attacks) {
      writer.object([&] {
        if (attack.tactic != nullptr) {
          write_named(writer, "tactic", attack.tactic->uid, attack.tactic->name);
        }
        write_technique(writer, "technique", attack.technique);
        write_technique(writer, "sub_technique", attack.sub_technique);
      });
    }
  });
}

void write_analytic(json::Writer& writer, const rule::Rule& rule) {
  writer.key("analytic").object([&] {
    write_caption(writer, "type_id", "type", {kAnalyticRule, "Rule"});
    write_text(writer, "uid", rule.id);
    writer.field("name", rule.name);  // a uid or a name must be there
    write_text(writer, "desc", rule.title);
  });
}

void write_finding_info(json::Writer& writer, const Finding& finding) {
  writer.object([&] {
    writer.field("uid", finding.id);
    writer.field("title", finding.rule->title);
    write_text(writer, "desc", finding.rule->description);
    writer.key("types").array([&] { writer.value(finding.rule->name); });
    write_analytic(writer, *finding.rule);
    write_attacks(writer, *finding.rule);
    // Created by the event that completed it: there is no other clock in detection.
    write_time(writer, "created_time", finding.last_time);
    write_time(writer, "first_seen_time", finding.first_time);
    write_time(writer, "last_seen_time", finding.last_time);
    writer.key("data_sources").array([&] { writer.value(event::name_of(finding.format)); });
    writer.key("related_events").array([&] {
      for (const std::string& event : finding.events) {
        writer.object([&] { writer.field("uid", event); });
      }
    });
    writer.field("related_events_count", finding.events.size());
  });
}

void write_metadata(json::Writer& writer, const Incident& incident, bool is_cloud,
                    std::string_view version) {
  writer.key("metadata").object([&] {
    ocsf::write_origin(writer, incident.id, is_cloud, version);
  });
}

void write_metadata(json::Writer& writer, const Finding& finding, std::string_view version) {
  writer.key("metadata").object([&] {
    ocsf::write_origin(writer, finding.id, is_aws(finding), version);
    writer.field("log_name", event::name_of(finding.format));
    if (finding.rule->tags.empty()) return;
    writer.key("labels").array([&] {
      for (const std::string& tag : finding.rule->tags)
        writer.value(tag);
    });
  });
}

Caption user_type(std::string_view type) {
  if (type.empty() || type == "Unknown") return {0, "Unknown"};
  if (type == "IAMUser") return {1, "User"};
  if (type == "Root") return {2, "Admin"};
  if (type == "AWSService") return {3, "System"};
  return {99, type};
}

void write_actor(json::Writer& writer, const Finding& finding) {
  const event::Actor& actor = finding.actor;
  writer.key("actor").object([&] {
    writer.key("user").object([&] {
      writer.field("name", actor.name);
      write_text(writer, "uid", actor.id.empty() ? actor.arn : actor.id);
      if (!actor.id.empty()) write_text(writer, "uid_alt", actor.arn);
      write_caption(writer, "type_id", "type", user_type(actor.type));
      write_text(writer, "credential_uid", actor.access_key);
      ocsf::write_account(writer, actor.account);
    });
    const std::string& issuer = session_of(finding);
    if (issuer.empty()) return;
    writer.key("session").object([&] { writer.field("issuer", issuer); });
  });
}

void write_api(json::Writer& writer, const Finding& finding) {
  writer.key("api").object([&] {
    writer.field("operation", finding.event_name);
    if (!finding.service.empty()) {
      writer.key("service").object([&] { writer.field("name", finding.service); });
    }
    if (!finding.error_code.empty()) {
      writer.key("response").object([&] { writer.field("error", finding.error_code); });
    }
  });
}

// CloudTrail's sourceIPAddress is often the name of a service; OCSF's ip is always an address.
void write_endpoint(json::Writer& writer, std::string_view ip) {
  const std::optional<base::Address> address = base::parse_address(ip);
  writer.key("src_endpoint").object([&] {
    if (address) {
      writer.field("ip", base::to_text(*address));
    } else {
      writer.field("svc_name", ip);
    }
  });
}

void write_evidence(json::Writer& writer, const Finding& finding) {
  const event::Actor& actor = finding.actor;
  // Each part exists only where it says something, and the evidence only where a part does.
  const bool has_actor = !actor.name.empty();
  const bool has_api = !finding.event_name.empty();
  const bool has_endpoint = !actor.ip.empty();
  if (!has_actor && !has_api && !has_endpoint) return;
  writer.key("evidences").array([&] {
    writer.object([&] {
      if (has_actor) write_actor(writer, finding);
      if (has_api) write_api(writer, finding);
      if (has_endpoint) write_endpoint(writer, actor.ip);
      if (!actor.user_agent.empty()) {
        writer.key("http_request").object([&] { writer.field("user_agent", actor.user_agent); });
      }
    });
  });
}

void write_resource(json::Writer& writer, const event::Resource& resource) {
  writer.object([&] {
    writer.field("uid", resource.arn.empty() ? resource.id : resource.arn);
    write_text(writer, "name", resource.id);
    write_text(writer, "type", resource.type);
  });
}

void write_resources(json::Writer& writer, const std::vector<event::Resource>& resources) {
  const auto has_name = [](const event::Resource& resource) {
    return !resource.id.empty() || !resource.arn.empty();
  };
  if (std::none_of(resources.begin(), resources.end(), has_name)) return;
  writer.key("resources").array([&] {
    for (const event::Resource& resource : resources) {
      if (has_name(resource)) write_resource(writer, resource);
    }
  });
}

void write_classification(json::Writer& writer, int class_uid, const std::string& name,
                          rule::Level level) {
  write_caption(writer, "activity_id", "activity_name", {kActivityCreate, "Create"});
  write_caption(writer, "category_uid", "category_name", {kFindingsCategory, "Findings"});
  write_caption(writer, "class_uid", "class_name", {class_uid, name});
  const std::string type = name + ": Create";
  write_caption(writer, "type_uid", "type_name", {class_uid * 100 + kActivityCreate, type});
  write_caption(writer, "severity_id", "severity", kSeverities[static_cast<std::size_t>(level)]);
  write_caption(writer, "status_id", "status", {kStatusNew, "New"});
}

// "2020-11-01T08:32:19.000Z Access key of the root made; 2020-..."
std::string story_of(const Incident& incident) {
  std::string story;
  for (const Finding* finding : incident.findings) {
    if (!story.empty()) story += "; ";
    if (finding->first_time) story += base::format_time(*finding->first_time) + ' ';
    story += message_of(*finding);
  }
  return story;
}

void write_passed(json::Writer& writer, const Incident& incident) {
  if (incident.tactics.empty()) return;
  writer.key("attacks").array([&] {
    for (const Incident::Passed& passed : incident.tactics) {
      std::vector<std::string> techniques = passed.techniques;
      if (techniques.empty()) techniques.emplace_back();
      for (const std::string& technique : techniques) {
        const std::string above = technique.substr(0, technique.find('.'));
        writer.object([&] {
          write_named(writer, "tactic", passed.tactic->uid, passed.tactic->name);
          write_technique(writer, "technique", above);
          if (above != technique) write_technique(writer, "sub_technique", technique);
        });
      }
    }
  });
}

void write_observables(json::Writer& writer, const Incident& incident) {
  constexpr Caption kAddress{2, "IP Address"};
  constexpr Caption kResource{10, "Resource UID"};
  std::vector<std::pair<Caption, std::string>> values;
  for (const std::string& ip : incident.addresses.shown) {
    if (const auto address = base::parse_address(ip))
      values.emplace_back(kAddress, base::to_text(*address));
  }
  for (const event::Resource& resource : incident.resources.shown)
    values.emplace_back(kResource, resource.arn.empty() ? resource.id : resource.arn);
  if (values.empty()) return;
  writer.key("observables").array([&] {
    for (const auto& [type, value] : values) {
      writer.object([&, &type = type, &value = value] {
        write_caption(writer, "type_id", "type", type);
        writer.field("value", value);
      });
    }
  });
}

}  // namespace

std::string to_ocsf(const Finding& finding, std::string_view version) {
  json::Writer writer;
  writer.object([&] {
    write_classification(writer, kDetectionFinding, "Detection Finding", finding.rule->level);
    writer.field("is_alert", finding.rule->level >= rule::Level::Medium);
    writer.field("time", finding.first_time ? millis(*finding.first_time) : std::int64_t{0});
    write_time(writer, "start_time", finding.first_time);
    write_time(writer, "end_time", finding.last_time);
    writer.field("count", finding.count);
    writer.field("message", message_of(finding));
    writer.key("finding_info");
    write_finding_info(writer, finding);
    write_metadata(writer, finding, version);
    if (is_aws(finding)) ocsf::write_cloud(writer, finding.account, finding.region);
    write_evidence(writer, finding);
    write_resources(writer, finding.resources);
    if (!finding.correlated) return;
    writer.key("unmapped").object([&] {
      writer.key("correlation").object([&] {
        write_key(*finding.correlated, writer);
        writer.field("value", finding.correlated->value);
      });
    });
  });
  return std::move(writer).take();
}

std::string to_ocsf(const Incident& incident, std::string_view version) {
  json::Writer writer;
  writer.object([&] {
    write_classification(writer, kIncidentFinding, "Incident Finding", incident.level);
    writer.field("time", incident.first_time ? millis(*incident.first_time) : std::int64_t{0});
    write_time(writer, "start_time", incident.first_time);
    write_time(writer, "end_time", incident.last_time);
    writer.field("count", incident.findings.size());
    writer.field("message", incident.title);
    write_text(writer, "desc", story_of(incident));
    // The class demands one; nobody has taken it yet.
    writer.key("assignee_group").object([&] { writer.field("name", "Unassigned"); });
    write_passed(writer, incident);
    writer.key("finding_info_list").array([&] {
      for (const Finding* finding : incident.findings)
        write_finding_info(writer, *finding);
    });
    write_observables(writer, incident);
    const bool is_cloud = !incident.accounts.shown.empty();
    write_metadata(writer, incident, is_cloud, version);
    if (is_cloud) ocsf::write_cloud(writer, incident.accounts.shown.front(), {});
  });
  return std::move(writer).take();
}

}  // namespace riposte::finding
