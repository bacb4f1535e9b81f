#include "notify/redaction.h"

#include <algorithm>
#include <array>
#include <deque>

#include <re2/re2.h>

#include "base/text.h"
#include "json/writer.h"

namespace riposte::notify {
namespace {

// In lower case; a name that contains one is the name of a secret. "SecretId" names a secret and is
// none.
constexpr std::array<std::string_view, 14> kSecretNames = {
    "password",     "passwd",        "secretaccesskey", "secretstring", "secretbinary",
    "sessiontoken", "securitytoken", "authorization",   "privatekey",   "apikey",
    "clientsecret", "accesstoken",   "refreshtoken",    "idtoken"};

bool names_a_secret(std::string_view name) {
  std::string plain = base::lower(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-'; });
  return std::any_of(kSecretNames.begin(), kSecretNames.end(), [&](std::string_view secret) {
    return plain.find(secret) != std::string::npos;
  });
}

enum class Sort { Upper, Lower, Digit, Other };

Sort sort_of(char c) {
  if (c >= 'A' && c <= 'Z') return Sort::Upper;
  if (c >= 'a' && c <= 'z') return Sort::Lower;
  if (c >= '0' && c <= '9') return Sort::Digit;
  return Sort::Other;
}

// Random text changes between upper case, lower case and digits at two of three characters, words
// and names at less than one of three; hexadecimal digits and ids have one case.
bool looks_random(std::string_view run) {
  std::array<bool, 4> seen{};
  std::size_t changes = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    seen[static_cast<std::size_t>(sort_of(run[i]))] = true;
    if (i > 0 && sort_of(run[i]) != sort_of(run[i - 1])) ++changes;
  }
  return seen[0] && seen[1] && seen[2] && changes * 100 > run.size() * 35;
}

bool is_base64(char c) { return sort_of(c) != Sort::Other || c == '+' || c == '/'; }

// Secret access keys have 40 such characters, session tokens hundreds.
std::string without_keys(std::string_view text) {
  constexpr std::size_t kKey = 40;
  constexpr std::size_t kTokenMin = 100;
  std::string out;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_base64);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::string_view run = text.substr(0, size);
    const bool is_secret = (size == kKey || size >= kTokenMin) && looks_random(run);
    out += is_secret ? kRedacted : run;
    text.remove_prefix(size);
  }
  return out;
}

struct Pattern {
  Pattern(const char* written, std::string replacement)
      : pattern(written), rewrite(std::move(replacement)) {}

  RE2 pattern;
  std::string rewrite;
};

const std::deque<Pattern>& patterns() {
  static const auto* const kAll = [] {
    const std::string secret(kRedacted);
    auto* made = new std::deque<Pattern>;
    const auto add = [&](const char* pattern, const std::string& rewrite) {
      made->emplace_back(pattern, rewrite);
    };
    add(R"(-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|$))",
        secret);
    add(R"(\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)*)", secret);
    add(R"(\bxox[a-z]-[A-Za-z0-9-]{8,})", secret);
    add(R"(\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,})", secret);
    add(R"((?i)(https?://)[^\s/@"'<>]+@)", "\\1" + secret + "@");
    add(R"((?i)(https://hooks\.slack(?:-gov)?\.com/)[^\s"'<>]+)", "\\1" + secret);
    add(R"((?i)(https://[a-z0-9.-]+\.(?:webhook\.office\.com|logic\.azure\.com|)"
        R"(api\.powerplatform\.com)(?::[0-9]+)?/)[^\s"'<>]+)",
        "\\1" + secret);
    add(R"((?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,})", "\\1 " + secret);
    add(R"((?i)((?:x-amz-signature|x-amz-security-token|password|passwd|)"
        R"(secret_?(?:access_?)?key|session_?token|client_?secret|api_?key|access_?token|)"
        R"(refresh_?token)["']?\s*[=:]\s*["']?)[^\s"'&,;}\]]+)",
        "\\1" + secret);
    return made;
  }();
  return *kAll;
}

void write(json::Writer& writer, const json::Node& node) {
  switch (node.kind) {
    case json::Kind::Object:
      writer.object([&] {
        for (const json::Node& member : json::children(node)) {
          writer.key(member.key);
          if (names_a_secret(member.key) && !member.is(json::Kind::Null)) {
            writer.value(kRedacted);
          } else {
            write(writer, member);
          }
        }
      });
      break;
    case json::Kind::Array:
      writer.array([&] {
        for (const json::Node& element : json::children(node))
          write(writer, element);
      });
      break;
    case json::Kind::String:
      writer.value(redact(node.text));
      break;
    default:
      writer.value(node);
  }
}

}  // namespace

std::string redact(std::string_view text) {
  std::string out(text);
  for (const Pattern& pattern : patterns())
    RE2::GlobalReplace(&out, pattern.pattern, pattern.rewrite);
  return without_keys(out);
}

std::string redacted_json(const json::Node& value) {
  json::Writer writer;
  write(writer, value);
  return std::move(writer).take();
}

}  // namespace riposte::notify
