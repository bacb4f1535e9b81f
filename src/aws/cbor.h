#pragma once

// CBOR (RFC 8949) as AWS uses it: what is read becomes a Value with no model in mind, what is
// written is what the model says.
//
// Read are all definite and indefinite lengths, tag 1 (a time in seconds), floats of three widths.
// Other tags are passed over. Refused: maps whose keys are not text, more than one value, and
// values nested deeper than kAnswerDepthMax.

#include <string>
#include <string_view>

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

base::Result<Value> read_cbor(std::string_view bytes);

// `value` conforms to the shape.
std::string write_cbor(const Service& service, const Member& member, const Value& value);

}  // namespace riposte::aws
