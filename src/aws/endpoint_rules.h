#pragma once

// The rules by which a service finds the host of a call, as AWS publishes them with the models: a
// tree of conditions over a dozen functions, whose leaves are URLs with holes or errors.
//
//     Region, UseFIPS, Bucket, ... --tree--> https://bucket.s3.eu-west-1.amazonaws.com,
//                                            and how to sign there
//
// The tree is walked as it stands in its JSON; S3's, the largest, takes about 20 us.
//
// Threads: immutable.

#include <string>
#include <string_view>
#include <vector>

#include "aws/partitions.h"
#include "aws/value.h"
#include "base/result.h"
#include "json/scanner.h"
#include "net/http_message.h"

namespace riposte::aws {

class EndpointRules {
 public:
  struct Parameter {
    std::string_view name;
    std::string_view built_in;  // "AWS::Region", or empty
  };

  struct Outcome {
    std::string url;
    Value properties;  // an object: authSchemes and others
    std::vector<net::Header> headers;
  };

  static base::Result<EndpointRules> read(std::string_view json);

  const std::vector<Parameter>& parameters() const { return parameters_; }

  // `given` is an object of parameters by name; what is null in it counts as not given. Invalid: in
  // the rules' own words, or when the rules use what is not understood.
  base::Result<Outcome> resolve(const Value& given, const Partitions& partitions) const;

 private:
  explicit EndpointRules(json::OwnedDocument document) : document_(std::move(document)) {}

  json::OwnedDocument document_;
  std::vector<Parameter> parameters_;
};

}  // namespace riposte::aws
