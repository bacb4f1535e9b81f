#pragma once

// Every named action, each in a file of its own: src/respond/action_<name>.cc, those that only ask
// others in action_hand_over.cc. docs/formats/actions.md says what they do.
//
// Threads: immutable.

#include "respond/named_action.h"

namespace riposte::respond {

const NamedAction& block_address();
const NamedAction& block_public_bucket();
const NamedAction& contain_app_user();
const NamedAction& contain_principal();
const NamedAction& isolate_instance();
const NamedAction& restore_item();
const NamedAction& restore_object();
const NamedAction& restore_trail();
const NamedAction& revert_security_group_change();
const NamedAction& run_automation();
const NamedAction& start_pipeline();
const NamedAction& webhook();

}  // namespace riposte::respond
