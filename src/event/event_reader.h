#pragma once

// Bytes as they were delivered, to Events: the stages open and read.
//
// Opened, in any nesting: streams of JSON (one a line, pretty-printed, or simply one behind
// another), arrays, {"Records":[..]} of trail files and of S3, SNS, SQS, Kinesis and DynamoDB
// triggers, {"Events":[..]} of LookupEvents, SQS and SNS messages, CloudWatch Logs subscriptions
// (base64, gzip), Firehose and Kinesis data, EventBridge envelopes, Config rule invocations. A text
// that begins with a line of a known text log is read line by line (text_log.h), also as a message.
// The account and the time of a log event stand in for what its message does not say.
//
// Read: the format is told by the keys that are there, never by the file's name. JSON that nobody
// claims is an Event of Format::Unknown, which rules without a known log source still see.
//
// What cannot be opened or read goes to the quarantine with the reason, and the next record is
// tried. Service chatter that is no event (digest files, S3 test notifications, subscription
// control messages) is counted as skipped.
//
// A text comes in windows, so that a file of any size needs little memory: feed() says how much of
// a window it is done with, and the next window begins there. What is left is a record that has not
// ended yet.
//
// Cost: the tokens of a window are found at once and checked value by value; nothing is copied.
// Only from a flaw on a window is taken apart by its brackets first, so that a broken record costs
// itself, in windows of any size.
//
// Threads: confined to its owner. A RawEvent, and what complete() made of it, lives until the
// callback returns.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/envelope.h"
#include "event/event.h"
#include "event/quarantine.h"
#include "event/text_log.h"
#include "json/scanner.h"

namespace riposte::event {

class EventReader {
 public:
  // How often one record may be wrapped in another, and what one wrapped message may inflate to.
  static constexpr std::size_t kWrappersMax = 8;
  static constexpr std::size_t kMessageBytesMax = 64 << 20;

  // A value this long is no line of a stream: if it is a list, its records are taken one by one.
  static constexpr std::size_t kLineMax = 8 << 20;

  using OnRawEvent = std::function<void(const RawEvent&)>;
  using OnEvent = std::function<void(Event&)>;

  // Begins a text that feed() gives; `path` names it in origins.
  // `written_at` is the latest time that a line without a year can be of (syslog.h).
  void begin(std::string_view path, std::optional<base::EventTime> written_at = std::nullopt);

  // Reads what it can of a window, which is followed by json::kPadding readable bytes, and gives
  // how many bytes it is done with: all of them when it is the last one. Where nothing is done the
  // window must grow.
  std::size_t feed(std::string_view window, bool is_last, const OnRawEvent& on_event,
                   Quarantine& quarantine);

  // Builds what feed() just gave. Null: it cannot be, and has gone to the quarantine.
  Event* complete(const RawEvent& raw);

  // The envelope that EventBridge would have put around it, where it has none.
  void add_envelope(Event& event);

  // All of a text, every event completed, with envelopes.
  void read(std::string_view bytes, std::string_view path, const OnEvent& on_event,
            Quarantine& quarantine);

  // The same of one record that was written here (is_written_here) and kept.
  void read_again(Format format, std::string record, std::string_view path, const OnEvent& on_event,
                  Quarantine& quarantine);

  std::uint64_t event_count() const { return event_count_; }
  std::uint64_t skipped_count() const { return skipped_count_; }

 private:
  // Where in its text the next window begins.
  enum class Place {
    Start,
    Values,
    Elements,        // in a list of records that is taken apart
    ObjectElements,  // in such a list that is the first member of an object
    Tail,            // behind the list, in that object
    Lines,           // of a text log
  };

  // A text under way: the one that feed() gives, or a message in a record of the level above.
  struct Level {
    json::Structure structure;
    std::string text;  // of a message that had to be unescaped, decoded or inflated first
    Place place = Place::Start;
    bool lines_only = false;  // where something is wrong, every line is on its own
    TextLog text_log;
  };

  Level& level_at(std::size_t depth);
  static void begin_text(Level& level);
  OnRawEvent completed(const OnEvent& on_event);

  // Each gives how many bytes it is done with.
  std::size_t read_window(std::string_view window, bool is_last, std::size_t depth);
  std::size_t read_start(std::string_view window, bool is_last, std::size_t depth);
  std::size_t read_place(std::string_view rest, std::size_t step, bool is_last, std::size_t depth);
  std::size_t read_values(std::string_view window, bool is_last, std::size_t depth);
  std::size_t read_elements(std::string_view window, bool is_last, std::size_t depth);
  std::size_t read_tail(std::string_view window, bool is_last, std::size_t depth);
  std::size_t read_lines(std::string_view window, bool is_last, std::size_t depth);
  void open_line(std::string_view line, std::size_t depth);
  std::size_t take_apart(std::string_view text, bool is_last, std::size_t depth);
  std::size_t enter_list(std::string_view text, std::size_t depth);
  std::size_t open_lines(std::string_view text, bool is_last, std::size_t depth);

  void open_value(std::string_view text, std::size_t depth);
  void open_message(const json::RawValue& message, std::size_t depth);
  void open_base64(const json::RawValue& message, std::size_t depth);
  void open_text(std::string_view message, std::size_t depth);

  void visit(const json::RawValue& value, std::size_t depth);
  void visit_all(const json::RawValue& array, std::size_t depth);
  bool visit_wrapper(const json::RawValue& object, std::size_t depth);
  void visit_log_events(const json::RawValue& carrier, const json::RawValue& log_events,
                        std::size_t depth);
  void visit_envelope(const json::RawValue& envelope, const json::RawValue& detail);

  void emit(Format format, const json::RawValue& record, const json::RawValue& envelope);
  void emit_written(Format format, std::string record, std::size_t depth);
  void refuse(std::string reason);

  std::vector<std::unique_ptr<Level>> levels_;
  const OnRawEvent* on_event_ = nullptr;  // of the feed() under way
  Quarantine* quarantine_ = nullptr;
  std::string_view path_;
  std::optional<base::EventTime> written_at_;
  std::optional<Delivery> delivery_;  // of the log event under way
  std::uint64_t record_ = 0;
  std::uint64_t event_count_ = 0;
  std::uint64_t skipped_count_ = 0;

  // Of complete().
  Event event_;
  json::DocumentBuilder builder_;
  json::Document document_;
  EnvelopeMaker envelope_maker_;
  json::DocumentBuilder envelope_builder_;
  json::Document envelope_;
};

}  // namespace riposte::event
