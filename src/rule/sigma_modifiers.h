#pragma once

// The left side of a detection item: `field|modifier|modifier`, read and checked for combinations
// that mean something.
//
// One modifier at most says what kind of test it is; the others change the values or how they are
// joined.
//
//     test           may stand with
//     (text)         contains startswith endswith cased windash expand
//                    base64 base64offset utf16le utf16be utf16 wide
//     re             i m s expand
//     cidr           expand
//     lt lte gt gte  minute hour day week month year expand
//     minute ...     lt lte gt gte
//     fieldref       contains startswith endswith cased
//     exists         nothing
//
// `all` and `neq` stand with each of them but exists. Values change in the order in which the
// modifiers are written; placeholders are replaced before anything else.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "rule/scalar_place.h"

namespace riposte::rule {

enum class Modifier : std::uint8_t {
  All,
  Neq,
  Contains,
  StartsWith,
  EndsWith,
  Cased,
  WinDash,
  Base64,
  Base64Offset,
  Utf16Le,
  Utf16Be,
  Utf16,
  Expand,
  Re,
  IgnoreCase,
  MultiLine,
  DotAll,
  Cidr,
  Exists,
  FieldRef,
  Lt,
  Lte,
  Gt,
  Gte,
  Minute,
  Hour,
  Day,
  Week,
  Month,
  Year,
};

enum class SigmaTest : std::uint8_t { Text, Regex, Network, Exists, FieldRef, Number, TimePart };

struct SigmaKey {
  std::string field;  // empty: keywords, any value of the record
  std::vector<Modifier> modifiers;
  SigmaTest test = SigmaTest::Text;

  bool has(Modifier modifier) const;
  // The first of these modifiers that the key has.
  std::optional<Modifier> any_of(std::initializer_list<Modifier> modifiers) const;
};

// Bytes of a key, modifiers included.
inline constexpr std::size_t kSigmaKeyBytesMax = 1024;

// Nothing after an error; codes sigma-modifier, sigma-modifier-combination, sigma-limit. `place` is
// the key's token.
std::optional<SigmaKey> read_sigma_key(std::string_view key, base::Place place,
                                       const ScalarPlaces& places, base::Diagnostics& diagnostics);

}  // namespace riposte::rule
