#include "simulate/story.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

namespace riposte::simulate {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";

std::string_view name_of(Beat::Kind kind) {
  switch (kind) {
    case Beat::Kind::Attack:
      return "attack";
    case Beat::Kind::Found:
      return "found";
    case Beat::Kind::Plan:
      return "plan";
    case Beat::Kind::Approved:
      return "approved";
    case Beat::Kind::Called:
      return "called";
    case Beat::Kind::Told:
      return "told";
    case Beat::Kind::Safe:
      return "safe";
    case Beat::Kind::Undone:
      return "undone";
    case Beat::Kind::Before:
      return "as before";
    case Beat::Kind::Calm:
      return "legitimate";
    case Beat::Kind::Failed:
      return "failed";
  }
  return {};
}

// Colours stand only where the palette has any.
std::string painted(std::string_view text, std::string_view color,
                    const finding::Palette& palette) {
  if (palette.reset.empty()) return std::string(text);
  return std::string(color) + std::string(text) + std::string(palette.reset);
}

bool is_proof(Beat::Kind kind) {
  return kind == Beat::Kind::Safe || kind == Beat::Kind::Before || kind == Beat::Kind::Calm;
}

std::string xml(std::string_view text) {
  std::string out;
  for (char c : finding::visible(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

bool Told::ok() const {
  return std::all_of(beats.begin(), beats.end(),
                     [](const Beat& beat) { return beat.wrong.empty(); });
}

std::string heading(const Scenario& scenario, const finding::Palette& palette) {
  std::string out(palette.bold);
  out += finding::visible(scenario.name);
  out += palette.reset;
  out += "  " + finding::visible(scenario.title);
  if (!scenario.references.empty()) {
    out += palette.dim;
    out += " [" + finding::visible(base::join(scenario.references, ", ")) + "]";
    out += palette.reset;
  }
  return out + "\n";
}

std::string line_of(const Beat& beat, const finding::Palette& palette) {
  std::string out = fmt::format("  {}{:<10}{}  ", palette.dim, name_of(beat.kind), palette.reset);
  if (!beat.wrong.empty()) {
    out += painted("✗ ", kRed, palette) + finding::visible(beat.says);
    out += "\n              " + painted(finding::visible(beat.wrong), kRed, palette);
  } else {
    if (is_proof(beat.kind)) out += painted("✓ ", kGreen, palette);
    out += finding::visible(beat.says);
  }
  return out + "\n";
}

std::string ending(const Told& told, const finding::Palette& palette) {
  return fmt::format(
      "  {}  {:.1f} s\n\n",
      told.ok() ? painted("PASSED", kGreen, palette) : painted("FAILED", kRed, palette),
      told.seconds);
}

std::string to_ndjson(const Told& told) {
  json::Writer out;
  out.object([&] {
    out.field("schema", "riposte.simulation/1");
    out.field("simulation", told.name);
    out.field("title", told.title);
    out.field("reference", told.references);
    out.field("passed", told.ok());
    out.field("seconds", told.seconds);
    out.key("story").array([&] {
      for (const Beat& beat : told.beats)
        out.object([&] {
          out.field("kind", name_of(beat.kind));
          out.field("says", beat.says);
          out.text_or_null("wrong", beat.wrong);
        });
    });
  });
  return std::move(out).take();
}

std::string to_junit(const std::vector<Told>& all) {
  const auto failed =
      std::count_if(all.begin(), all.end(), [](const Told& told) { return !told.ok(); });
  double seconds = 0;
  for (const Told& told : all)
    seconds += told.seconds;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuite name=\"riposte simulate\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n",
      all.size(), failed, seconds);
  for (const Told& told : all) {
    out += fmt::format("  <testcase classname=\"simulate\" name=\"{}\" time=\"{:.3f}\">",
                       xml(told.name), told.seconds);
    for (const Beat& beat : told.beats) {
      if (beat.wrong.empty()) continue;
      out += fmt::format("<failure message=\"{}\">{}</failure>", xml(beat.says), xml(beat.wrong));
    }
    out += "</testcase>\n";
  }
  return out + "</testsuite>\n";
}

}  // namespace riposte::simulate
