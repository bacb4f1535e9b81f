#include "base/inflate.h"

#include <algorithm>
#include <array>
#include <memory>

#include <zlib.h>
#include <zstd.h>

namespace riposte::base {
namespace {

constexpr std::size_t kChunk = 256 << 10;

Error limit_reached(std::size_t limit) {
  return {Errc::Limit,
          "inflates to more than the limit of " + std::to_string(limit >> 20) + " MiB"};
}

Inflated inflate_gzip(std::string_view bytes, std::size_t limit) {
  Inflated result;
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  CHECK(inflateInit2(&stream, kGzipOnly) == Z_OK, "zlib can be initialised");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), UINT32_MAX));

  while (true) {
    const std::size_t filled = result.bytes.size();
    const std::size_t room = std::min(std::max(kChunk, filled), limit + 1 - filled);
    result.bytes.resize(filled + room);
    stream.next_out = reinterpret_cast<Bytef*>(result.bytes.data() + filled);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(room, UINT32_MAX));
    const uInt offered = stream.avail_out;
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    result.bytes.resize(filled + (offered - stream.avail_out));
    if (result.bytes.size() > limit) {
      result.bytes.resize(limit);
      result.error = limit_reached(limit);
      return result;
    }
    if (status == Z_STREAM_END) {
      // Writers that append make files of several members. Zeros behind the last one are padding.
      while (stream.avail_in > 0 && *stream.next_in == 0) {
        ++stream.next_in;
        --stream.avail_in;
      }
      if (stream.avail_in == 0) return result;
      if (inflateReset(&stream) != Z_OK) break;
      continue;
    }
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      result.error = Error{Errc::Invalid, "gzip data is truncated"};
      return result;
    }
    if (status != Z_OK) break;
  }
  const char* reason = stream.msg != nullptr ? stream.msg : "damaged";
  result.error = Error{Errc::Invalid, std::string("gzip data is damaged: ") + reason};
  return result;
}

Inflated inflate_zstd(std::string_view bytes, std::size_t limit) {
  Inflated result;
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  CHECK(stream != nullptr, "zstd can be initialised");
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  std::size_t hint = 1;
  while (input.pos < input.size || hint != 0) {
    const std::size_t filled = result.bytes.size();
    const std::size_t room = std::min(std::max(kChunk, filled), limit + 1 - filled);
    result.bytes.resize(filled + room);
    ZSTD_outBuffer output{result.bytes.data() + filled, room, 0};
    const std::size_t before = input.pos;
    hint = ZSTD_decompressStream(stream.get(), &output, &input);
    result.bytes.resize(filled + output.pos);
    if (ZSTD_isError(hint) != 0) {
      result.error =
          Error{Errc::Invalid, std::string("zstd data is damaged: ") + ZSTD_getErrorName(hint)};
      return result;
    }
    if (result.bytes.size() > limit) {
      result.bytes.resize(limit);
      result.error = limit_reached(limit);
      return result;
    }
    if (hint != 0 && input.pos == before && output.pos == 0) {
      result.error = Error{Errc::Invalid, "zstd data is truncated"};
      return result;
    }
  }
  return result;
}

}  // namespace

Compression compression_of(std::string_view bytes) {
  if (bytes.starts_with("\x1f\x8b")) return Compression::Gzip;
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return Compression::Zstd;
  return Compression::None;
}

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::None:
      return "none";
    case Compression::Gzip:
      return "gzip";
    case Compression::Zstd:
      return "zstd";
  }
  return "?";
}

Inflated inflate(std::string_view bytes, Compression compression, std::size_t limit) {
  switch (compression) {
    case Compression::Gzip:
      return inflate_gzip(bytes, limit);
    case Compression::Zstd:
      return inflate_zstd(bytes, limit);
    case Compression::None:
      break;
  }
  if (bytes.size() > limit) return {std::string(bytes.substr(0, limit)), limit_reached(limit)};
  return {std::string(bytes), std::nullopt};
}

Result<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t buffer = 0;
  int bits = 0;
  bool padded = false;
  for (char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      digit = 62;
    } else if (c == '/' || c == '_') {
      digit = 63;
    } else if (c == '=') {
      padded = true;
      continue;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      continue;
    } else {
      return Error{Errc::Invalid, "not base64"};
    }
    if (padded) return Error{Errc::Invalid, "not base64: text behind the padding"};
    buffer = buffer << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(buffer >> bits & 0xff);
    }
  }
  if (bits >= 6) return Error{Errc::Invalid, "not base64: truncated"};
  return bytes;
}

}  // namespace riposte::base
