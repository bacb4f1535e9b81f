#include "event/event_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/inflate.h"
#include "base/text.h"
#include "event/api_gateway.h"
#include "event/identity.h"
#include "event/service_text.h"
#include "event/syslog.h"
#include "json/spans.h"

namespace riposte::event {

using json::Kind;
using json::RawValue;

namespace {

// The first key of files that are one long array in an object: taken apart without parsing the
// whole.
constexpr std::string_view kCollections[] = {"Records", "Events", "records"};

RawValue value_at(const RawValue& object, std::string_view key, Kind kind) {
  const RawValue value = object.find(key);
  return value && value.is(kind) ? value : RawValue();
}

bool has(const RawValue& object, std::string_view key) {
  return static_cast<bool>(object.find(key));
}

bool has_one_member(const RawValue& object) {
  std::size_t count = 0;
  for ([[maybe_unused]] const json::RawMember member : json::members(object)) {
    if (++count > 1) return false;
  }
  return count == 1;
}

// Every key by which a wrapper or a format is known: one that is missing here is never asked for.
// An object with none of them is an event of its own, of a format nobody claims.
constexpr std::string_view kKnownKeys[] = {"AWSAccountId",
                                           "AlarmName",
                                           "Anomalies",
                                           "AnomalyId",
                                           "AuthEvents",
                                           "CloudTrailEvent",
                                           "Event",
                                           "EventSource",
                                           "EventType",
                                           "Events",
                                           "Messages",
                                           "ProductArn",
                                           "ReceiptHandle",
                                           "Records",
                                           "SchemaVersion",
                                           "Sns",
                                           "Type",
                                           "__REALTIME_TIMESTAMP",
                                           "alarmName",
                                           "anomalyId",
                                           "awslogs",
                                           "configurationItem",
                                           "configurationItemCaptureTime",
                                           "configurationItems",
                                           "data",
                                           "detail",
                                           "digestStartTime",
                                           "eventName",
                                           "eventSource",
                                           "eventTimestamp",
                                           "eventVersion",
                                           "extendedRequestId",
                                           "httpRequest",
                                           "insightDetails",
                                           "invokingEvent",
                                           "kinesis",
                                           "logEvents",
                                           "message",
                                           "messageType",
                                           "newEvaluationResult",
                                           "query_name",
                                           "record",
                                           "records",
                                           "requestContext",
                                           "requestId",
                                           "resource",
                                           "service",
                                           "triggerSource",
                                           "userIdentity",
                                           "userPoolId",
                                           "webaclId"};

constexpr std::uint64_t kKnownBits = [] {
  std::uint64_t bits = 0;
  for (std::string_view key : kKnownKeys)
    bits |= json::key_bit(key);
  return bits;
}();

bool names_known_key(const RawValue& object) {
  for (const json::RawMember member : json::members(object)) {
    if ((kKnownBits & json::key_bit(member.key)) != 0 &&
        std::find(std::begin(kKnownKeys), std::end(kKnownKeys), member.key) !=
            std::end(kKnownKeys)) {
      return true;
    }
    if (member.key.find('\\') != std::string_view::npos) return true;  // it may say anything
  }
  return false;
}

// Triggers of functions name their source "aws:s3", "aws:codecommit" ...; trails name a host.
bool is_cloudtrail(const RawValue& record) {
  if (!has(record, "eventName")) return false;
  if (const RawValue source = record.find("eventSource"))
    return !source.written().starts_with("\"aws:");
  return has(record, "userIdentity") || has(record, "eventVersion");
}

template <std::size_t kSize>
bool is_key(std::string_view key, const char (&name)[kSize]) {
  return key.size() == kSize - 1 && std::memcmp(key.data(), name, kSize - 1) == 0;
}

// The same for a record that is written plainly, as nearly all are: one pass over its first keys.
bool is_plain_cloudtrail(const RawValue& record) {
  bool has_name = false;
  bool has_source = false;
  for (const json::RawMember member : json::members(record)) {
    if (is_key(member.key, "eventName")) {
      has_name = true;
    } else if (is_key(member.key, "eventSource")) {
      has_source = true;
      if (member.value.written().starts_with("\"aws:")) return false;
    } else {
      continue;
    }
    if (has_name && has_source) return true;
  }
  return false;
}

// What a user pool says: an event of an export, of AdminListUserAuthEvents, or for a trigger.
bool is_cognito(const RawValue& record) {
  if (has(record, "triggerSource") && has(record, "userPoolId")) return true;
  if (has(record, "EventType") && has(record, "EventResponse")) return true;
  const RawValue message = value_at(record, "message", Kind::Object);
  return message && has(record, "eventTimestamp") && has(message, "userPoolId");
}

// Sorted behind the formats that come by the million.
Format younger_format_of(const RawValue& record) {
  const bool is_alarm = (has(record, "AlarmName") && has(record, "NewStateValue")) ||
                        (has(record, "alarmName") && has(record, "state"));
  if (is_alarm) return Format::CloudWatchAlarm;
  if (has(record, "anomalyId") || has(record, "AnomalyId")) return Format::Cost;
  if (is_cognito(record)) return Format::Cognito;
  if (value_at(record, "record", Kind::Object) &&
      record.string_at("type").starts_with("platform.")) {
    return Format::Lambda;
  }
  if (is_api_request(record)) return Format::ApiGateway;
  return Format::Unknown;
}

Format format_of(const RawValue& record) {
  if (is_cloudtrail(record)) return Format::CloudTrail;
  if (record.string_at("eventSource").starts_with("aws:")) {
    if (has(record, "s3")) return Format::S3Notification;
    if (has(record, "dynamodb")) return Format::DynamoDbStream;
  }
  if (has(record, "insightDetails")) return Format::CloudTrailInsight;
  if (has(record, "service") && has(record, "resource") &&
      (has(record, "schemaVersion") || has(record, "severity"))) {
    return Format::GuardDuty;
  }
  if (has(record, "SchemaVersion") && has(record, "ProductArn")) return Format::SecurityHub;
  if (has(record, "configurationItemCaptureTime") || has(record, "configurationItem") ||
      has(record, "newEvaluationResult")) {
    return Format::Config;
  }
  if (has(record, "httpRequest") && has(record, "webaclId")) return Format::Waf;
  if (has(record, "query_name") && has(record, "query_timestamp")) return Format::Route53Resolver;
  return younger_format_of(record);
}

// An EventBridge envelope says its detail's type; one that was shortened is known by what it holds.
bool is_envelope(const RawValue& object, const RawValue& detail) {
  return has(object, "detail-type") || format_of(detail) != Format::Unknown;
}

// What happened, where one field of the format says it; others have it in one of several.
std::string_view name_field_of(Format format) {
  switch (format) {
    case Format::VpcFlow:
      return "action";
    case Format::S3Access:
      return "operation";
    case Format::LoadBalancer:
    case Format::CloudFront:
    case Format::WebServer:
    case Format::ApiGateway:
      return "cs-method";
    case Format::Waf:
      return "action";
    case Format::Lambda:
      return "type";
    case Format::Sshd:
      return "outcome";
    case Format::Syslog:
      return "program";
    default:
      return {};
  }
}

// Whether a record's own words name the service that it is about.
bool says_service(Format format) {
  return format != Format::Cognito && format != Format::CloudWatchAlarm && format != Format::Cost;
}

// What services send beside events: nothing to detect in, nothing to warn about.
bool is_chatter(const RawValue& object) {
  return (has(object, "digestStartTime") && has(object, "logFiles")) ||
         object.string_at("Event") == "s3:TestEvent" ||
         object.string_at("messageType") == "CONTROL_MESSAGE" ||
         object.string_at("messageType") == "ConfigurationSnapshotDeliveryCompleted";
}

bool is_one_value(std::string_view line) {
  return json::take_value(line) && json::skip_space(line).empty();
}

// Whether the first line of several is a value: then the others should be, too.
bool begins_with_line(std::string_view lines) {
  const std::size_t end = lines.find('\n');
  return end != std::string_view::npos && is_one_value(lines.substr(0, end));
}

// Without the last line, unless that is whole. (string_view::rfind looks at one byte after
// another.)
std::string_view whole_lines(std::string_view window) {
  const void* end = memrchr(window.data(), '\n', window.size());
  return end == nullptr
             ? std::string_view()
             : window.substr(
                   0, static_cast<std::size_t>(static_cast<const char*>(end) - window.data()) + 1);
}

// The same of a value that is known to be one, the first of `lines`.
bool is_line(std::string_view value, std::string_view lines) {
  const auto behind = static_cast<std::size_t>(value.data() + value.size() - lines.data());
  const std::size_t end = lines.find('\n', behind);
  return end != std::string_view::npos &&
         json::skip_space(lines.substr(behind, end - behind)).empty() &&
         value.find('\n') == std::string_view::npos;
}

// What is looked at at once: small enough that text and tokens are still in the core's own cache
// when the rules walk over them.
constexpr std::size_t kStep = 256 << 10;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Other members may stand behind the list of records ("NextToken"); then the object ends. False: it
// goes on behind `rest`.
bool skip_members(std::string_view& rest) {
  for (rest = json::skip_space(rest); !rest.starts_with('}'); rest = json::skip_space(rest)) {
    if (rest.starts_with(',') || rest.starts_with(':')) rest = json::skip_space(rest.substr(1));
    if (rest.empty()) return false;
    if (!json::take_value(rest)) return rest.front() == ']';  // nothing that a member could be
  }
  rest.remove_prefix(1);
  return true;
}

// The text behind the bracket of a list of records that `text` begins with, if it does.
std::optional<std::string_view> leading_elements(std::string_view text) {
  text = json::skip_space(text);
  if (text.starts_with('[')) return text;
  for (std::string_view key : kCollections) {
    if (const auto array = json::leading_array(text, key)) return array;
  }
  return std::nullopt;
}

}  // namespace

void EventReader::begin(std::string_view path, std::optional<base::EventTime> written_at) {
  path_ = path;
  written_at_ = written_at;
  record_ = 0;
  begin_text(level_at(0));
}

std::size_t EventReader::feed(std::string_view window, bool is_last, const OnRawEvent& on_event,
                              Quarantine& quarantine) {
  on_event_ = &on_event;
  quarantine_ = &quarantine;
  return read_window(window, is_last, 0);
}

void EventReader::read(std::string_view bytes, std::string_view path, const OnEvent& on_event,
                       Quarantine& quarantine) {
  begin(path);
  feed(bytes, true, completed(on_event), quarantine);
}

void EventReader::read_again(Format format, std::string record, std::string_view path,
                             const OnEvent& on_event, Quarantine& quarantine) {
  begin(path);
  const OnRawEvent built = completed(on_event);
  on_event_ = &built;
  quarantine_ = &quarantine;
  emit_written(format, std::move(record), 0);
}

EventReader::OnRawEvent EventReader::completed(const OnEvent& on_event) {
  return [this, &on_event](const RawEvent& raw) {
    if (Event* event = complete(raw)) {
      add_envelope(*event);
      on_event(*event);
    }
  };
}

EventReader::Level& EventReader::level_at(std::size_t depth) {
  while (levels_.size() <= depth)
    levels_.push_back(std::make_unique<Level>());
  return *levels_[depth];
}

void EventReader::begin_text(Level& level) {
  level.place = Place::Start;
  level.lines_only = false;
  level.text_log.begin();
}

// Of a window kStep bytes are looked at at once, more where these do not hold a whole value.
std::size_t EventReader::read_window(std::string_view window, bool is_last, std::size_t depth) {
  Level& level = level_at(depth);
  std::size_t done = 0;
  for (std::size_t step = kStep; done < window.size();) {
    const std::string_view rest = window.substr(done);
    const Place place = level.place;
    const std::size_t read = read_place(rest, step, is_last, depth);
    done += read;
    if (read > 0 || level.place != place) {
      step = kStep;
    } else if ((place == Place::Values || place == Place::Lines) && step < rest.size()) {
      step *= 2;
    } else {
      break;
    }
  }
  return done;
}

std::size_t EventReader::read_place(std::string_view rest, std::size_t step, bool is_last,
                                    std::size_t depth) {
  Level& level = level_at(depth);
  switch (level.place) {
    case Place::Start:
      return read_start(rest, is_last, depth);
    case Place::Values:
      return read_values(rest.substr(0, step), is_last && step >= rest.size(), depth);
    case Place::Elements:
    case Place::ObjectElements:
      return read_elements(rest, is_last, depth);
    case Place::Tail:
      return read_tail(rest, is_last, depth);
    case Place::Lines:
      return read_lines(rest.substr(0, step), is_last && step >= rest.size(), depth);
  }
  return 0;
}

// A byte order mark is stepped over, and the first line tells a text log.
std::size_t EventReader::read_start(std::string_view window, bool is_last, std::size_t depth) {
  if (window.size() < kByteOrderMark.size() && !is_last) return 0;
  const std::size_t begin = window.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const std::string_view text = json::skip_space(window.substr(begin));
  Level& level = level_at(depth);
  level.place = Place::Values;
  if (text.empty() || text.front() == '{' || text.front() == '[') return begin;
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos && !is_last && text.size() < kLineMax) {
    level.place = Place::Start;
    return 0;
  }
  if (TextLog::begins(base::trim(text.substr(0, end)))) level.place = Place::Lines;
  return begin;
}

