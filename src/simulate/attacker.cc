#include "simulate/attacker.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/network.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by tests/integration/simulate_test.py

namespace riposte::simulate {
namespace {

using json::Value;

constexpr std::string_view kAgent = "aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux#6.1.0";

std::string uuid_of(std::string_view text) {
  const std::string hex = base::sha256_hex(text);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

// A time in the ways that logs write it.
std::string times_of(base::EventTime time) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const base::CivilTime at = base::civil(time);
  const std::string_view month = kMonths.substr(static_cast<std::size_t>(at.month - 1) * 3, 3);
  const auto millis = time.time_since_epoch().count();
  const std::string iso = base::format_time(time);
  json::Writer out;
  out.object([&] {
    out.field("iso", iso);
    out.field("seconds", std::int64_t{millis / 1000});
    out.field("millis", std::int64_t{millis});
    out.field("syslog", fmt::format("{} {:2} {:02}:{:02}:{:02}", month, at.day, at.hour, at.minute,
                                    at.second));
    out.field("clf", fmt::format("{:02}/{}/{}:{:02}:{:02}:{:02} +0000", at.day, month, at.year,
                                 at.hour, at.minute, at.second));
    out.field("date", iso.substr(0, 10));
    out.field("clock", iso.substr(11, 8));
  });
  return std::move(out).take();
}

// Of two answers of one stream the member, JSON as AWS's own events have it: a time in seconds.
std::string event_of(const json::Node& record, const std::string& stream, std::string_view region) {
  json::Writer out;
  out.object([&] {
    for (const char* name : {"eventID", "eventName", "eventVersion", "eventSource", "userIdentity"}) {
      const json::Node* member = record.find(name);
      if (member != nullptr && !member->is(json::Kind::Null)) out.field(name, *member);
    }
    out.field("awsRegion", region);
    out.field("eventSourceARN", stream);
    out.key("dynamodb").object([&] {
      const json::Node* change = record.find("dynamodb");
      if (change == nullptr) return;
      for (const json::Node& member : json::children(*change)) {
        const auto time = member.key == "ApproximateCreationDateTime" && member.is_string()
                              ? base::parse_time(member.text)
                              : std::nullopt;
        if (time) {
          out.field(member.key, std::int64_t{time->time_since_epoch().count() / 1000});
        } else {
          out.field(member.key, member);
        }
      }
    });
  });
  return std::move(out).take();
}

}  // namespace

std::string address_in(std::string_view network, std::uint64_t n) {
  if (network.find('/') == std::string_view::npos) return std::string(network);
  std::optional<base::Network> parsed = base::parse_network(network);
  if (!parsed) return std::string(network);
  std::uint64_t carry = n;
  for (std::size_t i = parsed->first.bytes.size(); i-- > 0 && carry > 0;) {
    carry += parsed->first.bytes[i];
    parsed->first.bytes[i] = static_cast<std::uint8_t>(carry & 0xFF);
    carry >>= 8;
  }
  return base::to_text(parsed->first);
}

base::Result<Delivery> Attacker::carry_out(const std::vector<AttackStep>& steps,
                                           std::string_view kind, const Tell& tell) {
  known_.clear();
  for (const AttackStep& step : steps) {
    if (step.kind != AttackStep::Kind::Stream) continue;
    const std::string table = TRY(stage_.names().resolve_text(step.table));
    known_[table] = TRY(read_stream(table)).size();
  }
  Delivery delivery;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const AttackStep& step = steps[i];
    TRY(carry_out(step, std::string(kind) + "." + std::to_string(i), delivery));
    const bool is_attack = kind == "attack";
    std::string says;
    switch (step.kind) {
      case AttackStep::Kind::Call:
        says = step.identity.empty()
                   ? to_text(step.call.operation)
                   : step.identity + " from " + step.from + ": " + to_text(step.call.operation);
        if (!step.refused.empty()) says += " (refused)";
        break;
      case AttackStep::Kind::Record: {
        const Value* name = step.record.find("eventName");
        says = step.identity + " from " + step.from + ": " +
               (name == nullptr ? "a call" : name->text());
        break;
      }
      case AttackStep::Kind::Log:
        says = fmt::format("{} lines of {} from {}", step.times * step.lines.size(), step.log,
                           step.from);
        break;
      case AttackStep::Kind::Stream:
        continue;
    }
    if (step.times > 1 && step.kind != AttackStep::Kind::Log)
      says += fmt::format(", {} times", step.times);
    tell({is_attack ? Beat::Kind::Attack : Beat::Kind::Calm, says});
  }
  return delivery;
}

