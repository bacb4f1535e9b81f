#pragma once

// What services do that their models do not say, and every client has to know:
//
//   s3       lists of keys are asked for percent-encoded, since XML cannot hold every key, and
//            given decoded; who asks for an encoding himself gets it
//   route53  ids come as "/hostedzone/Z1" and are taken as "Z1"
//
// (WAF's one region of CloudFront stands in endpoint.cc, IAM's escaped policies in xml_body.cc.)
//
// Threads: functions without state.

#include "aws/model.h"
#include "aws/value.h"

namespace riposte::aws {

// Gives whether the answer's keys have to be decoded.
bool mend_input(const Service& service, const Operation& operation, Value& input);

void decode_keys(Value& output);

}  // namespace riposte::aws
