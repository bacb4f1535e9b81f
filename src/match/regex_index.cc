#include "match/regex_index.h"

#include <numeric>

#include <re2/filtered_re2.h>

namespace riposte::match {
namespace {

constexpr int kAtomBytesMin = 3;  // shorter ones stand in every text

bool is_ascii(std::string_view text) {
  // No early end: so this is a loop over whole vectors.
  const auto join = [](char a, char b) { return static_cast<char>(a | b); };
  return static_cast<unsigned char>(std::accumulate(text.begin(), text.end(), '\0', join)) < 0x80;
}

}  // namespace

struct RegexIndex::Filter {
  re2::FilteredRE2 re2{kAtomBytesMin};
};

RegexIndex::RegexIndex() = default;
RegexIndex::~RegexIndex() = default;
RegexIndex::RegexIndex(RegexIndex&&) noexcept = default;
RegexIndex& RegexIndex::operator=(RegexIndex&&) noexcept = default;

void RegexIndex::build() {
  auto filter = std::make_unique<Filter>();
  for (const Entry& entry : entries_) {
    const rule::Regex::Flags flags = entry.regex->flags();
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!flags.ignore_case);
    // What m and s change is where an expression matches, not which literals it needs.
    int id = 0;
    if (filter->re2.Add(entry.regex->expression(), options, &id) != RE2::NoError) return;
  }
  std::vector<std::string> atoms;
  filter->re2.Compile(&atoms);
  for (std::size_t i = 0; i < atoms.size(); ++i)
    atoms_.add(atoms[i], static_cast<Mark>(i));
  atoms_.build();
  filter->re2.AllPotentials({}, &always_);
  filter_ = std::move(filter);
}

void RegexIndex::find(std::string_view text, std::string_view folded, LiteralScan::Scratch& scratch,
                      std::vector<Mark>& marks) const {
  if (filter_ == nullptr || !is_ascii(text)) {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      try_entry(i, text, marks);
    return;
  }
  const auto first = static_cast<std::ptrdiff_t>(marks.size());
  atoms_.find(folded, scratch, marks);
  const std::vector<int> atoms(marks.begin() + first, marks.end());
  marks.resize(static_cast<std::size_t>(first));
  std::vector<int> potential;
  if (!atoms.empty()) filter_->re2.AllPotentials(atoms, &potential);
  for (int index : atoms.empty() ? always_ : potential)
    try_entry(static_cast<std::size_t>(index), text, marks);
}

void RegexIndex::try_entry(std::size_t index, std::string_view text,
                           std::vector<Mark>& marks) const {
  if (entries_[index].regex->found_in(text)) marks.push_back(entries_[index].mark);
}

}  // namespace riposte::match
