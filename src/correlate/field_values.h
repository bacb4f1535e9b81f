#pragma once

// What an event holds at a field: the texts that correlations group by and count.
//
// Numbers and booleans are taken as written, an object as its compact JSON; null is no value. Every
// element of an array is a value. Fields below `riposte.` are the event's facts.
//
// Cost: objects on the way are listed once an event, and a field is a walk over these lists;
// nothing is copied but what has escapes.
//
// Threads: confined to its owner.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "rule/condition.h"

namespace riposte::correlate {

// Values that one event gives of one field; an event with more of them counts for the first ones.
inline constexpr std::size_t kValuesMax = 64;

class FieldReader {
 public:
  // The event that is read from now on, which must live as long.
  void begin(const event::RawEvent& event);

  // In the order of the record, each once. `paths` are alternatives: the first that leads to a
  // value counts. They live until the next call.
  const std::vector<std::string_view>& values_at(const std::vector<rule::FieldPath>& paths);

  // Whether an object on the way had the key twice, so that two readers may see different values.
  bool repeats_key() const { return repeats_key_; }

 private:
  using Rest = rule::FieldPath::const_iterator;

  // The members of an object that was come by, keys without escapes: from `begin` of members_.
  struct Listed {
    std::uint32_t token = 0;
    bool is_fact = false;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  Listed list(const json::RawValue& object);
  void add_value(const json::RawValue& value);
  void add_values(const json::RawValue& value, Rest at, Rest end);
  std::string& fresh_buffer();

  event::RawEvent event_;
  std::vector<json::RawMember> members_;
  std::vector<Listed> listed_;
  std::vector<std::string_view> values_;
  std::deque<std::string> buffers_;  // of keys and values that are not written as they read
  std::size_t buffers_used_ = 0;
  bool is_fact_ = false;  // where the walk under way began
  bool repeats_key_ = false;
};

}  // namespace riposte::correlate
