#include "event/event_reader.h"

#include <optional>

#include "base/inflate.h"
#include "json/spans.h"

namespace riposte::event {

using json::Kind;
using json::Node;

namespace {

// The first key of files that are one long array in an object: taken apart without parsing the
// whole.
constexpr std::string_view kCollections[] = {"Records", "Events", "records"};

std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

const Node* object_at(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node != nullptr && node->is(Kind::Object) ? node : nullptr;
}

const Node* array_at(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node != nullptr && node->is(Kind::Array) ? node : nullptr;
}

const Node* string_at(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node != nullptr && node->is_string() ? node : nullptr;
}

// Triggers of functions name their source "aws:s3", "aws:codecommit" ...; trails name a host.
bool is_cloudtrail(const Node& record) {
  if (record.find("eventName") == nullptr || record.string_at("eventSource").starts_with("aws:"))
    return false;
  return record.find("eventSource") != nullptr || record.find("userIdentity") != nullptr ||
         record.find("eventVersion") != nullptr;
}

Format format_of(const Node& record) {
  if (is_cloudtrail(record)) return Format::CloudTrail;
  if (record.string_at("eventSource").starts_with("aws:")) {
    if (record.find("s3") != nullptr) return Format::S3Notification;
    if (record.find("dynamodb") != nullptr) return Format::DynamoDbStream;
  }
  if (record.find("insightDetails") != nullptr) return Format::CloudTrailInsight;
  if (record.find("service") != nullptr && record.find("resource") != nullptr &&
      (record.find("schemaVersion") != nullptr || record.find("severity") != nullptr)) {
    return Format::GuardDuty;
  }
  if (record.find("SchemaVersion") != nullptr && record.find("ProductArn") != nullptr)
    return Format::SecurityHub;
  if (record.find("configurationItemCaptureTime") != nullptr ||
      record.find("configurationItem") != nullptr ||
      record.find("newEvaluationResult") != nullptr) {
    return Format::Config;
  }
  if (record.find("httpRequest") != nullptr && record.find("webaclId") != nullptr)
    return Format::Waf;
  if (record.find("query_name") != nullptr && record.find("query_timestamp") != nullptr)
    return Format::Route53Resolver;
  return Format::Unknown;
}

// An EventBridge envelope says its detail's type; one that was shortened is known by what it holds.
bool is_envelope(const Node& object, const Node& detail) {
  return object.find("detail-type") != nullptr || format_of(detail) != Format::Unknown;
}

// What services send beside events: nothing to detect in, nothing to warn about.
bool is_chatter(const Node& object) {
  return (object.find("digestStartTime") != nullptr && object.find("logFiles") != nullptr) ||
         object.string_at("Event") == "s3:TestEvent" ||
         object.string_at("messageType") == "CONTROL_MESSAGE" ||
         object.string_at("messageType") == "ConfigurationSnapshotDeliveryCompleted";
}

bool is_one_value(std::string_view line) {
  return json::take_value(line) && json::skip_space(line).empty();
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

}  // namespace

void EventReader::read(std::string_view bytes, std::string_view path, const OnEvent& on_event,
                       Quarantine& quarantine) {
  on_event_ = &on_event;
  quarantine_ = &quarantine;
  path_ = path;
  record_ = 0;
  open(bytes, 0);
}

EventReader::Level& EventReader::level_at(std::size_t depth) {
  while (levels_.size() <= depth)
    levels_.push_back(std::make_unique<Level>());
  return *levels_[depth];
}

void EventReader::open(std::string_view bytes, std::size_t depth) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);  // byte order mark

  std::string_view rest = json::skip_space(bytes);
  if (rest.starts_with('[')) {
    open_lines(open_elements(rest, depth), depth);
    return;
  }
  for (std::string_view key : kCollections) {
    const std::optional<std::string_view> array = json::leading_array(rest, key);
    if (!array) continue;
    rest = open_elements(*array, depth);
    // Other members may stand behind the array ("NextToken"); then the object ends.
    while (!rest.empty() && !rest.starts_with('}')) {
      if (rest.starts_with(',') || rest.starts_with(':')) rest.remove_prefix(1);
      if (!json::take_value(rest)) break;
      rest = json::skip_space(rest);
    }
    if (rest.starts_with('}')) rest.remove_prefix(1);
    break;
  }
  open_lines(rest, depth);
}

