// Hands the arguments to cli::run, nothing else.
// Tested by tests/cli/version_test.py

#include "cli/cli.h"

int main(int argc, char** argv) {
  return riposte::cli::run(argc, argv, riposte::cli::process_console());
}
