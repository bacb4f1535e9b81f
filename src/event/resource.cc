#include "event/resource.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "base/percent.h"
#include "base/text.h"
#include "event/arn.h"
#include "event/resource_types.h"

namespace riposte::event {

using base::equals_ignore_case;
using json::Kind;
using json::Node;

namespace {

// What looks like a resource and is none: labels, questions, secrets, lists of who may.
constexpr std::string_view kSkipped[] = {"tagSet",    "tags",        "tagSpecificationSet",
                                         "filterSet", "filters",     "credentials",
                                         "ownersSet", "groupOwnerId"};

std::string_view without_front(std::string_view text, std::string_view front) {
  return text.starts_with(front) ? text.substr(front.size()) : text;
}

// A name without what an ARN would put around it: "function:f:2" and "f:2" are f.
std::string_view plain_name(std::string_view text, std::string_view type) {
  if (type == "AWS::Lambda::Function") {
    const std::size_t marker = text.find("function:");
    if (marker != std::string_view::npos) text.remove_prefix(marker + 9);
    return text.substr(0, text.find(':'));
  }
  if (type == "AWS::Route53::HostedZone") {
    return without_front(without_front(text, "/"), "hostedzone/");
  }
  return text;
}

// Not a pattern for many. Log groups end with the wildcard for their streams.
bool names_one(std::string_view arn) {
  const bool is_group = arn.find(":log-group:") != std::string_view::npos && arn.ends_with(":*");
  if (is_group) arn.remove_suffix(2);
  return parse_arn(arn) && arn.find('*') == std::string_view::npos;
}

// The last part of a type, folded, as event names have it: securitygroup in
// AuthorizeSecurityGroupIngress.
std::string noun_of(std::string_view type) {
  if (type == "AWS::IAM::ManagedPolicy") return "policy";
  return base::lower(type.substr(type.rfind(':') + 1));
}

// Who says so: what comes first is believed to be nearer to what the call is about.
enum class Witness { Resources, Request, Response };

// Less is nearer. The noun in the call's name decides; then the witness, the call's own service,
// and our tables' order.
using Nearness = std::tuple<std::size_t, std::ptrdiff_t, Witness, bool, std::size_t>;

struct Candidate {
  Resource resource;
  Nearness nearness;
};

class Collector {
 public:
  static constexpr std::size_t kCandidatesMax = 512;

  // `about` is the text whose nouns tell the resource the event is about.
  Collector(const Event& event, std::string_view about)
      : event_(event),
        about_(base::lower(about)),
        partition_(known_partition(event)),
        account_(known_account(event)) {}

  void read(const Node* node, Witness witness) {
    if (node == nullptr) return;
    witness_ = witness;
    visit(*node, {});
  }

  // A resource whose type the record itself tells; `type` may be empty.
  void add_arn(std::string_view text, std::string_view type, Witness witness) {
    const auto arn = parse_arn(text);
    if (!arn) {
      if (type.empty()) return;
      add({std::string(type), std::string(text.substr(text.find_last_of(":/") + 1)), {}}, witness);
      return;
    }
    const ResourceType* known = find_resource_type(*arn);
    if (type.empty() && known != nullptr) type = known->name;
    if (text.ends_with(":*")) text.remove_suffix(2);
    add({std::string(type), id_of(*arn), std::string(text)}, witness);
  }

  void add_named(std::string_view text, std::string_view type, Witness witness) {
    const std::string_view id = plain_name(text, type);
    if (!id.empty()) add({std::string(type), std::string(id), arn_for(id, type)}, witness);
  }

  void add(Resource resource, Witness witness) {
    const Nearness nearness = nearness_of(resource.type, witness);
    for (Candidate& known : candidates_) {
      if (known.resource.type != resource.type || known.resource.id != resource.id) continue;
      const bool same =
          known.resource.arn == resource.arn || known.resource.arn.empty() || resource.arn.empty();
      if (!same) continue;
      if (known.resource.arn.empty()) known.resource.arn = std::move(resource.arn);
      known.nearness = std::min(known.nearness, nearness);
      return;
    }
    if (candidates_.size() < kCandidatesMax) candidates_.push_back({std::move(resource), nearness});
  }

