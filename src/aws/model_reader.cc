#include <algorithm>
#include <array>
#include <unordered_map>

#include "aws/json_text.h"
#include "aws/model.h"

// Reads botocore's form of a service model (service-2.json): objects named "metadata", "operations"
// and "shapes". What it does not know it skips.

namespace riposte::aws {
namespace {

using base::Errc;
using base::Error;
using json::RawMember;
using json::RawValue;

// In the order in which we like them, which is botocore's: services that list several are asked in
// the way that most of their callers do.
constexpr std::array<std::pair<std::string_view, Protocol>, 6> kProtocols = {
    {{"json", Protocol::Json},
     {"rest-json", Protocol::RestJson},
     {"rest-xml", Protocol::RestXml},
     {"smithy-rpc-v2-cbor", Protocol::Cbor},
     {"query", Protocol::Query},
     {"ec2", Protocol::Ec2}}};

// Types that a model may name, and how we hold them. Characters are text.
constexpr std::array<std::pair<std::string_view, Type>, 13> kTypes = {
    {{"structure", Type::Structure},
     {"list", Type::List},
     {"map", Type::Map},
     {"string", Type::String},
     {"character", Type::String},
     {"blob", Type::Blob},
     {"boolean", Type::Boolean},
     {"integer", Type::Integer},
     {"short", Type::Integer},
     {"long", Type::Long},
     {"float", Type::Float},
     {"double", Type::Double},
     {"timestamp", Type::Timestamp}}};

constexpr std::array<std::pair<std::string_view, Location>, 5> kLocations = {
    {{"uri", Location::Path},
     {"querystring", Location::Query},
     {"header", Location::Header},
     {"headers", Location::HeaderMap},
     {"statusCode", Location::Status}}};

constexpr std::array<std::pair<std::string_view, TimeFormat>, 3> kTimeFormats = {
    {{"unixTimestamp", TimeFormat::Seconds},
     {"iso8601", TimeFormat::Iso8601},
     {"rfc822", TimeFormat::Rfc822}}};

template <typename Table>
auto find_in(const Table& table, std::string_view word) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [word](const auto& row) { return row.first == word; });
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

bool is_true(const RawValue& value) { return value.is(json::Kind::True); }

std::string_view written_of(const RawValue& value) {
  return value ? value.written() : std::string_view();
}

bool is_object(const RawValue& value) { return value && value.is(json::Kind::Object); }

}  // namespace

class Service::Reader {
 public:
  explicit Reader(Service& service) : service_(service) {}

  base::Status read(const RawValue& piece) {
    const RawValue model = piece.find("service");
    if (!is_object(model)) return invalid("no object \"service\"");
    TRY(read_metadata(model.find("metadata")));
    TRY(read_shapes(model.find("shapes")));
    TRY(read_operations(model.find("operations")));
    service_.client_context_params_ = written_of(model.find("clientContextParams"));
    service_.endpoint_rules_ = written_of(piece.find("endpoint_rules"));
    service_.paginators_ = written_of(piece.find("paginators"));
    service_.waiters_ = written_of(piece.find("waiters"));
    return base::Done{};
  }

 private:
  static Error invalid(std::string message) { return {Errc::Invalid, std::move(message)}; }

  std::string_view unescaped(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return text;
    std::string& kept = service_.unescaped_.emplace_back();
    json::append_unescaped(text, kept);
    return kept;
  }
  // Whether values without a shape can be written.
  bool speaks_json() const {
    return service_.protocol_ == Protocol::Json || service_.protocol_ == Protocol::RestJson;
  }
  // A string's content, or empty.
  std::string_view text_of(const RawValue& value) {
    return value && value.is(json::Kind::String) ? unescaped(value.text()) : std::string_view();
  }
  std::string_view text_at(const RawValue& object, std::string_view name) {
    return text_of(object.find(name));
  }

  base::Status read_metadata(const RawValue& metadata) {
    if (!is_object(metadata)) return invalid("no object \"metadata\"");
    service_.service_id_ = text_at(metadata, "serviceId");
    service_.endpoint_prefix_ = text_at(metadata, "endpointPrefix");
    service_.signing_name_ = text_at(metadata, "signingName");
    if (service_.signing_name_.empty()) service_.signing_name_ = service_.endpoint_prefix_;
    service_.signature_version_ = text_at(metadata, "signatureVersion");
    service_.api_version_ = text_at(metadata, "apiVersion");
    service_.target_prefix_ = text_at(metadata, "targetPrefix");
    service_.json_version_ = text_at(metadata, "jsonVersion");
    service_.xml_namespace_ = read_namespace(metadata.find("xmlNamespace"));
    service_.is_query_compatible_ = static_cast<bool>(metadata.find("awsQueryCompatible"));
    return read_protocol(metadata);
  }

