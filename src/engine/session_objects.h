#pragma once

// Objects of S3 as the configuration reaches them, each reader with a session of its own.
//
// Threads: what is made is confined to its owner; making is not.

#include "engine/aws_session.h"
#include "stream/objects.h"

namespace riposte::engine {

base::Result<stream::MakeObjects> objects_of(const Config& config, const AwsSession::Spec& spec);

}  // namespace riposte::engine
