#pragma once

// Files, read whole.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::base {

// The content of a regular file; "-" is standard input. NotFound, Denied, Io, or Limit above
// `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Every regular file at or below `path`, sorted bytewise; symbolic links to folders are not
// followed (they may lead in circles). Folders that cannot be read are told in `failures`, each
// with its path in front.
std::vector<std::string> list_files(const std::string& path, std::vector<Error>& failures);

}  // namespace riposte::base
