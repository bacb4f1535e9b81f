#pragma once

// The gate to libmaxminddb: where an address is, and whose network it belongs to.
//
// A file is of places (its type says City, Country or Enterprise) or of networks (ASN); which one
// its metadata tell. The file is mapped, not read: whoever replaces it does so by renaming another
// one over it.
//
// Cost: at most 128 steps in a tree, about a microsecond.
//
// What fails: a file that is no such database, or of a type we have no fields for, gives an error.
// A damaged record gives nothing for its address.
//
// Threads: immutable.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/network.h"
#include "base/result.h"

namespace riposte::enrich {

// Texts borrow the database.
struct GeoFacts {
  std::string_view country_iso_code;
  std::string_view country_name;  // in English, as everything here
  std::string_view city_name;
  struct Location {
    double latitude = 0;  // degrees
    double longitude = 0;
  };
  std::optional<Location> location;
  std::optional<std::uint32_t> as_number;
  std::string_view as_organization;

  bool has_place() const {
    return !country_iso_code.empty() || !country_name.empty() || !city_name.empty() || location;
  }
  bool has_network() const { return as_number || !as_organization.empty(); }
};

class GeoDatabase {
 public:
  // NotFound, Denied, or Invalid for what is no database of ours.
  static base::Result<GeoDatabase> open(const std::string& path);
  ~GeoDatabase();
  GeoDatabase(GeoDatabase&&) noexcept;
  GeoDatabase& operator=(GeoDatabase&&) noexcept;

  // Fills what is still empty.
  void look_up(const base::Address& address, GeoFacts& facts) const;

 private:
  struct State;
  explicit GeoDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace riposte::enrich