  std::vector<Resource> take_sorted() && {
    std::vector<Resource> resources;
    if (candidates_.empty()) return resources;
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.resource < b.resource; });
    const auto nearest = std::min_element(
        candidates_.begin(), candidates_.end(),
        [](const Candidate& a, const Candidate& b) { return a.nearness < b.nearness; });
    std::rotate(candidates_.begin(), nearest, nearest + 1);
    if (candidates_.size() > kResourcesMax) candidates_.resize(kResourcesMax);
    for (Candidate& candidate : candidates_) {
      resources.push_back(std::move(candidate.resource));
    }
    return resources;
  }

 private:
  static std::string_view known_partition(const Event& event) {
    const auto caller = parse_arn(event.record->string_at("userIdentity.arn"));
    return caller ? caller->partition : partition_of_region(event.region);
  }

  // A bare name means a resource of the caller's account; when another account's log tells of the
  // call, we cannot say.
  static std::string_view known_account(const Event& event) {
    const std::string_view caller = event.record->string_at("userIdentity.accountId");
    const bool same = caller.empty() || caller == event.account;
    return same && is_account(event.account) ? event.account : std::string_view();
  }

  void visit(const Node& node, std::string_view key) {
    if (node.is_string()) return visit_text(node.text, key);
    if (!node.is_container()) return;
    if (node.is(Kind::Object) && node.find("Statement") != nullptr) return;  // a policy document
    for (const Node& child : json::children(node)) {
      if (is_skipped(child.key)) continue;
      // {"FlowLogId":{"tag":1,"content":"fl-..."}}
      const bool is_unnamed = node.is(Kind::Array) || child.key == "content";
      visit(child, is_unnamed ? key : child.key);
    }
  }

  void visit_text(std::string_view text, std::string_view key) {
    if (text.empty() || text == "HIDDEN_DUE_TO_SECURITY_REASONS") return;
    if (text.starts_with("arn:")) {
      if (names_one(text)) add_arn(text, {}, witness_);
      return;
    }
    if (const std::string_view type = type_of_ec2_id(text); !type.empty()) {
      return add_named(text, type, witness_);
    }
    if (equals_ignore_case(key, "queueUrl")) return add_queue(text);
    const std::string_view type = type_of_parameter(event_.service, event_.name, key);
    if (type == "AWS::KMS::Key" && text.starts_with("alias/")) {
      return add_named(text, "AWS::KMS::Alias", witness_);
    }
    if (!type.empty()) add_named(text, type, witness_);
  }

  static bool is_skipped(std::string_view key) {
    return std::any_of(std::begin(kSkipped), std::end(kSkipped),
                       [key](std::string_view name) { return equals_ignore_case(key, name); });
  }

  // "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"
  void add_queue(std::string_view url) {
    const std::vector<std::string_view> parts = base::split(url, '/');
    const std::string_view name = parts.back();
    const std::string_view account =
        parts.size() >= 2 ? parts[parts.size() - 2] : std::string_view();
    std::string arn;
    if (is_account(account) && !partition_.empty() && !event_.region.empty()) {
      arn.append("arn:").append(partition_).append(":sqs:").append(event_.region);
      arn.append(":").append(account).append(":").append(name);
    }
    add({"AWS::SQS::Queue", std::string(name), std::move(arn)}, witness_);
  }

  // Empty unless every part is known for certain.
  std::string arn_for(std::string_view id, std::string_view type) const {
    const ResourceType* known = find_resource_type(type);
    if (known == nullptr || known->scope == Scope::Elsewhere || partition_.empty()) return {};
    if (known->service == "ec2" && type_of_ec2_id(id).empty()) return {};  // a group's name, say
    const bool has_region = known->scope == Scope::Regional || known->scope == Scope::Region;
    const bool has_account = known->scope == Scope::Regional || known->scope == Scope::Account;
    if ((has_region && event_.region.empty()) || (has_account && account_.empty())) return {};

    std::string arn = "arn:";
    arn.append(partition_).append(":").append(known->service).append(":");
    if (has_region) arn.append(event_.region);
    arn.append(":");
    if (has_account) arn.append(account_);
    arn.append(":").append(known->prefix);
    const std::string_view own = without_front(id, known->prefix);
    arn.append(known->prefix.ends_with('/') ? without_front(own, "/") : own);
    return arn;
  }

  Nearness nearness_of(std::string_view type, Witness witness) const {
    const std::string noun = noun_of(type);
    const std::size_t place = noun.empty() ? std::string_view::npos : about_.find(noun);
    const ResourceType* known = find_resource_type(type);
    const bool is_foreign = known == nullptr || known->service != event_.service;
    return {place, -static_cast<std::ptrdiff_t>(noun.size()) * (place != std::string_view::npos),
            witness, is_foreign, row_of(known)};
  }

