#pragma once

// Objects of a store, read as files are: what a path stands for that begins with "s3://".
//
//     "s3://logs/AWSLogs/1111"  every object of the bucket `logs` whose key begins with
//     AWSLogs/1111
//
// An object is one version of it from its first piece to its last: when it is written anew in
// between, reading it fails and does not mix the two.
//
// Threads: confined to its owner; each thread makes its own.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::stream {

inline constexpr std::string_view kObjectScheme = "s3://";

class Objects {
 public:
  virtual ~Objects() = default;

  struct Page {
    std::vector<std::string> paths;  // of objects, in the order of their keys
    std::string next;                // what asks for the page behind; empty: there is none
  };
  // Those whose path begins with `prefix`. NotFound, Denied, Busy, Io; Invalid for what names no
  // bucket.
  virtual base::Result<Page> list(const std::string& prefix, const std::string& next) = 0;

  struct Piece {
    std::string bytes;
    std::uint64_t size = 0;  // of the whole object
    std::string version;     // of it
  };
  // `count` bytes from `begin` on, fewer only at the end; of the version, where one is named.
  // As list(); Conflict where the object has another version now.
  virtual base::Result<Piece> read(const std::string& path, std::uint64_t begin, std::size_t count,
                                   const std::string& version) = 0;
};

using MakeObjects = std::function<std::unique_ptr<Objects>()>;

}  // namespace riposte::stream