std::size_t EventReader::read_lines(std::string_view window, bool is_last, std::size_t depth) {
  const std::string_view lines = is_last ? window : whole_lines(window);
  if (lines.empty() && window.size() >= kLineMax) {
    refuse("a line without end");
    return window.size();
  }
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = base::trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty()) open_line(line, depth);
  }
  return lines.size();
}

void EventReader::open_line(std::string_view line, std::size_t depth) {
  if (const std::size_t json = json_behind(line); json != std::string_view::npos)
    return open_text(line.substr(json), depth);
  const auto delivered = delivery_ ? delivery_->time : written_at_;
  std::string record;
  const base::Result<Format> format = level_at(depth).text_log.read(line, record, delivered);
  if (!format.ok()) return refuse(format.error().message);
  if (*format == Format::Unknown) return;
  if (delivery_ && !delivery_->log_group.empty())
    record.replace(0, 1, "{\"logGroup\":" + json::quoted(delivery_->log_group) + ",");
  emit_written(*format, std::move(record), depth);
}

// A record that was written here.
void EventReader::emit_written(Format format, std::string record, std::size_t depth) {
  Level& inner = level_at(depth + 1);
  inner.text = std::move(record);
  inner.text.reserve(inner.text.size() + json::kPadding);
  const base::Status indexed = inner.structure.index(inner.text);
  if (!indexed.ok()) return refuse(indexed.error().message);
  if (const auto behind = inner.structure.check(0); !behind.ok())
    return refuse(behind.error().message);
  const RawValue written = inner.structure.value(0);
  emit(format, written, written);
}

