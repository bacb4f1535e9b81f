#include "aws/shared_config.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "json/document.h"

namespace riposte::aws {
namespace {

base::Error wrong(const std::string& file, std::size_t line, std::string_view what) {
  return {base::Errc::Invalid, file + ':' + std::to_string(line) + ": " + std::string(what)};
}

// "profile audit", "default", "sso-session x": kind and name; nothing for a section of no interest.
std::optional<std::pair<std::string, std::string>> read_title(std::string_view title,
                                                              bool is_credentials) {
  title = base::trim(title);
  const auto unquoted = [](std::string_view name) {
    name = base::trim(name);
    const bool is_quoted = name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
                           name.back() == name.front();
    return std::string(is_quoted ? name.substr(1, name.size() - 2) : name);
  };
  if (is_credentials || title == "default") return std::pair{"profile", unquoted(title)};
  const std::size_t space = title.find_first_of(" \t");
  const std::string_view kind = title.substr(0, space);
  if (space == std::string_view::npos ||
      (kind != "profile" && kind != "sso-session" && kind != "services")) {
    return std::nullopt;
  }
  return std::pair{std::string(kind), unquoted(title.substr(space))};
}

// Up to a comment that has a space before it.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && json::is_space(value[i - 1]))
      return value.substr(0, i);
  }
  return value;
}

}  // namespace

std::string_view SharedConfig::Section::value(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string_view() : found->second.reveal();
}

base::Result<SharedConfig> SharedConfig::read(const Text& config, const Text& credentials) {
  SharedConfig read;
  TRY(read.add(config, false));
  TRY(read.add(credentials, true));
  return read;
}

const SharedConfig::Section* SharedConfig::find(std::string_view kind,
                                                std::string_view name) const {
  const auto found = sections_.find({std::string(kind), std::string(name)});
  return found == sections_.end() ? nullptr : &found->second;
}

base::Status SharedConfig::add(const Text& file, bool is_credentials) {
  Section* section = nullptr;
  bool is_skipped = false;  // keys of a section of no interest
  std::string parent;       // of nested keys: a key without a value
  std::size_t number = 0;
  for (const std::string_view line : base::split(file.text, '\n')) {
    ++number;
    const std::string_view content = base::trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      const std::size_t end = content.find(']');
      if (end == std::string_view::npos) return wrong(file.name, number, "a section without its ]");
      const auto title = read_title(content.substr(1, end - 1), is_credentials);
      section = title ? &sections_[*title] : nullptr;
      is_skipped = !title;
      parent.clear();
      continue;
    }
    const std::size_t equals = content.find('=');
    const bool is_nested = json::is_space(line.front()) && !parent.empty();
    if (equals == 0 || equals == std::string_view::npos)
      return wrong(file.name, number, "expected a section or key = value");
    if (is_skipped) continue;
    if (section == nullptr) return wrong(file.name, number, "a key before any section");
    std::string key = base::lower(base::trim(content.substr(0, equals)));
    const std::string_view value = base::trim(without_comment(content.substr(equals + 1)));
    if (is_nested) {
      key.insert(0, 1, '.').insert(0, parent);
    } else {
      parent = value.empty() ? key : std::string();
    }
    section->set(std::move(key), base::Secret(value));
  }
  return base::Done{};
}

}  // namespace riposte::aws
