#include "aws/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

using base::Errc;

TEST(ErrorTest, ACodeSaysWhatToDoNext) {
  const struct {
    const char* code;
    int status;
    Errc kind;
  } cases[] = {
      {"ThrottlingException", 400, Errc::Busy},
      {"RequestLimitExceeded", 503, Errc::Busy},
      {"SlowDown", 503, Errc::Busy},
      {"InternalFailure", 500, Errc::Busy},
      {"LimitExceededException", 400, Errc::Limit},
      {"NetworkAclEntryLimitExceeded", 400, Errc::Limit},
      {"AccessDeniedException", 400, Errc::Denied},
      {"UnauthorizedOperation", 403, Errc::Denied},
      {"ExpiredTokenException", 403, Errc::Denied},
      {"NoSuchEntity", 404, Errc::NotFound},
      {"InvalidGroup.NotFound", 400, Errc::NotFound},
      {"TrailNotFoundException", 400, Errc::NotFound},
      {"InvalidPermission.Duplicate", 400, Errc::Conflict},
      {"WAFOptimisticLockException", 400, Errc::Conflict},
      {"EntityAlreadyExists", 409, Errc::Conflict},
      {"ValidationException", 400, Errc::Invalid},
      {"404", 404, Errc::NotFound},
      {"403", 403, Errc::Denied},
      {"412", 412, Errc::Conflict},
      {"503", 503, Errc::Busy},
      {"301", 301, Errc::Invalid},
  };
  for (const auto& each : cases)
    EXPECT_EQ(classify(each.code, each.status), each.kind) << each.code;
}

TEST(ErrorTest, ReadsAsOneSentence) {
  const Error error{Errc::Denied, "AccessDenied", "no", "r-1", 403, {}};
  EXPECT_EQ(error.as_base_error("ListRules").message,
            "ListRules: AccessDenied: no (HTTP 403, request r-1)");
}

TEST(ErrorTest, TheCodeAloneSaysWhatItMeans) {
  for (const char* code : {"NoSuchEntity", "TrailNotFoundException", "NoSuchBucketPolicy",
                           "InvalidPermission.NotFound", "404"})
    EXPECT_EQ(classify(code), Errc::NotFound) << code;
  EXPECT_EQ(classify("UnauthorizedOperation"), Errc::Denied);
  EXPECT_EQ(classify("ThrottlingException"), Errc::Busy);
  EXPECT_EQ(classify("ValidationException"), Errc::Invalid);
}

}  // namespace
}  // namespace riposte::aws