// The values of a window, as long as nothing is wrong with them. Before the end of the text only
// whole lines are looked at: a line break stands in no string, so no string is cut in two.
std::size_t EventReader::read_values(std::string_view window, bool is_last, std::size_t depth) {
  const std::string_view lines = is_last ? window : whole_lines(window);
  if (json::skip_space(lines).empty()) {
    return lines.empty() && window.size() >= kLineMax ? enter_list(window, depth) : lines.size();
  }
  Level& level = level_at(depth);
  if (!level.structure.index(lines).ok()) {
    level.lines_only = level.lines_only || begins_with_line(lines);
    return take_apart(lines, is_last, depth);
  }
  for (std::uint32_t token = 0; token < level.structure.count();) {
    const base::Result<std::uint32_t> behind = level.structure.check(token);
    if (!behind.ok()) {
      const std::size_t begin = level.structure.begin_of(token);
      const bool may_go_on = !is_last && level.structure.ended_early();
      if (may_go_on && (begin > 0 || lines.size() < kLineMax)) return begin;
      level.lines_only = level.lines_only || (token == 0 && begins_with_line(lines));
      return begin + take_apart(lines.substr(begin), is_last, depth);
    }
    const RawValue value = level.structure.value(token);
    if (token == 0) level.lines_only = level.lines_only || is_line(value.written(), lines);
    visit(value, depth);
    token = *behind;
  }
  return lines.size();
}

