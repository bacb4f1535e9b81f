#pragma once

// Objects of S3, through the client.
//
// Cost: a request for each page of a thousand keys, and one for each piece of an object.
//
// Threads: confined to its owner, as the client is.

#include "aws/client.h"
#include "stream/objects.h"

namespace riposte::stream {

class Buckets final : public Objects {
 public:
  // Borrows the client.
  explicit Buckets(aws::Client& client) : client_(client) {}

  base::Result<Page> list(const std::string& prefix, const std::string& next) override;
  base::Result<Piece> read(const std::string& path, std::uint64_t begin, std::size_t count,
                           const std::string& version) override;

 private:
  aws::Client& client_;
};

}  // namespace riposte::stream
