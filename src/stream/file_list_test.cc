#include "stream/file_list.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace riposte::stream {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class FileListTest : public testing::Test {
 protected:
  FileListTest() {
    folder_ = testing::TempDir() + "riposte_file_list_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~FileListTest() override { fs::remove_all(folder_); }

  std::string make(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << "{}";
    return path;
  }
  static std::vector<std::string> rest(FileList& list) {
    std::vector<std::string> paths;
    while (std::optional<std::string> path = list.next())
      paths.push_back(std::move(*path));
    return paths;
  }
  static std::vector<std::string> all(const std::vector<std::string>& paths) {
    FileList list(paths);
    return rest(list);
  }

  std::string folder_;
};

TEST_F(FileListTest, ATreeInTheOrderOfItsPaths) {
  for (const char* name : {"b/z", "b/a/1", "b.json", "b-1", "a", "c/d/e/f", ".hidden"})
    make(name);
  fs::create_directories(folder_ + "/empty/too");
  std::vector<base::Error> failures;
  EXPECT_EQ(all({folder_}), base::list_files(folder_, failures));
  EXPECT_EQ(all({folder_ + "/"}), all({folder_}));
}

TEST_F(FileListTest, PathsAreTakenInTheirOrderAndMissingOnesToo) {
  const std::string b = make("b");
  const std::string a = make("a");
  EXPECT_THAT(all({"-", b, folder_ + "/missing", a}), ElementsAre("-", b, folder_ + "/missing", a));
  EXPECT_THAT(all({}), IsEmpty());
}

TEST_F(FileListTest, AFileIsGivenOnceHoweverItIsNamed) {
  const std::string a = make("in/a");
  const std::string b = make("in/deep/b");
  const std::string in = folder_ + "/in";
  fs::create_directory_symlink(in, folder_ + "/link");
  EXPECT_THAT(all({"-", in, in, a, in + "/../in", in + "/deep", folder_ + "/link", "-",
                   folder_ + "/link/deep/b", in + "/./deep/../a"}),
              ElementsAre("-", a, b));
  EXPECT_THAT(all({b, in + "/deep"}), ElementsAre(b));
  EXPECT_THAT(all({a, folder_ + "/link/a"}), ElementsAre(a));
}

TEST_F(FileListTest, ALinkOutOfATreeIsNoneOfItsFiles) {
  const std::string outside = make("outside/a");
  const std::string inside = make("in/b");
  fs::create_symlink(outside, folder_ + "/in/a");
  fs::create_directory_symlink(folder_ + "/outside", folder_ + "/in/folder");
  EXPECT_THAT(all({folder_ + "/in", folder_ + "/in/a"}), ElementsAre(folder_ + "/in/a", inside))
      << "a link to a file is read, one to a folder is not followed";
  EXPECT_THAT(all({folder_ + "/in", folder_ + "/in/folder"}),
              ElementsAre(folder_ + "/in/a", inside, folder_ + "/in/folder/a"))
      << "unless it is given";
}

TEST_F(FileListTest, DoesNotWalkInCircles) {
  const std::string a = make("in/a");
  fs::create_directory_symlink(folder_, folder_ + "/in/loop");
  fs::create_symlink(folder_ + "/in/self", folder_ + "/in/self");
  EXPECT_THAT(all({folder_}), ElementsAre(a, folder_ + "/in/self"));
}

TEST_F(FileListTest, FoldersThatCannotBeListedAreTold) {
  const std::string a = make("a");
  make("locked/b");
  const std::string locked = folder_ + "/locked";
  FileList list({folder_});
  EXPECT_EQ(list.next(), a);
  fs::remove_all(locked);
  EXPECT_EQ(list.next(), std::nullopt);
  ASSERT_EQ(list.failures().size(), 1u);
  EXPECT_EQ(list.failures().front().message, locked + ": No such file or directory");
  EXPECT_TRUE(list.is_complete());
}

TEST_F(FileListTest, CountsWhatItFound) {
  make("a");
  make("b/c");
  FileList list({folder_, "-"});
  EXPECT_FALSE(list.is_complete());
  EXPECT_EQ(list.found_count(), 1u) << "standard input";
  EXPECT_TRUE(list.next());
  EXPECT_EQ(list.found_count(), 2u);
  EXPECT_EQ(list.taken_count(), 1u);
  EXPECT_FALSE(list.is_complete());
  EXPECT_TRUE(list.next());
  EXPECT_TRUE(list.is_complete());
  EXPECT_EQ(list.found_count(), 3u);
  EXPECT_THAT(rest(list), ElementsAre("-"));
  EXPECT_EQ(list.taken_count(), 3u);
}

TEST_F(FileListTest, EachOfManyFilesGoesToOneOfManyThreads) {
  constexpr std::size_t kFiles = FileList::kSortedNames + 2000;
  const std::string big = folder_ + "/big";
  fs::create_directories(big);
  const std::string first = make("a");
  for (std::size_t i = 0; i < kFiles; ++i)
    ASSERT_EQ(::link(first.c_str(), (big + "/" + std::to_string(i)).c_str()), 0);
  FileList list({folder_});
  std::vector<std::vector<std::string>> shares(4);
  {
    std::vector<std::jthread> threads;
    threads.reserve(shares.size());
    for (std::vector<std::string>& share : shares)
      threads.emplace_back([&list, &share] { share = rest(list); });
  }
  std::set<std::string> paths;
  std::size_t count = 0;
  for (const std::vector<std::string>& share : shares) {
    count += share.size();
    paths.insert(share.begin(), share.end());
  }
  EXPECT_EQ(count, kFiles + 1);
  EXPECT_EQ(paths.size(), kFiles + 1);
  EXPECT_EQ(list.taken_count(), list.found_count());
  EXPECT_TRUE(list.is_complete());
}

TEST_F(FileListTest, DeepTreesEnd) {
  std::string path = folder_;
  for (int i = 0; i < 200; ++i)
    path += "/d";
  fs::create_directories(path);
  std::ofstream(path + "/a") << "{}";
  EXPECT_THAT(all({folder_}), ElementsAre(path + "/a"));
}

}  // namespace
}  // namespace riposte::stream
