#include "enrich/knowledge.h"

#include <set>

namespace riposte::enrich {
namespace {

void write_place(const GeoFacts& facts, json::Writer& writer) {
  const auto field = [&writer](std::string_view name, std::string_view text) {
    if (!text.empty()) writer.field(name, text);
  };
  writer.key("geo").object([&] {
    field("country_iso_code", facts.country_iso_code);
    field("country_name", facts.country_name);
    field("city_name", facts.city_name);
    if (!facts.location) return;
    writer.key("location").object([&] {
      writer.field("lat", facts.location->latitude);
      writer.field("lon", facts.location->longitude);
    });
  });
}

void write_network(const GeoFacts& facts, json::Writer& writer) {
  writer.key("as").object([&] {
    if (facts.as_number) writer.field("number", std::uint64_t{*facts.as_number});
    if (facts.as_organization.empty()) return;
    writer.key("organization").object([&] { writer.field("name", facts.as_organization); });
  });
}

void write_list(std::string_view name, const std::set<std::string_view>& texts,
                json::Writer& writer) {
  if (texts.empty()) return;
  writer.key(name).array([&] {
    for (const std::string_view text : texts)
      writer.value(text);
  });
}

}  // namespace

Knowledge::Depends Knowledge::write_threats(const std::vector<const ThreatIndex::Entry*>& entries,
                                            std::optional<base::EventTime> time,
                                            json::Writer& writer, bool& some) const {
  Depends depends = Depends::No;
  std::set<std::string_view> lists, indicators, descriptions;
  for (const ThreatIndex::Entry* entry : entries) {
    if (entry->valid_from || entry->valid_until) depends = Depends::OnTime;
    if (!entry->holds_at(time)) continue;
    lists.insert(threats_.list_name(*entry));
    indicators.insert(entry->indicator);
    if (!entry->description.empty()) descriptions.insert(entry->description);
  }
  if (lists.empty()) return depends;
  some = true;
  writer.key("threat").object([&] {
    write_list("list", lists, writer);
    write_list("indicator", indicators, writer);
    write_list("description", descriptions, writer);
  });
  return depends;
}

Knowledge::Facts Knowledge::facts_of_source(std::string_view address,
                                            std::optional<base::EventTime> time) const {
  const auto given = given_.find(address);
  if (given != given_.end()) return {given->second, Depends::No};
  const std::optional<base::Address> parsed = base::parse_address(address);
  if (!parsed) return {};
  GeoFacts geo;
  for (const GeoDatabase& database : geo_)
    database.look_up(*parsed, geo);
  Facts facts;
  bool some = geo.has_place() || geo.has_network();
  json::Writer writer;
  writer.object([&] {
    if (geo.has_place()) write_place(geo, writer);
    if (geo.has_network()) write_network(geo, writer);
    facts.depends = write_threats(threats_.find(*parsed), time, writer, some);
  });
  if (some) facts.json = std::move(writer).take();
  return facts;
}

Knowledge::Facts Knowledge::facts_of_domain(std::string_view domain,
                                            std::optional<base::EventTime> time) const {
  Facts facts;
  bool some = false;
  json::Writer writer;
  writer.object(
      [&] { facts.depends = write_threats(threats_.find_domain(domain), time, writer, some); });
  if (some) facts.json = std::move(writer).take();
  return facts;
}

}  // namespace riposte::enrich
