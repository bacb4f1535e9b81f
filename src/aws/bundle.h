#pragma once

// The models that are compiled into the binary (tools/aws_models/bundle.py writes the source).

#include <cstddef>
#include <span>
#include <string_view>

namespace riposte::aws {

struct BundledPiece {
  std::string_view name;   // of a service's folder, or "partitions"; sorted
  std::string_view bytes;  // JSON, compressed with zstd
  std::size_t size;        // of the JSON
};

std::span<const BundledPiece> bundled_pieces();

// "botocore 1.44.5"
std::string_view bundle_version();

}  // namespace riposte::aws
