#include "correlate/watermark.h"

#include <algorithm>

namespace riposte::correlate {

base::EventTime Watermark::note(std::string_view source, base::EventTime time) {
  auto found = newest_.find(source);
  if (found == newest_.end()) {
    const std::string_view name = newest_.size() < kSourcesMax ? source : std::string_view();
    found = newest_.try_emplace(std::string(name), time).first;
  }
  const bool moves = time >= found->second;
  found->second = std::max(found->second, time);
  newest_of_all_ = std::max(newest_of_all_, time);
  if (!moves) return value_;

  base::EventTime slowest = newest_of_all_;
  for (const auto& [name, newest] : newest_)
    slowest = std::min(slowest, newest);
  const base::EventTime waited_for = std::max(slowest, newest_of_all_ - lateness_);
  value_ = std::max(value_, waited_for - lateness_);
  return value_;
}

void Watermark::save(std::string& out) const {
  put_time(out, value_);
  put_time(out, newest_of_all_);
  put_count(out, newest_.size());
  for (const auto& [name, newest] : newest_) {
    put_text(out, name);
    put_time(out, newest);
  }
}

void Watermark::restore(ByteReader& reader) {
  value_ = reader.time();
  newest_of_all_ = reader.time();
  newest_.clear();
  for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
    const std::string_view name = reader.text();
    newest_[std::string(name)] = reader.time();
  }
}

}  // namespace riposte::correlate
