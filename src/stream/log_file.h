#pragma once

// The content of log files, decompressed, in windows: any file, a bounded piece of memory.
//
//     LogFile file;
//     for (const std::string& path : paths) {
//       file.open(path);
//       LogFile::Window window = file.next(0);
//       while (!window.last) window = file.next(whole_records_in(window.bytes));
//       whole_records_in(window.bytes);
//       if (file.error()) ...
//     }
//
// Whoever reads says how much of a window it is done with; the next one begins there and holds
// more. What ends in no window, because a single record is that long, makes the window grow up to
// kWindowBytesMax.
//
// Where there is a store of objects, paths that begin with "s3://" are objects of it.
//
// Compression is told by the first bytes. A damaged, truncated or oversized file gives what could
// be read of it, and then the reason. What holds a zero byte soon is no log and gives nothing.
//
// Cost: a file of up to kWholeBytes takes four system calls and comes in one window; if it is gzip
// it takes one pass of libdeflate. Other files come in steps of kStepBytes. Buffers are kept from
// file to file, up to about 2 * kWholeBytes; only a record larger than that makes them larger,
// until the next open().
//
// Threads: confined to its owner; a scan has one for each worker.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/inflate.h"
#include "base/result.h"
#include "base/time.h"
#include "stream/buffer.h"
#include "stream/object_file.h"

namespace riposte::stream {

class LogFile {
 public:
  // What a single file may hold, as it lies on disk and inflated. A gzip bomb ends here.
  static constexpr std::size_t kFileBytesMax = std::size_t{4} << 30;
  static constexpr std::size_t kInflatedBytesMax = std::size_t{1} << 30;
  // What one window may hold, and therefore one record.
  static constexpr std::size_t kWindowBytesMax = std::size_t{16} << 20;

  // Files up to this size come in one window. Delivered ones are nearly always smaller.
  static constexpr std::size_t kWholeBytes = std::size_t{4} << 20;
  // How many bytes a window is ahead of the one before it: with what is made of them they stay in
  // the second-level cache.
  static constexpr std::size_t kStepBytes = std::size_t{512} << 10;

  struct Limits {
    std::size_t file_bytes = kFileBytesMax;
    std::size_t inflated_bytes = kInflatedBytesMax;
    std::size_t window_bytes = kWindowBytesMax;
  };

  struct Window {
    std::string_view bytes;  // json::kPadding readable bytes stand behind them
    bool last = false;       // nothing follows them
    // Where they stand in the file. Nothing: it is compressed, or an object.
    std::optional<std::uint64_t> begin = {};
  };

  LogFile();
  // Borrows the store; null: there is none.
  explicit LogFile(Limits limits, Objects* objects = nullptr);

  // Leaves the file before. "-" is standard input. Failing is told by error() and an empty window.
  void open(const std::string& path);

  // When the file of the last open() was last written, where that can be told.
  std::optional<base::EventTime> written_at() const;

  // Drops `consumed` bytes from the front of the last window and gives the rest with more behind
  // it: at least a byte more, unless the window is the last. It lives until the next call. The
  // first call after open() has nothing to drop.
  Window next(std::size_t consumed);

  // Opens a file and gives all of it in one window, whatever window_bytes says: where somebody asks
  // about a single file.
  Window read_all(const std::string& path);

  // Why the content is not whole: NotFound, Denied, Io, Invalid (empty, binary, damaged, truncated)
  // or Limit. Final once the last window was given.
  const std::optional<base::Error>& error() const { return error_; }

  // Uncompressed bytes read so far: all that windows gave, once the last one was given.
  std::uint64_t byte_count() const { return content_count_; }

 private:
  base::Result<std::uint64_t> open_raw(const std::string& path);
  bool is_open() const { return file_ || object_; }
  void fill(std::size_t wanted);
  std::size_t read_raw(std::size_t wanted);
  std::size_t inflate(std::size_t wanted);
  bool inflate_whole();
  void check_begin();
  void end(std::optional<base::Error> reason);

  Limits limits_;
  Objects* objects_;
  std::string path_;  // of the last open()
  base::Inflater inflater_;
  Buffer raw_;       // as it lies on disk
  Buffer inflated_;  // used for compressed files only

  // Of the file that is open.
  std::optional<base::File> file_;  // one of these; neither: all of it was read
  std::optional<ObjectFile> object_;
  bool is_object_ = false;
  Buffer* content_ = &raw_;          // what windows show: one of the two
  bool fresh_ = false;               // the window was filled by open() and not given yet
  bool ended_ = true;                // nothing follows what content_ holds
  std::uint64_t raw_count_ = 0;      // bytes read
  std::uint64_t content_count_ = 0;  // bytes that content_ has held
  std::optional<base::Error> error_;
};

}  // namespace riposte::stream
