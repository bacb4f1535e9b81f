#include "respond/runbook_keys.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "json/scanner.h"

namespace riposte::respond {
namespace {

TEST(RunbookKeysTest, ThePublishedSchemaIsWhatTheReaderAccepts) {
  const base::Result<std::string> published =
      base::read_file("docs/formats/runbook.schema.json", 1 << 20);
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_EQ(*published, runbook_schema()) << "`riposte runbook schema` prints it";
  EXPECT_TRUE(json::OwnedDocument::parse(runbook_schema()).ok());
}

}  // namespace
}  // namespace riposte::respond
