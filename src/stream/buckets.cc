#include "stream/buckets.h"

#include <charconv>
#include <utility>

namespace riposte::stream {
namespace {

using aws::Value;
using base::Errc;
using base::Error;

struct Location {
  std::string bucket;
  std::string key;
};

base::Result<Location> location_of(std::string_view path) {
  const std::string_view inside = path.substr(std::min(kObjectScheme.size(), path.size()));
  const std::size_t slash = std::min(inside.find('/'), inside.size());
  if (slash == 0)
    return Error{Errc::Invalid,
                 "\"" + std::string(path) + "\" names no bucket: s3://BUCKET/PREFIX"};
  return Location{std::string(inside.substr(0, slash)),
                  std::string(inside.substr(std::min(slash + 1, inside.size())))};
}

// The size in "bytes 0-99/1234", RFC 9110 section 14.4.
std::optional<std::uint64_t> whole_size(std::string_view content_range) {
  const std::string_view digits = content_range.substr(content_range.rfind('/') + 1);
  std::uint64_t size = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return size;
}

}  // namespace

base::Result<Objects::Page> Buckets::list(const std::string& prefix, const std::string& next) {
  const Location place = TRY(location_of(prefix));
  Value input = Value::Object{{"Bucket", place.bucket}, {"Prefix", place.key}};
  if (!next.empty()) input.set("ContinuationToken", next);
  const aws::Answer answer = TRY(client_.call("s3", "ListObjectsV2", input));
  if (!answer.ok()) return answer.error->as_base_error("ListObjectsV2");

  Page page;
  const Value* contents = answer.output.find("Contents");
  if (contents != nullptr && contents->list() != nullptr) {
    for (const Value& object : *contents->list()) {
      const std::string_view key = object.text_at("Key");
      // What consoles make to show a folder is an empty object.
      if (!key.ends_with('/'))
        page.paths.push_back(std::string(kObjectScheme) + place.bucket + "/" + std::string(key));
    }
  }
  page.next = answer.output.text_at("NextContinuationToken");
  if (!page.next.empty() && page.next == next)
    return Error{Errc::Io, "ListObjectsV2 gives the same page again and again"};
  return page;
}

base::Result<Objects::Piece> Buckets::read(const std::string& path, std::uint64_t begin,
                                           std::size_t count, const std::string& version) {
  const Location place = TRY(location_of(path));
  const std::string range =
      "bytes=" + std::to_string(begin) + "-" + std::to_string(begin + count - 1);
  Value input = Value::Object{{"Bucket", place.bucket}, {"Key", place.key}, {"Range", range}};
  if (!version.empty()) input.set("IfMatch", version);
  aws::CallOptions options;
  options.answer_bytes_max = count + net::kAnswerBytesMax;
  const aws::Answer answer = TRY(client_.call("s3", "GetObject", input, options));
  if (!answer.ok()) {
    // No byte of an empty object can be asked for.
    if (answer.error->code == "InvalidRange") return Piece{{}, begin, version};
    if (answer.http_status == 412)
      return Error{Errc::Conflict, "it was written anew while it was read"};
    return answer.error->as_base_error("GetObject");
  }
  Piece piece;
  const Value* body = answer.output.find("Body");
  if (body != nullptr && body->blob() != nullptr) piece.bytes = body->blob()->bytes;
  piece.version = answer.output.text_at("ETag");
  const auto size = whole_size(answer.output.text_at("ContentRange"));
  if (!size || piece.bytes.size() > count)
    return Error{Errc::Io, "GetObject gave something else than the piece that was asked for"};
  piece.size = *size;
  return piece;
}

}  // namespace riposte::stream
