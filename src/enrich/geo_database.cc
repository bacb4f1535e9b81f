// Tested by tests/cli/enrichment_test.py

#include "enrich/geo_database.h"

#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <maxminddb.h>
#include <netinet/in.h>

namespace riposte::enrich {
namespace {

std::string_view text_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UTF8_STRING) {
    return {};
  }
  return {data.utf8_string, data.data_size};
}

std::optional<double> double_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_DOUBLE) {
    return std::nullopt;
  }
  return data.double_value;
}

std::optional<std::uint32_t> number_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
  if (data.type == MMDB_DATA_TYPE_UINT32) return data.uint32;
  if (data.type == MMDB_DATA_TYPE_UINT16) return data.uint16;
  return std::nullopt;
}

constexpr const char* kCountryCode[] = {"country", "iso_code", nullptr};
constexpr const char* kCountryName[] = {"country", "names", "en", nullptr};
constexpr const char* kCityName[] = {"city", "names", "en", nullptr};
constexpr const char* kLatitude[] = {"location", "latitude", nullptr};
constexpr const char* kLongitude[] = {"location", "longitude", nullptr};
constexpr const char* kAsNumber[] = {"autonomous_system_number", nullptr};
constexpr const char* kAsOrganization[] = {"autonomous_system_organization", nullptr};

constexpr std::string_view kTypes[] = {"City", "Country", "Enterprise", "ASN"};

bool is_known_type(std::string_view type) {
  for (std::string_view known : kTypes) {
    if (type.find(known) != std::string_view::npos) return true;
  }
  return false;
}

void keep_first(std::string_view& kept, std::string_view found) {
  if (kept.empty()) kept = found;
}

}  // namespace

struct GeoDatabase::State {
  MMDB_s database{};
  bool is_open = false;

  ~State() {
    if (is_open) MMDB_close(&database);
  }
};

GeoDatabase::GeoDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
GeoDatabase::~GeoDatabase() = default;
GeoDatabase::GeoDatabase(GeoDatabase&&) noexcept = default;
GeoDatabase& GeoDatabase::operator=(GeoDatabase&&) noexcept = default;

base::Result<GeoDatabase> GeoDatabase::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return base::Error{base::Errc::NotFound, path + ": there is no such file"};
  auto state = std::make_unique<State>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &state->database);
  if (status != MMDB_SUCCESS) {
    return base::Error{base::Errc::Invalid, fmt::format("{}: no database in MaxMind's format: {}",
                                                        path, MMDB_strerror(status))};
  }
  state->is_open = true;
  const char* told = state->database.metadata.database_type;
  const std::string_view type = told == nullptr ? "" : told;
  if (!is_known_type(type)) {
    return base::Error{
        base::Errc::Invalid,
        fmt::format("{}: neither places nor networks: its type is \"{}\", not City, Country or ASN",
                    path, type)};
  }
  return GeoDatabase(std::move(state));
}

void GeoDatabase::look_up(const base::Address& address, GeoFacts& facts) const {
  sockaddr_storage storage{};
  if (address.is_v4) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    std::memcpy(&v4->sin_addr, address.bytes.data() + 12, 4);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    std::memcpy(&v6->sin6_addr, address.bytes.data(), 16);
  }
  int status = MMDB_SUCCESS;
  MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(&state_->database, reinterpret_cast<const sockaddr*>(&storage), &status);
  if (status != MMDB_SUCCESS || !found.found_entry) return;

  keep_first(facts.country_iso_code, text_at(found.entry, kCountryCode));
  keep_first(facts.country_name, text_at(found.entry, kCountryName));
  keep_first(facts.city_name, text_at(found.entry, kCityName));
  const auto latitude = double_at(found.entry, kLatitude);
  const auto longitude = double_at(found.entry, kLongitude);
  if (latitude && longitude && !facts.location) facts.location = {*latitude, *longitude};
  if (!facts.as_number) facts.as_number = number_at(found.entry, kAsNumber);
  keep_first(facts.as_organization, text_at(found.entry, kAsOrganization));
}

}  // namespace riposte::enrich
