#pragma once

// Where a call goes and how it is signed there: what the caller wants, held against the service's
// endpoint rules.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "aws/endpoint_rules.h"
#include "aws/model.h"
#include "aws/partitions.h"
#include "aws/signer.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

enum class Addressing { Auto, Path, Virtual };  // of S3's buckets

struct EndpointConfig {
  std::string region;  // empty: only services that have none can be called
  std::string url;     // used instead of the service's own
  bool fips = false;
  bool dual_stack = false;
  Addressing s3_addressing = Addressing::Auto;
  bool s3_accelerate = false;
};

struct Endpoint {
  std::string scheme;
  std::string host;
  std::string path;  // goes before the request's own; mostly empty
  std::vector<net::Header> headers;
  SigningRules signing;
};

// Invalid: no region, or the rules refuse the combination, in their words. `input` has been
// conformed.
base::Result<Endpoint> find_endpoint(const Service& service, const EndpointRules& rules,
                                     const Partitions& partitions, const Operation& operation,
                                     const Value& input, const EndpointConfig& config);

// Puts the endpoint into a request that protocol.h made.
void direct(net::HttpRequest& request, const Endpoint& endpoint);

}  // namespace riposte::aws
