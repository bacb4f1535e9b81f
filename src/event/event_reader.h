#pragma once

// Bytes as they were delivered, to Events: stages two and three of the line, open and read.
//
// Opened, in any nesting: streams of JSON (one a line, pretty-printed, or simply one behind
// another), arrays, {"Records":[..]} of trail files and of S3, SNS, SQS, Kinesis and DynamoDB
// triggers, {"Events":[..]} of LookupEvents, SQS and SNS messages, CloudWatch Logs subscriptions
// (base64, gzip), Firehose and Kinesis data, EventBridge envelopes, Config rule invocations.
//
// Read: the format is told by the keys that are there, never by the file's name. JSON that nobody
// claims is an Event of Format::Unknown, which rules without a known log source still see.
//
// What cannot be opened or read goes to the quarantine with the reason, and the next record is
// tried. Service chatter that is no event (digest files, S3 test notifications, subscription
// control messages) is counted as skipped.
//
// Cost: each record is parsed once. Before that, brackets are matched once to find where records
// end, unless lines tell.
//
// Threads: confined to its owner. An Event lives until the callback returns.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "event/quarantine.h"
#include "json/scanner.h"

namespace riposte::event {

class EventReader {
 public:
  // How often one record may be wrapped in another, and what one wrapped message may inflate to.
  static constexpr std::size_t kWrappersMax = 8;
  static constexpr std::size_t kMessageBytesMax = 64 << 20;

  using OnEvent = std::function<void(Event&)>;

  // `bytes` is followed by json::kPadding readable bytes; `path` names it in origins.
  void read(std::string_view bytes, std::string_view path, const OnEvent& on_event,
            Quarantine& quarantine);

  std::uint64_t event_count() const { return event_count_; }
  std::uint64_t skipped_count() const { return skipped_count_; }

 private:
  struct Level {
    json::Parser parser;
    json::Document document;
    std::string text;  // of a message that had to be unescaped, decoded or inflated first
  };

  Level& level_at(std::size_t depth);
  void open(std::string_view bytes, std::size_t depth);
  void open_lines(std::string_view rest, std::size_t depth);
  std::string_view open_elements(std::string_view array, std::size_t depth);
  void open_value(std::string_view text, std::size_t depth);
  void open_message(std::string_view message, std::size_t depth);
  void open_base64(std::string_view message, std::size_t depth);

  void visit(const json::Node& node, std::size_t depth);
  void visit_all(const json::Node& array, std::size_t depth);
  bool visit_wrapper(const json::Node& object, std::size_t depth);
  void visit_envelope(const json::Node& envelope, const json::Node& detail);
  void visit_record(const json::Node& record);

  void emit(Format format, const json::Node& record, const json::Node* envelope);
  const json::Node* make_envelope(const Event& event);
  void refuse(std::string reason);

  std::vector<std::unique_ptr<Level>> levels_;
  const OnEvent* on_event_ = nullptr;  // of the read() under way
  Quarantine* quarantine_ = nullptr;
  std::string_view path_;
  std::uint64_t record_ = 0;
  std::uint64_t event_count_ = 0;
  std::uint64_t skipped_count_ = 0;
  std::vector<json::Node> envelope_;
  std::string envelope_source_;
};

}  // namespace riposte::event
