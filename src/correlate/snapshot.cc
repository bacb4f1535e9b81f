// Correlator::snapshot and restore.
//
//     "riposte.windows/2"  fingerprint  passed  watermark  serial  taken  counts
//     n, hits that wait            by time, rule, event
//     for each correlation:  n, windows          least recently hit first
//     SHA-256 of all this, in hexadecimal digits
//
// Timers are not written: each is the end of a window that is.
// Tested by src/correlate/correlator_test.cc

#include <algorithm>
#include <tuple>

#include "base/digest.h"
#include "correlate/correlator.h"

namespace riposte::correlate {
namespace {

constexpr std::string_view kVersion = "riposte.windows/2";
constexpr std::size_t kDigestSize = 64;

void put(std::string& out, const KeyState& state) {
  put_text(out, state.key);
  put_text(out, state.window.row.packed());
  put_time(out, state.window.first);
  put_time(out, state.window.last);
  put_count(out, state.window.count);
  out += state.window.sum.pack();
  put_count(out, state.window.amount);
  put_count(out, state.serial);
  out += state.is_open ? '\1' : '\0';
  put_time(out, state.opened);
  put_real(out, state.value);
  put_count(out, state.told_count);
}

// Everything behind the key; false where it cannot be.
bool read(ByteReader& reader, KeyState& state) {
  const bool row_is_whole = state.window.row.restore(reader.text());
  state.window.first = reader.time();
  state.window.last = reader.time();
  state.window.count = reader.count();
  state.window.sum = Amount::unpack(reader.bytes(Amount::kPackedSize));
  state.window.amount = reader.count();
  state.serial = reader.count();
  state.is_open = reader.byte() != '\0';
  state.opened = reader.time();
  state.value = reader.real();
  state.told_count = static_cast<std::uint32_t>(reader.count());
  return row_is_whole && reader.ok() && !state.window.row.empty() && state.serial > 0;
}

base::Error damaged() { return {base::Errc::Invalid, "these are no windows, or damaged ones"}; }

}  // namespace

std::string Correlator::snapshot() const {
  std::string out;
  put_text(out, kVersion);
  put_text(out, plan_.fingerprint());
  put_time(out, passed_);
  watermark_.save(out);
  put_count(out, serial_);
  put_count(out, unweighed_);
  for (const std::uint64_t Counts::*count : kCounts)
    put_count(out, counts_.*count);

  std::vector<const Waiting*> waiting;
  waiting.reserve(waiting_.size());
  for (const Waiting& hit : waiting_)
    waiting.push_back(&hit);
  std::sort(waiting.begin(), waiting.end(), [](const Waiting* a, const Waiting* b) {
    return std::tuple(a->time, a->rule, a->event(), a->fields()) <
           std::tuple(b->time, b->rule, b->event(), b->fields());
  });
  put_count(out, waiting.size());
  for (const Waiting* hit : waiting) {
    put_time(out, hit->time);
    put_count(out, hit->rule);
    put_text(out, hit->event());
    put_text(out, hit->fields());
  }
  for (const KeyTable& table : tables_) {
    put_count(out, table.size());
    for (KeyTable::Slot slot = table.oldest(); slot != KeyTable::kNone; slot = table.behind(slot))
      put(out, table.at(slot));
  }
  return out + base::sha256_hex(out);
}

base::Status Correlator::restore(std::string_view bytes) {
  if (bytes.size() < kDigestSize) return damaged();
  const std::string_view content = bytes.substr(0, bytes.size() - kDigestSize);
  if (base::sha256_hex(content) != bytes.substr(content.size())) return damaged();
  // Beyond this line the bytes are what a correlator wrote.

  Correlator fresh(plan_, limits_);
  ByteReader reader(content);
  if (reader.text() != kVersion) return damaged();
  if (reader.text() != plan_.fingerprint())
    return base::Error{base::Errc::Invalid, "these windows belong to other rules"};
  fresh.passed_ = reader.time();
  fresh.watermark_.restore(reader);
  fresh.serial_ = reader.count();
  fresh.unweighed_ = reader.count();
  for (std::uint64_t Counts::*count : kCounts)
    fresh.counts_.*count = reader.count();

  for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
    Waiting hit;
    hit.time = reader.time();
    hit.rule = static_cast<rule::RuleIndex>(reader.count());
    hit.bytes = reader.text();
    hit.event_size = static_cast<std::uint32_t>(hit.bytes.size());
    hit.bytes += reader.text();
    fresh.waiting_.push_back(std::move(hit));  // sorted, and so a heap
  }
  for (std::size_t join = 0; join < tables_.size(); ++join) {
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
      const KeyTable::Slot slot = fresh.tables_[join].touch(reader.text());
      KeyState& state = fresh.tables_[join].at(slot);
      if (state.serial != 0 || !read(reader, state)) return damaged();
      fresh.tables_[join].weigh(slot);
      const base::Millis timespan = plan_.joins()[join].correlation().timespan;
      if (state.is_open) {
        fresh.set_timer(join, slot, state.opened + timespan);
      } else if (plan_.joins()[join].window->settles()) {
        fresh.set_timer(join, slot, state.window.first + timespan);
      }
    }
  }
  if (!reader.ok() || !reader.at_end()) return damaged();

  waiting_ = std::move(fresh.waiting_);
  tables_ = std::move(fresh.tables_);
  timers_ = std::move(fresh.timers_);
  watermark_ = std::move(fresh.watermark_);
  passed_ = fresh.passed_;
  serial_ = fresh.serial_;
  unweighed_ = fresh.unweighed_;
  counts_ = fresh.counts_;
  return base::Done{};
}

}  // namespace riposte::correlate
