#pragma once

// Text as it stands in an XML document, in elements and attributes alike.

#include <string>
#include <string_view>

namespace riposte::base {

// The markup characters are escaped, and the white space that a reader would change: it makes a
// line feed of a carriage return, and in attributes spaces of tabs and line feeds. Other control
// characters, which XML does not know in any form, stay.
std::string xml_escaped(std::string_view text);

}  // namespace riposte::base
