#pragma once

// Secrets where the configuration says that they are: a variable, a file, Secrets Manager.

#include "base/secret.h"
#include "cli/aws_session.h"
#include "engine/config.h"

namespace riposte::cli {

// Of a file without white space around it. NotFound, Denied or what the place says; no message has
// anything of the secret in it.
base::Result<base::Secret> find_secret(const engine::SecretReference& reference,
                                       AwsSession& session);

}  // namespace riposte::cli
