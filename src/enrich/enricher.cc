#include "enrich/enricher.h"

#include <utility>

#include "base/check.h"
#include "enrich/acl.h"
#include "enrich/item.h"
#include "enrich/network_exposure.h"
#include "enrich/policy.h"
#include "event/arn.h"
#include "event/identity.h"
#include "json/writer.h"

namespace riposte::enrich {

using event::Event;
using json::Kind;
using json::Node;

namespace {

// What a call's request may carry.
enum class Subject { Nothing, Network, Acl, Policy, Item };

struct Call {
  std::string_view name;
  Subject subject;
};

constexpr Call kCalls[] = {
    {"PutObject", Subject::Acl},
    {"CopyObject", Subject::Acl},
    {"CreateMultipartUpload", Subject::Acl},
    {"PutObjectAcl", Subject::Acl},
    {"PutBucketAcl", Subject::Acl},
    {"CreateBucket", Subject::Acl},
    {"AuthorizeSecurityGroupIngress", Subject::Network},
    {"AuthorizeSecurityGroupEgress", Subject::Network},
    {"ModifySecurityGroupRules", Subject::Network},
    {"CreateNetworkAclEntry", Subject::Network},
    {"ReplaceNetworkAclEntry", Subject::Network},
    {"GetFederationToken", Subject::Policy},
};

// Calls that write something may write a policy. Those that read, and AssumeRole, whose policies
// only narrow, may not.
constexpr std::string_view kWritingVerbs[] = {"Put",    "Create", "Update",   "Set",      "Add",
                                              "Modify", "Import", "Register", "Replicate"};

Subject subject_of(std::string_view name) {
  for (const Call& call : kCalls) {
    if (call.name == name) return call.subject;
  }
  for (std::string_view verb : kWritingVerbs) {
    if (name.starts_with(verb)) return Subject::Policy;
  }
  return Subject::Nothing;
}

bool crosses_accounts(std::string_view caller, std::string_view account) {
  return event::is_account(caller) && event::is_account(account) && caller != account;
}

// The reader takes event.account from recipientAccountId, and only without one from the caller:
// then they are equal.
bool crosses_accounts(const Event& event) {
  return crosses_accounts(event.record->string_at("userIdentity.accountId"), event.account);
}

// Gives whether there was something to write.
bool write_subject(const Event& event, Subject subject, json::Writer& writer) {
  switch (subject) {
    case Subject::Nothing:
      return false;
    case Subject::Network: {
      const auto exposure = network_exposure_of(*event.record);
      if (exposure) write(*exposure, writer.key("network"));
      return exposure.has_value();
    }
    case Subject::Acl: {
      const AclGrants grants = acl_grants_of(*event.record);
      if (!grants.empty()) write(grants, writer.key("acl"));
      return !grants.empty();
    }
    case Subject::Item:
      write(item_facts_of(*event.record), writer.key("item"));
      return true;
    case Subject::Policy: {
      const PolicyFacts facts = policy_facts_of(*event.record, event.account);
      if (!facts.empty()) write(facts, writer.key("policy"));
      return !facts.empty();
    }
  }
  return false;
}

// The domain or address that something may be known of.
std::string_view subject_field_of(event::Format format) {
  switch (format) {
    case event::Format::CloudTrail:
      return "sourceIPAddress";
    case event::Format::Route53Resolver:
      return "query_name";
    case event::Format::Waf:
      return "httpRequest.clientIp";
    case event::Format::VpcFlow:
      return "srcaddr";
    case event::Format::S3Access:
      return "remoteip";
    case event::Format::LoadBalancer:
    case event::Format::CloudFront:
    case event::Format::WebServer:
    case event::Format::ApiGateway:
      return "c-ip";
    case event::Format::Sshd:
      return "ip";
    case event::Format::Cognito:
      return "message.ipAddress";
    default:
      return {};
  }
}

}  // namespace

bool Enricher::may_add(const event::RawEvent& event) {
  if (event.format == event::Format::DynamoDbStream) return true;
  return event.format == event::Format::CloudTrail &&
         (subject_of(event.record.string_at("eventName")) != Subject::Nothing ||
          crosses_accounts(event.record.string_at("userIdentity.accountId"),
                           event.record.string_at("recipientAccountId")));
}

// Remembered where it does not change with the time of the event.
const Enricher::Known& Enricher::known_of(const event::RawEvent& event) {
  known_.reset();
  const bool asks_name = event.format == event::Format::Route53Resolver;
  const std::string_view field = subject_field_of(event.format);
  const std::string_view subject =
      field.empty() ? std::string_view() : event.record.string_at(field);
  if (knowledge_ == nullptr || subject.empty()) return known_;
  std::string key(subject);
  const auto remembered = by_address_.find(key);
  if (remembered != by_address_.end()) return remembered->second;

  const auto time = event::time_of(event);
  const Knowledge::Facts facts = asks_name ? knowledge_->facts_of_domain(subject, time)
                                           : knowledge_->facts_of_source(subject, time);
  if (!facts.json.empty()) {
    auto object =
        json::OwnedDocument::parse((asks_name ? R"({"dns":)" : R"({"source":)") + facts.json + "}");
    CHECK(object.ok(), "what our writer writes is JSON");
    known_ = std::move(object).value();
  }
  if (facts.depends == Knowledge::Depends::OnTime || asks_name) return known_;
  if (by_address_.size() >= kAddressesMax) by_address_.clear();
  return by_address_.emplace(std::move(key), std::move(known_)).first->second;
}

void Enricher::enrich(event::RawEvent& event) {
  const Known& known = known_of(event);
  event.facts = known ? known->raw() : json::RawValue();
}

void Enricher::enrich(Event& event) {
  event.facts = nullptr;
  event.raw.facts = {};
  const bool has_raw = static_cast<bool>(event.raw.record);
  const Known* known = has_raw && knowledge_ != nullptr ? &known_of(event.raw) : nullptr;
  if (known != nullptr && *known) {
    event.facts = &(*known)->root();
    event.raw.facts = (*known)->raw();
  }
  const bool is_item = event.format == event::Format::DynamoDbStream;
  if (event.format != event::Format::CloudTrail && !is_item) return;
  const bool crosses = !is_item && crosses_accounts(event);
  const Subject subject = is_item ? Subject::Item : subject_of(event.name);
  if (crosses && event.facts == nullptr) {
    event.facts = &cross_account_.root();
    event.raw.facts = cross_account_.raw();
    if (subject == Subject::Nothing) return;
  }

  json::Writer writer;
  bool written = false;
  writer.object([&] {
    written = write_subject(event, subject, writer);
    if (crosses) writer.field("cross_account", true);
    if (known == nullptr || !*known) return;
    written = written || crosses;
    for (const Node& member : json::children((*known)->root()))
      writer.key(member.key).value(member);
  });
  if (!written) return;
  text_ = std::move(writer).take();
  const std::size_t size = text_.size();
  text_.append(json::kPadding, ' ');
  const base::Status parsed = parser_.parse(std::string_view(text_).substr(0, size), facts_);
  CHECK(parsed.ok(), "what our writer writes is JSON");
  event.facts = facts_.data();
  event.raw.facts = parser_.root();
}

}  // namespace riposte::enrich
