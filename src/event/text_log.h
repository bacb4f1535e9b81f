#pragma once

// Logs of lines to records: the text of a line becomes the JSON object that rules read.
//
//     2 123456789010 eni-1a 203.0.113.7 10.0.0.5 49761 22 6 20 4249 1418530010 1418530070 REJECT OK
//     {"@timestamp":"2014-12-14T04:06:50.000Z","version":2,"account-id":"123456789010", ...}
//
// Read: VPC flow logs (by their header, else the default order of version 2), access logs of
// application, classic and network load balancers, of CloudFront and IIS (by their #Fields, else
// CloudFront's own order), of S3, of Apache and nginx (common and combined) and of API Gateway
// (api_gateway.h), syslog (syslog.h), and what Lambda says of functions (service_text.h); also with
// the time in front that CloudWatch Logs exports.
//
// Fields keep the names that AWS's documentation gives them, and what is "-" is not there. Access
// logs say beside them what Sigma calls a web server's fields (cs-method, cs-uri-stem,
// cs-uri-query, cs-user-agent, c-ip, sc-status ...), so that one rule reads all of them.
// docs/formats/text_logs.md.
//
// A line is known by its own shape: files mix shapes, and repeat their headers. More fields than
// are known are left out: services add some at the end.
//
// Cost: one copy of a line's text.
//
// Threads: confined to its owner; it remembers the last header.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "event/format.h"

namespace riposte::event {

class TextLog {
 public:
  TextLog() = default;
  TextLog(const TextLog&) = delete;
  TextLog& operator=(const TextLog&) = delete;

  // Whether a text that begins with this line is such a log.
  static bool begins(std::string_view line);

  // Forgets the header.
  void begin();

  // Writes the record of a line, without its line end, and gives its format; Format::Unknown where
  // the line is none (a header, a comment). Invalid: it has the shape of nothing that is known, or
  // lacks fields that every line has. `delivered` tells the year of a line that has none.
  base::Result<Format> read(std::string_view line, std::string& record,
                            std::optional<base::EventTime> delivered = std::nullopt);

 private:
  struct Layout;

  // Lines that are known without a header or tokens; Unknown: it is none of them.
  static Format read_shape(std::string_view line, std::optional<base::EventTime> delivered,
                           std::string& record);
  std::optional<Layout> layout_of(std::string_view line,
                                  const std::vector<std::string_view>& fields) const;

  // The last header of flow logs and the last #Fields, and the names in them.
  std::string flow_line_;
  std::vector<std::string_view> flow_names_;
  std::string w3c_line_;
  std::vector<std::string_view> w3c_names_;
};

}  // namespace riposte::event