// A stream of values. Where a line is a value, lines are the unit and a broken one costs only
// itself. Where the first value runs over several lines the text is pretty-printed; if such a value
// never ends, reading goes on at the next line that begins one, and from then on line by line.
void EventReader::open_lines(std::string_view rest, std::size_t depth) {
  bool lines_only = false;
  for (rest = json::skip_space(rest); !rest.empty(); rest = json::skip_space(rest)) {
    const std::size_t line_end = rest.find('\n');
    const std::string_view line = rest.substr(0, line_end);
    if (lines_only || is_one_value(line)) {
      open_value(line, depth);
      rest = line_end == std::string_view::npos ? std::string_view() : rest.substr(line_end);
      lines_only = lines_only || line_end != std::string_view::npos;
      continue;
    }
    std::string_view behind = rest;
    const std::optional<std::string_view> value = json::take_value(behind);
    if (value && (value->front() == '{' || value->front() == '[')) {
      open_value(*value, depth);
      rest = behind;
      continue;
    }
    refuse(rest.front() == '{' || rest.front() == '[' ? "the text ends inside an object or array"
                                                      : "not JSON");
    lines_only = true;
    do {
      const std::size_t next = rest.find('\n');
      rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
    } while (!rest.empty() && rest.front() != '{' && rest.front() != '[');
  }
}

// Opens every element and returns what stands behind the array.
std::string_view EventReader::open_elements(std::string_view array, std::size_t depth) {
  json::Elements elements(array);
  while (const std::optional<std::string_view> element = elements.next())
    open_value(*element, depth);
  if (elements.complete()) return json::skip_space(elements.rest());
  refuse("the text ends inside a list of records");
  return {};
}

void EventReader::open_value(std::string_view text, std::size_t depth) {
  Level& level = level_at(depth);
  const base::Status parsed = level.parser.parse(text, level.document);
  if (!parsed.ok()) return refuse(parsed.error().message);
  visit(level.document.front(), depth);
}

// A message is JSON in a string: copied, because what is inside may have to be unescaped once more.
void EventReader::open_message(std::string_view message, std::size_t depth) {
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
  text.reserve(text.size() + json::kPadding);
  open(text, depth + 1);
}

void EventReader::open_base64(std::string_view message, std::size_t depth) {
  const base::Result<std::string> decoded = base::decode_base64(message);
  if (!decoded.ok()) return refuse(decoded.error().message);
  open_message(*decoded, depth);
}

void EventReader::visit_all(const Node& array, std::size_t depth) {
  for (const Node& element : json::children(array))
    visit(element, depth);
}

void EventReader::visit(const Node& node, std::size_t depth) {
  switch (node.kind) {
    case Kind::Array:
      return visit_all(node, depth);
    case Kind::String:
      return open_message(node.text, depth);
    case Kind::Object:
      break;
    default:
      return refuse("a record must be an object");
  }
  if (is_cloudtrail(node)) return visit_record(node);  // nearly all of them
  if (const Node* detail = object_at(node, "detail");
      detail != nullptr && is_envelope(node, *detail)) {
    return visit_envelope(node, *detail);
  }
  if (is_chatter(node)) {
    ++skipped_count_;
    return;
  }
  if (!visit_wrapper(node, depth)) visit_record(node);
}

// Opens what is only a wrapping, and says whether it was one.
bool EventReader::visit_wrapper(const Node& object, std::size_t depth) {
  const std::string_view source =
      first_of({object.string_at("eventSource"), object.string_at("EventSource")});
  for (std::string_view key :
       {"Records", "Events", "records", "logEvents", "Messages", "configurationItems"}) {
    if (const Node* array = array_at(object, key)) {
      visit_all(*array, depth);
      return true;
    }
  }
  if (const Node* event = string_at(object, "CloudTrailEvent"))
    return open_message(event->text, depth), true;
  if (const Node* event = string_at(object, "invokingEvent"))
    return open_message(event->text, depth), true;
  if (source == "aws:sns" || object.string_at("Type") == "Notification") {
    const Node& sns = object_at(object, "Sns") != nullptr ? *object_at(object, "Sns") : object;
    if (const Node* message = string_at(sns, "Message"))
      return open_message(message->text, depth), true;
  }
  if (source == "aws:sqs" || object.find("ReceiptHandle") != nullptr) {
    const Node* body = string_at(object, "body");
    if (body == nullptr) body = string_at(object, "Body");
    if (body != nullptr) return open_message(body->text, depth), true;
  }
  if (const Node* kinesis = object_at(object, "kinesis")) {
    return open_base64(kinesis->string_at("data"), depth), true;
  }
  if (const Node* logs = object_at(object, "awslogs"))
    return open_base64(logs->string_at("data"), depth), true;
  // Firehose: {"recordId":..,"data":base64} to a transformation, {"data":base64} to an HTTP
  // endpoint.
  if (const Node* data = string_at(object, "data");
      data != nullptr && (object.size == 2 || object.find("recordId") != nullptr)) {
    return open_base64(data->text, depth), true;
  }
  // A log event of a subscription: {"id","timestamp","message"}.
  if (const Node* message = string_at(object, "message");
      message != nullptr && object.find("timestamp") != nullptr &&
      json::skip_space(message->text).starts_with('{')) {
    return open_message(message->text, depth), true;
  }
  return false;
}

