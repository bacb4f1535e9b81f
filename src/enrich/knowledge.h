#pragma once

// What is known of addresses and domains from outside the log: databases of places and networks,
// and threat lists. An Enricher turns it into facts (enricher.h).
//
//     riposte.source.geo     country_iso_code, country_name, city_name, location.lat, location.lon
//     riposte.source.as      number, organization.name
//     riposte.source.threat  list, indicator, description
//     riposte.dns.threat     the same, of the name that was asked for
//
// The names are those of the Elastic Common Schema below source.
//
// Threads: immutable. Files that change become another Knowledge that takes the place of this one
// as a whole.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "enrich/geo_database.h"
#include "enrich/threat_index.h"
#include "json/writer.h"

namespace riposte::enrich {

class Knowledge {
 public:
  // Facts that are given for an address as JSON, where no file shall be asked: in tests of rules.
  using Given = std::map<std::string, std::string, std::less<>>;

  Knowledge(std::vector<GeoDatabase> geo, ThreatIndex threats, Given given = {})
      : geo_(std::move(geo)), threats_(std::move(threats)), given_(std::move(given)) {}

  // What the time of an event changes of the facts.
  enum class Depends { No, OnTime };
  struct Facts {
    std::string json;  // an object, or empty
    Depends depends = Depends::No;
  };

  // What belongs below riposte.source of an event with that source address at that time. Empty for
  // what is no address, as "AWS Internal".
  Facts facts_of_source(std::string_view address, std::optional<base::EventTime> time) const;
  // What belongs below riposte.dns.
  Facts facts_of_domain(std::string_view domain, std::optional<base::EventTime> time) const;

 private:
  Depends write_threats(const std::vector<const ThreatIndex::Entry*>& entries,
                        std::optional<base::EventTime> time, json::Writer& writer,
                        bool& some) const;

  std::vector<GeoDatabase> geo_;  // the first that knows something is believed
  ThreatIndex threats_;
  Given given_;
};

}  // namespace riposte::enrich
