#pragma once

// What an index said about the values it was asked about lately. Logs say the same again and again
// (a service, a region, a user agent), and an answer that is known costs a hash and a comparison,
// however many rules stand behind it.
//
// A direct-mapped table. A value moves in when it is seen twice without another of its place in
// between, so that request ids and times, which never come back, neither cost a copy nor drive out
// what does.
//
// Invariant: answer() gives what `compute` would.
//
// Threads: confined to its owner.

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "match/field_index.h"
#include "match/text_hash.h"

namespace riposte::match {

class ValueMemo {
 public:
  static constexpr std::size_t kTextMax = 128;  // bytes; longer ones are always computed

  // The atoms of `index` that hold for a string, `written` thus in its event, escapes and all; from
  // compute(), a list of them, where they are not known. Good until the next call.
  template <typename Compute>
  const std::vector<AtomId>& answer(const FieldIndex& index, std::string_view written,
                                    const Compute& compute) {
    if (written.size() > kTextMax) return compute();
    const std::uint64_t hash = hash_of(written) ^ mix(reinterpret_cast<std::uintptr_t>(&index));
    Entry& entry = entries_[hash >> kShift];
    if (entry.hash == hash && entry.index == &index &&
        written == std::string_view(entry.text.data(), entry.size)) {
      return entry.atoms;
    }
    const std::vector<AtomId>& atoms = compute();
    if (entry.wanted == hash) {
      entry.hash = hash;
      entry.index = &index;
      entry.size = static_cast<std::uint32_t>(written.size());
      std::memcpy(entry.text.data(), written.data(), written.size());
      entry.atoms = atoms;
    }
    entry.wanted = hash;
    return atoms;
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint64_t wanted = 0;           // of the value that was last not known here
    const FieldIndex* index = nullptr;  // null: nobody lives here
    std::uint32_t size = 0;
    std::array<char, kTextMax> text;
    std::vector<AtomId> atoms;
  };

  static constexpr std::size_t kEntries = 1024;  // together they stay in the second-level cache
  static constexpr int kShift = 64 - 10;
  static_assert(kEntries == std::size_t{1} << (64 - kShift));

  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
};

}  // namespace riposte::match