  const Event& event_;
  std::string about_;           // folded
  std::string_view partition_;  // empty where not known, like the account
  std::string_view account_;
  Witness witness_ = Witness::Request;
  std::vector<Candidate> candidates_;
};

std::string_view first_text(const Node& object, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    const std::string_view text = object.string_at(name);
    if (!text.empty()) return text;
  }
  return {};
}

// "records.s3.eu-west-1.amazonaws.com" is the bucket records; "s3.amazonaws.com" and the account
// hosts are none.
std::string_view bucket_of_host(std::string_view host) {
  for (std::string_view marker : {".s3.", ".s3-"}) {
    const std::size_t place = host.find(marker);
    if (place == std::string_view::npos || host.substr(place).starts_with(".s3-control")) continue;
    return host.substr(0, place);
  }
  return {};
}

void read_s3_request(const Node& request, Collector& collector) {
  std::string_view bucket = request.string_at("bucketName");
  if (bucket.empty()) bucket = bucket_of_host(first_text(request, {"Host", "host"}));
  if (bucket.empty()) return;
  collector.add_named(bucket, "AWS::S3::Bucket", Witness::Request);
  const std::string_view key = request.string_at("key");
  if (!key.empty()) {
    collector.add_named(std::string(bucket) + "/" + std::string(key), "AWS::S3::Object",
                        Witness::Request);
  }
  std::string_view origin = without_front(request.string_at("x-amz-copy-source"), "/");
  origin = origin.substr(0, origin.find('?'));  // "?versionId=..."
  if (!origin.empty() && !origin.starts_with("arn:")) {
    collector.add_named(origin, "AWS::S3::Object", Witness::Response);
  }
}

// Each is {"ARN","accountId","type"}; other services write {"arn"}, or "resourceType".
void read_listed(const Node* list, Collector& collector) {
  if (list == nullptr || !list->is(Kind::Array)) return;
  for (const Node& element : json::children(*list)) {
    const std::string_view arn =
        element.is_string() ? element.text
                            : first_text(element, {"ARN", "arn", "resourceARN", "resourceName"});
    if (!arn.empty()) {
      collector.add_arn(arn, first_text(element, {"type", "resourceType"}), Witness::Resources);
    }
  }
}

std::vector<Resource> cloudtrail_resources(const Event& event) {
  const Node& record = *event.record;
  Collector collector(event, event.name);
  read_listed(record.find("resources"), collector);
  const Node* request = record.find("requestParameters");
  if (request != nullptr && request->is(Kind::Object) && event.service == "s3") {
    read_s3_request(*request, collector);
  }
  collector.read(request, Witness::Request);
  collector.read(record.find("responseElements"), Witness::Response);
  collector.read(record.find("additionalEventData"), Witness::Response);
  collector.read(record.find("serviceEventDetails"), Witness::Response);
  return std::move(collector).take_sorted();
}

std::vector<Resource> guardduty_resources(const Event& event) {
  const Node& record = *event.record;
  Collector collector(event, record.string_at("resource.resourceType"));
  if (const Node* key = record.at("resource.accessKeyDetails")) {
    const std::string_view type = key->string_at("userType");
    collector.add_named(key->string_at("accessKeyId"), "AWS::IAM::AccessKey", Witness::Request);
    const bool is_role = type == "AssumedRole" || type == "Role";
    if (is_role || type == "IAMUser") {
      collector.add_named(key->string_at("userName"), is_role ? "AWS::IAM::Role" : "AWS::IAM::User",
                          Witness::Request);
    }
  }
  collector.read(record.find("resource"), Witness::Request);
  return std::move(collector).take_sorted();
}

// Resources[].Id is an ARN, "AWS::::Account:1111", "AWS::IAM::AccessKey:AKIA...", or a bare id.
std::vector<Resource> securityhub_resources(const Event& event) {
  Collector collector(event, {});
  const Node* resources = event.record->find("Resources");
  if (resources == nullptr || !resources->is(Kind::Array)) return {};
  for (const Node& element : json::children(*resources)) {
    const std::string_view id = element.string_at("Id");
    const auto arn = parse_arn(id);
    if (arn) {
      const bool is_known = find_resource_type(*arn) != nullptr;
      collector.add_arn(id, is_known ? std::string_view() : element.string_at("Type"),
                        Witness::Resources);
    } else if (id.starts_with("AWS::")) {
      const std::size_t colon = id.rfind(':');
      collector.add({std::string(id.substr(0, colon)), std::string(id.substr(colon + 1)), {}},
                    Witness::Resources);
    } else if (!id.empty()) {
      collector.add({std::string(element.string_at("Type")), std::string(id), {}},
                    Witness::Resources);
    }
  }
  return std::move(collector).take_sorted();
}

