#include "finding/journal.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "json/scanner.h"

namespace riposte::finding {
namespace {

const JournalEntry kClosed{base::EventTime(std::chrono::seconds(1)), "finding.closed", "f1", "dana",
                           R"({"reason":"planned"})"};

TEST(JournalTest, AnEntryIsCanonicalAndHoldsTheDigestBefore) {
  const JournalHead nothing;
  const std::string first = entry_text(nothing, kClosed);
  EXPECT_EQ(first,
            R"({"body":{"reason":"planned"},"by":"dana","kind":"finding.closed","previous":")" +
                std::string(64, '0') +
                R"(","schema":"riposte.journal/1","sequence":1,"subject":"f1",)"
                R"("time":"1970-01-01T00:00:01.000Z"})");
  const JournalHead head = head_after(nothing, first);
  EXPECT_EQ(head.digest, base::sha256_hex(first));
  EXPECT_NE(entry_text(head, kClosed).find("\"previous\":\"" + head.digest), std::string::npos);
}

TEST(JournalTest, OneChangeIsOneComplaint) {
  JournalHead head;
  ChainCheck check;
  int complaints = 0;
  for (int i = 1; i <= 4; ++i) {
    std::string text = entry_text(head, kClosed);
    head = head_after(head, text);
    if (i == 2) text.replace(text.find("dana"), 4, "evee");
    const json::OwnedDocument entry = json::OwnedDocument::parse(text).value();
    if (check.add(i, entry.root(), text, head.digest)) ++complaints;
  }
  EXPECT_EQ(complaints, 1);
}

}  // namespace
}  // namespace riposte::finding
