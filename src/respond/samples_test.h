#pragma once

// Runbooks, findings and records for the tests of this module.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "json/scanner.h"
#include "respond/planner.h"
#include "respond/runbook_reader.h"

namespace riposte::respond {

// Switches off the key that made a call.
inline constexpr std::string_view kDisableKey = R"(
runbook: disable-key
title: Switch off the access key that made the call
when: {rules: [aws_key_used], level: medium}
mode: auto
expires: 12h
steps:
  - name: key
    aws: iam.UpdateAccessKey
    with: {UserName: "${finding.actor.name}", AccessKeyId: "${finding.actor.access_key}", Status: Inactive}
    precheck:
      aws: iam.ListAccessKeys
      with: {UserName: "${finding.actor.name}"}
      expect: {AccessKeyMetadata: {AccessKeyId: ["${finding.actor.access_key}"], Status: [Active]}}
    undo:
      aws: iam.UpdateAccessKey
      with: {UserName: "${finding.actor.name}", AccessKeyId: "${finding.actor.access_key}", Status: Active}
    verify:
      aws: iam.ListAccessKeys
      with: {UserName: "${finding.actor.name}"}
      expect: {AccessKeyMetadata: {AccessKeyId: ["${finding.actor.access_key}"], Status: [Inactive]}}
)";

inline constexpr std::string_view kAliceFinding =
    R"({"schema":"riposte.finding/1","id":"00112233445566778899aabbccddeeff","rule":{"id":"r-1",)"
    R"("name":"aws_key_used","level":"high","tags":["attack.t1078"]},"account":"111122223333",)"
    R"("region":"eu-west-1","actor":{"type":"IAMUser","name":"alice",)"
    R"("arn":"arn:aws:iam::111122223333:user/alice","access_key":"AKIAEXAMPLE000000001",)"
    R"("session_of":null},"resources":[{"type":"AWS::S3::Bucket","id":"photos",)"
    R"("arn":"arn:aws:s3:::photos"}],"event":{"name":"GetObject","error_code":null}})";

inline RunbookPointer runbook_of(std::string_view text) {
  base::Diagnostics diagnostics;
  std::vector<RunbookPointer> runbooks =
      read_runbooks({{"runbook.yml", std::string(text)}}, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    ADD_FAILURE() << base::to_text(diagnostic);
  return runbooks.empty() ? nullptr : runbooks.front();
}

inline base::Result<Plan> plan_of(std::string_view runbook,
                                  std::string_view finding = kAliceFinding,
                                  std::string_view event = "{}") {
  const json::OwnedDocument finding_node = json::OwnedDocument::parse(finding).value();
  const json::OwnedDocument event_node = json::OwnedDocument::parse(event).value();
  return Planner::plan(runbook_of(runbook), {finding_node.root(), &event_node.root()});
}

}  // namespace riposte::respond
