#pragma once

// The checksum headers that some operations, most of them S3's, refuse to work without.

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

// Adds x-amz-checksum-... of the body where the operation wants one and the caller gave none (nor
// Content-MD5): by the algorithm that the input names, else by CRC32. Invalid: an algorithm that we
// do not have.
base::Status add_checksum(const Service& service, const Operation& operation, const Value& input,
                          net::HttpRequest& request);

}  // namespace riposte::aws
