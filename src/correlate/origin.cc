#include "correlate/origin.h"

#include "correlate/bytes.h"

// Tested by src/correlate/correlator_test.cc

namespace riposte::correlate {

std::string pack_caller(const event::Caller& caller) {
  std::string packed;
  for (const std::string* text : {&caller.type, &caller.id, &caller.arn, &caller.role,
                                  &caller.access_key, &caller.source_identity}) {
    put_text(packed, *text);
  }
  put_count(packed, caller.on_instance ? 1 : 0);
  if (caller.session_time) put_time(packed, *caller.session_time);
  return packed;
}

event::Caller unpack_caller(std::string_view packed) {
  event::Caller caller;
  ByteReader reader(packed);
  for (std::string* text : {&caller.type, &caller.id, &caller.arn, &caller.role, &caller.access_key,
                            &caller.source_identity}) {
    *text = reader.text();
  }
  caller.on_instance = reader.count() == 1;
  if (!reader.at_end()) caller.session_time = reader.time();
  return caller;
}

}  // namespace riposte::correlate
