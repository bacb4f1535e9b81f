#include "respond/tag_reader.h"

#include <algorithm>

#include "event/arn.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/reach.h"

namespace riposte::respond {
namespace {

using Tags = std::map<std::string, std::string>;

// How a service is asked for the tags of one resource, and where its answer has them.
struct TagRead {
  std::string_view service;   // of the ARN
  std::string_view resource;  // what the ARN's resource begins with, and the name does not
  Operation operation;
  std::string_view parameter;
  enum class Value { Arn, ListOfArn, Name } value = Value::Arn;
  std::string_view list;  // of {key, value}, or a map
  std::string_view key = "Key";
  std::string_view text = "Value";
  std::string_view none{};   // the refusal that says that there are none
  std::string_view outer{};  // a list of one, around the list
};

// From the services' models.
const TagRead kReads[] = {
    {"cloudtrail", "", {"cloudtrail", "ListTags"}, "ResourceIdList", TagRead::Value::ListOfArn,
     "TagsList", "Key", "Value", "", "ResourceTagList"},
    {"cognito-idp", "", {"cognito-idp", "ListTagsForResource"}, "ResourceArn", TagRead::Value::Arn,
     "Tags"},
    {"dynamodb", "", {"dynamodb", "ListTagsOfResource"}, "ResourceArn", TagRead::Value::Arn,
     "Tags"},
    {"iam", "role/", {"iam", "ListRoleTags"}, "RoleName", TagRead::Value::Name, "Tags"},
    {"iam", "user/", {"iam", "ListUserTags"}, "UserName", TagRead::Value::Name, "Tags"},
    {"kms", "", {"kms", "ListResourceTags"}, "KeyId", TagRead::Value::Arn, "Tags", "TagKey",
     "TagValue"},
    {"lambda", "", {"lambda", "ListTags"}, "Resource", TagRead::Value::Arn, "Tags"},
    {"rds", "", {"rds", "ListTagsForResource"}, "ResourceName", TagRead::Value::Arn, "TagList"},
    {"s3", "", {"s3", "GetBucketTagging"}, "Bucket", TagRead::Value::Name, "TagSet", "Key", "Value",
     "NoSuchTagSet"},
    {"secretsmanager", "", {"secretsmanager", "DescribeSecret"}, "SecretId", TagRead::Value::Arn,
     "Tags"},
    {"sns", "", {"sns", "ListTagsForResource"}, "ResourceArn", TagRead::Value::Arn, "Tags"},
};

// What EC2 calls the resources that runbooks touch: "sg-0b71d9f3", "i-0a1b2c3d4e5f60718".
constexpr std::string_view kEc2Kinds[] = {"acl", "ami", "eipalloc", "eni",    "fl",  "i",  "igw",
                                          "nat", "pl",  "rtb",      "sg",     "sgr", "snap",
                                          "vol", "vpc", "vpce",     "subnet", "tgw", "lt"};

bool is_ec2_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  constexpr std::size_t kDigitsLeast = 8;
  return dash != std::string_view::npos && text.size() - dash > kDigitsLeast &&
         text.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos &&
         std::find(std::begin(kEc2Kinds), std::end(kEc2Kinds), text.substr(0, dash)) !=
             std::end(kEc2Kinds);
}

std::string_view behind_last(std::string_view text, std::string_view separators) {
  const std::size_t end = text.find_last_of(separators);
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

std::optional<Tags> tags_in(const json::Node* list, std::string_view key, std::string_view value) {
  Tags tags;
  if (list == nullptr) return tags;
  if (list->is(json::Kind::Object)) {
    for (const json::Node& each : json::children(*list))
      tags.emplace(each.key, each.text);
    return tags;
  }
  if (!list->is(json::Kind::Array)) return std::nullopt;
  for (const json::Node& each : json::children(*list))
    tags.emplace(each.string_at(key), each.string_at(value));
  return tags;
}

class TagReader {
 public:
  TagReader(const Plan& plan, Account& account) : plan_(plan), account_(account) {}

  std::optional<Tags> read(std::string_view target) {
    const std::string_view text = arn_of(target);
    const auto arn = event::parse_arn(text);
    if (!arn && is_ec2_id(target)) return read_ec2(target);
    if (!arn) return std::nullopt;
    if (arn->service == "ec2") return read_ec2(behind_last(arn->resource, "/"));
    const auto* found = std::find_if(std::begin(kReads), std::end(kReads), [&](const auto& each) {
      return each.service == arn->service && arn->resource.starts_with(each.resource);
    });
    if (found == std::end(kReads)) return std::nullopt;
    const std::string_view name = found->service == "s3"
                                      ? arn->resource.substr(0, arn->resource.find('/'))
                                      : behind_last(arn->resource, "/");
    json::Writer writer;
    writer.object([&] {
      writer.key(found->parameter);
      if (found->value == TagRead::Value::ListOfArn) {
        writer.array([&] { writer.value(text); });
      } else {
        writer.value(found->value == TagRead::Value::Arn ? text : name);
      }
    });
    return ask(*found, writer.text());
  }

 private:
  std::optional<Tags> read_ec2(std::string_view id) {
    static const TagRead kDescribe{"ec2", "", {"ec2", "DescribeTags"}, "", TagRead::Value::Arn,
                                   "Tags"};
    return ask(kDescribe,
               R"({"Filters":[{"Name":"resource-id","Values":[)" + json::quoted(id) + "]}]}");
  }

  // The target itself, or the ARN that the finding has of a thing that is called so.
  std::string_view arn_of(std::string_view target) const {
    if (target.starts_with("arn:")) return target;
    for (const std::string& resource : plan_.resources) {
      if (resource.starts_with("arn:") && behind_last(resource, ":/") == target) return resource;
    }
    return {};
  }

  std::optional<Tags> ask(const TagRead& read, std::string_view with) {
    const base::Result<Reply> reply = account_.call({.operation = read.operation,
                                                     .with = with,
                                                     .account = plan_.account,
                                                     .region = plan_.region,
                                                     .runbook = plan_.runbook->name});
    if (!reply.ok()) return std::nullopt;
    if (!reply->ok())
      return !read.none.empty() && reply->code == read.none ? std::optional(Tags()) : std::nullopt;
    const auto answer = json::OwnedDocument::parse(reply->answer);
    if (!answer.ok()) return std::nullopt;
    const json::Node* list = &answer->root();
    if (!read.outer.empty()) {
      list = list->find(read.outer);
      if (list == nullptr || !list->is(json::Kind::Array) || list->size < 2) return std::nullopt;
      list = &*json::children(*list).begin();
    }
    return tags_in(list->find(read.list), read.key, read.text);
  }

  const Plan& plan_;
  Account& account_;
};

}  // namespace

void read_tags(const Plan& plan, Account& account, State& state) {
  TagReader reader(plan, account);
  for (const std::string& target : reach_of(plan).targets) {
    // Without the account in front.
    const std::string_view name = std::string_view(target).substr(target.find(' ') + 1);
    if (const std::optional<Tags> tags = reader.read(name)) state.tags[std::string(name)] = *tags;
  }
}

}  // namespace riposte::respond
