#include "cli/secret_finder.h"

#include <cstdlib>

#include "base/files.h"
#include "base/text.h"
#include "event/arn.h"

// Tested by tests/cli/doctor_test.py

namespace riposte::cli {
namespace {

constexpr std::size_t kSecretFileBytesMax = 64 << 10;

base::Result<base::Secret> from_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') return base::Secret(value);
  return base::Error{base::Errc::NotFound, "the variable " + name + " is not set"};
}

base::Result<base::Secret> from_file(const std::string& path) {
  const base::Result<std::string> text = base::read_file(path, kSecretFileBytesMax);
  if (!text.ok()) return base::Error(text.error()).in(path);
  base::Secret secret(base::trim(*text));
  if (secret.empty()) return base::Error{base::Errc::NotFound, path + " is empty"};
  return secret;
}

base::Result<base::Secret> from_secrets_manager(const std::string& text, AwsSession& session) {
  aws::CallOptions options;
  const std::optional<event::Arn> arn = event::parse_arn(text);
  if (arn) options.region = arn->region;
  const aws::Answer answer = TRY(session.client().call(
      "secretsmanager", "GetSecretValue", aws::Value::Object{{"SecretId", text}}, options));
  if (!answer.ok()) return answer.error->as_base_error("GetSecretValue");
  const std::string_view value = answer.output.text_at("SecretString");
  if (value.empty()) return base::Error{base::Errc::NotFound, text + " holds no text"};
  return base::Secret(value);
}

}  // namespace

base::Result<base::Secret> find_secret(const engine::SecretReference& reference,
                                       AwsSession& session) {
  switch (reference.kind) {
    case engine::SecretReference::Kind::Environment:
      return from_variable(reference.where);
    case engine::SecretReference::Kind::File:
      return from_file(reference.where);
    case engine::SecretReference::Kind::SecretsManager:
      return from_secrets_manager(reference.where, session);
  }
  CHECK(false, "every kind of reference leads somewhere");
}

}  // namespace riposte::cli
