#pragma once

// Structures as XML: what rest-xml sends, and what rest-xml, query and ec2 answer.

#include <string>

#include "aws/model.h"
#include "aws/value.h"
#include "aws/xml_text.h"

namespace riposte::aws {

// `value` conforms to the shape; `root` is the name of its element. Members of an operation's input
// that stand elsewhere in the request are left out.
std::string write_xml(const Service& service, const Member& member, std::string_view root,
                      const Value& value);

// What the shape knows of this element; the rest is left out. Text that is not what the model says
// stays text. Members of an operation's output that stand in headers are left out.
Value read_xml(const Service& service, const Member& member, const XmlText& xml,
               const XmlElement& element);

// A scalar from its text, wherever that stands: an element, an attribute, a header.
Value read_text(const Shape& shape, std::string_view text);

}  // namespace riposte::aws
