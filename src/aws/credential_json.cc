#include "aws/credential_json.h"

#include "aws/encoding.h"
#include "aws/json_text.h"

// Tested by src/aws/credential_sources_test.cc

namespace riposte::aws {

base::Result<Credentials> read_credentials(const Value& object, const CredentialKeys& keys) {
  Credentials credentials{std::string(object.text_at(keys.key_id)),
                          base::Secret(object.text_at(keys.secret_key)),
                          base::Secret(object.text_at(keys.session_token))};
  credentials.account = object.text_at(keys.account);
  if (credentials.key_id.empty() || credentials.secret_key.empty())
    return base::Error{base::Errc::Io, "the answer holds no credentials"};
  const Value* expires = object.find(keys.expires);
  if (expires == nullptr || expires->is_null()) return credentials;
  if (const base::EventTime* time = expires->time()) {
    credentials.expires = *time;
  } else if (const std::int64_t* millis = expires->integer()) {
    credentials.expires = base::EventTime(base::Millis(*millis));
  } else if (const std::string* text = expires->text(); text != nullptr && !text->empty()) {
    credentials.expires = parse_time_text(*text);
  }
  if (!credentials.expires && (expires->text() == nullptr || !expires->text()->empty()))
    return base::Error{base::Errc::Io, "the answer's time of expiry is no time"};
  return credentials;
}

base::Result<Value> read_secret_json(std::string_view text) {
  const base::Result<JsonText> json = JsonText::parse(text);
  if (!json.ok() || !json->root().is(json::Kind::Object))
    return base::Error{base::Errc::Io, "the answer is no JSON object"};
  return from_json(json->root());
}

}  // namespace riposte::aws
