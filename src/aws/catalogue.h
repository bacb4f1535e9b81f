#pragma once

// The services there are models of: those in the binary, and, where a folder is named, those in a
// data folder of botocore's, which then win.
//
//     DATA/<service>/<date>/service-2.json[.gz], endpoint-rule-set-1, paginators-1, waiters-2
//
// A model is read when it is first asked for and kept: one piece is unpacked and read in a few
// milliseconds, EC2 in under twenty.
//
// Threads: guarded by its own mutex; what it gives is immutable and lives as long as its users.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "base/result.h"

namespace riposte::aws {

inline constexpr std::size_t kModelBytesMax = 64ull << 20;

class Catalogue {
 public:
  // `folder` may be empty.
  explicit Catalogue(std::string folder = {}) : folder_(std::move(folder)) {}

  // By the name of its folder ("cognito-idp"). NotFound with what was perhaps meant, or why the
  // model cannot be read.
  base::Result<std::shared_ptr<const Service>> service(std::string_view name);

  // Sorted.
  std::vector<std::string> names() const;

  // JSON, for the endpoint rules: the partitions and their regions.
  base::Result<std::shared_ptr<const std::string>> partitions();

  // Where the models in the binary come from: "botocore 1.44.5".
  static std::string_view version();

 private:
  base::Result<std::string> read_piece(std::string_view name) const;

  const std::string folder_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Service>, std::less<>>
      services_;                                   // guarded by mutex_
  std::shared_ptr<const std::string> partitions_;  // guarded by mutex_
};

}  // namespace riposte::aws