  // Of those that the model lists, the one that stands first in kProtocols; old models have only
  // "protocol".
  base::Status read_protocol(const RawValue& metadata) {
    const RawValue listed = metadata.find("protocols");
    for (const auto& [known, protocol] : kProtocols) {
      if (!listed || !listed.is(json::Kind::Array)) break;
      for (const RawValue name : json::elements(listed)) {
        if (text_of(name) != known) continue;
        service_.protocol_ = protocol;
        return base::Done{};
      }
    }
    const std::string_view name = text_at(metadata, "protocol");
    const std::optional<Protocol> known = find_in(kProtocols, name);
    if (!known) return invalid("protocol \"" + std::string(name) + "\" is not known");
    service_.protocol_ = *known;
    return base::Done{};
  }

  XmlNamespace read_namespace(const RawValue& value) {
    if (!value) return {};
    if (value.is(json::Kind::String)) return {{}, text_of(value)};
    return {text_at(value, "prefix"), text_at(value, "uri")};
  }

  base::Status read_shapes(const RawValue& shapes) {
    if (!is_object(shapes)) return base::Done{};  // a service whose calls take and give nothing
    for (const RawMember entry : json::members(shapes)) {
      ids_.try_emplace(unescaped(entry.key), static_cast<ShapeId>(written_.size()));
      written_.push_back(entry.value);
    }
    service_.shapes_.resize(written_.size());
    for (const RawMember entry : json::members(shapes)) {
      const std::string_view name = unescaped(entry.key);
      base::Status read = read_shape(name, entry.value, service_.shapes_[ids_.at(name)]);
      if (!read.ok()) return std::move(read).error().in("shape " + std::string(name));
    }
    return base::Done{};
  }

  base::Status read_shape(std::string_view name, const RawValue& written, Shape& shape) {
    const std::string_view type_name = text_at(written, "type");
    const std::optional<Type> type = find_in(kTypes, type_name);
    if (!type) return invalid("type \"" + std::string(type_name) + "\" is not known");
    shape.name = name;
    shape.type = *type;
    shape.first_member = static_cast<std::uint32_t>(service_.members_.size());
    for (const RawMember trait : json::members(written)) {
      if (trait.key == "exception" || trait.key == "fault") shape.is_exception = true;
      if (trait.key == "error") shape.error_code = text_at(trait.value, "code");
      if (trait.key == "retryable") shape.is_retryable = true;
      if (trait.key == "union") shape.is_union = is_true(trait.value);
      if (trait.key == "document") shape.is_document = is_true(trait.value) && speaks_json();
      if (trait.key == "locationName") shape.location_name = text_of(trait.value);
    }
    TRY(read_members(written, shape));
    shape.member_count = static_cast<std::uint32_t>(service_.members_.size()) - shape.first_member;
    return base::Done{};
  }

  base::Status read_members(const RawValue& written, Shape& shape) {
    if (shape.type == Type::List) return add_member({}, written.find("member"));
    if (shape.type == Type::Map) {
      TRY(add_member({}, written.find("key")));
      return add_member({}, written.find("value"));
    }
    if (shape.type != Type::Structure) return base::Done{};
    const RawValue listed = written.find("members");
    if (is_object(listed)) {
      for (const RawMember entry : json::members(listed))
        TRY(add_member(unescaped(entry.key), entry.value));
    }
    const std::span<Member> members = std::span(service_.members_).subspan(shape.first_member);
    const RawValue required = written.find("required");
    if (required && required.is(json::Kind::Array)) {
      for (const RawValue name : json::elements(required)) {
        for (Member& member : members)
          member.required = member.required || member.name == text_of(name);
      }
    }
    const std::string_view payload = text_at(written, "payload");
    for (std::size_t i = 0; i < members.size() && !payload.empty(); ++i) {
      if (members[i].name == payload) shape.payload = static_cast<std::int32_t>(i);
    }
    return base::Done{};
  }

  base::Status add_member(std::string_view name, const RawValue& written) {
    const Member member = TRY(read_reference(name, written));
    service_.members_.push_back(member);
    return base::Done{};
  }

  base::Result<Member> read_reference(std::string_view name, const RawValue& written) {
    if (!is_object(written)) return invalid("a reference to a shape is missing");
    Member member;
    member.name = name;
    const std::string_view shape = text_at(written, "shape");
    const auto found = ids_.find(shape);
    if (found == ids_.end()) return invalid("there is no shape " + std::string(shape));
    member.shape = found->second;
    // The shape's traits first: those of the reference win.
    const RawValue& referred = written_[found->second];
    if (is_object(referred)) read_traits(referred, member);
    // That of a structure is the name of a root, and no member's.
    if (text_at(referred, "type") == "structure") member.location_name = {};
    read_traits(written, member);
    return member;
  }

