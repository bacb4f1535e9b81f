#include "stream/log_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json/structure.h"
#include "stream/file_list.h"

namespace riposte::stream {
namespace {

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i)
    text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

std::uint32_t crc32(std::string_view text) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit)
        table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
    }
    return table;
  }();
  std::uint32_t crc = 0xffffffff;
  for (const char c : text)
    crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

// A gzip member of stored blocks, RFC 1951 and 1952: nothing is compressed, everything is framed.
std::string gzipped(std::string_view text) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  for (std::size_t i = 0; i == 0 || i < text.size(); i += 0xffff) {
    const std::string_view block = text.substr(i, 0xffff);
    out += i + 0xffff >= text.size() ? '\1' : '\0';
    out += number(block.size(), 2) + number(~block.size(), 2);
    out += block;
  }
  return out + number(crc32(text), 4) + number(text.size(), 4);
}

// A Zstandard frame of raw blocks, RFC 8878: no checksum, a window of 1 MiB.
std::string zstd(std::string_view text) {
  constexpr std::size_t kBlock = 100'000;
  std::string out("\x28\xb5\x2f\xfd\0\x50", 6);
  for (std::size_t i = 0; i == 0 || i < text.size(); i += kBlock) {
    const std::string_view block = text.substr(i, kBlock);
    out += number(block.size() << 3 | (i + kBlock >= text.size() ? 1 : 0), 3);
    out += block;
  }
  return out;
}

std::string lines(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i)
    text += "{\"n\":" + std::to_string(i * i) + "}\n";
  return text;
}

struct Content {
  std::string bytes;
  std::string error;
  std::size_t windows = 0;
};

// Reads like a scan: whole lines, and what is left with the next window. The padding is read too,
// which is for the address sanitizer to judge.
Content read(LogFile& file, const std::string& path) {
  Content content;
  file.open(path);
  std::size_t consumed = 0;
  std::size_t left = 0;
  unsigned padding = 0;
  while (true) {
    const LogFile::Window window = file.next(consumed);
    ++content.windows;
    for (std::size_t i = 0; i < json::kPadding; ++i)
      padding += window.bytes.data()[window.bytes.size() + i] == 'x';
    EXPECT_TRUE(window.last || window.bytes.size() > left) << path;
    consumed = window.last ? window.bytes.size() : window.bytes.rfind('\n') + 1;
    left = window.bytes.size() - consumed;
    content.bytes += window.bytes.substr(0, consumed);
    if (window.last) break;
  }
  EXPECT_EQ(file.byte_count(), content.bytes.size()) << path << padding;
  if (file.error()) content.error = file.error()->message;
  return content;
}

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    folder_ = testing::TempDir() + "riposte_log_file_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view bytes) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string error_of(std::string_view bytes) { return read(file_, write("file", bytes)).error; }

  std::string folder_;
  LogFile file_;
};

// Sizes around every step at which something else happens.
TEST_F(LogFileTest, AnySizeInAnyCompression) {
  const std::string text = lines(LogFile::kWholeBytes + 3 * LogFile::kStepBytes);
  for (const std::size_t middle : {std::size_t{2}, LogFile::kStepBytes, LogFile::kWholeBytes,
                                   LogFile::kWholeBytes + LogFile::kStepBytes, text.size() - 1}) {
    for (const std::size_t size : {middle - 1, middle, middle + 1}) {
      const std::string_view part = std::string_view(text).substr(0, size);
      for (const std::string& bytes : {std::string(part), gzipped(part), zstd(part)}) {
        const Content content = read(file_, write("file", bytes));
        EXPECT_TRUE(content.bytes == part) << size;
        EXPECT_EQ(content.error, "") << size;
      }
    }
  }
}

TEST_F(LogFileTest, SmallFilesComeInOneWindow) {
  const std::string text = lines(LogFile::kWholeBytes - 100);
  EXPECT_EQ(read(file_, write("plain", text)).windows, 1u);
  EXPECT_EQ(read(file_, write("gzip", gzipped(text.substr(0, 3'000'000)))).windows, 1u);
  EXPECT_EQ(read(file_, write("exact", text.substr(0, LogFile::kStepBytes))).windows, 1u);
}

TEST_F(LogFileTest, LargeFilesComeInSteps) {
  const std::string path = write("plain", lines(3 * LogFile::kWholeBytes));
  file_.open(path);
  LogFile::Window window = file_.next(0);
  while (!window.last) {
    EXPECT_LE(window.bytes.size(), LogFile::kStepBytes);
    window = file_.next(window.bytes.size());
  }
}

