#pragma once

#include <string_view>

namespace riposte::cli {

inline constexpr std::string_view kVersion =
    RIPOSTE_VERSION;  // from the project's version in CMakeLists.txt

}  // namespace riposte::cli
