#include "respond/named_action.h"

#include "respond/actions.h"

namespace riposte::respond {

std::span<const NamedAction* const> all_actions() {
  static const NamedAction* const kAll[] = {
      &block_address(),     &block_public_bucket(), &contain_app_user(),
      &contain_principal(), &isolate_instance(),    &restore_item(),
      &restore_object(),    &restore_trail(),       &revert_security_group_change(),
      &run_automation(),    &start_pipeline(),      &webhook()};
  return kAll;
}

const NamedAction* find_action(std::string_view name) {
  for (const NamedAction* action : all_actions()) {
    if (action->name() == name) return action;
  }
  return nullptr;
}

}  // namespace riposte::respond
