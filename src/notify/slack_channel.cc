#include "notify/slack_channel.h"

#include <algorithm>

#include <fmt/format.h>

#include "json/utf8.h"
#include "json/writer.h"
#include "notify/fit.h"
#include "notify/http_post.h"
#include "notify/message_text.h"

namespace riposte::notify {
namespace {

// At most `max` characters once escaped; no entity is cut.
std::string escaped(std::string_view text, std::size_t max) {
  const auto escape = [](std::string_view plain) {
    std::string out;
    for (const char c : plain) {
      if (c == '&') {
        out += "&amp;";
      } else if (c == '<') {
        out += "&lt;";
      } else if (c == '>') {
        out += "&gt;";
      } else {
        out += c;
      }
    }
    return out;
  };
  std::string out = escape(text);
  std::size_t room = max;
  while (units_of(out) > max) {
    room -= std::max<std::size_t>(1, (units_of(out) - max) / 5);
    out = escape(fit_units(text, room));
  }
  return out;
}

// Writes blocks as long as there is room for them.
class Blocks {
 public:
  explicit Blocks(json::Writer& writer) : writer_(writer) {}

  void header(std::string_view text) {
    const std::string fitted = escaped(text, kSlackHeaderMax);
    begin(units_of(fitted));
    writer_.object([&] {
      writer_.field("type", "header");
      write_text("text", "plain_text", fitted);
    });
  }

  void facts(const std::vector<Message::Fact>& facts) {
    constexpr std::size_t kRows = kSlackFieldsMax / 2;
    for (std::size_t first = 0; first < facts.size(); first += kRows) {
      const std::size_t last = std::min(first + kRows, facts.size());
      begin(0);
      writer_.object([&] {
        writer_.field("type", "section");
        writer_.key("fields").array([&] {
          for (std::size_t i = first; i < last; ++i) {
            const std::string text = escaped(facts[i].text, std::min(kSlackFieldMax, kFactMax));
            used_ += units_of(text) + facts[i].label.size() + 2;
            write_object("mrkdwn", "*" + escaped(facts[i].label, 60) + "*");
            write_object("plain_text", text);
          }
        });
      });
    }
  }

  // As many as fit, and how many do not.
  void lines(const std::vector<std::string>& lines) {
    std::size_t next = 0;
    while (next < lines.size() && count_ < kSlackBlocksMax - 3) {
      std::string text;
      const std::size_t first = next;
      while (next < lines.size()) {
        const std::string line = escaped(lines[next], kSlackTextMax - 1);
        const std::size_t grown = units_of(text) + units_of(line) + 1;
        if (grown > kSlackTextMax || used_ + grown > kSlackMessageMax - kReserve) break;
        text += (text.empty() ? "" : "\n") + line;
        ++next;
      }
      if (next == first) break;
      section(text);
    }
    if (next < lines.size())
      section(fmt::format("... and {} more lines, which riposte shows", lines.size() - next));
  }

  // `text` is escaped and fits.
  void section(const std::string& text) {
    begin(units_of(text));
    writer_.object([&] {
      writer_.field("type", "section");
      write_text("text", "plain_text", text);
    });
  }

 private:
  static constexpr std::size_t kFactMax = 300;    // so that all facts leave room for lines
  static constexpr std::size_t kReserve = 1'200;  // for commands and the link

  void begin(std::size_t units) {
    ++count_;
    used_ += units;
  }
  void write_object(std::string_view type, std::string_view text) {
    writer_.object([&] {
      writer_.field("type", type);
      writer_.field("text", text.empty() ? "-" : text);  // an empty one is refused
      if (type == "plain_text") writer_.field("emoji", false);
      if (type == "mrkdwn") writer_.field("verbatim", true);
    });
  }
  void write_text(std::string_view key, std::string_view type, std::string_view text) {
    writer_.key(key);
    write_object(type, text);
  }

  json::Writer& writer_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;
};

}  // namespace

std::string slack_body(const Message& message) {
  json::Writer writer;
  writer.object([&] {
    writer.field("text", escaped(headline(message), kSlackHeaderMax));  // of pop-ups
    writer.field("mrkdwn", false);
    writer.key("blocks").array([&] {
      Blocks blocks(writer);
      blocks.header(headline(message));
      blocks.facts(message.facts);
      blocks.lines(message.lines);
      std::string commands;
      for (const std::string& command : message.commands)
        commands += (commands.empty() ? "" : "\n") + command;
      if (!message.link.empty()) commands += (commands.empty() ? "" : "\n") + message.link;
      if (!commands.empty()) blocks.section(escaped(commands, 1'000));
    });
  });
  return std::move(writer).take();
}

Outcome SlackChannel::send(const Message& message, const std::stop_token& stop) {
  const base::Result<base::Secret> url = tools_.resolve(config_.url);
  if (!url.ok()) return {url.error()};
  return post_json(config_, tools_, {url->reveal(), slack_body(message)}, stop);
}

}  // namespace riposte::notify