// What is not in order, or too long to be held whole.
std::size_t EventReader::take_apart(std::string_view text, bool is_last, std::size_t depth) {
  const std::size_t entered = level_at(depth).lines_only ? 0 : enter_list(text, depth);
  return entered > 0 ? entered : open_lines(text, is_last, depth);
}

// How much of `text` stands before the first record of the list that it begins with. 0: it begins
// with none.
std::size_t EventReader::enter_list(std::string_view text, std::size_t depth) {
  const std::optional<std::string_view> array = leading_elements(text);
  if (!array) return 0;
  level_at(depth).place =
      json::skip_space(text).starts_with('{') ? Place::ObjectElements : Place::Elements;
  return text.size() - array->size() + 1;
}

// One by one, up to the last one that has its end in this window.
std::size_t EventReader::read_elements(std::string_view window, bool is_last, std::size_t depth) {
  Level& level = level_at(depth);
  json::Elements elements = json::Elements::inside(window);
  while (const std::optional<std::string_view> element = elements.next())
    open_value(*element, depth);
  std::string_view rest = elements.rest();
  if (elements.complete()) {
    level.place = level.place == Place::ObjectElements ? Place::Tail : Place::Values;
  } else if (rest.starts_with('}') || rest.starts_with(':')) {
    refuse("a list of records breaks off");
    level.place = Place::Values;
    level.lines_only = true;
    rest.remove_prefix(std::min(rest.find('\n'), rest.size()));
  } else if (is_last) {
    refuse("the text ends inside a list of records");
    rest = {};
  }
  return window.size() - rest.size();
}

