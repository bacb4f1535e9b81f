#include "suites.h"

namespace riposte::conformance {

void run_api_answers(const Setting&, Report&) {}

}  // namespace riposte::conformance
