#include "simulate/trail_parameters.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "json/scanner.h"
#include "json/writer.h"
#include "respond/operation.h"

// Tested by src/simulate/trail_record_test.cc

namespace riposte::simulate {
namespace {

using aws::Location;
using aws::Member;
using aws::Protocol;
using aws::Service;
using aws::Shape;
using aws::Type;
using aws::Value;

constexpr std::string_view kHidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
constexpr std::string_view kS3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

// Ends of names of members that hold a secret.
constexpr std::array<std::string_view, 12> kSecretEndings = {
    "Password",     "SecretAccessKey", "SessionToken", "SecretString",
    "SecretBinary", "Plaintext",       "AccessToken",  "IdToken",
    "RefreshToken", "SecretHash",      "AuthToken",    "Base32StringSeed"};

bool is_secret(std::string_view name) {
  return std::any_of(kSecretEndings.begin(), kSecretEndings.end(),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

std::string lower_first(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
  return out;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// "Jul 10, 2023 12:24:29 PM"
std::string trail_time(base::EventTime time) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const base::CivilTime at = base::civil(time);
  return fmt::format("{} {}, {} {}:{:02}:{:02} {}", kMonths[static_cast<std::size_t>(at.month - 1)],
                     at.day, at.year, (at.hour + 11) % 12 + 1, at.minute, at.second,
                     at.hour < 12 ? "AM" : "PM");
}

// Lists that a request of EC2 names in one and its record in another way.
struct Renamed {
  std::string_view element;  // as the model calls an element on the wire
  std::string_view list;     // as records call the list
};
constexpr Renamed kEc2Lists[] = {
    {"InstanceId", "instancesSet"},
    {"ResourceId", "resourcesSet"},
    {"SnapshotId", "snapshotSet"},
    {"VolumeId", "volumeSet"},
    {"VpcId", "vpcSet"},
    {"SubnetId", "subnetSet"},
    {"ImageId", "imagesSet"},
    {"GroupId", "securityGroupIdSet"},
    {"GroupName", "securityGroupSet"},
    {"SecurityGroupId", "groupSet"},
    {"ExecutableBy", "executableBySet"},
    {"Owner", "ownersSet"},
};

class Shaper {
 public:
  enum class Side { Request, Response };

  Shaper(const Service& service, Side side, json::Writer& out)
      : service_(service), side_(side), out_(out), is_ec2_(service.protocol() == Protocol::Ec2) {}

  void add_members(const Shape& structure, const Value& value, bool is_top = false) {
    for (const Member& member : service_.members(structure)) {
      const Value* content = value.find(member.name);
      if (content == nullptr || content->is_null()) {
        add_absent(member, is_top);
      } else {
        add_member(member, *content);
      }
    }
  }

  void add_member(const Member& member, const Value& content) {
    const Shape& shape = service_.shape(member);
    if (shape.type == Type::Blob || member.event_stream) return;
    if (is_secret(member.name)) {
      if (side_ == Side::Request) out_.field(name_of(member, shape), kHidden);
      return;
    }
    out_.key(name_of(member, shape));
    add(member, shape, content);
  }

 private:
  // EC2 writes an empty set where a nested structure, or one that filters, has none.
  void add_absent(const Member& member, bool is_top) {
    if (!is_ec2_ || side_ != Side::Request) return;
    const Shape& shape = service_.shape(member);
    if (shape.type != Type::List) return;
    const std::string name = name_of(member, shape);
    if (is_top && name != "filterSet" && name != "ipPermissions") return;
    out_.key(name).object([] {});
  }

  std::string name_of(const Member& member, const Shape& shape) const {
    if (!is_ec2_) return lower_first(member.name);
    const std::string_view wire = member.wire_name();
    if (side_ == Side::Response) return wire == "return" ? "_return" : lower_first(wire);
    if (shape.type != Type::List || member.location_name.empty() || !is_upper(wire.front()))
      return lower_first(member.location_name.empty() ? member.name : wire);
    const auto renamed = std::find_if(std::begin(kEc2Lists), std::end(kEc2Lists),
                                      [wire](const Renamed& each) { return each.element == wire; });
    return renamed == std::end(kEc2Lists) ? lower_first(wire) + "Set" : std::string(renamed->list);
  }

  void add(const Member& member, const Shape& shape, const Value& content) {
    if (const Value::List* list = content.list()) {
      add_list(member, shape, *list);
    } else if (const Value::Object* object = content.object()) {
      if (shape.type == Type::Structure) {
        out_.object([&] { add_members(shape, content); });
      } else {
        out_.object([&] { add_entries(shape, *object); });
      }
    } else {
      add_scalar(content);
    }
  }

  void add_entries(const Shape& map, const Value::Object& entries) {
    for (const Value::Member& entry : entries) {
      out_.key(entry.name);
      if (map.type == Type::Map) {
        const Member& value = service_.value(map);
        add(value, service_.shape(value), entry.value);
      } else {
        add_scalar(entry.value);
      }
    }
  }

  void add_list(const Member& member, const Shape& shape, const Value::List& list) {
    const Member& element = service_.element(shape);
    const Shape& of = service_.shape(element);
    // The tags of a specification are the one list of EC2 that its records write as one.
    if (!is_ec2_ || (side_ == Side::Request && member.name == "Tags")) {
      out_.array([&] { add_elements(element, of, list); });
      return;
    }
    out_.object([&] {
      if (list.empty()) return;
      out_.key("items").array([&] {
        if (of.type == Type::Structure || side_ == Side::Response) {
          add_elements(element, of, list);
          return;
        }
        const std::string_view name =
            element.location_name.empty() ? member.wire_name() : element.location_name;
        for (const Value& each : list)
          out_.object([&] {
            out_.key(name == "item" ? lower_first(member.wire_name()) : lower_first(name));
            add(element, of, each);
          });
      });
    });
  }

  void add_elements(const Member& element, const Shape& of, const Value::List& list) {
    for (const Value& each : list)
      add(element, of, each);
  }

  void add_scalar(const Value& content) {
    if (const bool* flag = content.boolean()) {
      out_.value(*flag);
    } else if (const std::int64_t* integer = content.integer()) {
      out_.value(*integer);
    } else if (const double* real = content.real()) {
      out_.value(*real);
    } else if (const base::EventTime* time = content.time()) {
      out_.value(trail_time(*time));
    } else if (const std::string* text = content.text()) {
      out_.value(*text);
    } else {
      out_.null();
    }
  }

  const Service& service_;
  const Side side_;
  json::Writer& out_;
  const bool is_ec2_;
};

// What a body of XML says, as S3's records have it: attributes and elements by their names, one
// element of a kind as itself, several as a list, and texts that read as numbers or flags as those.
class XmlShaper {
 public:
  XmlShaper(const Service& service, json::Writer& out) : service_(service), out_(out) {}

  void add_members(const Shape& structure, const Value& value) {
    for (const Member& member : service_.members(structure)) {
      const Value* content = value.find(member.name);
      if (content == nullptr || content->is_null()) continue;
      add_member(member, *content);
    }
  }

 private:
  void add_member(const Member& member, const Value& content) {
    const Shape& shape = service_.shape(member);
    if (shape.type != Type::List) {
      out_.key(member.wire_name());
      add(shape, content);
      return;
    }
    const Member& element = service_.element(shape);
    const auto add_all = [&](std::string_view name) {
      const Value::List& list = *content.list();
      if (list.empty()) return;
      out_.key(name);
      if (list.size() == 1) return add(service_.shape(element), list.front());
      out_.array([&] {
        for (const Value& each : list)
          add(service_.shape(element), each);
      });
    };
    if (member.flattened) return add_all(member.wire_name());
    out_.key(member.wire_name()).object([&] {
      add_all(element.location_name.empty() ? "member" : element.location_name);
    });
  }

  void add(const Shape& shape, const Value& content) {
    if (shape.type == Type::Structure) {
      out_.object([&] { add_members(shape, content); });
    } else if (const bool* flag = content.boolean()) {
      out_.value(*flag);
    } else if (const std::int64_t* integer = content.integer()) {
      out_.value(*integer);
    } else {
      out_.value(aws::scalar_text(content, aws::TimeFormat::Default, aws::TimeFormat::Iso8601));
    }
  }

  const Service& service_;
  json::Writer& out_;
};

// A document that is a body: as JSON where it is that, else as text.
void add_document(const std::string& text, json::Writer& out) {
  const auto document = json::OwnedDocument::parse(text);
  if (document.ok()) {
    out.value(document->root());
  } else {
    out.value(text);
  }
}

std::string text_of(const Value& value) {
  if (const aws::Blob* blob = value.blob()) return blob->bytes;
  return aws::scalar_text(value, aws::TimeFormat::Default, aws::TimeFormat::Rfc822);
}

// "policy", "versioning": what stands in the address of the operation behind the question mark.
std::string_view fixed_query(const aws::Operation& operation) {
  const std::size_t mark = operation.uri.find('?');
  if (mark == std::string_view::npos) return {};
  const std::string_view query = operation.uri.substr(mark + 1);
  return query.substr(0, query.find_first_of("=&"));
}

void add_body(const MadeCall& call, const Member& member, const Value& content, json::Writer& out) {
  const Shape& shape = call.service.shape(member);
  if (shape.type == Type::Structure) {
    out.key(member.wire_name()).object([&] {
      out.field("xmlns", kS3Namespace);
      XmlShaper(call.service, out).add_members(shape, content);
    });
  } else if (!fixed_query(call.operation)
                  .empty()) {  // PutBucketPolicy; the body of an object is not
    out.key("bucketPolicy");
    add_document(text_of(content), out);
  }
}

std::string s3_request(const MadeCall& call, const Deed& deed) {
  json::Writer out;
  out.object([&] {
    if (!call.operation.input) return;
    const Shape& shape = call.service.shape(*call.operation.input);
    std::string host = "s3." + deed.region + ".amazonaws.com";
    std::int32_t index = -1;
    for (const Member& member : call.service.members(shape)) {
      ++index;
      const Value* content = call.input.find(member.name);
      if (content == nullptr || content->is_null()) continue;
      if (member.name == "Bucket") {
        out.field("bucketName", text_of(*content));
        host.insert(0, text_of(*content) + ".");
      } else if (member.location == Location::Path) {
        out.field(lower_first(member.name), text_of(*content));
      } else if (member.location == Location::Query || member.location == Location::Header) {
        const bool is_key = member.name.find("CustomerKey") != std::string_view::npos;
        if (!is_key) out.field(member.wire_name(), text_of(*content));
      } else if (member.location == Location::Body && index == shape.payload) {
        add_body(call, member, *content, out);
      }
    }
    out.field("Host", host);
    if (const std::string_view query = fixed_query(call.operation); !query.empty())
      out.field(query, "");
  });
  return std::move(out).take();
}

// Requests of s3control have their body under the name of the request.
std::string s3_control_request(const MadeCall& call, const Deed& deed) {
  json::Writer out;
  out.object([&] {
    if (!call.operation.input) return;
    const Shape& shape = call.service.shape(*call.operation.input);
    out.field("Host", deed.account + ".s3-control." + deed.region + ".amazonaws.com");
    bool has_body = false;
    for (const Member& member : call.service.members(shape)) {
      const Value* content = call.input.find(member.name);
      if (content == nullptr || content->is_null() || member.name == "AccountId") continue;
      if (member.location == Location::Body) {
        has_body = true;
      } else {
        out.field(lower_first(member.name), text_of(*content));
      }
    }
    if (!has_body) return;
    out.key(std::string(call.operation.name) + "Request").object([&] {
      out.field("xmlns", "http://awss3control.amazonaws.com/doc/2018-08-20/");
      for (const Member& member : call.service.members(shape)) {
        const Value* content = call.input.find(member.name);
        if (content == nullptr || content->is_null() || member.location != Location::Body) continue;
        if (content->text() != nullptr) {
          out.field(member.name, *content->text());
        } else if (content->object() != nullptr) {
          out.key(member.wire_name()).object([&] {
            XmlShaper(call.service, out).add_members(call.service.shape(member), *content);
          });
        }
      }
    });
  });
  return std::move(out).take();
}

std::string s3_response(const MadeCall& call) {
  if (!call.operation.output) return "null";
  json::Writer out;
  bool has_any = false;
  out.object([&] {
    for (const Member& member : call.service.members(call.service.shape(*call.operation.output))) {
      const Value* content = call.output.find(member.name);
      if (content == nullptr || content->is_null() || member.location != Location::Header) continue;
      if (!member.wire_name().starts_with("x-amz-")) continue;
      has_any = true;
      out.field(member.wire_name(), text_of(*content));
    }
  });
  return has_any ? std::move(out).take() : "null";
}

}  // namespace

Value without_secrets(Value value) {
  if (Value::List* list = value.list()) {
    for (Value& each : *list)
      each = without_secrets(std::move(each));
  } else if (Value::Object* object = value.object()) {
    std::erase_if(*object, [](const Value::Member& member) { return is_secret(member.name); });
    for (Value::Member& member : *object)
      member.value = without_secrets(std::move(member.value));
  }
  return value;
}

std::string request_parameters(const MadeCall& call, const Deed& deed) {
  if (call.service.name() == "s3") return s3_request(call, deed);
  if (call.service.name() == "s3control") return s3_control_request(call, deed);
  const Value::Object* input = call.input.object();
  const bool is_ec2 = call.service.protocol() == Protocol::Ec2;
  if (!call.operation.input || ((input == nullptr || input->empty()) && !is_ec2)) return "null";
  json::Writer out;
  out.object([&] {
    Shaper(call.service, Shaper::Side::Request, out)
        .add_members(call.service.shape(*call.operation.input), call.input, true);
  });
  return std::move(out).take();
}

std::string response_elements(const MadeCall& call) {
  const respond::Operation operation{std::string(call.service.name()),
                                     std::string(call.operation.name)};
  if (call.error || !respond::changes_something(operation)) return "null";
  if (call.service.protocol() == Protocol::RestXml) return s3_response(call);
  const Value::Object* output = call.output.object();
  const bool is_ec2 = call.service.protocol() == Protocol::Ec2;
  if ((output == nullptr || output->empty()) && !is_ec2) return "null";
  json::Writer out;
  out.object([&] {
    if (is_ec2) out.field("requestId", call.request_id);
    // Models leave out what EC2 answers to a call that has nothing else to say.
    if (is_ec2 && call.output.find("Return") == nullptr) out.field("_return", true);
    if (call.operation.output) {
      Shaper(call.service, Shaper::Side::Response, out)
          .add_members(call.service.shape(*call.operation.output), call.output);
    }
  });
  return std::move(out).take();
}

}  // namespace riposte::simulate