std::size_t EventReader::read_tail(std::string_view window, bool is_last, std::size_t depth) {
  std::string_view rest = window;
  if (!skip_members(rest) && !is_last) return 0;
  level_at(depth).place = Place::Values;
  return window.size() - rest.size();
}

// A stream of values, taken apart by its brackets, so that every whole record in it is read. Where
// a line is a value, lines are the unit and a broken one costs only itself. Where the first value
// runs over several lines the text is pretty-printed; if such a value never ends, reading goes on
// at the next line that begins one, and from then on line by line.
std::size_t EventReader::open_lines(std::string_view text, bool is_last, std::size_t depth) {
  bool& lines_only = level_at(depth).lines_only;
  std::string_view rest = json::skip_space(text);
  for (; !rest.empty(); rest = json::skip_space(rest)) {
    const std::size_t line_end = rest.find('\n');
    const std::string_view line = rest.substr(0, line_end);
    if (lines_only || is_one_value(line)) {
      open_value(line, depth);
      rest = line_end == std::string_view::npos ? std::string_view() : rest.substr(line_end);
      lines_only = lines_only || line_end != std::string_view::npos;
      continue;
    }
    const bool begins_container = rest.front() == '{' || rest.front() == '[';
    std::string_view behind = rest;
    const std::optional<std::string_view> value = json::take_value(behind);
    if (value && begins_container) {
      open_value(*value, depth);
      rest = behind;
      continue;
    }
    if (begins_container && !is_last && text.size() < kLineMax) break;  // it may end further on
    refuse(begins_container ? "the text ends inside an object or array" : "not JSON");
    lines_only = true;
    do {
      const std::size_t next = rest.find('\n');
      rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
    } while (!rest.empty() && rest.front() != '{' && rest.front() != '[');
  }
  return text.size() - rest.size();
}

void EventReader::open_value(std::string_view text, std::size_t depth) {
  json::Structure& structure = level_at(depth).structure;
  const base::Status indexed = structure.index(text);
  if (!indexed.ok()) return refuse(indexed.error().message);
  const base::Result<std::uint32_t> behind = structure.check(0);
  if (!behind.ok()) return refuse(behind.error().message);
  if (*behind != structure.count()) return refuse("more text behind the value");
  visit(structure.value(0), depth);
}

// A message is JSON in a string: copied, because what is inside may have to be unescaped once more.
void EventReader::open_message(const RawValue& message, std::size_t depth) {
  std::string buffer;
  open_text(message.text(buffer), depth);
}

