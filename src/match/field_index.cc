#include "match/field_index.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/text.h"
#include "base/time.h"
#include "rule/eventbridge_number.h"
#include "rule/fold.h"

namespace riposte::match {

using json::Kind;
using rule::Dialect;
using rule::Literal;

namespace {

template <typename... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overload(Ts...) -> Overload<Ts...>;

// A mark below kAtomEnd is an atom; one with this bit takes an anything-but out of its list.
constexpr Mark kExcludes = Mark{1} << 31;
constexpr Mark kAtomEnd = TextIndex::kTry;

// No text folds to less than this part of its bytes (U+212A, three bytes, to k; fold_test.cc).
constexpr std::size_t kFoldShrink = 3;

// Decimal digits that a double always gives back as they were.

bool has_text(Kind kind, Dialect dialect) {
  if (dialect == Dialect::EventBridge) return kind == Kind::String;
  return kind != Kind::Null && kind != Kind::Array;
}

bool is_container(Kind kind) { return kind >= Kind::Array; }

std::optional<double> number_of(Kind kind, std::string_view text, Dialect dialect) {
  if (dialect == Dialect::EventBridge) {
    return kind == Kind::Number ? rule::comparable_number(text) : std::nullopt;
  }
  const auto begins_number = [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
  };
  if (is_container(kind) || text.empty() || !begins_number(text.front())) return std::nullopt;
  return base::parse_number(text);
}

int part_of(const base::CivilTime& time, rule::TimePartIn::Part part) {
  using Part = rule::TimePartIn::Part;
  switch (part) {
    case Part::Minute:
      return time.minute;
    case Part::Hour:
      return time.hour;
    case Part::Day:
      return time.day;
    case Part::Week:
      return time.iso_week;
    case Part::Month:
      return time.month;
    case Part::Year:
      return time.year;
  }
  return 0;
}

Kind kind_of(Literal::Type type) {
  switch (type) {
    case Literal::Type::String:
      return Kind::String;
    case Literal::Type::Number:
      return Kind::Number;
    case Literal::Type::True:
      return Kind::True;
    case Literal::Type::False:
      return Kind::False;
    case Literal::Type::Null:
      return Kind::Null;
  }
  return Kind::Null;
}

template <typename Index>
Index& made(std::unique_ptr<Index>& index) {
  if (!index) index = std::make_unique<Index>();
  return *index;
}

}  // namespace

void FieldIndex::add(AtomId atom, const rule::Predicate& predicate) {
  CHECK(atom < kAtomEnd, "there are fewer atoms than marks can name");
  if (std::holds_alternative<rule::Exists>(predicate.test)) {
    (dialect_ == Dialect::Sigma ? exists_ : has_value_).push_back(atom);
  } else if (std::holds_alternative<rule::HasValue>(predicate.test)) {
    has_value_.push_back(atom);
  } else if (std::holds_alternative<rule::AnythingBut>(predicate.test)) {
    add_but(atom, predicate);
  } else {
    add_test(predicate, atom);
  }
}

void FieldIndex::add_but(AtomId atom, const rule::Predicate& predicate) {
  const auto& excluded = std::get<rule::AnythingBut>(predicate.test).none_of;
  const auto in_no_table = [](const rule::Predicate& each) {
    return std::holds_alternative<rule::AnythingBut>(each.test) ||
           std::holds_alternative<rule::Exists>(each.test) ||
           std::holds_alternative<rule::HasValue>(each.test);
  };
  if (std::any_of(excluded.begin(), excluded.end(), in_no_table)) {
    others_.push_back({atom, predicate});
    return;
  }
  const Mark mark = kExcludes | static_cast<Mark>(buts_.size());
  buts_.push_back(atom);
  for (const rule::Predicate& each : excluded)
    add_test(each, mark);
}

TextIndex& FieldIndex::texts(bool ignore_case) {
  return made(ignore_case ? folded_texts_ : texts_);
}

void FieldIndex::add_test(const rule::Predicate& predicate, Mark mark) {
  std::visit(
      Overload{
          [&](const rule::TextIs& test) { texts(test.ignore_case).add_text(test.text, mark); },
          [&](const rule::TextLike& test) { texts(test.ignore_case).add_glob(test.glob, mark); },
          [&](const rule::TextMatches& test) { made(regexes_).add(test.regex, mark); },
          [&](const rule::InNetwork& test) { made(networks_).add(test.network, mark); },
          [&](const rule::TimePartIn& test) {
            times_.push_back({test, mark});
          },
          [&](const rule::NumberIn& test) { made(numbers_).add(test, mark); },
          [&](const Literal& test) {
            if (test.type == Literal::Type::String) {
              texts(false).add_text(test.text, mark);
            } else if (test.type != Literal::Type::Number) {
              words_[static_cast<std::size_t>(kind_of(test.type))].push_back(mark);
            } else if (const auto number = rule::comparable_number(test.text)) {
              made(numbers_).add({.lower = number, .upper = number}, mark);
            } else {
              made(number_texts_).add(test.text, mark);
            }
          },
          [](const auto&) {},  // Exists, HasValue, AnythingBut: see add(); FieldRef: the Matcher's
      },
      predicate.test);
}

void FieldIndex::build() {
  if (texts_) texts_->build();
  if (folded_texts_) folded_texts_->build();
  if (regexes_) regexes_->build();
  if (networks_) networks_->build();
  if (numbers_) numbers_->build();
  if (number_texts_) number_texts_->build();
  tests_text_ = texts_ || folded_texts_ || regexes_ || networks_ || !times_.empty();
}

void FieldIndex::test(Kind kind, std::string_view text, TextScratch& scratch,
                      std::vector<AtomId>& atoms, const HeldAtoms& held) const {
  atoms.insert(atoms.end(), exists_.begin(), exists_.end());
  if (dialect_ == Dialect::Sigma ? kind == Kind::Null : is_container(kind)) return;
  atoms.insert(atoms.end(), has_value_.begin(), has_value_.end());
  if (kind == Kind::Array) return;

  const std::size_t first = atoms.size();
  if (tests_text_ && has_text(kind, dialect_)) find_text(text, scratch, atoms);
  if (numbers_ || number_texts_) find_number(kind, text, held, atoms);
  if (kind <= Kind::True) {
    const std::vector<Mark>& words = words_[static_cast<std::size_t>(kind)];
    atoms.insert(atoms.end(), words.begin(), words.end());
  }
  // Beyond this line every mark is known; what follows names atoms.
  if (!buts_.empty()) take_out_excluded(first, !is_container(kind), scratch, atoms);
  for (const Other& other : others_) {
    if (holds(other.predicate, dialect_, kind, text, scratch)) atoms.push_back(other.atom);
  }
}

void FieldIndex::find_text(std::string_view text, TextScratch& scratch,
                           std::vector<Mark>& marks) const {
  if (texts_) texts_->find(text, scratch.texts, marks);
  const bool asks_folded = folded_texts_ && text.size() / kFoldShrink <= folded_texts_->longest();
  if (asks_folded || regexes_) {
    const std::string_view folded = rule::folded(text, scratch.folded);
    if (asks_folded) folded_texts_->find(folded, scratch.texts, marks);
    if (regexes_) regexes_->find(text, folded, scratch.texts, marks);
  }
  if (networks_) {
    if (const auto address = read_address(text, dialect_)) networks_->find(*address, marks);
  }
  if (!times_.empty()) find_time(text, marks);
}

void FieldIndex::find_time(std::string_view text, std::vector<Mark>& marks) const {
  const std::optional<base::EventTime> time = base::parse_time(text);
  if (!time) return;
  const base::CivilTime parts = base::civil(*time);
  for (const TimeTest& test : times_) {
    if (test.part.range.contains(part_of(parts, test.part.part))) marks.push_back(test.mark);
  }
}

// Whether a double holds the number of a pattern's event is asked only when it hit something new.
void FieldIndex::find_number(Kind kind, std::string_view text, const HeldAtoms& held,
                             std::vector<Mark>& marks) const {
  if (dialect_ == Dialect::Sigma) {
    const std::optional<double> number = number_of(kind, text, dialect_);
    if (number && numbers_) numbers_->find(*number, marks);
    return;
  }
  if (kind != Kind::Number) return;
  if (number_texts_) number_texts_->find(text, marks);
  const std::optional<double> number = rule::nearest_number(text);
  if (!number || !numbers_) return;
  const auto before = static_cast<std::ptrdiff_t>(marks.size());
  numbers_->find(*number, marks);
  const bool is_news = std::any_of(marks.begin() + before, marks.end(), [&held](Mark mark) {
    return mark >= kAtomEnd || !held.has(mark);
  });
  if (!is_news || !rule::holds_number(*number, text))
    marks.erase(marks.begin() + before, marks.end());
}

// Of the marks from `first` on keeps the atoms, and where the field `lists` its anything-buts,
// appends those that no mark excluded.
void FieldIndex::take_out_excluded(std::size_t first, bool lists, TextScratch& scratch,
                                   std::vector<Mark>& marks) const {
  std::vector<std::uint64_t>& excluded = scratch.excluded;
  std::size_t kept = first;
  for (std::size_t i = first; i < marks.size(); ++i) {
    const Mark mark = marks[i];
    if ((mark & kExcludes) == 0) {
      marks[kept++] = mark;
      continue;
    }
    if (excluded.empty()) excluded.resize(buts_.size() / 64 + 1);
    const Mark index = mark & ~kExcludes;
    excluded[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  marks.resize(kept);
  if (lists && excluded.empty()) {
    marks.insert(marks.end(), buts_.begin(), buts_.end());
  } else if (lists) {
    for (std::size_t i = 0; i < buts_.size(); ++i) {
      if ((excluded[i / 64] >> (i % 64) & 1) == 0) marks.push_back(buts_[i]);
    }
  }
  excluded.clear();
}

std::size_t FieldIndex::bytes() const {
  std::size_t sum = sizeof *this;
  const auto add_bytes = [&](const auto& index) { sum += index ? index->bytes() : 0; };
  add_bytes(texts_);
  add_bytes(folded_texts_);
  add_bytes(networks_);
  add_bytes(numbers_);
  add_bytes(number_texts_);
  for (const auto* list : {&exists_, &has_value_, &buts_, &words_[0], &words_[1], &words_[2]})
    sum += list->capacity() * sizeof(Mark);
  return sum + times_.capacity() * sizeof(TimeTest) + others_.capacity() * sizeof(Other);
}

bool holds(const rule::Predicate& predicate, Dialect dialect, Kind kind, std::string_view text,
           TextScratch& scratch) {
  if (std::holds_alternative<rule::Exists>(predicate.test))
    return dialect == Dialect::Sigma || !is_container(kind);
  if (dialect == Dialect::Sigma ? kind == Kind::Null : is_container(kind)) return false;

  const bool textual = has_text(kind, dialect);
  const auto seen = [&](bool ignore_case) {
    if (!ignore_case) return text;
    return rule::folded(text, scratch.folded);
  };
  return std::visit(
      Overload{
          [](const rule::HasValue&) { return true; },
          [&](const rule::TextIs& test) { return textual && seen(test.ignore_case) == test.text; },
          [&](const rule::TextLike& test) {
            return textual && test.glob.matches(seen(test.ignore_case));
          },
          [&](const rule::TextMatches& test) { return textual && test.regex->found_in(text); },
          [&](const rule::InNetwork& test) {
            if (!textual) return false;
            const std::optional<base::Address> address = read_address(text, dialect);
            return address && test.network.contains(*address);
          },
          [&](const rule::TimePartIn& test) {
            if (!textual) return false;
            const std::optional<base::EventTime> time = base::parse_time(text);
            return time && test.range.contains(part_of(base::civil(*time), test.part));
          },
          [&](const rule::NumberIn& test) {
            const std::optional<double> number = number_of(kind, text, dialect);
            return number && test.contains(*number);
          },
          [&](const Literal& test) {
            if (kind != kind_of(test.type)) return false;
            switch (test.type) {
              case Literal::Type::String:
                return text == test.text;
              case Literal::Type::Number:
                return rule::same_number(text, test.text);
              default:
                return true;
            }
          },
          [&](const rule::AnythingBut& test) {
            return !is_container(kind) &&
                   std::none_of(test.none_of.begin(), test.none_of.end(),
                                [&](const rule::Predicate& each) {
                                  return holds(each, dialect, kind, text, scratch);
                                });
          },
          [](const auto&) { return false; },  // Exists: see above; FieldRef: the Matcher's
      },
      predicate.test);
}

}  // namespace riposte::match
