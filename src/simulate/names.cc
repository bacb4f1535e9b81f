#include "simulate/names.h"

#include "base/text.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/template.h"

namespace riposte::simulate {

void Names::set_text(std::string_view name, std::string_view text) {
  set(name, json::quoted(text));
}

std::string Names::json() const {
  std::string out = "{";
  for (const auto& [name, value] : values_) {
    if (out.size() > 1) out += ',';
    out += json::quoted(name) + ":" + value;
  }
  return out + "}";
}

base::Result<std::string> Names::resolve(const json::Value& value) const {
  const json::OwnedDocument names = TRY(json::OwnedDocument::parse(json()));
  respond::Scope scope;
  scope.names = &names.root();
  std::vector<std::string> missing;
  std::string resolved = respond::resolve(value, scope, missing);
  if (missing.empty()) return resolved;
  return base::Error{base::Errc::Invalid, base::join(missing, "; ")};
}

base::Result<std::string> Names::resolve_text(const json::Value& value) const {
  const std::string resolved = TRY(resolve(value));
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(resolved));
  return std::string(document.root().text);
}

}  // namespace riposte::simulate
