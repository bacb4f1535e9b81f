#include "aws/checksum.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

// Tested by src/aws/rest_test.cc

namespace riposte::aws {
namespace {

constexpr std::string_view kHeaderPrefix = "x-amz-checksum-";

bool has_checksum(const net::HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const net::Header& header) {
    return base::equals_ignore_case(header.name, "Content-MD5") ||
           base::equals_ignore_case(std::string_view(header.name).substr(0, kHeaderPrefix.size()),
                                    kHeaderPrefix);
  });
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::string unhex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return bytes;
}

}  // namespace

base::Status add_checksum(const Service& service, const Operation& operation, const Value& input,
                          net::HttpRequest& request) {
  const std::string_view named = input.text_at(operation.checksum_algorithm_member);
  if (!operation.checksum_required && named.empty()) return base::Done{};
  if (has_checksum(request)) return base::Done{};
  std::string sum;
  if (named.empty() || named == "CRC32") {
    sum = big_endian(crc32(request.body));
  } else if (named == "SHA256") {
    sum = unhex(base::sha256_hex(request.body));
  } else {
    return base::Error{base::Errc::Invalid,
                       std::string(operation.name) + ": no checksum by " + std::string(named) +
                           ": name CRC32 or SHA256, or give the checksum itself"};
  }
  const std::string_view algorithm = named.empty() ? "CRC32" : named;
  request.headers.push_back(
      {std::string(kHeaderPrefix) + base::lower(algorithm), encode_base64(sum)});
  if (!named.empty() || operation.checksum_algorithm_member.empty()) return base::Done{};
  // The service is told which one it is, as if the input had.
  const Member* member =
      service.member(service.shape(*operation.input), operation.checksum_algorithm_member);
  if (member != nullptr && member->location == Location::Header) {
    request.headers.push_back({std::string(member->wire_name()), std::string(algorithm)});
  }
  return base::Done{};
}

}  // namespace riposte::aws
