#include "finding/writers.h"
#include "json/writer.h"

namespace riposte::finding {
namespace {

void write_time(json::Writer& writer, std::string_view name, std::optional<base::EventTime> time) {
  writer.text_or_null(name, time ? base::format_time(*time) : "");
}

void write_texts(json::Writer& writer, std::string_view name,
                 const std::vector<std::string>& texts) {
  writer.key(name).array([&] {
    for (const std::string& text : texts)
      writer.value(text);
  });
}

void write_rule(json::Writer& writer, const rule::Rule& rule) {
  writer.key("rule").object([&] {
    writer.text_or_null("id", rule.id);
    writer.text_or_null("name", rule.name);
    writer.text_or_null("title", rule.title);
    writer.field("level", rule::name_of(rule.level));
    write_texts(writer, "tags", rule.tags);
  });
}

void write_actor(json::Writer& writer, const event::Actor& actor) {
  writer.key("actor").object([&] {
    writer.field("type", actor.type.empty() ? std::string_view("Unknown") : actor.type);
    writer.text_or_null("id", actor.id);
    writer.text_or_null("name", actor.name);
    writer.text_or_null("arn", actor.arn);
    writer.text_or_null("access_key", actor.access_key);
    writer.text_or_null("session_of", actor.session_of);
    writer.text_or_null("ip", actor.ip);
    writer.text_or_null("user_agent", actor.user_agent);
    writer.text_or_null("account", actor.account);
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
    writer.key("key").object([&] {
      for (const auto& [field, value] : finding.correlated->key) {
        writer.key(field);
        if (value) {
          writer.value(*value);
        } else {
          writer.null();
        }
      }
    });
    writer.field("value", finding.correlated->value);
  });
}

}  // namespace

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
    write_actor(writer, finding.actor);
    write_resources(writer, finding.resources);
    writer.field("count", finding.count);
    write_time(writer, "first_time", finding.first_time);
    write_time(writer, "last_time", finding.last_time);
    write_texts(writer, "events", finding.events);
    writer.key("source").object([&] {
      writer.text_or_null("path", finding.source_path);
      writer.field("record", finding.source_record);
    });
    write_event(writer, finding);
    write_correlation(writer, finding);
  });
  return std::move(writer).take();
}

}  // namespace riposte::finding
