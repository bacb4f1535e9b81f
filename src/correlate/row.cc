#include "correlate/row.h"

namespace riposte::correlate {

void Row::append(const Entry& entry) {
  if (begin_ > bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  put_time(bytes_, entry.time);
  put_pair(bytes_, entry.slot);
  put_text(bytes_, entry.text);
  put_text(bytes_, entry.event);
  ++size_;
}

Entry Row::front() const {
  ByteReader reader(packed());
  return read(reader);
}

void Row::forget_oldest() {
  const Entry oldest = front();
  const char* behind = oldest.event.data() + oldest.event.size();
  begin_ = static_cast<std::uint32_t>(behind - bytes_.data());
  --size_;
}

void Row::forget_before(base::EventTime time) {
  while (!empty() && front().time < time)
    forget_oldest();
}

void Row::clear() {
  bytes_ = {};
  begin_ = 0;
  size_ = 0;
}

bool Row::restore(std::string_view packed) {
  clear();
  bytes_ = packed;
  ByteReader reader(bytes_);
  while (!reader.at_end() && reader.ok()) {
    read(reader);
    ++size_;
  }
  if (!reader.ok()) clear();
  return reader.ok();
}

}  // namespace riposte::correlate
