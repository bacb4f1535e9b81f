#include "base/files.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace riposte::base {
namespace {

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    const testing::TestInfo* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "riposte_files_" + info->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }

  std::string folder_;
};

TEST_F(FilesTest, ReadsUpToItsLimit) {
  const std::string path = write("a", "hello");
  EXPECT_EQ(*read_file(path, 5), "hello");
  EXPECT_EQ(read_file(path, 4).error().code, Errc::Limit);
  EXPECT_EQ(*read_file(write("empty", ""), 10), "");
}

TEST_F(FilesTest, SaysWhyNot) {
  EXPECT_EQ(read_file(folder_ + "/none", 10).error().code, Errc::NotFound);
  EXPECT_FALSE(read_file(folder_, 10).ok());
  ASSERT_EQ(::mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder_ + "/pipe", 10).error().message, "not a regular file");
}

TEST_F(FilesTest, ReadsInPieces) {
  File file = File::open(write("a", "hello world")).value();
  EXPECT_EQ(file.size(), 11u);
  std::string room(6, '\0');
  EXPECT_EQ(file.read(room), 6u);
  EXPECT_EQ(room, "hello ");
  EXPECT_EQ(file.read(room), 5u);
  EXPECT_EQ(file.read(room), 0u);
  EXPECT_FALSE(file.error().has_value());
}

TEST_F(FilesTest, ReadsFromAPlace) {
  File file = File::open(write("a", "hello world")).value();
  std::string room(20, '\0');
  for (int again = 0; again < 2; ++again) {
    file.seek(6);
    EXPECT_EQ(file.read(room), 5u);
    EXPECT_EQ(room.substr(0, 5), "world");
  }
  file.seek(12);
  EXPECT_EQ(file.read(room), 0u) << "behind the end there is nothing";
}

TEST_F(FilesTest, AFileThatGrowsOrShrinksWhileItIsOpenIsReadAsItIs) {
  const std::string path = write("a", "12345");
  File growing = File::open(path).value();
  std::ofstream(path, std::ios::app) << "678";
  std::string room(100, '\0');
  EXPECT_EQ(growing.read(room), 8u);
  File shrinking = File::open(path).value();
  std::filesystem::resize_file(path, 2);
  EXPECT_EQ(shrinking.read(room), 2u);
}

TEST_F(FilesTest, ReadsFilesThatDoNotTellTheirSize) {
  EXPECT_EQ(File::open("/proc/self/status")->size(), 0u);
  EXPECT_NE(read_file("/proc/self/status", 1 << 20)->find("Name:"), std::string::npos);
}

TEST_F(FilesTest, ListsTreesSortedAndDoesNotWalkInCircles) {
  write("b/2", "");
  write("b/1", "");
  write("a", "");
  std::filesystem::create_directory_symlink(folder_, folder_ + "/b/loop");
  std::vector<Error> failures;
  EXPECT_THAT(list_files(folder_, failures),
              testing::ElementsAre(folder_ + "/a", folder_ + "/b/1", folder_ + "/b/2"));
  EXPECT_THAT(list_files(folder_ + "/a", failures), testing::ElementsAre(folder_ + "/a"));
  EXPECT_TRUE(failures.empty());
}

}  // namespace
}  // namespace riposte::base
