#include "match/literal_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace riposte::match {
namespace {

constexpr std::size_t kStrideMax = 4;   // each step more would cost every literal a gram more
constexpr double kCompareCost = 3;      // of one literal, in positions looked at
constexpr std::size_t kBitsAGram = 16;  // one position in sixteen is compared for nothing

// Put together in registers: three bytes that pass through memory would wait for each other there.
template <std::size_t Width>
std::uint32_t gram_at(const char* bytes) {
  if constexpr (Width == 4) {
    std::uint32_t gram;
    std::memcpy(&gram, bytes, sizeof gram);
    return gram;
  }
  std::uint32_t gram = 0;
  for (std::size_t i = 0; i < Width; ++i)
    gram |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return gram;
}

std::uint32_t gram_at(const char* bytes, std::size_t width) {
  switch (width) {
    case 1:
      return gram_at<1>(bytes);
    case 2:
      return gram_at<2>(bytes);
    case 3:
      return gram_at<3>(bytes);
    default:
      return gram_at<4>(bytes);
  }
}

// The high bits are the good ones.
std::uint32_t hash_of(std::uint32_t gram) { return gram * 0x9e3779b1u; }

// Of a width in short_begins_.
std::uint8_t bit_of(std::size_t width) { return static_cast<std::uint8_t>(1u << width); }

// Shift that leaves as many high bits of a hash as an index below `size` needs, a power of two of
// at least two.
int shift_for(std::size_t size) { return 32 - std::countr_zero(size); }

}  // namespace

void LiteralScan::build() {
  std::sort(added_.begin(), added_.end());
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const auto& [text, mark] = added_[i];
    if (i == 0 || text != added_[i - 1].first) {
      literals_.push_back(
          {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size())});
      texts_ += text;
      postings_.begin_key();
    }
    postings_.add(mark);
  }
  added_ = {};

  std::array<std::vector<std::uint32_t>, kWidestGram + 1> by_width;
  for (std::uint32_t i = 0; i < literals_.size(); ++i)
    by_width[std::min<std::size_t>(literals_[i].length, kWidestGram)].push_back(i);
  for (std::size_t width = 1; width <= kWidestGram; ++width) {
    if (!by_width[width].empty()) passes_[width - 1] = make_pass(width, by_width[width]);
  }
  has_long_ = !by_width[kWidestGram].empty();
  for (std::size_t width = 1; width < kWidestGram; ++width) {
    for (std::uint32_t literal : by_width[width])
      short_begins_[static_cast<unsigned char>(text_of(literal).front())] |= bit_of(width);
    has_short_ = has_short_ || !by_width[width].empty();
  }
}

LiteralScan::Pass LiteralScan::make_pass(std::size_t width,
                                         const std::vector<std::uint32_t>& literals) {
  Pass pass;
  pass.width = width;
  pass.shortest = std::numeric_limits<std::size_t>::max();
  for (std::uint32_t literal : literals)
    pass.shortest = std::min<std::size_t>(pass.shortest, literals_[literal].length);

  // How many literals have a gram, nearly: grams of one hash are counted together.
  std::size_t offered = 2;
  for (std::uint32_t literal : literals)
    offered += literals_[literal].length;
  std::vector<std::uint32_t> uses(std::bit_ceil(2 * offered));
  const int use_shift = shift_for(uses.size());
  const auto uses_of = [&](const char* bytes) -> std::uint32_t& {
    return uses[hash_of(gram_at(bytes, width)) >> use_shift];
  };
  for (std::uint32_t literal : literals) {
    const std::string_view text = text_of(literal);
    for (std::size_t at = 0; at + width <= text.size(); ++at)
      ++uses_of(text.data() + at);
  }

  // Where in the literal the `count` neighbouring grams begin that fewest literals have, and how
  // many have them.
  const auto rarest = [&](std::uint32_t literal, std::size_t count) {
    const std::string_view text = text_of(literal);
    std::pair<std::size_t, std::size_t> best(std::numeric_limits<std::size_t>::max(), 0);
    for (std::size_t at = 0; at + count + width - 1 <= text.size(); ++at) {
      std::size_t sum = 0;
      for (std::size_t i = at; i < at + count; ++i)
        sum += uses_of(text.data() + i);
      best = std::min(best, {sum, at});
    }
    return best;
  };
  // Long strides look at few positions, but must take grams that many literals have. A text in
  // which grams are as common as in the literals compares so many at each position:
  double cost_min = std::numeric_limits<double>::max();
  for (std::size_t stride = std::min(pass.shortest - width + 1, kStrideMax); stride > 0; --stride) {
    std::size_t sum = 0;
    for (std::uint32_t literal : literals)
      sum += rarest(literal, stride).first;
    const double compared = static_cast<double>(sum) / static_cast<double>(offered);
    const double cost = (1 + kCompareCost * compared) / static_cast<double>(stride);
    if (cost < cost_min) {
      cost_min = cost;
      pass.stride = stride;
    }
  }
  for (std::uint32_t literal : literals) {
    const std::string_view text = text_of(literal);
    const std::size_t single = rarest(literal, 1).second;
    literals_[literal].rarest = gram_at(text.data() + single, width);
    literals_[literal].rarest_at = static_cast<std::uint32_t>(single);
    const std::size_t first = rarest(literal, pass.stride).second;
    for (std::size_t at = first; at < first + pass.stride; ++at) {
      pass.grams.push_back(
          {gram_at(text.data() + at, width), literal, static_cast<std::uint32_t>(at)});
    }
  }

  const std::size_t grams = pass.grams.size();
  pass.bits.resize(std::max<std::size_t>(std::bit_ceil(grams * kBitsAGram) / 64, 1));
  pass.bit_shift = shift_for(pass.bits.size() * 64);
  const std::size_t buckets = std::bit_ceil(grams + 1);
  pass.bucket_shift = shift_for(buckets);
  std::sort(pass.grams.begin(), pass.grams.end(), [](const Gram& a, const Gram& b) {
    return std::pair(hash_of(a.value), a.literal) < std::pair(hash_of(b.value), b.literal);
  });
  pass.begins.assign(buckets + 1, 0);
  for (const Gram& gram : pass.grams) {
    const std::uint32_t bit = hash_of(gram.value) >> pass.bit_shift;
    pass.bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
    ++pass.begins[(hash_of(gram.value) >> pass.bucket_shift) + 1];
  }
  for (std::size_t i = 0; i < buckets; ++i)
    pass.begins[i + 1] += pass.begins[i];
  return pass;
}

