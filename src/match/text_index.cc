#include "match/text_index.h"

#include <limits>

namespace riposte::match {

using Part = rule::Glob::Part;
using Kind = Part::Kind;

void TextIndex::add_glob(const rule::Glob& glob, Mark mark) {
  const std::vector<Part>& parts = glob.parts();
  if (parts.empty()) return add_text("", mark);

  std::size_t longest = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].text.size() > parts[longest].text.size()) longest = i;
  }
  const std::string& literal = parts[longest].text;
  const bool at_front = longest == 0;
  const bool at_back = longest + 1 == parts.size();
  const auto any = [&](std::size_t i) { return parts[i].kind == Kind::Any; };

  bool whole = false;  // the literal in its place says all that the pattern says
  if (literal.empty()) {
    whole = parts.size() == 1 && any(0);
  } else if (parts.size() == 1) {
    return add_text(literal, mark);
  } else if (parts.size() == 2) {
    whole = at_front ? any(1) : any(0);
  } else if (parts.size() == 3) {
    whole = longest == 1 && any(0) && any(2);
  }
  if (!whole) {
    patterns_.push_back({glob, mark});
    mark = kTry | static_cast<Mark>(patterns_.size() - 1);
  }
  if (literal.empty()) {
    all_.push_back(mark);
  } else if (at_front) {
    beginnings_.add(literal, mark);
  } else if (at_back) {
    ends_.add(literal, mark);
  } else {
    literals_.add(literal, mark);
  }
}

void TextIndex::build() {
  texts_.build();
  beginnings_.build();
  ends_.build();
  literals_.build();
}

void TextIndex::find(std::string_view text, Scratch& scratch, std::vector<Mark>& marks) const {
  const std::size_t first = marks.size();
  if (!texts_.empty()) texts_.find(text, marks);
  if (!beginnings_.empty()) beginnings_.find(text, marks);
  if (!ends_.empty()) ends_.find(text, marks);
  if (!literals_.empty()) literals_.find(text, scratch, marks);
  if (!all_.empty()) marks.insert(marks.end(), all_.begin(), all_.end());
  if (!patterns_.empty()) try_patterns(first, text, marks);
}

// Puts the marks of the patterns that match in the place of the marks that said to try them.
void TextIndex::try_patterns(std::size_t first, std::string_view text,
                             std::vector<Mark>& marks) const {
  std::size_t kept = first;
  for (std::size_t i = first; i < marks.size(); ++i) {
    Mark mark = marks[i];
    if ((mark & kTry) != 0) {
      const Pattern& pattern = patterns_[mark & ~kTry];
      if (!pattern.glob.matches(text)) continue;
      mark = pattern.mark;
    }
    marks[kept++] = mark;
  }
  marks.resize(kept);
}

std::size_t TextIndex::longest() const {
  const bool bounded = beginnings_.empty() && ends_.empty() && literals_.empty() && all_.empty();
  return bounded ? texts_.longest() : std::numeric_limits<std::size_t>::max();
}

std::size_t TextIndex::bytes() const {
  std::size_t sum = sizeof *this + texts_.bytes() + beginnings_.bytes() + ends_.bytes() +
                    literals_.bytes() + all_.capacity() * sizeof(Mark);
  for (const Pattern& pattern : patterns_) {
    sum += sizeof pattern;
    for (const Part& part : pattern.glob.parts())
      sum += sizeof part + part.text.capacity();
  }
  return sum;
}

}  // namespace riposte::match
