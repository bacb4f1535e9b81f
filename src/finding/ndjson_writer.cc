#include "finding/correlated_key.h"
#include "finding/writers.h"
#include "json/writer.h"

namespace riposte::finding {
namespace {

void write_time(json::Writer& writer, std::string_view name, std::optional<base::EventTime> time) {
  writer.text_or_null(name, time ? base::format_time(*time) : "");
}

void write_rule(json::Writer& writer, const rule::Rule& rule) {
  writer.key("rule").object([&] {
    writer.text_or_null("id", rule.id);
    writer.text_or_null("name", rule.name);
    writer.text_or_null("title", rule.title);
    writer.field("level", rule::name_of(rule.level));
    writer.field("tags", rule.tags);
  });
}

void write_chain(json::Writer& writer, const std::vector<event::Chain::Step>& steps) {
  writer.key("chain").array([&] {
    for (const event::Chain::Step& step : steps) {
      writer.object([&] {
        write_time(writer, "time", step.time);
        writer.text_or_null("call", step.call);
        writer.text_or_null("from", step.from);
        writer.text_or_null("to", step.to);
        writer.text_or_null("event", step.event);
      });
    }
  });
}

void write_actor(json::Writer& writer, const Finding& finding) {
  const event::Actor& actor = finding.actor;
  writer.key("actor").object([&] {
    writer.field("type", actor.type.empty() ? std::string_view("Unknown") : actor.type);
    writer.text_or_null("id", actor.id);
    writer.text_or_null("name", actor.name);
    writer.text_or_null("arn", actor.arn);
    writer.text_or_null("access_key", actor.access_key);
    writer.text_or_null("session_of", session_of(finding));
    writer.text_or_null("ip", actor.ip);
    writer.text_or_null("user_agent", actor.user_agent);
    writer.text_or_null("account", actor.account);
    writer.text_or_null("origin", finding.lineage.origin);
    write_chain(writer, finding.lineage.steps);
    writer.text_or_null("credential", finding.lineage.credential);
  });
}

void write_resources(json::Writer& writer, const std::vector<event::Resource>& resources) {
  writer.key("resources").array([&] {
    for (const event::Resource& resource : resources) {
      writer.object([&] {
        writer.text_or_null("type", resource.type);
        writer.text_or_null("id", resource.id);
        writer.text_or_null("arn", resource.arn);
      });
    }
  });
}

void write_event(json::Writer& writer, const Finding& finding) {
  writer.key("event").object([&] {
    writer.text_or_null("service", finding.service);
    writer.text_or_null("name", finding.event_name);
    writer.text_or_null("error_code", finding.error_code);
  });
}

void write_correlation(json::Writer& writer, const Finding& finding) {
  writer.key("correlation");
  if (!finding.correlated) return writer.null();
  writer.object([&] {
    if (finding.rule->correlation)
      writer.field("type", rule::name_of(finding.rule->correlation->type));
    write_key(*finding.correlated, writer);
    writer.field("value", finding.correlated->value);
  });
}

void write_chapter(json::Writer& writer, const Finding& finding) {
  writer.object([&] {
    write_time(writer, "time", finding.first_time);
    writer.field("finding", finding.id);
    writer.text_or_null("rule", finding.rule->name);
    writer.text_or_null("title", finding.rule->title);
    writer.field("level", rule::name_of(finding.rule->level));
    writer.text_or_null("actor", finding.actor.name);
    writer.text_or_null("origin", finding.lineage.origin);
    writer.text_or_null("ip", finding.actor.ip);
    writer.text_or_null("call", call_of(finding));
    writer.text_or_null("error_code", finding.error_code);
    writer.field("count", finding.count);
  });
}

void write_tactics(json::Writer& writer, const Incident& incident) {
  writer.key("tactics").array([&] {
    for (const Incident::Passed& passed : incident.tactics) {
      writer.object([&] {
        writer.field("id", passed.tactic->uid);
        writer.field("name", passed.tactic->name);
        write_time(writer, "time", passed.first_time);
        writer.field("techniques", passed.techniques);
      });
    }
  });
}

}  // namespace

void write_key(const Finding::Correlated& correlated, json::Writer& writer) {
  writer.key("key").object([&] {
    for (const auto& [field, value] : correlated.key) {
      writer.key(field);
      if (value) {
        writer.value(*value);
      } else {
        writer.null();
      }
    }
  });
}

std::string to_ndjson(const Finding& finding) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.finding/1");
    writer.field("id", finding.id);
    write_time(writer, "time", finding.first_time);
    write_rule(writer, *finding.rule);
    writer.field("kind", finding.correlated ? "correlation" : "event");
    writer.text_or_null("cloud", finding.format == event::Format::Unknown ? "" : "aws");
    writer.text_or_null("account", finding.account);
    writer.text_or_null("region", finding.region);
    write_actor(writer, finding);
    write_resources(writer, finding.resources);
    writer.field("count", finding.count);
    write_time(writer, "first_time", finding.first_time);
    write_time(writer, "last_time", finding.last_time);
    writer.field("events", finding.events);
    writer.key("source").object([&] {
      writer.text_or_null("path", finding.source_path);
      writer.field("record", finding.source_record);
    });
    write_event(writer, finding);
    write_correlation(writer, finding);
  });
  return std::move(writer).take();
}

std::string to_ndjson(const Incident& incident) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.incident/1");
    writer.field("id", incident.id);
    writer.field("level", rule::name_of(incident.level));
    writer.text_or_null("title", incident.title);
    write_time(writer, "first_time", incident.first_time);
    write_time(writer, "last_time", incident.last_time);
    writer.field("findings", incident.findings.size());
    writer.field("events", incident.event_count);
    writer.field("origins", incident.origins.shown);
    writer.field("actors", incident.actors.shown);
    writer.field("accounts", incident.accounts.shown);
    writer.field("regions", incident.regions.shown);
    writer.field("addresses", incident.addresses.shown);
    write_resources(writer, incident.resources.shown);
    writer.field("resource_count", incident.resources.count);
    write_tactics(writer, incident);
    writer.key("story").array([&] {
      for (const Finding* finding : incident.findings)
        write_chapter(writer, *finding);
    });
  });
  return std::move(writer).take();
}

}  // namespace riposte::finding
