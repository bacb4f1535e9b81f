#pragma once

// The few fields that every record has somewhere, whatever its format calls them. Empty where it
// has none.

#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace riposte::event {

// The first text that is not empty.
inline std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

inline std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

// Each takes a record and what stands around it (the record again where nothing does): json::Node,
// or json::RawValue with escapes as written.

template <typename Value>
std::string_view id_of(const Value& record, const Value& outer) {
  return first_of({record.string_at("eventID"), record.string_at("id"), record.string_at("Id"),
                   outer.string_at("id")});
}

template <typename Value>
std::string_view name_of(const Value& record, const Value& outer) {
  return first_of({record.string_at("eventName"), record.string_at("type"),
                   record.string_at("Title"), outer.string_at("detail-type")});
}

template <typename Value>
std::string_view service_of(const Value& record, const Value& outer) {
  return first_of({without_suffix(record.string_at("eventSource"), ".amazonaws.com"),
                   outer.string_at("source")});
}

template <typename Value>
std::string_view account_of(const Value& record, const Value& outer) {
  return first_of({record.string_at("recipientAccountId"),
                   record.string_at("userIdentity.accountId"), record.string_at("accountId"),
                   record.string_at("AwsAccountId"), record.string_at("awsAccountId"),
                   outer.string_at("account"), record.string_at("account_id"),
                   record.string_at("account-id")});
}

template <typename Value>
std::string_view region_of(const Value& record, const Value& outer) {
  return first_of({record.string_at("awsRegion"), record.string_at("region"),
                   outer.string_at("region"), record.string_at("Region")});
}

template <typename Value>
std::optional<base::EventTime> time_of(const Value& record, const Value& outer) {
  struct Place {
    const Value& value;
    std::string_view field;
  };
  const Place places[] = {{record, "eventTime"},
                          {record, "@timestamp"},
                          {record, "updatedAt"},
                          {record, "UpdatedAt"},
                          {outer, "time"},
                          {record, "query_timestamp"},
                          {record, "configurationItemCaptureTime"}};
  for (const Place& place : places) {
    const std::string_view text = place.value.string_at(place.field);
    const auto time = text.empty() ? std::nullopt : base::parse_time(text);
    if (time) return time;
  }
  return std::nullopt;
}

// Whether a CloudTrail record is a sign-in to the console that went through.
template <typename Value>
bool is_sign_in(const Value& record) {
  return record.string_at("eventName") == "ConsoleLogin" &&
         record.string_at("responseElements.ConsoleLogin") == "Success";
}

// When the caller's session began. Services that call on a caller's behalf begin sessions of their
// own, which say nothing.
template <typename Value>
std::optional<base::EventTime> session_time_of(const Value& record) {
  const bool is_own = record.string_at("userIdentity.invokedBy").empty() ||
                      record.string_at("sessionCredentialFromConsole") == "true";
  if (!is_own) return std::nullopt;
  const std::string_view begin =
      record.string_at("userIdentity.sessionContext.attributes.creationDate");
  if (!begin.empty()) return base::parse_time(begin);
  return is_sign_in(record) ? base::parse_time(record.string_at("eventTime")) : std::nullopt;
}

}  // namespace riposte::event