  void read_traits(const RawValue& written, Member& member) {
    for (const RawMember trait : json::members(written)) {
      const RawValue& value = trait.value;
      if (trait.key == "locationName") member.location_name = text_of(value);
      if (trait.key == "queryName") member.query_name = text_of(value);
      if (trait.key == "flattened") member.flattened = is_true(value);
      if (trait.key == "xmlAttribute") member.xml_attribute = is_true(value);
      if (trait.key == "xmlNamespace") member.xml_namespace = read_namespace(value);
      if (trait.key == "idempotencyToken") member.idempotency_token = is_true(value);
      if (trait.key == "jsonvalue") member.json_value = is_true(value) && speaks_json();
      if (trait.key == "streaming") member.streaming = is_true(value);
      if (trait.key == "hostLabel") member.host_label = is_true(value);
      if (trait.key == "eventstream") member.event_stream = is_true(value);
      if (trait.key == "location") {
        member.location = find_in(kLocations, text_of(value)).value_or(Location::Body);
      }
      if (trait.key == "timestampFormat") {
        member.time_format = find_in(kTimeFormats, text_of(value)).value_or(TimeFormat::Default);
      }
      if (trait.key == "contextParam") member.context_param = text_at(value, "name");
    }
  }

  base::Status read_operations(const RawValue& operations) {
    if (!is_object(operations)) return invalid("no object \"operations\"");
    for (const RawMember entry : json::members(operations)) {
      const std::string_view name = unescaped(entry.key);
      if (!is_object(entry.value))
        return invalid("operation " + std::string(name) + " is no object");
      base::Status read = read_operation(name, entry.value);
      if (!read.ok()) return std::move(read).error().in("operation " + std::string(name));
    }
    std::sort(service_.operations_.begin(), service_.operations_.end(),
              [](const Operation& a, const Operation& b) { return a.name < b.name; });
    return base::Done{};
  }

  base::Status read_operation(std::string_view name, const RawValue& written) {
    Operation operation;
    operation.name = name;
    operation.method = text_of(written.at("http.method"));
    if (operation.method.empty()) operation.method = "POST";
    operation.uri = text_of(written.at("http.requestUri"));
    if (operation.uri.empty()) operation.uri = "/";
    for (const RawMember trait : json::members(written)) {
      const RawValue& value = trait.value;
      if (trait.key == "input") operation.input = TRY(read_reference({}, value));
      if (trait.key == "output") {
        operation.output = TRY(read_reference({}, value));
        operation.result_wrapper = text_at(value, "resultWrapper");
      }
      if (trait.key == "endpoint") operation.host_prefix = text_at(value, "hostPrefix");
      if (trait.key == "authtype") operation.auth_type = text_of(value);
      if (trait.key == "staticContextParams") operation.static_context_params = value.written();
      if (trait.key == "operationContextParams")
        operation.operation_context_params = value.written();
      if (trait.key == "httpChecksumRequired") operation.checksum_required = is_true(value);
      if (trait.key == "requestcompression") operation.may_compress = names_gzip(value);
      if (trait.key == "unsignedPayload") operation.unsigned_payload = is_true(value);
      if (trait.key == "readonly") operation.is_read_only = is_true(value);
      if (trait.key == "idempotent") operation.is_idempotent = is_true(value);
      if (trait.key == "httpChecksum") {
        const RawValue required = value.find("requestChecksumRequired");
        if (required && is_true(required)) operation.checksum_required = true;
        operation.checksum_algorithm_member = text_at(value, "requestAlgorithmMember");
      }
    }
    TRY(read_errors(written.find("errors"), operation));
    service_.operations_.push_back(operation);
    return base::Done{};
  }

  bool names_gzip(const RawValue& compression) {
    const RawValue encodings = compression.find("encodings");
    if (!encodings || !encodings.is(json::Kind::Array)) return false;
    for (const RawValue encoding : json::elements(encodings)) {
      if (text_of(encoding) == "gzip") return true;
    }
    return false;
  }

  base::Status read_errors(const RawValue& written, Operation& operation) {
    operation.first_error = static_cast<std::uint32_t>(service_.errors_.size());
    if (!written || !written.is(json::Kind::Array)) return base::Done{};
    for (const RawValue error : json::elements(written)) {
      const Member reference = TRY(read_reference({}, error));
      service_.errors_.push_back(reference.shape);
      ++operation.error_count;
    }
    return base::Done{};
  }

  Service& service_;
  std::unordered_map<std::string_view, ShapeId> ids_;
  std::vector<RawValue> written_;  // by ShapeId
};

base::Result<Service> Service::read(std::string name, std::string text) {
  Service service;
  service.name_ = std::move(name);
  const std::size_t size = text.size();
  text.append(json::kPadding, ' ');
  service.text_ = std::make_unique<std::string>(std::move(text));
  base::Result<JsonText> parsed =
      JsonText::borrow(std::string_view(*service.text_).substr(0, size));
  base::Status read =
      parsed.ok() ? Reader(service).read(parsed->root()) : base::Status(std::move(parsed).error());
  if (!read.ok()) return std::move(read).error().in("the model of " + service.name_);
  return service;
}

}  // namespace riposte::aws
