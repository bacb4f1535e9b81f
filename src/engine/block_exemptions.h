#pragma once

// What is never blocked: networks that are no part of the internet, what the configuration protects
// and allows, and the addresses of this machine and of who typed the command.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "block/exemptions.h"
#include "engine/config.h"

namespace riposte::engine {

// `own`: from own_addresses().
block::Exemptions exemptions_of(const Config& config, const std::vector<block::Exemption>& own);

// Of this machine's interfaces, and by which somebody is logged in (`ssh_connection`: the variable
// that sshd sets; the client's address stands first).
std::vector<block::Exemption> own_addresses(const char* ssh_connection);

// Of this process: as its environment says.
block::Exemptions exemptions_here(const Config& config);

}  // namespace riposte::engine
