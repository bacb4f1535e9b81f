#include "notify/teams_channel.h"

#include <algorithm>

#include <fmt/format.h>

#include "json/writer.h"
#include "notify/fit.h"
#include "notify/http_post.h"
#include "notify/message_text.h"

namespace riposte::notify {
namespace {

class Card {
 public:
  explicit Card(json::Writer& writer) : writer_(writer) {}

  struct Run {
    std::string text;
    bool is_bold = false;
    bool is_large = false;
    bool is_code = false;
  };

  void paragraph(const std::vector<Run>& runs) {
    writer_.object([&] {
      writer_.field("type", "RichTextBlock");
      writer_.key("inlines").array([&] {
        for (const Run& run : runs) {
          writer_.object([&] {
            writer_.field("type", "TextRun");
            writer_.field("text", run.text);
            if (run.is_bold) writer_.field("weight", "Bolder");
            if (run.is_large) writer_.field("size", "Large");
            if (run.is_code) writer_.field("fontType", "Monospace");
          });
        }
      });
    });
  }

 private:
  json::Writer& writer_;
};

// With so many of its lines, each fact and line cut to so many bytes.
std::string card(const Message& message, std::size_t lines, std::size_t bytes_max) {
  json::Writer writer;
  writer.object([&] {
    writer.field("type", "message");
    writer.key("attachments").array([&] {
      writer.object([&] {
        writer.field("contentType", "application/vnd.microsoft.card.adaptive");
        writer.key("contentUrl").null();
        writer.key("content").object([&] {
          writer.field("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
          writer.field("type", "AdaptiveCard");
          writer.field("version", "1.4");
          writer.field("fallbackText", headline(message));
          writer.key("msteams").object([&] { writer.field("width", "Full"); });
          writer.key("body").array([&] {
            Card body(writer);
            body.paragraph({{.text = headline(message), .is_bold = true, .is_large = true}});
            for (const Message::Fact& fact : message.facts) {
              body.paragraph({{.text = fact.label + ": ", .is_bold = true},
                              {.text = fit_bytes(fact.text, bytes_max)}});
            }
            for (std::size_t i = 0; i < lines; ++i)
              body.paragraph({{.text = fit_bytes(message.lines[i], bytes_max), .is_code = true}});
            if (lines < message.lines.size()) {
              body.paragraph({{.text = fmt::format("... and {} more lines, which riposte shows",
                                                   message.lines.size() - lines)}});
            }
            for (const std::string& command : message.commands)
              body.paragraph({{.text = command, .is_code = true}});
          });
          if (!message.link.empty()) {
            writer.key("actions").array([&] {
              writer.object([&] {
                writer.field("type", "Action.OpenUrl");
                writer.field("title", "Open");
                writer.field("url", message.link);
              });
            });
          }
        });
      });
    });
  });
  return std::move(writer).take();
}

}  // namespace

std::string teams_body(const Message& message) {
  std::size_t lines = message.lines.size();
  std::string body = card(message, lines, kLineBytesMax);
  while (body.size() > kTeamsBytesMax && lines > 0) {
    lines -= std::max<std::size_t>(1, lines / 4);
    body = card(message, lines, kLineBytesMax);
  }
  // A text of quotes and backslashes doubles; twenty facts of 150 bytes fit however they are
  // written.
  return body.size() <= kTeamsBytesMax ? body : card(message, 0, 150);
}

Outcome TeamsChannel::send(const Message& message, const std::stop_token& stop) {
  const base::Result<base::Secret> url = tools_.resolve(config_.url);
  if (!url.ok()) return {url.error()};
  return post_json(config_, tools_, {url->reveal(), teams_body(message)}, stop);
}

}  // namespace riposte::notify
