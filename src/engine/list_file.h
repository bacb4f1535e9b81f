#pragma once

// Blocks as a plain file, one network a line, for firewalls of others. The whole file is ours, and
// appears whole.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "base/result.h"
#include "block/change.h"
#include "block/hold.h"
#include "block/settings.h"

namespace riposte::engine {

inline constexpr std::size_t kListBytesMax = 64 << 20;  // of the file as it is

// Every network once, in their order, those that lie within another left out.
std::string list_of(const std::vector<block::Block>& blocks);

// One change where the file says something else.
base::Result<block::Reconciled> reconcile_file(const block::Enforcement& enforcement,
                                               const std::vector<block::Block>& blocks);

base::Status write_list(const std::string& path, std::string_view text);

}  // namespace riposte::engine
