#include "notify/message_text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "json/writer.h"

// Tested by src/notify/message_writer_test.cc

namespace riposte::notify {

std::string headline(const Message& message) {
  std::string level(rule::name_of(message.level));
  std::transform(level.begin(), level.end(), level.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  return fmt::format("[riposte] {} {}", level, message.title);
}

std::string plain_text(const Message& message) {
  std::size_t width = 0;
  for (const Message::Fact& fact : message.facts)
    width = std::max(width, fact.label.size());
  std::string text = message.title + "\n\n";
  text += fmt::format("{:<{}}  {}\n", "Level", width, rule::name_of(message.level));
  for (const Message::Fact& fact : message.facts)
    text += fmt::format("{:<{}}  {}\n", fact.label, width, fact.text);
  if (!message.lines.empty()) text += '\n';
  for (const std::string& line : message.lines)
    text += line + '\n';
  if (!message.commands.empty()) text += '\n';
  for (const std::string& command : message.commands)
    text += "  " + command + '\n';
  if (!message.link.empty()) text += '\n' + message.link + '\n';
  return text;
}

std::string to_json(const Message& message) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.notification/1");
    writer.field("key", message.key);
    writer.field("kind", message.kind);
    writer.text_or_null("subject", message.subject);
    writer.field("level", rule::name_of(message.level));
    writer.field("closes", message.closes);
    writer.field("title", message.title);
    writer.key("facts").array([&] {
      for (const Message::Fact& fact : message.facts) {
        writer.object([&] {
          writer.field("label", fact.label);
          writer.field("text", fact.text);
        });
      }
    });
    writer.field("lines", message.lines);
    writer.field("commands", message.commands);
    writer.text_or_null("link", message.link);
    writer.field("time", base::format_time(message.time));
  });
  return std::move(writer).take();
}

}  // namespace riposte::notify
