#pragma once

// Values of AWS calls as published tests write them: bytes as plain text, times as seconds.

#include <string>

#include "aws/model.h"
#include "aws/value.h"

namespace riposte::conformance {

// Makes of a value from JSON what the model says it is, its members named as in the model.
aws::Value as_modelled(const aws::Service& service, const aws::Member& member, aws::Value value);

// As JSON with members in order of their names, so that equal values give equal texts.
std::string canonical(aws::Value value);

}  // namespace riposte::conformance
