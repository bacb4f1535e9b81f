#pragma once

// The query and ec2 protocols: every call is a form of names and texts, answers are XML.
//
//     Filters: [{Name: "vpc-id", Values: ["a"]}]
//     ec2      Filter.1.Name=vpc-id&Filter.1.Value.1=a
//     query    Filters.member.1.Name=vpc-id&Filters.member.1.Values.member.1=a

#include <string>

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

net::HttpRequest serialise_query_call(const Service& service, const Operation& operation,
                                      const Value& input);

// The body may hold the request's id: it is put into `request_id` where that is empty.
base::Result<Value> parse_query_answer(const Service& service, const Operation& operation,
                                       const net::HttpResponse& response, std::string& request_id);

}  // namespace riposte::aws
