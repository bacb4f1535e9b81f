#pragma once

// The two files that AWS's tools share: ~/.aws/config and ~/.aws/credentials.
//
//     [profile audit]                    [audit]
//     region = eu-west-1                 aws_access_key_id = AKIA...
//     s3 =                               aws_secret_access_key = ...
//       addressing_style = path
//
// A nested key is known as "s3.addressing_style". Of a key that stands in both files the one of the
// credentials file counts. Values are secrets until somebody asks: most are not, but nobody shall
// have to know which.
//
// A line that is neither a section, a key nor a comment is an error with its place; its text is
// never shown, because it may be half a key.
//
// Threads: immutable.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace riposte::aws {

inline constexpr std::size_t kConfigBytesMax = std::size_t{1} << 20;

class SharedConfig {
 public:
  class Section {
   public:
    // Empty where there is none.
    std::string_view value(std::string_view key) const;
    bool has(std::string_view key) const { return !value(key).empty(); }
    void set(std::string key, base::Secret value) { values_[std::move(key)] = std::move(value); }

   private:
    std::map<std::string, base::Secret, std::less<>> values_;
  };

  // Names are for messages.
  struct Text {
    std::string name;
    std::string text;
  };
  static base::Result<SharedConfig> read(const Text& config, const Text& credentials);

  // Null where there is none.
  const Section* profile(std::string_view name) const { return find("profile", name); }
  const Section* sso_session(std::string_view name) const { return find("sso-session", name); }
  const Section* services(std::string_view name) const { return find("services", name); }

 private:
  const Section* find(std::string_view kind, std::string_view name) const;
  base::Status add(const Text& file, bool is_credentials);

  std::map<std::pair<std::string, std::string>, Section> sections_;  // by kind and name
};

}  // namespace riposte::aws
