#include "rule/scalar_place.h"

#include "base/text.h"

namespace riposte::rule {

ScalarPlaces::ScalarPlaces(std::string_view yaml) : lines_(base::split(yaml, '\n')) {}

base::Place ScalarPlaces::of(base::Place token, std::size_t offset) const {
  if (token.line == 0 || token.line > lines_.size()) return token;
  const std::string_view line = lines_[token.line - 1];
  if (token.column == 0 || token.column > line.size()) return token;
  const char first = line[token.column - 1];
  if (first == '|' || first == '>') return token;
  const std::size_t quote = first == '\'' || first == '"' ? 1 : 0;
  const base::Place place = {token.line, token.column + quote + offset};
  return place.column > line.size() ? token : place;
}

}  // namespace riposte::rule
