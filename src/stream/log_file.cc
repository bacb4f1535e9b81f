#include "stream/log_file.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace riposte::stream {
namespace {

// Text logs hold no zero bytes; anything binary does, soon.
constexpr std::size_t kBinaryProbe = 4096;

// Room for a file of kWholeBytes, the way a Buffer grows.
constexpr std::size_t kKeptBytes = 2 * LogFile::kWholeBytes;

base::Error too_long_record(std::size_t limit) {
  return {base::Errc::Limit,
          "a record is longer than the limit of " + std::to_string(limit >> 20) + " MiB"};
}

}  // namespace

LogFile::LogFile() : LogFile(Limits()) {}

LogFile::LogFile(Limits limits, Objects* objects) : limits_(limits), objects_(objects) {}

void LogFile::open(const std::string& path) {
  path_ = path;
  raw_.clear(kKeptBytes);
  inflated_.clear(kKeptBytes);
  content_ = &raw_;
  raw_count_ = content_count_ = 0;
  fresh_ = true;
  ended_ = false;
  error_.reset();

  const base::Result<std::uint64_t> size = open_raw(path);
  if (!size.ok()) return end(size.error());
  if (*size > limits_.file_bytes) return end(base::larger_than(limits_.file_bytes));

  // One byte more than there should be: that it does not come says that the file has ended.
  const bool is_small = *size > 0 && *size <= kWholeBytes;
  fill(is_small ? *size + 1 : kStepBytes);
  const base::Compression compression = base::compression_of(raw_.bytes());
  if (compression != base::Compression::None) {
    content_ = &inflated_;
    content_count_ = 0;
    ended_ = false;
    inflater_.start(compression);
    if (compression != base::Compression::Gzip || !inflate_whole()) fill(kStepBytes);
  }
  check_begin();
}

// Gives the size, as File does.
base::Result<std::uint64_t> LogFile::open_raw(const std::string& path) {
  is_object_ = objects_ != nullptr && path.starts_with(kObjectScheme);
  if (is_object_) {
    object_ = TRY(ObjectFile::open(*objects_, path));
    return object_->size();
  }
  file_ = TRY(base::File::open(path));
  return file_->size();
}

std::optional<base::EventTime> LogFile::written_at() const {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path_, error);
  if (error) return std::nullopt;
  return std::chrono::floor<base::Millis>(std::chrono::file_clock::to_sys(time));
}

LogFile::Window LogFile::read_all(const std::string& path) {
  const std::size_t window_bytes = std::exchange(limits_.window_bytes, SIZE_MAX / 2);
  open(path);
  Window window = next(0);
  while (!window.last)
    window = next(0);
  limits_.window_bytes = window_bytes;
  return window;
}

LogFile::Window LogFile::next(std::size_t consumed) {
  content_->drop(consumed);
  // Growing by what is left, at least, keeps the cost of a long record linear for who starts again.
  if (!fresh_) fill(std::max(kStepBytes, content_->size()));
  fresh_ = false;
  Window window{content_->bytes(), ended_};
  if (content_ == &raw_ && !is_object_) window.begin = content_count_ - content_->size();
  return window;
}

// Puts up to `wanted` bytes behind the content, fewer only at its end.
void LogFile::fill(std::size_t wanted) {
  wanted =
      std::min(wanted, limits_.window_bytes - std::min(content_->size(), limits_.window_bytes));
  if (wanted == 0 && !ended_) return end(too_long_record(limits_.window_bytes));
  while (wanted > 0 && !ended_) {
    const std::size_t count = content_ == &raw_ ? read_raw(wanted) : inflate(wanted);
    content_count_ += count;
    wanted -= count;
  }
}

// Puts up to `wanted` bytes behind what is there of the file as it lies on disk.
std::size_t LogFile::read_raw(std::size_t wanted) {
  const std::span<char> room = raw_.room(wanted);
  std::size_t count = object_ ? object_->read(room) : file_->read(room);
  raw_.add(count);
  raw_count_ += count;
  const bool at_end = count < wanted;
  std::optional<base::Error> reason = object_ ? object_->error() : file_->error();
  const std::uint64_t excess = raw_count_ - std::min<std::uint64_t>(raw_count_, limits_.file_bytes);
  if (excess > 0) {
    raw_.shorten(excess);
    count -= excess;
    reason = base::larger_than(limits_.file_bytes);
  }
  if (at_end || excess > 0) end(std::move(reason));
  return count;
}

// Puts up to `wanted` bytes behind what is there of the inflated content.
std::size_t LogFile::inflate(std::size_t wanted) {
  if (raw_.empty() && is_open()) {
    read_raw(kStepBytes);
    ended_ = false;  // that was the end of what lies on disk
  }
  // A byte beyond the limit tells that there is more.
  const std::uint64_t free = limits_.inflated_bytes + 1 - content_count_;
  const std::span<char> room = inflated_.room(std::min<std::uint64_t>(wanted, free));
  const base::Inflater::Progress progress = inflater_.advance(raw_.bytes(), !is_open(), room);
  raw_.drop(progress.taken);
  inflated_.add(progress.given);
  if (progress.given == free) {
    inflated_.shorten(1);
    end(base::inflates_to_more_than(limits_.inflated_bytes));
    return progress.given - 1;
  }
  if (inflater_.done()) end(inflater_.error());
  return progress.given;
}

// Whether all of a gzip file could be inflated at once.
bool LogFile::inflate_whole() {
  if (is_open()) return false;
  const std::size_t most = std::min(kWholeBytes, limits_.inflated_bytes);
  const std::size_t hint = base::inflated_size_hint(raw_.bytes());
  if (hint > most) return false;
  // More than the hint where that is cheap: it knows only the last one of several members.
  const std::span<char> room = inflated_.room(std::min(std::max(hint, kStepBytes), most));
  const std::optional<std::size_t> size = inflater_.inflate_whole(raw_.bytes(), room);
  if (!size) return false;
  inflated_.add(*size);
  content_count_ = *size;
  end(std::nullopt);
  return true;
}

void LogFile::check_begin() {
  if (content_->empty() && ended_) return end(base::Error{base::Errc::Invalid, "empty file"});
  if (content_->bytes().substr(0, kBinaryProbe).find('\0') == std::string_view::npos) return;
  content_->drop(content_->size());
  content_count_ = 0;
  end(base::Error{base::Errc::Invalid, "binary data, no log"});
}

// The first reason is the one that is told: what it cut short is often damaged as well.
void LogFile::end(std::optional<base::Error> reason) {
  file_.reset();
  object_.reset();
  ended_ = true;
  if (!error_) error_ = std::move(reason);
}

}  // namespace riposte::stream