base::Status Attacker::carry_out(const AttackStep& step, const std::string& path,
                                 Delivery& delivery) {
  clock_.advance(step.after);
  if (step.kind == AttackStep::Kind::Stream) {
    const std::string table = TRY(stage_.names().resolve_text(step.table));
    const std::vector<std::string> records = TRY(read_stream(table));
    for (std::size_t i = known_[table]; i < records.size(); ++i)
      delivery.add_stream_record(table, records[i]);
    return base::Done{};
  }
  for (std::uint64_t n = 0; n < step.times; ++n) {
    if (n > 0) clock_.advance(step.every);
    if (step.kind == AttackStep::Kind::Log) {
      TRY(add_lines(step, n, delivery));
      continue;
    }
    if (step.kind == AttackStep::Kind::Record) {
      const Deed deed = TRY(deed_of(step, n));
      delivery.add_record(trail_record(TRY(stage_.names().resolve(step.record)), deed));
      continue;
    }
    const MadeCall made = TRY(stage_.attack(step, path));
    if (!step.is_seen) continue;
    const Deed deed = TRY(deed_of(step, n));
    delivery.add_record(trail_record(made, deed));
  }
  return base::Done{};
}

base::Result<Deed> Attacker::deed_of(const AttackStep& step, std::uint64_t n) {
  const Identity& identity = scenario_.identities.find(step.identity)->second;
  const Names& names = stage_.names();
  const auto text = [&names](const Value& value) {
    return value.is_null() ? base::Result<std::string>(std::string())
                           : names.resolve_text(value);
  };
  Deed deed;
  deed.account = stage_.place().account;
  deed.region = stage_.place().region;
  deed.time = clock_.wall();
  deed.address = address_in(step.from, n);
  deed.agent = step.agent.empty() ? kAgent : step.agent;
  const std::string run = TRY(names.resolve_text({Value::Kind::String, "${run}", {}}));
  deed.event_id = uuid_of(run + " " + std::to_string(++events_));
  const std::string key = TRY(text(identity.key));
  switch (identity.kind) {
    case Identity::Kind::User:
      deed.identity = user_identity(deed.account, TRY(text(identity.name)), key);
      break;
    case Identity::Kind::Role: {
      const std::string role = TRY(text(identity.name));
      const std::string session = TRY(text(identity.session));
      deed.identity = role_identity(deed.account, role, session, key, deed.time);
      break;
    }
    case Identity::Kind::Root:
      deed.identity = root_identity(deed.account, key);
      break;
    case Identity::Kind::Anonymous:
      deed.identity = anonymous_identity();
      break;
  }
  return deed;
}

base::Status Attacker::add_lines(const AttackStep& step, std::uint64_t n, Delivery& delivery) {
  Names names = stage_.names();
  names.set("n", std::to_string(n));
  names.set("time", times_of(clock_.wall()));
  names.set_text("address", address_in(step.from, n));
  for (const Value& line : step.lines) {
    delivery.add_line(step.log, line.is_scalar() ? TRY(names.resolve_text(line))
                                                 : TRY(names.resolve(line)));
  }
  return base::Done{};
}

base::Result<std::vector<std::string>> Attacker::read_stream(const std::string& table) {
  const auto ask = [this](const char* operation,
                          const std::string& with) -> base::Result<json::OwnedDocument> {
    base::Diagnostics diagnostics;
    const std::optional<Value> parameters = json::read_json(with, diagnostics);
    Call call;
    call.operation = {"dynamodbstreams", operation};
    if (parameters) call.with = *parameters;
    const MadeCall made = TRY(stage_.call(call, Names()));
    if (made.error) return made.error->as_base_error(operation);
    return json::OwnedDocument::parse(aws::to_json(made.output));
  };
  std::vector<std::string> records;
  const auto streams = TRY(ask("ListStreams", "{\"TableName\":" + json::quoted(table) + "}"));
  const json::Node* list = streams.root().find("Streams");
  if (list == nullptr) return records;
  for (const json::Node& stream : json::children(*list)) {
    const std::string arn(stream.string_at("StreamArn"));
    const auto described =
        TRY(ask("DescribeStream", "{\"StreamArn\":" + json::quoted(arn) + "}"));
    const json::Node* shards = described.root().at("StreamDescription.Shards");
    if (shards == nullptr) continue;
    for (const json::Node& shard : json::children(*shards)) {
      auto iterator = TRY(ask("GetShardIterator",
                              "{\"StreamArn\":" + json::quoted(arn) +
                                  ",\"ShardId\":" + json::quoted(shard.string_at("ShardId")) +
                                  ",\"ShardIteratorType\":\"TRIM_HORIZON\"}"));
      std::string next(iterator.root().string_at("ShardIterator"));
      constexpr int kPagesMax = 100;
      for (int page = 0; page < kPagesMax && !next.empty(); ++page) {
        const auto answer =
            TRY(ask("GetRecords", "{\"ShardIterator\":" + json::quoted(next) + "}"));
        const json::Node* found = answer.root().find("Records");
        if (found == nullptr || found->size == 1) break;
        for (const json::Node& record : json::children(*found))
          records.push_back(event_of(record, arn, stage_.place().region));
        next = std::string(answer.root().string_at("NextShardIterator"));
      }
    }
  }
  return records;
}

}  // namespace riposte::simulate
