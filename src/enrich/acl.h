#pragma once

// What an access control list of S3 gives to everybody, in the three ways there are to say it: a
// canned list (x-amz-acl), grant headers (x-amz-grant-read ...), and the list itself
// (AccessControlPolicy).
//
// Threads: immutable.

#include <string_view>
#include <vector>

#include "json/document.h"
#include "json/writer.h"

namespace riposte::enrich {

// The permissions given to a group: read, write, read_acp, write_acp, full_control; each once, in
// this order.
struct AclGrants {
  std::vector<std::string_view> everybody;  // the group AllUsers
  std::vector<std::string_view>
      authenticated;  // AuthenticatedUsers: every AWS account of the world

  bool empty() const { return everybody.empty() && authenticated.empty(); }
};

AclGrants acl_grants_of(const json::Node& record);

void write(const AclGrants& grants, json::Writer& writer);

}  // namespace riposte::enrich