TEST_F(LogFileTest, WindowsKnowWhereTheyStandUnlessTheFileIsCompressed) {
  const std::string text = lines(LogFile::kWholeBytes + 2 * LogFile::kStepBytes);
  for (const std::string& path : {write("plain", text), write("small", text.substr(0, 5000))}) {
    file_.open(path);
    std::size_t done = 0;
    for (LogFile::Window window = file_.next(0);; window = file_.next(window.bytes.size() - 100)) {
      EXPECT_EQ(window.begin, done);
      done += window.bytes.size() - 100;
      if (window.last) break;
    }
  }
  file_.open(write("gzip", gzipped(text)));
  EXPECT_EQ(file_.next(0).begin, std::nullopt);
}

TEST_F(LogFileTest, ALongRecordMakesTheWindowGrowUpToItsLimit) {
  const std::string record(5 << 20, 'x');
  EXPECT_EQ(read(file_, write("fits", record + "\n")).bytes, record + "\n");
  EXPECT_LT(read(file_, write("fits", record + "\n")).windows, 10u);

  LogFile::Limits limits;
  limits.window_bytes = 2 << 20;
  LogFile limited(limits);
  for (const std::string& bytes : {record, zstd(record)}) {
    const Content content = read(limited, write("too_long", bytes));
    EXPECT_EQ(content.error, "a record is longer than the limit of 2 MiB");
    EXPECT_EQ(content.bytes.size(), limits.window_bytes);
  }
  EXPECT_EQ(read(limited, write("next", "{}")).bytes, "{}");
}

