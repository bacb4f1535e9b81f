#include "enrich/threat_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using json::Kind;
using json::Node;

constexpr std::size_t kDomainBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kShownBytesMax = 60;

// What a line of a list says: some lists write 203.0.113[.]7 so that nobody clicks on it.
std::string armed(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "[.]") {
      result += '.';
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string shown(std::string_view text) {
  std::string result(text.substr(0, kShownBytesMax));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return result;
}

// Text that is no indicator, but of a kind that lists hold.
bool is_of_other_kind(std::string_view text) {
  const bool is_hash = (text.size() == 32 || text.size() == 40 || text.size() == 64) &&
                       text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return is_hash || text.find("://") != std::string_view::npos ||
         text.find('@') != std::string_view::npos;
}

struct Parsed {
  std::optional<std::variant<base::Network, std::string>> what;
  std::string flaw;
};

Parsed parse(std::string_view written) {
  const std::string text = armed(base::trim(written));
  if (const auto network = base::parse_network(text)) {
    const int least = network->first.is_v4 ? kPrefixMinV4 : kPrefixMinV6;
    if (network->prefix < least)
      return {std::nullopt, fmt::format("\"{}\" is too much of the world", text)};
    return {*network, {}};
  }
  if (auto domain = normal_domain(text)) return {std::move(*domain), {}};
  return {std::nullopt, fmt::format("\"{}\" is no address, network or domain", shown(text))};
}

class ListReader {
 public:
  explicit ListReader(ThreatList& list) : list_(list) {}

 protected:
  void flaw(std::size_t line, std::string reason) {
    if (++list_.flaw_count <= kFlawsMax) list_.flaws.push_back({line, std::move(reason)});
  }

  // Adds what a text says, or tells why not. `rest` is what is known beside it.
  void add(std::size_t line, std::string_view text, Indicator rest) {
    Parsed parsed = parse(text);
    if (parsed.what) {
      rest.what = std::move(*parsed.what);
      list_.indicators.push_back(std::move(rest));
    } else if (is_of_other_kind(base::trim(text))) {
      ++list_.other_count;
    } else {
      flaw(line, std::move(parsed.flaw));
    }
  }

  // A time of the list, into `time`; false where it is none.
  bool read_time(std::size_t line, std::string_view text, std::optional<base::EventTime>& time) {
    if (text.empty()) return true;
    time = base::parse_time(text);
    if (!time) flaw(line, fmt::format("\"{}\" is no time", shown(text)));
    return time.has_value();
  }

  ThreatList& list() { return list_; }

 private:
  ThreatList& list_;
};

// The fields of a line; quotes may stand around a field and be doubled in it.
std::vector<std::string> fields_of(std::string_view line, char separator) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == separator && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields)
    field = base::trim(field);
  return fields;
}

class LineReader : public ListReader {
 public:
  using ListReader::ListReader;

