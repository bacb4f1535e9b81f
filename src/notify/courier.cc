#include "notify/courier.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "json/writer.h"
#include "notify/redaction.h"

namespace riposte::notify {
namespace {

constexpr std::string_view kChannelFailed = "channel.failed";

// The same for the same notices of the same ledger: sequences alone begin at 1 in each.
std::string key_of(const std::string& channel, const Notice& first, const Notice& last,
                   std::size_t count) {
  std::string text = "riposte.notification/1\n" + channel + '\n' + std::to_string(count);
  for (const Notice* notice : {&first, &last}) {
    text += fmt::format("\n{}\n{}\n{}\n{}", notice->sequence, notice->kind, notice->subject,
                        notice->created.time_since_epoch().count());
  }
  return base::sha256_hex(text);
}

}  // namespace

Courier::Courier(Parts parts)
    : parts_(std::move(parts)),
      pace_(parts_.config.per_minute, parts_.clock.steady()),
      not_before_(parts_.clock.steady()) {}

base::Result<std::optional<base::SteadyTime>> Courier::deliver(const std::stop_token& stop) {
  using When = std::optional<base::SteadyTime>;
  TRY(acknowledge());
  while (!stop.stop_requested()) {
    if (letters_.empty()) {
      const bool found_any = TRY(take_up());
      TRY(acknowledge());
      if (!found_any) return When();
      continue;
    }
    Letter& letter = letters_.front();
    if (!letter.buried_for) {
      const base::SteadyTime now = parts_.clock.steady();
      const base::SteadyTime next = std::max(not_before_, pace_.next(now));
      if (next > now) return When(next);
      const Sending sending = send(letter, stop);
      if (sending == Sending::Stopped) break;
      if (sending == Sending::Again) continue;
    }
    if (letter.buried_for) TRY(bury(letter));
    letters_.pop_front();
    TRY(acknowledge());
  }
  return When(parts_.clock.steady());
}

void Courier::run(const std::stop_token& stop) {
  int faults = 0;
  while (!stop.stop_requested()) {
    const base::Result<std::optional<base::SteadyTime>> when = deliver(stop);
    base::SteadyTime next = parts_.clock.steady() + kLookAgain;
    if (!when.ok()) {
      parts_.note(fmt::format("channel \"{}\": what is owed cannot be read: {}", parts_.config.name,
                              when.error().message));
      next = parts_.clock.steady() + retry_wait(++faults, parts_.random());
    } else {
      faults = 0;
      next = when->value_or(next);
    }
    parts_.clock.wait_until(next, stop);
  }
}

base::Result<bool> Courier::take_up() {
  struct Wanted {
    Notice notice;  // less its body
    Message message;
  };
  std::vector<Wanted> wanted;
  std::size_t count = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  TRY(parts_.outbox.each_owed(parts_.config.name, [&](const Notice& notice) {
    if (count == kOwedMax) return false;
    if (count++ == 0) first = notice.sequence;
    last = notice.sequence;
    Message message = parts_.writer.write(notice);
    if (parts_.routing.leads(message, parts_.config)) {
      Notice head{notice.sequence, notice.kind, notice.subject, {}, notice.created};
      wanted.push_back({std::move(head), std::move(message)});
    }
    return true;
  }));

  if (count == 0) return false;
  // Beyond this line they are taken up: an Outbox that failed on the way gives all of them again.
  acknowledged_ = first - 1;  // it says so
  seen_ = last;

  const auto stands_alone = [&](const Wanted& each) {
    return each.message.closes && parts_.channel.keeps_open();
  };
  const auto joined = static_cast<std::uint64_t>(std::count_if(
      wanted.begin(), wanted.end(), [&](const Wanted& each) { return !stands_alone(each); }));
  const bool is_flood = joined > parts_.config.digest_above;
  std::vector<const Wanted*> flood;
  for (Wanted& each : wanted) {
    if (is_flood && !stands_alone(each)) {
      flood.push_back(&each);
      continue;
    }
    each.message.key = key_of(parts_.config.name, each.notice, each.notice, 1);
    letters_.push_back({.message = std::move(each.message),
                        .sequences = {each.notice.sequence},
                        .is_about_channels = each.notice.kind == kChannelFailed,
                        .buried_for = {}});
  }
  if (!flood.empty()) {
    Letter digest;
    digest.is_about_channels = true;
    std::vector<const Message*> messages;
    for (const Wanted* each : flood) {
      messages.push_back(&each->message);
      digest.sequences.push_back(each->notice.sequence);
      digest.is_about_channels &= each->notice.kind == kChannelFailed;
    }
    digest.message = parts_.writer.write_digest(messages);
    digest.message.key =
        key_of(parts_.config.name, flood.front()->notice, flood.back()->notice, flood.size());
    letters_.push_back(std::move(digest));
  }
  return true;
}

base::Status Courier::acknowledge() {
  std::int64_t settled = seen_;
  for (const Letter& letter : letters_)
    settled = std::min(settled, letter.sequences.front() - 1);
  if (settled <= acknowledged_) return base::Done{};
  TRY(parts_.outbox.acknowledge(parts_.config.name, settled));
  acknowledged_ = settled;
  return base::Done{};
}

Courier::Sending Courier::send(Letter& letter, const std::stop_token& stop) {
  pace_.take(parts_.clock.steady());
  const Outcome outcome = parts_.channel.send(letter.message, stop);
  const std::string& name = parts_.config.name;
  if (outcome.is_sent()) {
    ++counts_.sent;
    if (letter.sequences.size() > 1) counts_.digested += letter.sequences.size();
    if (!outcome.remark.empty())
      parts_.note(fmt::format("channel \"{}\": {}", name, redact(outcome.remark)));
    return Sending::Settled;
  }
  if (outcome.status.error().code == base::Errc::Cancelled) return Sending::Stopped;
  ++counts_.failed;
  ++letter.failures;
  const std::string why = redact(outcome.status.error().message);
  if (!outcome.may_pass() || letter.failures >= kTriesMax) {
    letter.buried_for = why;
    return Sending::Settled;
  }
  parts_.note(fmt::format("channel \"{}\": not sent (try {} of {}): {}", name, letter.failures,
                          kTriesMax, why));
  const base::Millis asked = std::min(outcome.asked_wait.value_or(base::Millis(0)), kAskedWaitMax);
  not_before_ =
      parts_.clock.steady() + std::max(asked, retry_wait(letter.failures, parts_.random()));
  return Sending::Again;
}

base::Status Courier::bury(const Letter& letter) {
  const std::string& name = parts_.config.name;
  const base::EventTime now = parts_.clock.wall();
  TRY(parts_.outbox.bury({name, letter.sequences, *letter.buried_for, now}));
  if (!letter.is_about_channels) {
    json::Writer body;
    body.object([&] {
      body.field("channel", name);
      body.field("reason", *letter.buried_for);
      body.field("notices", static_cast<std::uint64_t>(letter.sequences.size()));
    });
    TRY(parts_.outbox.owe(kChannelFailed, name, body.text(), now));
  }
  counts_.buried += letter.sequences.size();
  parts_.note(fmt::format("channel \"{}\": {} notices were not delivered: {}", name,
                          letter.sequences.size(), *letter.buried_for));
  return base::Done{};
}

}  // namespace riposte::notify
