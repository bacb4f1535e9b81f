#pragma once

// What a service answered in JSON or CBOR, made to what the model says it is.

#include "aws/model.h"
#include "aws/value.h"

namespace riposte::aws {

// Members get the model's names; what the shape does not know, and nulls among members, are left
// out. Text becomes bytes or times, numbers become times and reals, where the shape wants those. A
// value of another type than the model's stays what it is: services differ from their models, and a
// caller would rather see it.
Value shaped(const Service& service, const Member& member, Value value);

}  // namespace riposte::aws
