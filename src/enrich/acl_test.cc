#include "enrich/acl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::ElementsAre;

AclGrants grants_in(const std::string& request) {
  const auto document = json::OwnedDocument::parse(R"({"requestParameters":)" + request + "}");
  EXPECT_TRUE(document.ok()) << request;
  return acl_grants_of(document->root());
}

TEST(AclTest, CannedListsAreKnownByName) {
  EXPECT_THAT(grants_in(R"({"bucketName":"b","x-amz-acl":"public-read"})").everybody,
              ElementsAre("read"));
  EXPECT_THAT(grants_in(R"({"x-amz-acl":["public-read-write"]})").everybody,
              ElementsAre("read", "write"));
  EXPECT_THAT(grants_in(R"({"X-Amz-Acl":"authenticated-read"})").authenticated,
              ElementsAre("read"));
  EXPECT_THAT(grants_in(R"({"accessControlList":{"x-amz-acl":"public-read"}})").everybody,
              ElementsAre("read"));
  for (std::string_view name : {"private", "bucket-owner-full-control", "aws-exec-read", ""}) {
    EXPECT_TRUE(grants_in(R"({"x-amz-acl":")" + std::string(name) + "\"}").empty()) << name;
  }
}

TEST(AclTest, GrantHeadersNameThePermission) {
  const AclGrants grants = grants_in(
      R"({"x-amz-grant-read":"uri=\"http://acs.amazonaws.com/groups/global/AllUsers\", id=\"0a\"",
          "x-amz-grant-write-acp":["uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"],
          "x-amz-grant-full-control":"id=\"0a\""})");
  EXPECT_THAT(grants.everybody, ElementsAre("read"));
  EXPECT_THAT(grants.authenticated, ElementsAre("write_acp"));
}

TEST(AclTest, ListsHoldOneGrantOrMany) {
  const std::string one =
      R"({"AccessControlPolicy":{"AccessControlList":{"Grant":{"Grantee":{"xsi:type":"Group",
          "URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"WRITE"}},"Owner":{"ID":"0a"}}})";
  EXPECT_THAT(grants_in(one).everybody, ElementsAre("write"));
  const std::string many =
      R"({"AccessControlPolicy":{"AccessControlList":{"Grant":[
          {"Grantee":{"xsi:type":"CanonicalUser","ID":"0a"},"Permission":"FULL_CONTROL"},
          {"Grantee":{"URI":"https://acs.amazonaws.com/groups/global/AllUsers"},"permission":"READ_ACP"},
          {"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"},
          {"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AuthenticatedUsers"},"Permission":"FULL_CONTROL"},
          {"Grantee":{"URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}]}}})";
  EXPECT_THAT(grants_in(many).everybody, ElementsAre("read", "read_acp"));
  EXPECT_THAT(grants_in(many).authenticated, ElementsAre("full_control"));
}

TEST(AclTest, StrangeShapesGrantNothing) {
  for (
      std::string_view request :
      {"null", "[]", R"("public-read")", R"({"x-amz-acl":7})", R"({"Grant":{"Grantee":"x"}})",
       R"({"Grant":{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"DANCE"}})",
       R"({"Grant":{"Permission":"READ"}})"}) {
    EXPECT_TRUE(grants_in(std::string(request)).empty()) << request;
  }
}

TEST(AclTest, OnlyGroupsThatGotSomethingAreWritten) {
  json::Writer writer;
  write(grants_in(R"({"x-amz-acl":"public-read-write"})"), writer);
  EXPECT_EQ(writer.text(), R"({"public":["read","write"]})");
  json::Writer other;
  write(grants_in(R"({"x-amz-acl":"authenticated-read"})"), other);
  EXPECT_EQ(other.text(), R"({"authenticated":["read"]})");
}

}  // namespace
}  // namespace riposte::enrich
