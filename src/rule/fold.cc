#include "rule/fold.h"

#include <utf8proc.h>

#include "base/text.h"
#include "json/utf8.h"

namespace riposte::rule {

std::string fold(std::string_view text) {
  std::string result;
  append_folded(result, text);
  return result;
}

void append_folded(std::string& out, std::string_view text) {
  std::size_t ascii = 0;
  while (ascii < text.size() && static_cast<unsigned char>(text[ascii]) < 0x80)
    out += base::lower(text[ascii++]);
  text.remove_prefix(ascii);
  while (!text.empty()) {
    if (json::valid_utf8_prefix(text.substr(0, 4)) == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const char32_t code_point = json::take_code_point(text);
    json::append_utf8(
        out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point))));
  }
}

}  // namespace riposte::rule