void EventReader::visit_envelope(const Node& envelope, const Node& detail) {
  if (const Node* findings = array_at(detail, "findings")) {
    for (const Node& finding : json::children(*findings)) {
      if (finding.is(Kind::Object)) emit(Format::SecurityHub, finding, &envelope);
    }
    if (findings->size > 1) return;
  }
  const Format format = format_of(detail);
  emit(format == Format::Unknown ? Format::EventBridge : format, detail, &envelope);
}

void EventReader::visit_record(const Node& record) { emit(format_of(record), record, nullptr); }

void EventReader::refuse(std::string reason) {
  quarantine_->add({path_, ++record_}, std::move(reason));
}

void EventReader::emit(Format format, const Node& record, const Node* envelope) {
  Event event;
  event.format = format;
  event.record = &record;
  event.origin = {path_, ++record_};
  ++event_count_;
  const Node& outer = envelope != nullptr ? *envelope : record;
  event.id = first_of({record.string_at("eventID"), record.string_at("id"), record.string_at("Id"),
                       outer.string_at("id")});
  event.name = first_of({record.string_at("eventName"), record.string_at("type"),
                         record.string_at("Title"), outer.string_at("detail-type")});
  event.service = first_of({without_suffix(record.string_at("eventSource"), ".amazonaws.com"),
                            outer.string_at("source")});
  event.account =
      first_of({record.string_at("recipientAccountId"), record.string_at("userIdentity.accountId"),
                record.string_at("accountId"), record.string_at("AwsAccountId"),
                record.string_at("awsAccountId"), outer.string_at("account"),
                record.string_at("account_id")});
  event.region = first_of({record.string_at("awsRegion"), record.string_at("region"),
                           outer.string_at("region"), record.string_at("Region")});
  for (std::string_view text :
       {record.string_at("eventTime"), record.string_at("@timestamp"),
        record.string_at("updatedAt"), record.string_at("UpdatedAt"), outer.string_at("time"),
        record.string_at("query_timestamp"), record.string_at("configurationItemCaptureTime")}) {
    if (text.empty()) continue;
    event.time = base::parse_time(text);
    if (event.time) break;
  }
  event.envelope = envelope;
  if (envelope == nullptr) {
    event.envelope_is_made = format == Format::CloudTrail;
    event.envelope = event.envelope_is_made ? make_envelope(event) : &record;
  }
  (*on_event_)(event);
}

// The fields EventBridge puts around a CloudTrail record, less `detail`.
const Node* EventReader::make_envelope(const Event& event) {
  const std::string_view type = event.record->string_at("eventType");
  const std::string_view detail_type =
      type == "AwsConsoleSignIn"   ? "AWS Console Sign In via CloudTrail"
      : type == "AwsServiceEvent"  ? "AWS Service Event via CloudTrail"
      : type == "AwsConsoleAction" ? "AWS Console Action via CloudTrail"
                                   : "AWS API Call via CloudTrail";
  envelope_source_.assign("aws.").append(event.service);
  envelope_.clear();
  const auto add = [this](std::string_view key, std::string_view text, Kind kind) {
    envelope_.push_back({text, key, 1, kind});
  };
  add({}, "{}", Kind::Object);
  add("version", "0", Kind::String);
  add("id", event.id, Kind::String);
  add("detail-type", detail_type, Kind::String);
  add("source", envelope_source_, Kind::String);
  add("account", event.account, Kind::String);
  add("time", event.record->string_at("eventTime"), Kind::String);
  add("region", event.region, Kind::String);
  add("resources", "[]", Kind::Array);
  envelope_.front().size = static_cast<std::uint32_t>(envelope_.size());
  return envelope_.data();
}

}  // namespace riposte::event
