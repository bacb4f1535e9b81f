#include "notify/secrets.h"

#include "base/files.h"
#include "event/arn.h"

namespace riposte::notify {

base::Result<base::Secret> Secrets::resolve(const SecretReference& reference) {
  std::string text;
  switch (reference.place) {
    case SecretReference::Place::None:
      break;
    case SecretReference::Place::Environment:
      text = environment_(reference.name);
      break;
    case SecretReference::Place::File: {
      base::Result<std::string> read = base::read_file(reference.name, kSecretFileBytesMax);
      if (!read.ok()) return std::move(read).error().in(words_of(reference));
      text = std::move(read).value();
      if (text.ends_with('\n')) text.pop_back();
      if (text.ends_with('\r')) text.pop_back();
      break;
    }
    case SecretReference::Place::SecretsManager: {
      base::Result<base::Secret> fetched = fetch(reference.name);
      if (!fetched.ok()) return std::move(fetched).error().in(words_of(reference));
      return fetched;
    }
  }
  if (text.empty()) {
    return base::Error{base::Errc::NotFound, words_of(reference) + " holds no secret"};
  }
  return base::Secret(text);
}

base::Result<base::Secret> Secrets::fetch(const std::string& arn) {
  const auto kept = kept_.find(arn);
  if (kept != kept_.end() && clock_.steady() < kept->second.until) return kept->second.secret;
  const std::optional<event::Arn> parts = event::parse_arn(arn);
  if (!parts || parts->service != "secretsmanager")
    return base::Error{base::Errc::NotFound, "it is no ARN of Secrets Manager"};
  aws::CallOptions options;
  options.region = parts->region;
  options.time_max = options.attempt_time_max = kSendTimeMax;
  const base::Result<aws::Answer> answer =
      call_aws_("secretsmanager", "GetSecretValue", aws::Value::Object{{"SecretId", arn}}, options);
  if (!answer.ok()) return answer.error();
  if (!answer->ok()) return base::Error{answer->error->kind, answer->error->code};
  const std::string_view text = answer->output.text_at("SecretString");
  if (text.empty()) return base::Error{base::Errc::NotFound, "it has no SecretString"};
  Kept& fresh = kept_[arn];
  fresh = {base::Secret(text), clock_.steady() + kSecretKept};
  return fresh.secret;
}

}  // namespace riposte::notify
