#pragma once

// One AWS service as its model describes it: the calls it has, what they take and give, and how all
// of that is written on the wire.
//
//     Service ── operations ── input, output, errors ──> Member ──> Shape ── members ──> Member ...
//
// A Shape is a type. A Member refers to one, from a structure, a list, a map or an operation, and
// says how it is written there; what the model says on the shape itself (a time's format, a list
// without a wrapper) is already joined in, the reference winning. Shapes refer to each other by
// number, so that a type may contain itself.
//
// Names are pieces of the model's text, which the Service keeps. Cost: EC2, the largest, is read in
// a few milliseconds (docs/performance.md).
//
// Threads: immutable.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/encoding.h"
#include "base/result.h"

namespace riposte::aws {

enum class Protocol : std::uint8_t { Ec2, Query, Json, RestJson, RestXml, Cbor };

enum class Type : std::uint8_t {
  Structure,
  List,
  Map,
  String,
  Blob,
  Boolean,
  Integer,
  Long,
  Float,
  Double,
  Timestamp,
};

// Where a member of an operation's input or output stands.
enum class Location : std::uint8_t {
  Body,
  Path,  // in the URI, for {Name} or {Name+}
  Query,
  Header,
  HeaderMap,  // a map whose keys follow a prefix in header names
  Status,     // the answer's HTTP status
};

using ShapeId = std::uint32_t;

struct XmlNamespace {
  std::string_view prefix;
  std::string_view uri;
};

struct Member {
  std::string_view name;           // in the model; empty for elements, keys and values
  std::string_view location_name;  // on the wire where it is written otherwise, or empty
  std::string_view query_name;     // the same for EC2's protocol alone
  std::string_view context_param;  // the endpoint rules' parameter that this value is
  XmlNamespace xml_namespace;
  ShapeId shape = 0;
  Location location = Location::Body;
  TimeFormat time_format = TimeFormat::Default;
  bool required = false;
  bool flattened = false;  // list or map without an element around it
  bool xml_attribute = false;
  bool idempotency_token = false;
  bool json_value = false;  // JSON written as text, in a header as base64
  bool host_label = false;
  bool event_stream = false;
  bool streaming = false;  // a body that may be empty and is there all the same

  std::string_view wire_name() const { return location_name.empty() ? name : location_name; }
};

struct Shape {
  std::string_view name;
  Type type = Type::Structure;
  bool is_union = false;
  bool is_document = false;  // any JSON
  bool is_exception = false;
  bool is_retryable = false;       // an exception that the same call may not meet again
  std::uint32_t first_member = 0;  // a list has one, its element; a map has two, key and value
  std::uint32_t member_count = 0;
  std::int32_t payload = -1;       // the member that is the whole body, or -1
  std::string_view location_name;  // of a structure: the name of a root in XML, where it has one
  std::string_view error_code;     // of an exception that is told by another name than its shape's
};

struct Operation {
  std::string_view name;
  std::string_view method;
  std::string_view uri;  // "/{Bucket}/{Key+}?acl"
  std::optional<Member> input;
  std::optional<Member> output;
  std::string_view result_wrapper;         // around the output, in the query protocol
  std::string_view host_prefix;            // "{AccountId}."
  std::string_view auth_type;              // "none": unsigned; "v4-unsigned-body"; or empty
  std::string_view static_context_params;  // JSON texts for the endpoint rules, or empty
  std::string_view operation_context_params;
  std::string_view checksum_algorithm_member;  // the input's member that names the algorithm
  bool checksum_required = false;
  bool unsigned_payload = false;
  bool may_compress = false;  // the body, with gzip
  bool is_read_only = false;  // where the model says so; many do not
  bool is_idempotent = false;
  std::uint32_t first_error = 0;
  std::uint32_t error_count = 0;
};

class Service {
 public:
  // Reads the text of a bundle's piece (tools/aws_models/bundle.py): one object with "service", and
  // perhaps "endpoint_rules", "paginators" and "waiters". `name` is the data folder's.
  static base::Result<Service> read(std::string name, std::string text);

  std::string_view name() const { return name_; }
  Protocol protocol() const { return protocol_; }
  bool is_rest() const { return protocol_ == Protocol::RestJson || protocol_ == Protocol::RestXml; }
  std::string_view service_id() const { return service_id_; }  // "API Gateway"
  std::string_view endpoint_prefix() const { return endpoint_prefix_; }
  std::string_view signing_name() const { return signing_name_; }  // the endpoint rules may differ
  std::string_view signature_version() const { return signature_version_; }  // "v4", "s3", ...
  std::string_view api_version() const { return api_version_; }
  std::string_view target_prefix() const { return target_prefix_; }
  std::string_view json_version() const { return json_version_; }
  XmlNamespace xml_namespace() const { return xml_namespace_; }
  bool is_query_compatible() const { return is_query_compatible_; }

  // Sorted by name.
  std::span<const Operation> operations() const { return operations_; }
  // By its exact name, or null. nearest_operation() is for messages: what was meant, or empty.
  const Operation* operation(std::string_view name) const;
  std::string nearest_operation(std::string_view name) const;

  const Shape& shape(ShapeId id) const { return shapes_[id]; }
  const Shape& shape(const Member& member) const { return shapes_[member.shape]; }
  std::span<const Member> members(const Shape& shape) const {
    return std::span(members_).subspan(shape.first_member, shape.member_count);
  }
  const Member* member(const Shape& shape, std::string_view name) const;
  const Member& element(const Shape& list) const { return members_[list.first_member]; }
  const Member& key(const Shape& map) const { return members_[map.first_member]; }
  const Member& value(const Shape& map) const { return members_[map.first_member + 1]; }

  std::span<const ShapeId> errors(const Operation& operation) const {
    return std::span(errors_).subspan(operation.first_error, operation.error_count);
  }

  // JSON texts as they stand in the piece; empty where it has none.
  std::string_view endpoint_rules() const { return endpoint_rules_; }
  std::string_view paginators() const { return paginators_; }
  std::string_view waiters() const { return waiters_; }
  std::string_view client_context_params() const { return client_context_params_; }

 private:
  class Reader;
  Service() = default;

  std::string name_;
  std::unique_ptr<std::string> text_;  // does not move with us: every name below is a piece of it
  std::deque<std::string> unescaped_;  // names that had escapes
  Protocol protocol_ = Protocol::Json;
  bool is_query_compatible_ = false;
  std::string_view service_id_, endpoint_prefix_, signing_name_, signature_version_, api_version_,
      target_prefix_, json_version_;
  XmlNamespace xml_namespace_;
  std::string_view endpoint_rules_, paginators_, waiters_, client_context_params_;
  std::vector<Operation> operations_;
  std::vector<Shape> shapes_;
  std::vector<Member> members_;
  std::vector<ShapeId> errors_;
};

}  // namespace riposte::aws