TEST_F(LogFileTest, MembersOneBehindAnother) {
  const std::string text = lines(700'000);
  EXPECT_EQ(read(file_, write("a", gzipped("{}\n") + gzipped("") + gzipped("[]\n"))).bytes,
            "{}\n[]\n");
  EXPECT_EQ(read(file_, write("b", gzipped(text) + gzipped(text) + gzipped("{}"))).bytes,
            text + text + "{}");
  EXPECT_EQ(read(file_, write("c", zstd(text) + zstd("{}"))).bytes, text + "{}");
  const Content padded = read(file_, write("d", gzipped("{}") + std::string(1000, '\0')));
  EXPECT_EQ(padded.bytes, "{}");
  EXPECT_EQ(padded.error, "");
}

TEST_F(LogFileTest, ATruncatedFileGivesWhatIsThere) {
  const std::string text = lines(200);
  for (const std::string& whole : {gzipped(text), zstd(text)}) {
    for (std::size_t size = 4; size < whole.size(); ++size) {
      const Content content = read(file_, write("cut", whole.substr(0, size)));
      EXPECT_TRUE(text.starts_with(content.bytes));
      EXPECT_NE(content.error.find("truncated"), std::string::npos) << size << content.error;
    }
  }
  EXPECT_NE(error_of("\x1f\x8b").find("truncated"), std::string::npos);

  const std::string large = lines(2 * LogFile::kWholeBytes);
  const Content cut = read(file_, write("cut", gzipped(large).substr(0, LogFile::kWholeBytes)));
  EXPECT_TRUE(large.starts_with(cut.bytes));
  EXPECT_GT(cut.bytes.size(), LogFile::kWholeBytes - 1000);
  EXPECT_EQ(cut.error, "gzip data is truncated");
}

TEST_F(LogFileTest, ADamagedFileGivesWhatIsBeforeTheDamage) {
  std::string bad = gzipped("{}");
  bad[bad.size() - 6] = static_cast<char>(bad[bad.size() - 6] ^ 1);
  const Content checksum = read(file_, write("checksum", bad));
  EXPECT_EQ(checksum.bytes, "{}");
  EXPECT_EQ(checksum.error, "gzip data is damaged: wrong checksum");
  const Content garbage = read(file_, write("garbage", gzipped("{}") + "garbage behind"));
  EXPECT_EQ(garbage.bytes, "{}");
  EXPECT_EQ(garbage.error, "gzip data is damaged: no gzip header");
}

TEST_F(LogFileTest, WhatIsNoLogGivesNothing) {
  const std::string binary(
      "\x7f"
      "ELF\0\0\0",
      7);
  EXPECT_EQ(error_of(""), "empty file");
  EXPECT_EQ(error_of(gzipped("")), "empty file");
  EXPECT_EQ(error_of(zstd("")), "empty file");
  for (const std::string& bytes :
       {binary, gzipped(binary), zstd(binary), gzipped(binary + std::string(6 << 20, 'x'))}) {
    const Content content = read(file_, write("binary", bytes));
    EXPECT_EQ(content.error, "binary data, no log");
    EXPECT_EQ(content.bytes, "");
  }
}

TEST_F(LogFileTest, LimitsEndWhatIsTooLarge) {
  LogFile::Limits limits;
  limits.file_bytes = 1000;
  limits.inflated_bytes = 100;
  LogFile limited(limits);
  const Content large = read(limited, write("large", std::string(1001, 'x')));
  EXPECT_EQ(large.error, "larger than the limit of 0 MiB");
  EXPECT_EQ(large.bytes, "");
  EXPECT_EQ(read(limited, write("fits", std::string(1000, 'x'))).error, "");
  for (const bool is_gzip : {true, false}) {
    const std::string bomb(101, 'x');
    const std::string fits(100, 'x');
    const Content cut = read(limited, write("bomb", is_gzip ? gzipped(bomb) : zstd(bomb)));
    EXPECT_EQ(cut.error, "inflates to more than the limit of 0 MiB");
    EXPECT_EQ(cut.bytes, fits);
    EXPECT_EQ(read(limited, write("fits", is_gzip ? gzipped(fits) : zstd(fits))).error, "");
  }
  EXPECT_EQ(
      read(limited, write("two", gzipped(std::string(60, 'x')) + gzipped(std::string(60, 'x'))))
          .bytes.size(),
      100u);
}

TEST_F(LogFileTest, SaysWhatCannotBeOpened) {
  file_.open(folder_ + "/vanished");
  EXPECT_EQ(file_.error()->code, base::Errc::NotFound);
  EXPECT_TRUE(file_.next(0).last);
  EXPECT_EQ(read(file_, folder_).error, "Is a directory");
  ASSERT_EQ(::mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(read(file_, folder_ + "/pipe").error, "not a regular file");
  EXPECT_EQ(read(file_, write("next", "{}")).error, "") << "and goes on";
}

TEST_F(LogFileTest, AFileMayBeLeftBeforeItsEnd) {
  const std::string large = write("large", lines(2 * LogFile::kWholeBytes));
  const std::string compressed = write("compressed", zstd(lines(2 * LogFile::kWholeBytes)));
  for (int i = 0; i < 3; ++i) {
    file_.open(large);
    file_.next(0);
    file_.open(compressed);
    file_.next(0);
    EXPECT_EQ(read(file_, write("small", "{}")).bytes, "{}");
  }
}

// Standard input is the descriptor, whatever it leads to.
class StandardInput {
 public:
  explicit StandardInput(int source) : saved_(::dup(STDIN_FILENO)) {
    ::dup2(source, STDIN_FILENO);
    ::close(source);
  }
  ~StandardInput() {
    ::dup2(saved_, STDIN_FILENO);
    ::close(saved_);
  }

 private:
  int saved_;
};

TEST_F(LogFileTest, StandardInputMayBeAPipe) {
  const std::string text = lines(3'000'000);
  for (const std::string& bytes : {text, gzipped(text), zstd(text)}) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const StandardInput input(ends[0]);
    const std::jthread writer([&bytes, end = ends[1]] {
      for (std::size_t i = 0; i < bytes.size(); i += 1000) {
        const std::string_view piece = std::string_view(bytes).substr(i, 1000);
        EXPECT_EQ(::write(end, piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
      }
      ::close(end);
    });
    const Content content = read(file_, "-");
    EXPECT_TRUE(content.bytes == text);
    EXPECT_EQ(content.error, "");
  }
}

TEST_F(LogFileTest, StandardInputMayBeAFileAndHasLimits) {
  const std::string path = write("file", lines(1000));
  {
    const StandardInput input(::open(path.c_str(), O_RDONLY));
    EXPECT_EQ(read(file_, "-").bytes, lines(1000));
  }
  LogFile::Limits limits;
  limits.file_bytes = 500;
  LogFile limited(limits);
  const StandardInput input(::open(path.c_str(), O_RDONLY));
  const Content content = read(limited, "-");
  EXPECT_EQ(content.bytes, lines(1000).substr(0, 500));
  EXPECT_EQ(content.error, "larger than the limit of 0 MiB");
}

TEST_F(LogFileTest, ManySmallFiles) {
  constexpr std::size_t kFiles = 10'000;
  const std::string gzip = gzipped("{\"n\":1}\n");
  for (std::size_t i = 0; i < kFiles; ++i)
    write(std::to_string(i), i % 2 == 0 ? gzip : "{\"n\":1}\n");
  FileList list({folder_});
  std::size_t count = 0;
  while (const std::optional<std::string> path = list.next())
    count += read(file_, *path).bytes == "{\"n\":1}\n";
  EXPECT_EQ(count, kFiles);
}

}  // namespace
}  // namespace riposte::stream
