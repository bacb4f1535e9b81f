#pragma once

// Search identifiers: what a rule compares, to conditions over atoms.
//
//     selection:                        And
//       eventName|startswith: [A, B]      Or  eventName is like "a*", eventName is like "b*"
//       errorCode: null                   Not errorCode has a value
//
// A map is an And of its items, a list an Or of its elements, the values of an item an Or (`all`:
// an And). Plain values without a field are keywords: searched for within every value of the
// record.
//
// Every atom asks whether SOME value of its field satisfies it; `neq` and null are negations of
// that. `field|neq: a` therefore holds where the field is missing, and where it is a list, only if
// no element is a.
//
// A placeholder without values (`|expand`) leaves the item without something to find: it never
// holds, and a warning says so. This is true under `neq`, too: a rule stays silent until somebody
// fills the list in.
//
// Threads: confined to the reader of one rule.

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "json/value.h"
#include "rule/condition.h"
#include "rule/log_source.h"
#include "rule/rule.h"
#include "rule/scalar_place.h"
#include "rule/sigma_modifiers.h"

namespace riposte::rule {

class SigmaValueReader {
 public:
  struct Spec {
    const LogSource& log_source;
    const Placeholders& placeholders;
    const ScalarPlaces& places;
    std::size_t complaints_max;  // of `diagnostics` as a whole; reading stops there
  };

  // Borrows everything; all of it must outlive the reader.
  SigmaValueReader(const Spec& spec, base::Diagnostics& diagnostics)
      : spec_(spec), diagnostics_(diagnostics) {}

  // Nothing after an error. Codes: those of sigma_modifiers.h, and sigma-type, sigma-value,
  // sigma-regex, sigma-limit; warnings sigma-placeholder, sigma-modifier-use.
  std::optional<Condition> read(const json::Value& definition);

 private:
  using Scalars = std::vector<const json::Value*>;
  using Lowered =
      std::optional<std::vector<Condition>>;  // one for each value; nothing after an error

  std::optional<Condition> read_map(const json::Value& map);
  std::optional<Condition> read_list(const json::Value& list);
  std::optional<Condition> read_item(const std::string& written_key, base::Place place,
                                     const json::Value& value);
  std::optional<Condition> join(const SigmaKey& key, base::Place place, const Scalars& scalars);
  void tell_doubtful_use(const SigmaKey& key, base::Place place, std::size_t value_count);
  bool collect(const json::Value& value, Scalars& scalars);

  Lowered lower(const SigmaKey& key, const json::Value& value);
  Lowered lower_text(const SigmaKey& key, const json::Value& value);
  Lowered lower_regex(const SigmaKey& key, const json::Value& value);
  Lowered lower_network(const SigmaKey& key, const json::Value& value);
  Lowered lower_number(const SigmaKey& key, const json::Value& value);
  Lowered lower_time_part(const SigmaKey& key, const json::Value& value);
  Lowered lower_field_ref(const SigmaKey& key, const json::Value& value);
  Lowered lower_exists(const SigmaKey& key, const json::Value& value);
  Lowered lower_null(const SigmaKey& key, const json::Value& value);

  std::optional<std::vector<std::string>> texts_of(const SigmaKey& key, const json::Value& value);
  std::optional<Condition> test_text(const SigmaKey& key, const json::Value& value,
                                     const std::string& written);

  Condition atom(const SigmaKey& key, Predicate predicate);
  std::nullopt_t refuse(const json::Value& value, std::string code, std::string message,
                        std::string hint = {});
  bool is_full() const;

  Spec spec_;
  base::Diagnostics& diagnostics_;
  std::size_t atom_count_ = 0;
};

}  // namespace riposte::rule
