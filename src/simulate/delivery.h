#pragma once

// What the account and its machines would deliver of an attack, as files of a folder.
//
//     records of calls   AWSLogs/<account>/CloudTrail/<region>/y/m/d/*.json.gz
//     lines of logs      logs/<name>
//     stream records     streams/<table>.json, as a function is handed them
//
// Threads: confined to its owner.

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace riposte::simulate {

class Delivery {
 public:
  void add_record(std::string record) { records_.push_back(std::move(record)); }
  void add_line(const std::string& log, std::string_view line);
  void add_stream_record(const std::string& table, std::string record) {
    streams_[table].push_back(std::move(record));
  }

  std::size_t records() const { return records_.size(); }

  // `now`: in the names of files.
  base::Status write(const std::string& folder, const std::string& account,
                     const std::string& region, base::EventTime now) const;

 private:
  std::vector<std::string> records_;
  std::map<std::string, std::string> logs_;
  std::map<std::string, std::vector<std::string>> streams_;
};

}  // namespace riposte::simulate