std::vector<Resource> config_resources(const Event& event) {
  const Node& record = *event.record;
  const Node* item = record.find("configurationItem");
  const Node& about = item != nullptr && item->is(Kind::Object) ? *item : record;
  const std::string_view type = about.string_at("resourceType");
  const std::string_view arn = first_text(about, {"ARN", "arn"});
  const std::string_view id = first_text(about, {"resourceId", "resourceName"});
  Collector collector(event, {});
  if (parse_arn(arn)) {
    collector.add_arn(arn, type, Witness::Resources);
  } else if (!id.empty()) {
    collector.add({std::string(type), std::string(id), {}}, Witness::Resources);
  }
  return std::move(collector).take_sorted();
}

// Keys of objects are encoded as in forms.
std::vector<Resource> s3_notification_resources(const Event& event) {
  const std::string_view bucket = event.record->string_at("s3.bucket.name");
  const std::string_view key = event.record->string_at("s3.object.key");
  Collector collector(event, "Object");
  if (bucket.empty()) return {};
  collector.add_named(bucket, "AWS::S3::Bucket", Witness::Request);
  if (!key.empty()) {
    collector.add_named(std::string(bucket) + "/" + base::form_decode(key), "AWS::S3::Object",
                        Witness::Request);
  }
  return std::move(collector).take_sorted();
}

std::vector<Resource> s3_access_resources(const Event& event) {
  const std::string bucket(event.record->string_at("bucket"));
  Collector collector(event, "Object");
  if (bucket.empty()) return {};
  collector.add_named(bucket, "AWS::S3::Bucket", Witness::Request);
  const std::string_view key = event.record->string_at("key");
  if (!key.empty())
    collector.add_named(bucket + "/" + base::form_decode(key), "AWS::S3::Object", Witness::Request);
  return std::move(collector).take_sorted();
}

std::vector<Resource> other_resources(const Event& event) {
  const Node& record = *event.record;
  Collector collector(event, {});
  for (std::string_view name :
       {"webaclId", "srcids", "vpc_id", "interface-id", "instance-id", "vpc-id"}) {
    collector.read(record.find(name), Witness::Request);
  }
  const std::string_view stream = record.string_at("eventSourceARN");
  if (!stream.empty()) {
    collector.add_arn(stream.substr(0, stream.find("/stream/")), {}, Witness::Resources);
  }
  if (event.format == Format::EventBridge) {
    read_listed(event.envelope->find("resources"), collector);
  }
  return std::move(collector).take_sorted();
}

// The host that wrote the line.
std::vector<Resource> host_resources(const Event& event) {
  const std::string_view host = event.record->string_at("hostname");
  if (host.empty()) return {};
  return {{"Host", std::string(host), {}}};
}

}  // namespace

std::vector<Resource> resources_of(const Event& event) {
  switch (event.format) {
    case Format::CloudTrail:
    case Format::CloudTrailInsight:
      return cloudtrail_resources(event);
    case Format::GuardDuty:
      return guardduty_resources(event);
    case Format::SecurityHub:
      return securityhub_resources(event);
    case Format::Config:
      return config_resources(event);
    case Format::S3Notification:
      return s3_notification_resources(event);
    case Format::Unknown:
      return {};
    case Format::S3Access:
      return s3_access_resources(event);
    case Format::EventBridge:
    case Format::DynamoDbStream:
    case Format::Waf:
    case Format::Route53Resolver:
    case Format::VpcFlow:
    case Format::LoadBalancer:
    case Format::CloudFront:
    case Format::WebServer:
    case Format::ApiGateway:
    case Format::Cognito:
    case Format::CloudWatchAlarm:
    case Format::Cost:
    case Format::Lambda:
      return other_resources(event);
    case Format::Sshd:
    case Format::Syslog:
      return host_resources(event);
  }
  return {};
}

}  // namespace riposte::event
