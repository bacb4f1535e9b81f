// Hands the arguments to conformance::run, nothing else.

#include "suites.h"

int main(int argc, char** argv) { return riposte::conformance::run(argc, argv); }
