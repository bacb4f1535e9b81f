#include "aws/catalogue.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/bundle.h"

namespace riposte::aws {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CatalogueTest, EveryServiceOfTheBinaryCanBeRead) {
  Catalogue catalogue;
  for (const std::string& name : catalogue.names()) {
    const auto service = catalogue.service(name);
    ASSERT_TRUE(service.ok()) << service.error().message;
    EXPECT_FALSE((*service)->operations().empty()) << name;
    EXPECT_THAT((*service)->endpoint_rules(), StartsWith("{")) << name;
  }
  EXPECT_GE(catalogue.names().size(), 33u);
  EXPECT_THAT(**catalogue.partitions(), HasSubstr("us-east-1"));
  EXPECT_THAT(std::string(Catalogue::version()), StartsWith("botocore "));
}

TEST(CatalogueTest, AllModelsTogetherAreSmallerThanAMegabyte) {
  std::size_t size = 0;
  for (const BundledPiece& piece : bundled_pieces())
    size += piece.bytes.size();
  EXPECT_LT(size, 1'000'000u);
}

TEST(CatalogueTest, AServiceIsReadOnce) {
  Catalogue catalogue;
  EXPECT_EQ(*catalogue.service("sts"), *catalogue.service("sts"));
}

TEST(CatalogueTest, AnUnknownServiceIsToldWithWhatWasMeant) {
  Catalogue catalogue;
  const auto service = catalogue.service("cloudtrial");
  ASSERT_FALSE(service.ok());
  EXPECT_EQ(service.error().code, base::Errc::NotFound);
  EXPECT_THAT(service.error().message, HasSubstr("did you mean \"cloudtrail\"?"));
  EXPECT_EQ(catalogue.service("../sts").error().code, base::Errc::NotFound);
  EXPECT_EQ(catalogue.service("").error().code, base::Errc::NotFound);
}

TEST(CatalogueTest, AFolderAddsServicesAndItsNewestVersionWins) {
  const std::filesystem::path folder = testing::TempDir() + "riposte_catalogue_test";
  std::filesystem::remove_all(folder);
  for (const char* version : {"2019-01-01", "2021-06-01"}) {
    std::filesystem::create_directories(folder / "sample" / version);
    std::ofstream(folder / "sample" / version / "service-2.json")
        << R"({"metadata":{"protocol":"json","apiVersion":")" << version
        << R"("},"operations":{"Ping":{}},"shapes":{}})";
  }
  std::filesystem::create_directories(folder / "broken" / "2020-01-01");
  std::ofstream(folder / "broken" / "2020-01-01" / "service-2.json") << "{";

  Catalogue catalogue(folder.string());
  EXPECT_THAT(catalogue.names(), Contains("sample"));
  EXPECT_THAT(catalogue.names(), Contains("sts"));
  EXPECT_EQ((*catalogue.service("sample"))->api_version(), "2021-06-01");
  EXPECT_TRUE(catalogue.service("sts").ok());
  EXPECT_THAT(catalogue.service("broken").error().message, HasSubstr("broken"));
}

}  // namespace
}  // namespace riposte::aws