void EventReader::open_base64(const RawValue& message, std::size_t depth) {
  std::string buffer;
  const base::Result<std::string> decoded = base::decode_base64(message.text(buffer));
  if (!decoded.ok()) return refuse(decoded.error().message);
  open_text(*decoded, depth);
}

void EventReader::open_text(std::string_view message, std::size_t depth) {
  if (depth == kWrappersMax) {
    return refuse("wrapped in more than " + std::to_string(kWrappersMax) + " messages");
  }
  const base::Compression compression = base::compression_of(message);
  std::string& text = level_at(depth + 1).text;
  if (compression == base::Compression::None) {
    text = message;
  } else {
    base::Inflated inflated = base::inflate(message, compression, kMessageBytesMax);
    if (inflated.error) refuse(inflated.error->message);
    text = std::move(inflated.bytes);
  }
  if (is_budget_notice(text)) {
    RecordWriter writer;
    writer.object([&] { write_budget_notice(text, writer); });
    return emit_written(Format::Cost, std::move(writer).take(), depth);
  }
  text.reserve(text.size() + json::kPadding);
  begin_text(level_at(depth + 1));
  read_window(text, true, depth + 1);
}

void EventReader::visit_all(const RawValue& array, std::size_t depth) {
  for (const RawValue element : json::elements(array))
    visit(element, depth);
}

void EventReader::visit(const RawValue& value, std::size_t depth) {
  switch (value.kind()) {
    case Kind::Array:
      return visit_all(value, depth);
    case Kind::String:
      return open_message(value, depth);
    case Kind::Object:
      break;
    default:
      return refuse("a record must be an object");
  }
  if (is_plain_cloudtrail(value)) return emit(Format::CloudTrail, value, {});
  if (!names_known_key(value)) return emit(Format::Unknown, value, value);
  if (is_cloudtrail(value)) return emit(Format::CloudTrail, value, {});
  if (const RawValue detail = value_at(value, "detail", Kind::Object);
      detail && is_envelope(value, detail)) {
    return visit_envelope(value, detail);
  }
  if (is_chatter(value)) {
    ++skipped_count_;
    return;
  }
  if (visit_wrapper(value, depth)) return;
  if (is_journal_entry(value)) {
    RecordWriter writer;
    Format format = Format::Syslog;
    writer.object([&] { format = write_journal_entry(value, writer) ? Format::Sshd : format; });
    return emit_written(format, std::move(writer).take(), depth);
  }
  const Format format = format_of(value);
  if (format == Format::ApiGateway) return emit_written(format, with_web_fields(value), depth);
  emit(format, value, value);
}

// The messages of a log group, which say whose they are and when they came.
void EventReader::visit_log_events(const RawValue& carrier, const RawValue& log_events,
                                   std::size_t depth) {
  const std::optional<Delivery> outer = std::exchange(delivery_, Delivery());
  delivery_->account = carrier.string_at("owner");
  delivery_->log_group = carrier.string_at("logGroup");
  for (const RawValue log_event : json::elements(log_events)) {
    const RawValue time = log_event.is(Kind::Object) ? log_event.find("timestamp") : RawValue();
    delivery_->time = time ? base::parse_time(time.text()) : std::nullopt;
    visit(log_event, depth);
  }
  delivery_ = outer;
}