  void read(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      read_line(++number, base::trim(text.substr(0, end)));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

 private:
  enum class Column { Other, Indicator, ValidUntil, Description };

  void read_line(std::size_t number, std::string_view line) {
    if (line.empty() || line.front() == '#' || line.front() == ';' || line.starts_with("//"))
      return;
    if (!began_) {
      began_ = true;
      separator_ = line.find(',') != std::string_view::npos    ? ','
                   : line.find('\t') != std::string_view::npos ? '\t'
                                                               : '\0';
      if (separator_ != '\0' && read_header(line)) return;
    }
    if (separator_ != '\0') return read_row(number, line);
    read_plain(number, line);
  }

  void read_plain(std::size_t number, std::string_view line) {
    line = base::trim(line.substr(0, line.find_first_of("#;")));
    const std::size_t space = line.find_first_of(" \t");
    const std::string_view first = line.substr(0, space);
    std::string_view second;
    if (space != std::string_view::npos) second = base::trim(line.substr(space));
    const bool is_hosts_line = first == "0.0.0.0" || first == "127.0.0.1" || first == "::";
    add(number, is_hosts_line && !second.empty() ? second : first, {});
  }

  // The columns by their names; false where the line has no such names.
  bool read_header(std::string_view line) {
    bool has_indicator = false;
    std::vector<Column> columns;
    for (const std::string& field : fields_of(line, separator_)) {
      const std::string name = base::lower(field);
      const auto is_any_of = [&name](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), name) != names.end();
      };
      Column column = Column::Other;
      if (!has_indicator && is_any_of({"indicator", "ioc", "value", "ip", "ip_address", "ipaddress",
                                       "address", "src_ip", "dst_ip", "network", "cidr", "netblock",
                                       "domain", "host", "hostname", "ioc_value"})) {
        column = Column::Indicator;
        has_indicator = true;
      } else if (is_any_of({"valid_until", "expires", "expiration", "expiry", "valid_to"})) {
        column = Column::ValidUntil;
      } else if (is_any_of({"description", "comment", "threat", "malware", "label", "category"})) {
        column = Column::Description;
      }
      columns.push_back(column);
    }
    if (has_indicator) columns_ = std::move(columns);
    return has_indicator;
  }

  void read_row(std::size_t number, std::string_view line) {
    const std::vector<std::string> fields = fields_of(line, separator_);
    if (columns_.empty()) return read_unnamed(number, fields);
    Indicator rest;
    std::string_view value;
    for (std::size_t i = 0; i < std::min(fields.size(), columns_.size()); ++i) {
      if (columns_[i] == Column::Indicator) value = fields[i];
      if (columns_[i] == Column::Description && rest.description.empty())
        rest.description = fields[i];
      if (columns_[i] == Column::ValidUntil && !read_time(number, fields[i], rest.valid_until))
        return;
    }
    add(number, value, std::move(rest));
  }

  void read_unnamed(std::size_t number, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
      if (parse(field).what) return add(number, field, {});
    }
    add(number, fields.front(), {});
  }

  bool began_ = false;
  char separator_ = '\0';  // '\0': plain
  std::vector<Column> columns_;
};

