#pragma once

// Which of many literals occur anywhere in this text? One pass for all of them.
//
// A literal of seven bytes or more has four neighbouring windows of four bytes (grams). Wherever
// the literal stands in a text, one of the four begins at a multiple of four: so only every fourth
// position of the text is looked at.
//
//     literal   m i m i k a t z           grams  mimi imik mika ikat
//     text      C : \ m|i m i k|a t z .   at 0, 4, 8 ...: imik is in the bit table, its list says
//                                         "second gram of mimikatz", the bytes around it agree
//
// Each gram looked at is one bit in a table that stays in the nearest cache; only where it is set
// are the literals of that gram compared, first by their rarest gram. Of the grams a literal
// offers, the ones that fewest other literals have are taken. Where the shortest literal has fewer
// bytes, or too many literals would share their grams, every third, second or single position is
// looked at. Literals of one, two and three bytes are grams themselves, and stand anywhere: one
// pass asks of each byte which of them begin so.
//
// Cost: about a nanosecond for each position looked at, whatever the number of literals; each
// literal is compared at most once for each position that shows its gram, and never again once it
// was found. Texts are bytes: NUL and invalid UTF-8 are like any other.
//
// Threads: immutable once built; each thread brings its own Scratch.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/postings.h"

namespace riposte::match {

class LiteralScan {
 public:
  struct Scratch {
    std::vector<bool> seen;            // by literal; all false between two texts
    std::vector<std::uint32_t> found;  // literals seen in this text
  };

  void add(std::string_view literal, Mark mark) { added_.emplace_back(literal, mark); }
  void build();

  // Appends the marks of each literal found, once however often it occurs.
  void find(std::string_view text, Scratch& scratch, std::vector<Mark>& marks) const;

  bool empty() const { return literals_.empty(); }
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kWidestGram = 4;

  struct Literal {
    std::uint32_t begin;  // in texts_
    std::uint32_t length;
    std::uint32_t rarest = 0;  // of its grams, and where in the literal that begins
    std::uint32_t rarest_at = 0;
  };
  struct Gram {
    std::uint32_t value;
    std::uint32_t literal;
    std::uint32_t offset;  // where in the literal it begins
  };
  // All literals that are looked for by grams of `width` bytes, at every `stride`-th position;
  // those that are shorter than the widest gram, where their first byte stands.
  struct Pass {
    std::size_t width = 0;
    std::size_t stride = 1;
    std::size_t shortest = 0;  // literal
    int bit_shift = 0;         // hash to its place in bits
    int bucket_shift = 0;      // hash to its bucket
    std::vector<std::uint64_t> bits;
    std::vector<std::uint32_t> begins;  // by bucket: its first gram; one more at the end
    std::vector<Gram> grams;
  };

  std::string_view text_of(std::size_t literal) const {
    return std::string_view(texts_).substr(literals_[literal].begin, literals_[literal].length);
  }
  // Finds the rarest gram of each literal, too.
  Pass make_pass(std::size_t width, const std::vector<std::uint32_t>& literals);
  void scan_long(std::string_view text, Scratch& scratch) const;
  void scan_short(std::string_view text, Scratch& scratch) const;
  template <std::size_t Width>
  void look(const Pass& pass, std::size_t at, std::string_view text, Scratch& scratch) const;
  template <std::size_t Width>
  void compare(const Pass& pass, std::uint32_t gram, std::size_t at, std::string_view text,
               Scratch& scratch) const;

  std::vector<std::pair<std::string, Mark>> added_;  // until build()

  std::vector<Literal> literals_;
  std::string texts_;
  Postings postings_;
  std::array<std::uint8_t, 256> short_begins_{};  // by byte: a bit for each width that begins so
  bool has_short_ = false;                        // literals that short,
  bool has_long_ = false;                         // and others
  std::array<Pass, kWidestGram> passes_;          // by width, less one; without grams where unused
};

}  // namespace riposte::match
