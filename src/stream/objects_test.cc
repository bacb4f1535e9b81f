#include "stream/objects.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/file_list.h"
#include "stream/log_file.h"

namespace riposte::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A store in memory, two objects a page.
class Shelf final : public Objects {
 public:
  base::Result<Page> list(const std::string& prefix, const std::string& next) override {
    if (prefix == "s3://closed") return base::Error{base::Errc::Denied, "AccessDenied"};
    Page page;
    for (auto at = objects.upper_bound(next); at != objects.end(); ++at) {
      if (!at->first.starts_with(prefix)) continue;
      if (page.paths.size() == 2) {
        page.next = page.paths.back();
        break;
      }
      page.paths.push_back(at->first);
    }
    return page;
  }

  base::Result<Piece> read(const std::string& path, std::uint64_t begin, std::size_t count,
                           const std::string& version) override {
    const auto object = objects.find(path);
    if (object == objects.end()) return base::Error{base::Errc::NotFound, "NoSuchKey"};
    const std::string now = std::to_string(changes);
    if (!version.empty() && version != now) return base::Error{base::Errc::Conflict, "changed"};
    if (changes_while_read) ++changes;
    return Piece{object->second.substr(begin, count), object->second.size(), now};
  }

  std::map<std::string, std::string> objects;
  int changes = 0;
  bool changes_while_read = false;
};

std::vector<std::string> all(FileList& list) {
  std::vector<std::string> paths;
  while (std::optional<std::string> path = list.next())
    paths.push_back(std::move(*path));
  return paths;
}

std::string content_of(LogFile& file, const std::string& path) {
  file.open(path);
  std::string content;
  LogFile::Window window = file.next(0);
  while (true) {
    content += window.bytes;
    if (window.last) return content;
    window = file.next(window.bytes.size());
  }
}

TEST(ObjectsTest, APrefixStandsForAllPages) {
  Shelf shelf;
  for (const char* key : {"a/1", "a/2", "a/3", "a/4", "a/5", "b/1"})
    shelf.objects.emplace(std::string("s3://logs/") + key, "{}");
  FileList list({"s3://logs/a/"}, &shelf);
  EXPECT_THAT(all(list), ElementsAre("s3://logs/a/1", "s3://logs/a/2", "s3://logs/a/3",
                                     "s3://logs/a/4", "s3://logs/a/5"));
  EXPECT_EQ(list.found_count(), 5u);
  EXPECT_TRUE(list.is_complete());
  EXPECT_THAT(list.failures(), IsEmpty());
}

TEST(ObjectsTest, AnObjectIsGivenOnceHoweverManyPrefixesItHas) {
  Shelf shelf;
  shelf.objects = {{"s3://logs/a/1", "{}"}};
  FileList list({"s3://logs/a/", "s3://logs/a/1", "s3://logs/", "s3://logs/"}, &shelf);
  EXPECT_THAT(all(list), ElementsAre("s3://logs/a/1"));
}

TEST(ObjectsTest, WhatCannotBeListedIsTold) {
  Shelf shelf;
  FileList list({"s3://closed"}, &shelf);
  EXPECT_THAT(all(list), IsEmpty());
  ASSERT_EQ(list.failures().size(), 1u);
  EXPECT_EQ(list.failures().front().message, "s3://closed: AccessDenied");
}

TEST(ObjectsTest, AnObjectOfManyPiecesIsReadAsItIs) {
  Shelf shelf;
  std::string text;
  while (text.size() < 2 * ObjectFile::kPieceBytes + 5)
    text += "{\"n\":" + std::to_string(text.size()) + "}\n";
  shelf.objects = {{"s3://logs/a", text}, {"s3://logs/b", "{}"}, {"s3://logs/empty", ""}};
  LogFile file(LogFile::Limits(), &shelf);
  EXPECT_TRUE(content_of(file, "s3://logs/a") == text);
  EXPECT_FALSE(file.error());
  EXPECT_EQ(content_of(file, "s3://logs/b"), "{}");
  EXPECT_FALSE(file.error());
  EXPECT_EQ(content_of(file, "s3://logs/empty"), "");
  EXPECT_EQ(file.error()->message, "empty file");
  EXPECT_EQ(content_of(file, "s3://logs/none"), "");
  EXPECT_EQ(file.error()->code, base::Errc::NotFound);
}

TEST(ObjectsTest, TwoVersionsAreNotMixed) {
  Shelf shelf;
  shelf.objects = {{"s3://logs/a", std::string(2 * ObjectFile::kPieceBytes, 'a')}};
  shelf.changes_while_read = true;
  LogFile::Limits limits;
  limits.window_bytes = 4 * ObjectFile::kPieceBytes;
  LogFile file(limits, &shelf);
  EXPECT_EQ(content_of(file, "s3://logs/a").size(), ObjectFile::kPieceBytes);
  EXPECT_EQ(file.error()->code, base::Errc::Conflict);
}

}  // namespace
}  // namespace riposte::stream
