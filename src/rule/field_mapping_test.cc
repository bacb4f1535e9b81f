#include "rule/field_mapping.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::Contains;
using testing::ElementsAre;

const LogSource kCloudTrail = {"aws", "cloudtrail", ""};
const LogSource kWindows = {"windows", "", "process_creation"};

TEST(FieldMappingTest, CutsAFieldOfCloudTrailAtItsDotsAndLeavesItAlone) {
  EXPECT_THAT(paths_of(kCloudTrail, "requestParameters.ipPermissions.items"),
              ElementsAre(FieldPath{"requestParameters", "ipPermissions", "items"}));
}

TEST(FieldMappingTest, GivesOneEmptyPathForKeywords) {
  EXPECT_THAT(paths_of(kCloudTrail, ""), ElementsAre(FieldPath{}));
  EXPECT_THAT(paths_of(kWindows, ""), ElementsAre(FieldPath{}));
}

TEST(FieldMappingTest, PutsTheNameAsWrittenFirst) {
  for (const LogSource& source :
       {kCloudTrail, kWindows, LogSource{"azure", "signinlogs", ""},
        LogSource{"gcp", "gcp.audit", ""}, LogSource{"", "", "proxy"}, LogSource{}}) {
    EXPECT_EQ(paths_of(source, "a.b").front(), (FieldPath{"a", "b"})) << source.product;
  }
}

TEST(FieldMappingTest, FindsWindowsFieldsWhereTheEventKeepsThem) {
  EXPECT_THAT(paths_of(kWindows, "CommandLine"),
              Contains(FieldPath{"Event", "EventData", "CommandLine"}));
  EXPECT_THAT(paths_of(kWindows, "EventID"), Contains(FieldPath{"Event", "System", "EventID"}));
  EXPECT_THAT(paths_of(kWindows, "Provider_Name"),
              Contains(FieldPath{"Event", "System", "Provider", "#attributes", "Name"}));
  EXPECT_THAT(paths_of({"windows", "wmi", ""}, "Operation"),
              Contains(FieldPath{"Event", "UserData", "Operation_ClientFailure", "Operation"}));
}

TEST(FieldMappingTest, PutsBackTheSpacesThatSigmaStrips) {
  EXPECT_THAT(paths_of({"windows", "windefend", ""}, "ThreatName"),
              Contains(FieldPath{"Event", "EventData", "Threat Name"}));
  EXPECT_THAT(paths_of({"windows", "windefend", ""}, "DetectionID"),
              Contains(FieldPath{"Event", "EventData", "Detection ID"}));
}

TEST(FieldMappingTest, KnowsWindowsByItsCategoriesToo) {
  EXPECT_THAT(paths_of({"", "", "process_creation"}, "Image"),
              Contains(FieldPath{"Event", "EventData", "Image"}));
}

TEST(FieldMappingTest, KnowsGoogleAuditFields) {
  EXPECT_THAT(paths_of({"gcp", "gcp.audit", ""}, "gcp.audit.method_name"),
              ElementsAre(FieldPath{"gcp", "audit", "method_name"},
                          FieldPath{"protoPayload", "methodName"}));
  EXPECT_THAT(paths_of({"gcp", "gcp.audit", ""}, "data.protoPayload.serviceName"),
              Contains(FieldPath{"protoPayload", "serviceName"}));
}

TEST(FieldMappingTest, LooksIntoAzureProperties) {
  EXPECT_THAT(
      paths_of({"azure", "signinlogs", ""}, "AuthenticationRequirement"),
      ElementsAre(FieldPath{"AuthenticationRequirement"}, FieldPath{"authenticationRequirement"},
                  FieldPath{"properties", "authenticationRequirement"}));
  EXPECT_THAT(paths_of({"azure", "activitylogs", ""}, "properties.message"),
              Contains(FieldPath{"properties", "message"}));
}

TEST(FieldMappingTest, KnowsDnsFieldsOfTheResolver) {
  EXPECT_THAT(paths_of({"", "", "dns"}, "query"), Contains(FieldPath{"query_name"}));
  EXPECT_THAT(paths_of(kCloudTrail, "query"), ElementsAre(FieldPath{"query"}));
}

TEST(FieldMappingTest, NamesNoPathTwice) {
  for (const char* field : {"Image", "User", "path", "EventID"}) {
    std::vector<FieldPath> paths = paths_of(kWindows, field);
    std::sort(paths.begin(), paths.end());
    EXPECT_EQ(std::unique(paths.begin(), paths.end()), paths.end()) << field;
  }
}

}  // namespace
}  // namespace riposte::rule
