#include "enrich/enricher.h"

#include <utility>

#include "base/check.h"
#include "enrich/acl.h"
#include "enrich/network_exposure.h"
#include "enrich/policy.h"
#include "event/arn.h"
#include "json/writer.h"

namespace riposte::enrich {

using event::Event;
using json::Kind;
using json::Node;

namespace {

// What a call's request may carry.
enum class Subject { Nothing, Network, Acl, Policy };

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
    case Subject::Policy: {
      const PolicyFacts facts = policy_facts_of(*event.record, event.account);
      if (!facts.empty()) write(facts, writer.key("policy"));
      return !facts.empty();
    }
  }
  return false;
}

}  // namespace

bool Enricher::may_add(const event::RawEvent& event) {
  return event.format == event::Format::CloudTrail &&
         (subject_of(event.record.string_at("eventName")) != Subject::Nothing ||
          crosses_accounts(event.record.string_at("userIdentity.accountId"),
                           event.record.string_at("recipientAccountId")));
}

void Enricher::enrich(Event& event) {
  event.facts = nullptr;
  event.raw.facts = {};
  if (event.format != event::Format::CloudTrail) return;
  const bool crosses = crosses_accounts(event);
  if (crosses) {
    event.facts = &cross_account_.root();
    event.raw.facts = cross_account_.raw();
  }
  const Subject subject = subject_of(event.name);
  if (subject == Subject::Nothing) return;

  json::Writer writer;
  bool written = false;
  writer.object([&] {
    written = write_subject(event, subject, writer);
    if (crosses) writer.field("cross_account", true);
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
