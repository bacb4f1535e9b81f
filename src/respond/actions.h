#pragma once

// Every named action, each in a file of its own: src/respond/action_<name>.cc.
// docs/formats/actions.md says what they do.
//
// Threads: immutable.

#include "respond/named_action.h"

namespace riposte::respond {

const NamedAction& block_public_bucket();
const NamedAction& contain_principal();
const NamedAction& restore_trail();
const NamedAction& revert_security_group_change();

}  // namespace riposte::respond
