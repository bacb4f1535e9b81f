#pragma once

// The few fields that every record has somewhere, whatever its format calls them. Empty where it
// has none.

#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "event/arn.h"
#include "event/event.h"
#include "json/document.h"
#include "json/raw_value.h"

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

// Where a record may say it.
template <typename Value>
struct Place {
  const Value& value;
  std::string_view field;
};

// The first text that is there and not empty; what stands behind it is not looked for.
template <typename Value>
std::string_view first_text(std::initializer_list<Place<Value>> places) {
  for (const Place<Value>& place : places) {
    const std::string_view text = place.value.string_at(place.field);
    if (!text.empty()) return text;
  }
  return {};
}

// Each takes a record and what stands around it (the record again where nothing does): json::Node,
// or json::RawValue with escapes as written.

template <typename Value>
std::string_view id_of(const Value& record, const Value& outer) {
  return first_text<Value>({{record, "eventID"}, {record, "id"}, {record, "Id"}, {outer, "id"}});
}

template <typename Value>
std::string_view name_of(const Value& record, const Value& outer) {
  return first_text<Value>({{record, "eventName"},
                            {record, "type"},
                            {record, "Title"},
                            {outer, "detail-type"},
                            {record, "message.eventType"},  // of user pools, three ways
                            {record, "triggerSource"},
                            {record, "EventType"}});
}

template <typename Value>
std::string_view service_of(const Value& record, const Value& outer) {
  const std::string_view source = without_suffix(record.string_at("eventSource"), ".amazonaws.com");
  return source.empty() ? outer.string_at("source") : source;
}

// Of the stream, web ACL or alarm that a record comes from.
template <typename Value>
std::optional<Arn> arn_around(const Value& record) {
  for (std::string_view place : {"eventSourceARN", "webaclId", "AlarmArn", "MonitorArn"}) {
    const auto arn = parse_arn(record.string_at(place));
    if (arn) return arn;
  }
  return std::nullopt;
}

template <typename Value>
std::string_view account_of(const Value& record, const Value& outer) {
  const std::string_view told = first_text<Value>({{record, "recipientAccountId"},
                                                   {record, "userIdentity.accountId"},
                                                   {record, "accountId"},
                                                   {record, "AwsAccountId"},
                                                   {record, "awsAccountId"},
                                                   {outer, "account"},
                                                   {record, "account_id"},
                                                   {record, "account-id"}});
  if (!told.empty()) return told;
  for (std::string_view place : {"AWSAccountId", "requestContext.accountId", "AccountId"}) {
    const std::string_view account = record.string_at(place);
    if (!account.empty()) return account;
  }
  const auto source = arn_around(record);
  return source ? source->account : std::string_view();
}

template <typename Value>
std::string_view region_of(const Value& record, const Value& outer) {
  const std::string_view told =
      first_text<Value>({{record, "awsRegion"}, {record, "region"}, {outer, "region"}});
  if (!told.empty()) return told;
  // Before `Region`, which an alarm says in words: "EU (Ireland)".
  if (const auto source = arn_around(record)) return source->region;
  // A user pool is called "eu-west-1_Ab1cD2eF3".
  const std::string_view pool = record.string_at("message.userPoolId");
  return pool.empty() ? record.string_at("Region") : pool.substr(0, pool.find('_'));
}

// A number as it is written; empty where there is none.
inline std::string_view number_at(const json::Node& record, std::string_view path) {
  const json::Node* node = record.at(path);
  return node != nullptr && node->is(json::Kind::Number) ? node->text : std::string_view();
}
inline std::string_view number_at(const json::RawValue& record, std::string_view path) {
  const json::RawValue value = record.at(path);
  return value && value.is(json::Kind::Number) ? value.text() : std::string_view();
}

template <typename Value>
std::optional<base::EventTime> time_of(const Value& record, const Value& outer) {
  const Place<Value> places[] = {{record, "eventTime"},
                                 {record, "@timestamp"},
                                 {record, "updatedAt"},
                                 {record, "UpdatedAt"},
                                 {outer, "time"},
                                 {record, "query_timestamp"},
                                 {record, "configurationItemCaptureTime"},
                                 {record, "StateChangeTime"},
                                 {record, "eventTimestamp"},
                                 {record, "CreationDate"},
                                 {record, "anomalyStartDate"},
                                 {record, "AnomalyStartDate"}};
  for (const Place<Value>& place : places) {
    const std::string_view text = place.value.string_at(place.field);
    const auto time = text.empty() ? std::nullopt : base::parse_time(text);
    if (time) return time;
  }
  for (std::string_view place :
       {"dynamodb.ApproximateCreationDateTime", "timestamp", "CreationDate"}) {
    const auto time = base::parse_time(number_at(record, place));
    if (time) return time;
  }
  return std::nullopt;
}

// What it says itself, else when what carried it came.
inline std::optional<base::EventTime> time_of(const RawEvent& event) {
  const auto time = time_of(event.record, event.whole());
  return time || event.delivery == nullptr ? time : event.delivery->time;
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
