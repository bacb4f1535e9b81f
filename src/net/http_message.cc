#include "net/http_message.h"

#include <algorithm>

#include "base/text.h"

namespace riposte::net {

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [name](const Header& header) {
    return base::equals_ignore_case(header.name, name);
  });
  return found == headers.end() ? nullptr : &found->value;
}

void set_header(std::vector<Header>& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [name](const Header& header) {
    return base::equals_ignore_case(header.name, name);
  });
  headers.push_back({std::string(name), std::move(value)});
}

}  // namespace riposte::net
