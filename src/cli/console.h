#pragma once

// Where commands speak: data to `out`, messages to `err`, and what is known of the terminal behind
// them.
//
// Tests give streams of their own; main gives the process's.

#include <cstddef>
#include <ostream>
#include <string_view>

#include "cli/exit_code.h"

namespace riposte::cli {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color = false;       // a terminal, and NO_COLOR is not set (no-color.org)
  std::size_t width = 100;  // of the terminal, or what reports are laid out for

  // "riposte: message" on err, on one line and without control characters.
  void complain(std::string_view message) const;
};

// The process's own streams and terminal.
Console process_console();

}  // namespace riposte::cli
