#include "stream/file_source.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace riposte::stream {
namespace {

class FileSourceTest : public testing::Test {
 protected:
  FileSourceTest() {
    folder_ = testing::TempDir() + "riposte_file_source_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FileSourceTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  std::string error_of(const std::string& name, const std::string& bytes) {
    write(name, bytes);
    FileSource source({folder_ + "/" + name}, {.file_bytes = 1000, .inflated_bytes = 100});
    const auto file = source.next();
    return file->error ? file->error->message : "";
  }

  std::string folder_;
};

TEST_F(FileSourceTest, GivesEveryFileOnce) {
  write("b", "{}");
  write("a", "[]");
  FileSource source({folder_, folder_ + "/a", folder_});
  EXPECT_EQ(source.file_count(), 2u);
  EXPECT_EQ(source.next()->bytes, "[]");
  EXPECT_EQ(source.next()->bytes, "{}");
  EXPECT_FALSE(source.next().has_value());
}

TEST_F(FileSourceTest, SaysWhatIsWrongWithAFile) {
  EXPECT_EQ(error_of("fine", "{}"), "");
  EXPECT_EQ(error_of("empty", ""), "empty file");
  EXPECT_EQ(error_of("binary", std::string("\x7f"
                                           "ELF\0\0\0",
                                           7)),
            "binary data, no log");
  EXPECT_NE(error_of("large", std::string(1001, 'x')).find("larger than the limit"),
            std::string::npos);
  EXPECT_NE(error_of("truncated.gz", "\x1f\x8b\x08").find("truncated"), std::string::npos);

  FileSource missing({folder_ + "/missing"});
  EXPECT_EQ(missing.next()->error->code, base::Errc::NotFound);
}

}  // namespace
}  // namespace riposte::stream