template <std::size_t Width>
void LiteralScan::compare(const Pass& pass, std::uint32_t gram, std::size_t at,
                          std::string_view text, Scratch& scratch) const {
  const std::uint32_t bucket = hash_of(gram) >> pass.bucket_shift;
  for (std::uint32_t i = pass.begins[bucket]; i < pass.begins[bucket + 1]; ++i) {
    const Gram& entry = pass.grams[i];
    if (entry.value != gram || at < entry.offset) continue;
    const Literal& literal = literals_[entry.literal];
    const std::string_view rest = text.substr(at - entry.offset);
    if (rest.size() < literal.length) continue;
    if (gram_at<Width>(rest.data() + literal.rarest_at) != literal.rarest) continue;
    if (scratch.seen[entry.literal] || !rest.starts_with(text_of(entry.literal))) continue;
    scratch.seen[entry.literal] = true;
    scratch.found.push_back(entry.literal);
  }
}

// Compares the literals of the gram at this position, if there may be any.
template <std::size_t Width>
void LiteralScan::look(const Pass& pass, std::size_t at, std::string_view text,
                       Scratch& scratch) const {
  const std::uint32_t gram = gram_at<Width>(text.data() + at);
  const std::uint32_t bit = hash_of(gram) >> pass.bit_shift;
  if ((pass.bits[bit / 64] >> (bit % 64) & 1) != 0) [[unlikely]]
    compare<Width>(pass, gram, at, text, scratch);
}

void LiteralScan::scan_long(std::string_view text, Scratch& scratch) const {
  const Pass& pass = passes_[kWidestGram - 1];
  for (std::size_t at = 0; at + kWidestGram <= text.size(); at += pass.stride)
    look<kWidestGram>(pass, at, text, scratch);
}

void LiteralScan::scan_short(std::string_view text, Scratch& scratch) const {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint8_t widths = short_begins_[static_cast<unsigned char>(text[at])];
    if (widths == 0) continue;
    const std::size_t left = text.size() - at;
    if ((widths & bit_of(1)) != 0) look<1>(passes_[0], at, text, scratch);
    if ((widths & bit_of(2)) != 0 && left >= 2) look<2>(passes_[1], at, text, scratch);
    if ((widths & bit_of(3)) != 0 && left >= 3) look<3>(passes_[2], at, text, scratch);
  }
}

void LiteralScan::find(std::string_view text, Scratch& scratch, std::vector<Mark>& marks) const {
  if (scratch.seen.size() < literals_.size()) scratch.seen.resize(literals_.size());
  if (has_long_ && text.size() >= passes_[kWidestGram - 1].shortest) scan_long(text, scratch);
  if (has_short_) scan_short(text, scratch);
  for (std::uint32_t literal : scratch.found) {
    postings_.append(literal, marks);
    scratch.seen[literal] = false;
  }
  scratch.found.clear();
}

std::size_t LiteralScan::bytes() const {
  std::size_t sum = literals_.capacity() * sizeof(Literal) + texts_.capacity() + postings_.bytes();
  for (const Pass& pass : passes_) {
    sum += sizeof pass + pass.bits.capacity() * sizeof(std::uint64_t) +
           pass.begins.capacity() * sizeof(std::uint32_t) + pass.grams.capacity() * sizeof(Gram);
  }
  return sum;
}

}  // namespace riposte::match
