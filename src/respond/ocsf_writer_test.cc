#include "respond/ocsf_writer.h"

#include "json/scanner.h"
#include "respond/world_test.h"

namespace riposte::respond {
namespace {

class OcsfWriterTest : public WorldTest {
 protected:
  // What each event says at a path.
  std::vector<std::string> told(std::string_view runbook, std::string_view path) {
    std::vector<std::string> texts;
    for (const std::string& event : to_ocsf(find(runbook))) {
      const auto document = json::OwnedDocument::parse(event).value();
      const json::Node* node = document.root().at(path);
      texts.emplace_back(node == nullptr ? "nothing" : node->text);
    }
    return texts;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(OcsfWriterTest, WhatWasDoneAndUndoneIsTwoEvents) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  undo(kCloseDoor);
  EXPECT_EQ(told(kCloseDoor, "activity_name"), (Texts{"Do", "Undo"}));
  EXPECT_EQ(told(kCloseDoor, "status"), (Texts{"Success", "Success"}));
  EXPECT_EQ(told(kCloseDoor, "unmapped.state"), (Texts{"done", "undone"}));
  EXPECT_EQ(told(kCloseDoor, "api.request.data.Value"), (Texts{"closed", "open"}));
  const Texts requests = told(kCloseDoor, "api.request.uid");
  EXPECT_NE(requests[0], requests[1]);
}

TEST_F(OcsfWriterTest, WhatWasRefusedSaysWhy) {
  world.items["door"] = "open";
  world.before_call = once(Fault::Refuse);
  propose(kCloseDoor);
  EXPECT_EQ(told(kCloseDoor, "status"), Texts{"Failure"});
  EXPECT_NE(told(kCloseDoor, "status_code"), Texts{"nothing"});
}

TEST_F(OcsfWriterTest, WhatWasNotTakenBackBecauseOthersChangedItWasDoneAllTheSame) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  world.items["door"] = "removed";
  EXPECT_EQ(undo(kCloseDoor).state, ActionState::Stuck);
  EXPECT_EQ(told(kCloseDoor, "unmapped.state"), Texts{"done"});
}

TEST_F(OcsfWriterTest, WhatWasNeverCalledIsNoEvent) {
  safety.mode = Mode::Notify;
  world.items["door"] = "open";
  propose(kCloseDoor);
  EXPECT_TRUE(to_ocsf(find(kCloseDoor)).empty());
}

}  // namespace
}  // namespace riposte::respond
