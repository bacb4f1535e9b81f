#include "simulate/scenario_keys.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "json/scanner.h"

namespace riposte::simulate {
namespace {

TEST(ScenarioKeysTest, ThePublishedSchemaIsWhatTheReaderAccepts) {
  const base::Result<std::string> published =
      base::read_file("docs/formats/simulation.schema.json", 1 << 20);
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_EQ(*published, scenario_schema()) << "`riposte simulate schema` prints it";
  EXPECT_TRUE(json::OwnedDocument::parse(scenario_schema()).ok());
}

}  // namespace
}  // namespace riposte::simulate
