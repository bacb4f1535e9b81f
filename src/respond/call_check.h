#pragma once

// The calls of a runbook held against the services' models, before anybody needs them.
//
//     aws: ec2.RevokeSecurityGroupIngres          no such operation; did you mean ...?     error
//     with: {GroupID: ...}                        no such parameter; did you mean ...?     error
//     expect: {SecurityGroupRules: {CidrIp: ..}}  no answer has that; did you mean ...?  warning
//     "${precheck.Rules[0].Id}"                   the same                               warning
//
// Templates fit everywhere: what they look up is not known yet. What is late is followed through
// the answer of the call that it speaks of. A pattern on a path that no answer has is a warning and
// no error, because {exists: false} may mean just that, and services grow faster than models.
//
// Codes: call-service, call-operation, aws-input, call-answer.
//
// Threads: a function without state; the catalogue guards itself.

#include "aws/catalogue.h"
#include "base/diagnostics.h"
#include "respond/runbook.h"

namespace riposte::respond {

// Complaints go where the source of `diagnostics` is: the runbook's text.
void check_calls(const Runbook& runbook, aws::Catalogue& catalogue, base::Diagnostics& diagnostics);

}  // namespace riposte::respond
