#include "finding/human_page.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "finding/terminal_text.h"

// Tested by src/finding/human_writer_test.cc

namespace riposte::finding {
namespace {

constexpr std::size_t kWidthLeast = 40;
constexpr std::size_t kWidthUnknown = 80;
constexpr std::size_t kWidthMost = 120;  // longer lines are hard to read
constexpr std::size_t kMargin = 10;      // the longest level, and two spaces
constexpr std::size_t kLabel = 6;

constexpr std::string_view kLevelWords[] = {"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"};

// "AWS::EC2::SecurityGroup" -> "security group", "AWS::RDS::DBInstance" -> "DB instance".
std::string words_of_type(std::string_view type) {
  const std::size_t colon = type.rfind(':');
  if (colon != std::string_view::npos) type.remove_prefix(colon + 1);
  const auto is_upper = [&](std::size_t i) {
    return i < type.size() && type[i] >= 'A' && type[i] <= 'Z';
  };
  const auto is_lower = [&](std::size_t i) {
    return i < type.size() && type[i] >= 'a' && type[i] <= 'z';
  };
  std::string words;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool begins = is_upper(i) && i > 0 && (is_lower(i - 1) || is_lower(i + 1));
    if (begins) words += ' ';
    words += is_lower(i + 1) ? base::lower(type[i]) : type[i];
  }
  return words;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string more(std::size_t count) {
  return count == 0 ? "" : " (+" + std::to_string(count) + " more)";
}

std::string first_of(const Distinct& items) {
  return items.empty() ? "" : visible(items.texts().front()) + more(items.texts().size() - 1);
}

std::string list(const Distinct& items, std::size_t columns) {
  const std::vector<std::string>& texts = items.texts();
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::size_t left = texts.size() - i - 1;
    std::string longer = line + (i == 0 ? "" : ", ") + visible(texts[i]);
    const bool fits = columns_of(longer + more(left)) <= columns;
    if (i == 0 && !fits) {
      const std::string tail = more(left);
      return shorten(longer, columns - std::min(columns, tail.size())) + tail;
    }
    if (!fits) return line + more(left + 1);
    line = std::move(longer);
  }
  return line;
}

std::string fit(std::string_view flexible, std::string_view fixed, std::size_t columns) {
  constexpr std::size_t kFlexibleLeast = 12;
  const std::size_t left = columns - std::min(columns, columns_of(fixed));
  return shorten(shorten(flexible, std::max(left, kFlexibleLeast)) + std::string(fixed), columns);
}

Lines flow(const std::vector<std::string>& pieces, std::size_t columns) {
  Lines lines;
  for (const std::string& whole : pieces) {
    if (whole.empty()) continue;
    const std::string piece = shorten(whole, columns - 1);  // a comma may follow
    const bool is_first = lines.empty();
    if (!is_first) lines.back() += ',';
    if (!is_first && columns_of(lines.back()) + 2 + columns_of(piece) <= columns) {
      lines.back() += ' ' + piece;
    } else {
      lines.push_back(piece);
    }
  }
  return lines;
}

std::string words_of(const event::Resource& resource) {
  const std::string& name = resource.id.empty() ? resource.arn : resource.id;
  std::string words = words_of_type(resource.type);
  if (!words.empty() && !name.empty()) words += ' ';
  return words.append(name);
}

std::string moment(base::EventTime time, Precision precision) {
  std::string text = base::format_time(time).substr(0, static_cast<std::size_t>(precision));
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string span_of(std::optional<base::EventTime> first, std::optional<base::EventTime> last,
                    Precision precision) {
  if (!first) return "at an unknown time";
  const std::string from = moment(*first, precision);
  const std::string to = moment(last.value_or(*first), precision);
  if (from == to) return from + " UTC";
  const bool same_day = from.substr(0, 10) == to.substr(0, 10);
  return from + " to " + (same_day ? to.substr(11) : to) + " UTC";
}

Palette Palette::plain() { return {}; }

Palette Palette::colored() {
  return {.bold = "\x1b[1m",
          .dim = "\x1b[2m",
          .reset = "\x1b[0m",
          .level = {"\x1b[36m", "\x1b[34m", "\x1b[33m", "\x1b[31m", "\x1b[35m"}};
}

Page::Page(const Palette& palette, std::size_t width)
    : palette_(palette),
      width_(std::clamp(width == 0 ? kWidthUnknown : width, kWidthLeast, kWidthMost)) {}

std::size_t Page::line_columns() const { return width_ - kMargin; }
std::size_t Page::field_columns() const { return width_ - kMargin - kLabel; }

void Page::write_line(std::string_view text) { (out_ += text) += '\n'; }

void Page::write_level(rule::Level level) {
  const std::size_t index = static_cast<std::size_t>(level);
  (((out_ += palette_.bold) += palette_.level[index]) += kLevelWords[index]) += palette_.reset;
  out_.append(kMargin - kLevelWords[index].size(), ' ');
}

void Page::write_dim(std::string_view text) { ((out_ += palette_.dim) += text) += palette_.reset; }

void Page::write_header(rule::Level level, std::string_view title_text, std::string_view label,
                        std::string_view name_text) {
  const Lines title = wrap(visible(title_text), width_ - kMargin);
  const std::string name = visible(name_text);
  const std::size_t taken = kMargin + columns_of(title.back()) + columns_of(name);
  const bool fits = title.size() == 1 && taken + 2 <= width_;
  write_level(level);
  for (const std::string& line : title) {
    if (&line != &title.front()) out_.append(kMargin, ' ');
    ((out_ += palette_.bold) += line) += palette_.reset;
    if (fits) {
      out_.append(width_ - taken, ' ');
      write_dim(name);
    }
    out_ += '\n';
  }
  if (!fits) write_field(label, {shorten(name, field_columns())});
}

void Page::write_field(std::string_view label, const Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    out_.append(kMargin, ' ');
    if (i == 0) write_dim(label);
    out_.append(kLabel - (i == 0 ? label.size() : 0), ' ');
    write_line(lines[i]);
  }
}

}  // namespace riposte::finding
