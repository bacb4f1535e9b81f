#include "event/api_gateway.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "base/percent.h"
#include "base/text.h"

namespace riposte::event {

using json::Kind;
using json::RawValue;

namespace {

// Where records say it: names of AWS's examples for access logs, then paths of the proxy event in
// its versions 1.0 and 2.0.
struct Field {
  std::string_view name;
  std::array<std::string_view, 7> places;
};

constexpr Field kFields[] = {
    {"c-ip",
     {"ip", "sourceIp", "sourceIP", "clientIp", "identity.sourceIp",
      "requestContext.identity.sourceIp", "requestContext.http.sourceIp"}},
    {"cs-method",
     {"httpMethod", "method", "requestContext.httpMethod", "requestContext.http.method"}},
    {"cs-uri-stem",
     {"path", "rawPath", "requestContext.http.path", "requestContext.path", "resourcePath"}},
    {"cs-uri-query", {"rawQueryString", "queryString"}},
    {"cs-version", {"protocol", "requestContext.protocol", "requestContext.http.protocol"}},
    {"cs-host", {"domainName", "requestContext.domainName", "headers.Host", "headers.host"}},
    {"cs-user-agent",
     {"userAgent", "identity.userAgent", "requestContext.identity.userAgent",
      "requestContext.http.userAgent", "headers.User-Agent", "headers.user-agent"}},
    {"claims-sub",
     {"authorizer.claims.sub", "requestContext.authorizer.claims.sub",
      "requestContext.authorizer.jwt.claims.sub", "claimsSub", "sub"}},
    {"cs-username",
     {"user", "authorizer.principalId", "requestContext.authorizer.principalId", "principalId",
      "requestContext.authorizer.claims.cognito:username", "requestContext.authorizer.claims.sub",
      "requestContext.authorizer.jwt.claims.sub"}},
    {"sc-status", {"status", "statusCode"}},
    {"sc-bytes", {"responseLength"}},
};

constexpr std::string_view kEpochs[] = {"requestTimeEpoch", "requestContext.requestTimeEpoch",
                                        "requestContext.timeEpoch"};
constexpr std::string_view kTimes[] = {"requestTime", "requestContext.requestTime"};

// A key with dots in it, else a path.
RawValue value_at(const RawValue& record, std::string_view place) {
  const RawValue value = record.find(place);
  return value ? value : record.at(place);
}

// A text or a number; empty for anything else.
std::string text_at(const RawValue& record, std::string_view place) {
  const RawValue value = value_at(record, place);
  if (!value || !(value.is(Kind::String) || value.is(Kind::Number))) return {};
  std::string buffer;
  return std::string(value.text(buffer));
}

std::optional<base::EventTime> time_of(const RawValue& record) {
  for (std::string_view place : kEpochs) {
    if (const auto time = base::parse_time(text_at(record, place))) return time;
  }
  for (std::string_view place : kTimes) {
    const std::string text = text_at(record, place);
    if (const auto time = parse_clf_time(text)) return time;
    if (const auto time = base::parse_time(text)) return time;
  }
  return std::nullopt;
}

void append_encoded(std::string_view text, std::string& query) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (std::string_view("&=#+% ").find(c) == std::string_view::npos) {
      query += c;
      continue;
    }
    query += '%';
    query += kDigits[static_cast<unsigned char>(c) >> 4];
    query += kDigits[static_cast<unsigned char>(c) & 15];
  }
}

// The query of a proxy event, which is delivered decoded.
std::string query_of(const RawValue& record) {
  std::string query;
  const RawValue single = record.find("queryStringParameters");
  if (!single || !single.is(Kind::Object)) return query;
  for (const json::RawMember member : json::members(single)) {
    std::string buffer;
    if (!member.value.is(Kind::String)) continue;
    if (!query.empty()) query += '&';
    append_encoded(member.key, query);
    query += '=';
    append_encoded(member.value.text(buffer), query);
  }
  return query;
}

// "GET /pets/{id}" of HTTP APIs; "$default" names neither.
void add_route(std::string_view route, RecordWriter& record) {
  const std::size_t space = route.find(' ');
  if (space == std::string_view::npos) return;
  record.add("cs-method", route.substr(0, space));
  record.add("cs-uri-stem", route.substr(space + 1));
}

bool has_any(const RawValue& record, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return static_cast<bool>(record.find(name)); });
}

// The columns of AWS's example for CSV, in order.
constexpr std::string_view kCsv[] = {"c-ip",      "caller",      "cs-username",      "requestTime",
                                     "cs-method", "cs-uri-stem", "cs-version",       "sc-status",
                                     "sc-bytes",  "requestId",   "extendedRequestId"};
constexpr std::size_t kCsvTime = 3;
constexpr std::size_t kCsvLeast = 10;

