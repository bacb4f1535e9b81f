#include "base/inflate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zstd.h>

namespace riposte::base {
namespace {

constexpr std::size_t kChunk = 256 << 10;

// Windows of 8 MiB: what RFC 8878 wants every reader to support, and all that zstd writes unless it
// is told to use "ultra" or "long" levels.
constexpr int kZstdWindowLog = 23;

std::string_view reason_of(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "no such kind of block";
    case ISAL_INVALID_SYMBOL:
      return "no such symbol";
    case ISAL_INVALID_LOOKBACK:
      return "refers to bytes before its begin";
    case ISAL_INVALID_WRAPPER:
      return "no gzip header";
    case ISAL_UNSUPPORTED_METHOD:
      return "no such compression method";
    case ISAL_INCORRECT_CHECKSUM:
      return "wrong checksum";
    default:
      return "no progress";
  }
}

// Writers that fill blocks put zeros behind the last member.
std::string_view skip_zeros(std::string_view bytes) {
  return bytes.substr(std::min(bytes.find_first_not_of('\0'), bytes.size()));
}

struct DeleteDecompressor {
  void operator()(libdeflate_decompressor* whole) const { libdeflate_free_decompressor(whole); }
};

struct DeleteZstd {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

struct Inflater::State {
  std::unique_ptr<libdeflate_decompressor, DeleteDecompressor> whole;
  std::unique_ptr<inflate_state> gzip;
  std::unique_ptr<ZSTD_DStream, DeleteZstd> zstd;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {}
Inflater::~Inflater() = default;

std::optional<std::size_t> Inflater::inflate_whole(std::string_view gzip, std::span<char> room) {
  if (!state_->whole) {
    state_->whole.reset(libdeflate_alloc_decompressor());
    CHECK(state_->whole != nullptr, "libdeflate can be initialised");
  }
  std::size_t filled = 0;
  // Writers that append make files of several members.
  while (!gzip.empty()) {
    std::size_t taken = 0;
    std::size_t given = 0;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(state_->whole.get(), gzip.data(), gzip.size(),
                                      room.data() + filled, room.size() - filled, &taken, &given);
    if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
    filled += given;
    gzip = skip_zeros(gzip.substr(taken));
  }
  return filled;
}

void Inflater::start(Compression compression) {
  CHECK(compression != Compression::None, "what is not compressed needs no Inflater");
  compression_ = compression;
  within_ = false;
  done_ = false;
  error_.reset();
  if (compression == Compression::Gzip) {
    if (!state_->gzip) state_->gzip = std::make_unique<inflate_state>();
    isal_inflate_init(state_->gzip.get());
  } else {
    if (!state_->zstd) {
      state_->zstd.reset(ZSTD_createDStream());
      CHECK(state_->zstd != nullptr, "zstd can be initialised");
      ZSTD_DCtx_setParameter(state_->zstd.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
    }
    ZSTD_DCtx_reset(state_->zstd.get(), ZSTD_reset_session_only);
  }
}

Inflater::Progress Inflater::advance(std::string_view input, bool input_ends,
                                     std::span<char> room) {
  if (done_) return {};
  return compression_ == Compression::Gzip ? advance_gzip(input, input_ends, room)
                                           : advance_zstd(input, input_ends, room);
}

Inflater::Progress Inflater::advance_gzip(std::string_view input, bool input_ends,
                                          std::span<char> room) {
  inflate_state& gzip = *state_->gzip;
  Progress progress;
  while (true) {
    std::string_view rest = input.substr(progress.taken);
    if (!within_) {
      rest = skip_zeros(rest);
      progress.taken = input.size() - rest.size();
      done_ = rest.empty() && input_ends;
      if (rest.empty()) return progress;
      isal_inflate_reset(&gzip);
      gzip.crc_flag = ISAL_GZIP;
      within_ = true;
    }
    const std::span<char> free = room.subspan(progress.given);
    const std::size_t offered = std::min<std::size_t>(rest.size(), UINT32_MAX);
    const std::size_t wanted = std::min<std::size_t>(free.size(), UINT32_MAX);
    gzip.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(rest.data()));
    gzip.avail_in = static_cast<std::uint32_t>(offered);
    gzip.next_out = reinterpret_cast<std::uint8_t*>(free.data());
    gzip.avail_out = static_cast<std::uint32_t>(wanted);
    const int code = isal_inflate(&gzip);
    const std::size_t taken = offered - gzip.avail_in;
    const std::size_t given = wanted - gzip.avail_out;
    progress.taken += taken;
    progress.given += given;
    if (code < 0) {
      fail("gzip data is damaged: " + std::string(reason_of(code)));
      return progress;
    }
    if (gzip.block_state == ISAL_BLOCK_FINISH) {
      within_ = false;
      continue;
    }
    if (progress.given == room.size()) return progress;
    if (progress.taken == input.size()) {
      if (input_ends) fail("gzip data is truncated");
      return progress;
    }
    // The library has room and input. It must not keep us here without using either.
    if (taken == 0 && given == 0) {
      fail("gzip data is damaged: " + std::string(reason_of(code)));
      return progress;
    }
  }
}

Inflater::Progress Inflater::advance_zstd(std::string_view input, bool input_ends,
                                          std::span<char> room) {
  ZSTD_inBuffer source{input.data(), input.size(), 0};
  ZSTD_outBuffer target{room.data(), room.size(), 0};
  while (source.pos < source.size || within_) {
    const std::size_t taken_before = source.pos;
    const std::size_t given_before = target.pos;
    const std::size_t hint = ZSTD_decompressStream(state_->zstd.get(), &target, &source);
    if (ZSTD_isError(hint) != 0) {
      fail(std::string("zstd data is damaged or not supported: ") + ZSTD_getErrorName(hint));
      break;
    }
    within_ = hint != 0;
    if (target.pos == target.size) break;
    if (source.pos == taken_before && target.pos == given_before) break;
  }
  if (!done_ && input_ends && source.pos == source.size && target.pos < target.size) {
    if (within_) fail("zstd data is truncated");
    done_ = true;
  }
  return {source.pos, target.pos};
}

void Inflater::fail(std::string reason) {
  error_ = Error{Errc::Invalid, std::move(reason)};
  done_ = true;
}

std::size_t inflated_size_hint(std::string_view gzip) {
  constexpr std::size_t kRatio = 1032;  // a match of 258 bytes takes two bits at least
  std::array<unsigned char, 4> size{};
  if (gzip.size() < size.size()) return 0;
  std::memcpy(size.data(), gzip.data() + gzip.size() - size.size(), size.size());
  const std::size_t said =
      size[0] | std::size_t{size[1]} << 8 | std::size_t{size[2]} << 16 | std::size_t{size[3]} << 24;
  return std::min(said, gzip.size() * kRatio);
}

Error inflates_to_more_than(std::size_t limit) {
  return {Errc::Limit,
          "inflates to more than the limit of " + std::to_string(limit >> 20) + " MiB"};
}

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
  Inflated result;
  if (compression == Compression::None) {
    result.bytes = bytes.substr(0, limit);
    if (bytes.size() > limit) result.error = inflates_to_more_than(limit);
    return result;
  }

  Inflater inflater;
  if (compression == Compression::Gzip) {
    result.bytes.resize(std::min(inflated_size_hint(bytes), limit));
    if (const auto size = inflater.inflate_whole(bytes, result.bytes)) {
      result.bytes.resize(*size);
      return result;
    }
    result.bytes.clear();
  }

  std::size_t filled = 0;
  inflater.start(compression);
  while (!inflater.done() && filled <= limit) {
    result.bytes.resize(filled + std::min(std::max(kChunk, filled), limit + 1 - filled));
    const Inflater::Progress progress =
        inflater.advance(bytes, true, std::span(result.bytes).subspan(filled));
    bytes.remove_prefix(progress.taken);
    filled += progress.given;
  }
  result.error = filled > limit ? inflates_to_more_than(limit) : inflater.error();
  result.bytes.resize(std::min(filled, limit));
  return result;
}

std::string gzip(std::string_view bytes) {
  constexpr int kLevel = 6;  // gzip's own
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor);
  CHECK(compressor != nullptr, "there is memory for a compressor");
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(),
                                         packed.data(), packed.size()));
  return packed;
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
