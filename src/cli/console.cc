#include "cli/console.h"

#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "finding/terminal_text.h"

// Tested by tests/cli/version_test.py

namespace riposte::cli {

// Messages name files and quote logs: neither may write to the terminal.
void Console::complain(std::string_view message) const {
  err << "riposte: " << finding::visible(message) << '\n';
}

Console process_console() {
  const char* no_color = std::getenv("NO_COLOR");
  const bool wants_color = no_color == nullptr || *no_color == '\0';
  Console console{std::cout, std::cerr};
  console.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  console.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  console.color = console.out_is_terminal && wants_color;
  winsize size{};
  if (console.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    console.width = size.ws_col;
  }
  return console;
}

}  // namespace riposte::cli
