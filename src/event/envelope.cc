#include "event/envelope.h"

#include "base/check.h"
#include "event/identity.h"

// Tested by src/event/event_reader_test.cc

namespace riposte::event {

json::RawValue EnvelopeMaker::make(const json::RawValue& record) {
  const std::string_view type = record.string_at("eventType");
  const std::string_view detail_type =
      type == "AwsConsoleSignIn"   ? "AWS Console Sign In via CloudTrail"
      : type == "AwsServiceEvent"  ? "AWS Service Event via CloudTrail"
      : type == "AwsConsoleAction" ? "AWS Console Action via CloudTrail"
                                   : "AWS API Call via CloudTrail";
  text_.clear();
  // Texts of the record are still escaped: they are written as they are.
  const auto field = [this](std::string_view key, std::string_view text) {
    text_.append("\"").append(key).append("\":\"").append(text).append("\",");
  };
  text_ += '{';
  field("version", "0");
  field("id", id_of(record, record));
  field("detail-type", detail_type);
  text_ += R"("source":"aws.)";
  text_.append(service_of(record, record)).append("\",");
  field("account", account_of(record, record));
  field("time", record.string_at("eventTime"));
  field("region", region_of(record, record));
  text_ += R"("resources":[]})";
  const std::size_t size = text_.size();
  text_.append(json::kPadding, ' ');
  const std::string_view bytes = std::string_view(text_).substr(0, size);
  CHECK(structure_.index(bytes).ok() && structure_.check(0).ok(),
        "texts out of a checked record make a JSON text");
  return structure_.value(0);
}

}  // namespace riposte::event