// Opens what is only a wrapping, and says whether it was one.
bool EventReader::visit_wrapper(const RawValue& object, std::size_t depth) {
  const std::string_view source =
      first_of({object.string_at("eventSource"), object.string_at("EventSource")});
  if (const RawValue log_events = value_at(object, "logEvents", Kind::Array))
    return visit_log_events(object, log_events, depth), true;
  for (std::string_view key : {"Records", "Events", "records", "Messages", "configurationItems",
                               "AuthEvents", "Anomalies"}) {
    if (const RawValue array = value_at(object, key, Kind::Array))
      return visit_all(array, depth), true;
  }
  if (const RawValue event = value_at(object, "CloudTrailEvent", Kind::String))
    return open_message(event, depth), true;
  if (const RawValue event = value_at(object, "invokingEvent", Kind::String))
    return open_message(event, depth), true;
  if (source == "aws:sns" || object.string_at("Type") == "Notification") {
    const RawValue sns = value_at(object, "Sns", Kind::Object);
    if (const RawValue message = value_at(sns ? sns : object, "Message", Kind::String))
      return open_message(message, depth), true;
  }
  if (source == "aws:sqs" || has(object, "ReceiptHandle")) {
    RawValue body = value_at(object, "body", Kind::String);
    if (!body) body = value_at(object, "Body", Kind::String);
    if (body) return open_message(body, depth), true;
  }
  for (std::string_view key : {"kinesis", "awslogs"}) {
    const RawValue carrier = value_at(object, key, Kind::Object);
    if (!carrier) continue;
    const RawValue data = value_at(carrier, "data", Kind::String);
    if (data) open_base64(data, depth);
    return true;
  }
  // Firehose: {"recordId":..,"data":base64} to a transformation, {"data":base64} to an HTTP
  // endpoint.
  if (const RawValue data = value_at(object, "data", Kind::String);
      data && (has_one_member(object) || has(object, "recordId"))) {
    return open_base64(data, depth), true;
  }
  // A log event of a subscription: {"id","timestamp","message"}.
  if (const RawValue message = value_at(object, "message", Kind::String);
      message && has(object, "timestamp")) {
    std::string buffer;
    const std::string_view text = base::trim(message.text(buffer));
    if (text.starts_with('{') || TextLog::begins(text)) return open_text(text, depth), true;
  }
  return false;
}

void EventReader::visit_envelope(const RawValue& envelope, const RawValue& detail) {
  if (const RawValue findings = value_at(detail, "findings", Kind::Array)) {
    bool is_empty = true;
    for (const RawValue finding : json::elements(findings)) {
      if (finding.is(Kind::Object)) emit(Format::SecurityHub, finding, envelope);
      is_empty = false;
    }
    if (!is_empty) return;
  }
  const Format format = format_of(detail);
  emit(format == Format::Unknown ? Format::EventBridge : format, detail, envelope);
}

void EventReader::refuse(std::string reason) {
  quarantine_->add({path_, ++record_}, std::move(reason));
}

void EventReader::emit(Format format, const RawValue& record, const RawValue& envelope) {
  RawEvent event;
  event.format = format;
  event.record = record;
  event.envelope = envelope;
  event.origin = {path_, ++record_};
  if (delivery_) event.delivery = &*delivery_;
  ++event_count_;
  (*on_event_)(event);
}

Event* EventReader::complete(const RawEvent& raw) {
  const base::Status built = builder_.build(raw.whole(), document_);
  if (!built.ok()) {
    quarantine_->add(raw.origin, built.error().message);
    --event_count_;
    return nullptr;
  }
  event_ = Event();
  event_.raw = raw;
  event_.format = raw.format;
  event_.origin = raw.origin;
  event_.envelope = document_.data();
  event_.record =
      &*std::find_if(document_.begin(), document_.end(), [&raw](const json::Node& node) {
        return node.is_container() && node.text.data() == raw.record.begin();
      });
  const json::Node& record = *event_.record;
  const json::Node& outer = *event_.envelope;
  event_.id = id_of(record, outer);
  const std::string_view name_field = name_field_of(raw.format);
  event_.name = name_field.empty() ? name_of(record, outer) : record.string_at(name_field);
  event_.service = name_field.empty() && says_service(raw.format) ? service_of(record, outer)
                                                                  : event::name_of(raw.format);
  event_.account = account_of(record, outer);
  event_.region = region_of(record, outer);
  event_.time = time_of(record, outer);
  if (const Delivery* delivery = raw.delivery) {
    if (event_.account.empty()) event_.account = delivery->account;
    if (!event_.time) event_.time = delivery->time;
  }
  event_.envelope_is_made = raw.needs_envelope();
  if (event_.envelope_is_made) event_.envelope = nullptr;
  return &event_;
}

void EventReader::add_envelope(Event& event) {
  if (event.envelope != nullptr) return;
  CHECK(envelope_builder_.build(envelope_maker_.make(event.raw.record), envelope_).ok(),
        "what EnvelopeMaker writes is in order");
  event.envelope = envelope_.data();
}

}  // namespace riposte::event