// The values that a STIX pattern compares addresses and domain names with; nothing where it asks
// for more than one of them.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  std::optional<std::vector<std::string>> read() {
    do {
      if (!take("[")) return std::nullopt;
      do {
        if (!read_comparison()) return std::nullopt;
      } while (take("OR"));
      if (!take("]")) return std::nullopt;
    } while (take("OR"));
    skip_space();
    return rest_.empty() ? std::optional(values_) : std::nullopt;
  }

 private:
  void skip_space() { rest_ = base::trim(rest_); }

  bool take(std::string_view word) {
    skip_space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool read_comparison() {
    const bool is_known = take("ipv4-addr:value") || take("ipv6-addr:value") ||
                          take("domain-name:value") || take("network-traffic:src_ref.value") ||
                          take("network-traffic:dst_ref.value");
    if (!is_known) return false;
    if (take("=") || take("ISSUBSET")) return read_text();
    if (!take("IN") || !take("(")) return false;
    do {
      if (!read_text()) return false;
    } while (take(","));
    return take(")");
  }

  bool read_text() {
    if (!take("'")) return false;
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) return false;
    values_.emplace_back(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
  std::vector<std::string> values_;
};

class StixReader : public ListReader {
 public:
  using ListReader::ListReader;

  void read(const Node& bundle) {
    const Node* objects = bundle.find("objects");
    if (objects == nullptr || !objects->is(Kind::Array)) return;
    std::size_t number = 0;
    for (const Node& object : json::children(*objects)) {
      ++number;
      if (object.is(Kind::Object) && object.string_at("type") == "indicator")
        read_indicator(number, object);
    }
  }

 private:
  void read_indicator(std::size_t number, const Node& object) {
    const Node* revoked = object.find("revoked");
    if (revoked != nullptr && revoked->is(Kind::True)) return;
    const std::string_view pattern = object.string_at("pattern");
    if (pattern.empty()) return flaw(number, "an indicator without a pattern");
    const std::string_view language = object.string_at("pattern_type");
    const auto values = PatternReader(pattern).read();
    if ((!language.empty() && language != "stix") || !values) {
      ++list().other_count;
      return;
    }
    Indicator rest;
    rest.description = object.string_at("name");
    if (!read_time(number, object.string_at("valid_from"), rest.valid_from) ||
        !read_time(number, object.string_at("valid_until"), rest.valid_until)) {
      return;
    }
    for (const std::string& value : *values)
      add(number, value, rest);
  }
};

class MispReader : public ListReader {
 public:
  using ListReader::ListReader;

  // {"Event": ..}, {"response": [{"Event": ..}, ..]} or a list of such.
  static bool is_misp(const Node& root) {
    if (root.is(Kind::Object)) {
      const Node* response = root.find("response");
      return root.find("Event") != nullptr || (response != nullptr && is_misp(*response));
    }
    return root.is(Kind::Array) && root.size > 1 && is_misp(*json::children(root).begin());
  }

  void read(const Node& root) {
    if (root.is(Kind::Array)) {
      for (const Node& each : json::children(root))
        read(each);
    } else if (root.is(Kind::Object)) {
      if (const Node* event = root.find("Event")) read_event(*event);
      if (const Node* response = root.find("response")) read(*response);
    }
  }

 private:
  void read_event(const Node& event) {
    description_ = event.string_at("info");
    read_attributes(event);
    const Node* objects = event.find("Object");
    if (objects == nullptr || !objects->is(Kind::Array)) return;
    for (const Node& object : json::children(*objects))
      read_attributes(object);
  }

  void read_attributes(const Node& holder) {
    const Node* attributes = holder.is(Kind::Object) ? holder.find("Attribute") : nullptr;
    if (attributes == nullptr || !attributes->is(Kind::Array)) return;
    for (const Node& attribute : json::children(*attributes))
      read_attribute(attribute);
  }

  static bool is_set(const Node& attribute, std::string_view name) {
    const Node* flag = attribute.find(name);
    return flag != nullptr && (flag->is(Kind::True) || flag->text == "1");
  }

  void read_attribute(const Node& attribute) {
    ++number_;
    if (!attribute.is(Kind::Object)) return flaw(number_, "an attribute that is no object");
    if (!is_set(attribute, "to_ids") || is_set(attribute, "deleted")) return;
    const std::string_view type = attribute.string_at("type");
    const std::string_view value = attribute.string_at("value");
    const bool has_two = type == "domain|ip";
    const bool is_known = has_two || type == "ip-src" || type == "ip-dst" || type == "domain" ||
                          type == "hostname" || type == "ip-src|port" || type == "ip-dst|port" ||
                          type == "hostname|port";
    if (!is_known) {
      ++list().other_count;
      return;
    }
    Indicator rest;
    rest.description = description_;
    const std::size_t bar = value.find('|');
    add(number_, value.substr(0, bar), rest);
    if (has_two && bar != std::string_view::npos) add(number_, value.substr(bar + 1), rest);
  }

  std::string description_;
  std::size_t number_ = 0;
};

}  // namespace

std::optional<std::string> normal_domain(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > kDomainBytesMax || text.find('.') == std::string_view::npos)
    return std::nullopt;
  bool has_letter = false;
  std::string domain;
  for (const std::string_view label : base::split(text, '.')) {
    if (label.empty() || label.size() > kLabelBytesMax) return std::nullopt;
    has_letter = false;
    for (const char c : label) {
      const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return std::nullopt;
      has_letter = has_letter || is_letter;
    }
    domain += (domain.empty() ? "" : ".") + base::lower(label);
  }
  // 203.0.113.300 is a bad address and no domain: no top-level domain is digits alone.
  return has_letter ? std::optional(std::move(domain)) : std::nullopt;
}

base::Result<ThreatList> read_threat_list(std::string_view text, std::string_view name) {
  ThreatList list;
  list.name = name;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = base::trim(text);
  if (!text.starts_with('{') && !text.starts_with('[')) {
    LineReader(list).read(text);
    return list;
  }
  const auto document = json::OwnedDocument::parse(text);
  if (!document.ok())
    return base::Error{base::Errc::Invalid, "broken JSON: " + document.error().message};
  const Node& root = document->root();
  if (root.is(Kind::Object) && root.string_at("type") == "bundle") {
    StixReader(list).read(root);
  } else if (MispReader::is_misp(root)) {
    MispReader(list).read(root);
  } else {
    return base::Error{base::Errc::Invalid, "JSON that is neither a STIX bundle nor of MISP"};
  }
  return list;
}

}  // namespace riposte::enrich