// Elements of AWS's example for XML, which are the names of its JSON.
constexpr std::pair<std::string_view, std::string_view> kXml[] = {{"ip", "c-ip"},
                                                                  {"caller", "caller"},
                                                                  {"user", "cs-username"},
                                                                  {"httpMethod", "cs-method"},
                                                                  {"resourcePath", "cs-uri-stem"},
                                                                  {"path", "cs-uri-stem"},
                                                                  {"protocol", "cs-version"},
                                                                  {"status", "sc-status"},
                                                                  {"responseLength", "sc-bytes"}};

// What stands between two texts, from `from` on.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + open.size());
  return text.substr(0, std::min(text.find(close), text.size()));
}

}  // namespace

bool is_api_request(const RawValue& record) {
  if (const RawValue context = record.find("requestContext"); context && context.is(Kind::Object)) {
    return !context.string_at("identity.sourceIp").empty() ||
           !context.string_at("http.sourceIp").empty();
  }
  return has_any(record, {"requestId", "extendedRequestId"}) &&
         has_any(record, {"httpMethod", "routeKey", "resourcePath"}) &&
         has_any(record, {"status", "ip", "sourceIp", "requestTime", "requestTimeEpoch"});
}

std::string with_web_fields(const RawValue& record) {
  RecordWriter writer;
  for (const json::RawMember member : json::members(record))
    writer.reserve(member.key);
  writer.object([&] {
    writer.time(time_of(record));
    for (const Field& field : kFields) {
      for (std::string_view place : field.places) {
        const std::string text = place.empty() ? std::string() : text_at(record, place);
        if (is_absent(text)) continue;
        writer.add(field.name, text);
        break;
      }
    }
    writer.add("cs-uri-query", query_of(record));
    for (std::string_view place : {"routeKey", "requestContext.routeKey"})
      add_route(text_at(record, place), writer);
  });
  // Behind the new members stand those of the record, as they are written.
  std::string text = std::move(writer).take();
  const std::string_view own = record.written();
  const bool is_first = text.size() == 2;
  text.pop_back();
  const std::string_view members = base::trim(own.substr(1, own.size() - 2));
  if (!is_first && !members.empty()) text += ',';
  return text.append(members).append("}");
}

bool is_api_csv(const Tokens& columns) {
  return columns.size() >= kCsvLeast && columns.size() <= std::size(kCsv) &&
         parse_clf_time(columns[kCsvTime]).has_value();
}

void write_api_csv(const Tokens& columns, RecordWriter& record) {
  record.time(parse_clf_time(columns[kCsvTime]));
  for (std::size_t i = 0; i < columns.size(); ++i)
    record.add(kCsv[i], columns[i]);
}

bool is_api_xml(std::string_view line) {
  return line.starts_with("<request id=\"") && line.ends_with("</request>");
}

void write_api_xml(std::string_view line, RecordWriter& record) {
  record.time(parse_clf_time(between(line, "<requestTime>", "</requestTime>")));
  record.add("requestId", between(line, "<request id=\"", "\""));
  for (const auto& [element, name] : kXml) {
    std::string open = "<";
    open.append(element).append(">");
    record.add(name, between(line, open, "</"));
  }
}

bool is_execution_line(std::string_view line) {
  constexpr std::size_t kBehind = 38;  // "(", the id, ") "
  return line.size() > kBehind && line[0] == '(' && line[37] == ')' &&
         is_request_id(line.substr(1, kBehind - 2));
}

void write_execution_line(std::string_view line, RecordWriter& record) {
  record.add("requestId", line.substr(1, 36));
  record.add("message", base::trim(line.substr(38)));
  std::string_view rest = base::trim(line.substr(38));
  constexpr std::string_view kMethod = "HTTP Method: ";
  if (rest.starts_with(kMethod)) {
    record.add("step", "Resource");
    record.add("cs-method", between(rest, kMethod, ","));
    const std::size_t path = rest.find("Resource Path: ");
    if (path != std::string_view::npos) record.add("cs-uri-stem", rest.substr(path + 15));
    return;
  }
  const std::size_t colon = rest.find(": ");
  if (colon == std::string_view::npos) return record.add("step", rest);
  const std::string_view step = rest.substr(0, colon);
  const std::string_view value = rest.substr(colon + 2);
  record.add("step", step);
  record.add("value", value);
  if (step == "Method completed with status") record.add("sc-status", value);
  if (step == "Method request query string" && value.size() > 2 && value.starts_with('{'))
    record.add("cs-uri-query", value.substr(1, value.size() - 2));
  if (step == "Method request headers") {
    // The last address is the one that API Gateway saw itself.
    const std::string_view chain = between(value, "X-Forwarded-For=", "}");
    std::string_view addresses = chain.substr(0, chain.find('='));
    if (chain.size() != addresses.size()) addresses = addresses.substr(0, addresses.rfind(','));
    record.add("forwarded-for", base::trim(addresses));
  }
}

}  // namespace riposte::event
