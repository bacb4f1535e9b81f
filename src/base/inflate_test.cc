#include "base/inflate.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zstd.h>

namespace riposte::base {
namespace {

std::string gzipped(std::string_view text) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

constexpr std::size_t kLimit = 1 << 20;

TEST(InflateTest, ReadsBothFormatsAndManyMembers) {
  const std::string text(700'000, 'x');
  EXPECT_EQ(inflate(gzipped(text), Compression::Gzip, kLimit).bytes, text);
  EXPECT_EQ(inflate(zstd(text), Compression::Zstd, kLimit).bytes, text);
  const Inflated two =
      inflate(gzipped("a") + gzipped("b") + std::string(3, '\0'), Compression::Gzip, kLimit);
  EXPECT_EQ(two.bytes, "ab");
  EXPECT_FALSE(two.error.has_value());
}

TEST(InflateTest, ToldApartByTheirFirstBytes) {
  EXPECT_EQ(compression_of(gzipped("a")), Compression::Gzip);
  EXPECT_EQ(compression_of(zstd("a")), Compression::Zstd);
  EXPECT_EQ(compression_of("{}"), Compression::None);
}

TEST(InflateTest, TruncatedDataGivesWhatIsThere) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += std::to_string(i * 7919);
  for (const Compression how : {Compression::Gzip, Compression::Zstd}) {
    const std::string whole = how == Compression::Gzip ? gzipped(text) : zstd(text);
    const Inflated cut =
        inflate(std::string_view(whole).substr(0, whole.size() - whole.size() / 4), how, kLimit);
    ASSERT_TRUE(cut.error.has_value());
    EXPECT_NE(cut.error->message.find("truncated"), std::string::npos) << cut.error->message;
    EXPECT_TRUE(text.starts_with(cut.bytes));
    EXPECT_GT(cut.bytes.size(), text.size() / 4);
  }
}

TEST(InflateTest, DamageIsTold) {
  std::string bad = gzipped(std::string(1000, 'a'));
  bad[12] = static_cast<char>(bad[12] ^ 0x5a);
  EXPECT_TRUE(inflate(bad, Compression::Gzip, kLimit).error.has_value());
  EXPECT_TRUE(inflate("\x1f\x8b", Compression::Gzip, kLimit).error.has_value());
  EXPECT_TRUE(inflate("\x28\xb5\x2f\xfdxx", Compression::Zstd, kLimit).error.has_value());
}

TEST(InflateTest, ABombStopsAtTheLimit) {
  for (const Compression how : {Compression::Gzip, Compression::Zstd}) {
    const std::string zeros(8 << 20, '\0');
    const Inflated bomb =
        inflate(how == Compression::Gzip ? gzipped(zeros) : zstd(zeros), how, kLimit);
    EXPECT_EQ(bomb.error->code, Errc::Limit);
    EXPECT_EQ(bomb.bytes.size(), kLimit);
  }
  EXPECT_FALSE(
      inflate(gzipped(std::string(kLimit, 'x')), Compression::Gzip, kLimit).error.has_value());
}

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += std::to_string(i * 7919);
  return text;
}

// What comes out when input and room are given in pieces of these sizes.
Inflated inflated_in_pieces(std::string_view bytes, Compression how, std::size_t input,
                            std::size_t room) {
  Inflater inflater;
  inflater.start(how);
  Inflated result;
  std::string piece(room, '\0');
  std::size_t offset = 0;
  std::size_t offered = 0;
  while (!inflater.done()) {
    if (offered == 0) offered = std::min(input, bytes.size() - offset);
    const bool ends = offset + offered == bytes.size();
    const Inflater::Progress progress =
        inflater.advance(bytes.substr(offset, offered), ends, piece);
    offset += progress.taken;
    offered -= progress.taken;
    result.bytes.append(piece, 0, progress.given);
  }
  result.error = inflater.error();
  return result;
}

TEST(InflaterTest, PiecesOfAnySizeGiveTheSame) {
  const std::string text = numbers(300);
  const std::string gzip = gzipped(text) + gzipped("") + gzipped("end") + std::string(5, '\0');
  const std::string frames = zstd(text) + zstd("") + zstd("end");
  for (std::size_t input : {1, 2, 7, 100, 100'000}) {
    for (std::size_t room : {1, 3, 64, 100'000}) {
      for (const Compression how : {Compression::Gzip, Compression::Zstd}) {
        const std::string& whole = how == Compression::Gzip ? gzip : frames;
        const Inflated pieces = inflated_in_pieces(whole, how, input, room);
        EXPECT_EQ(pieces.bytes, text + "end");
        EXPECT_FALSE(pieces.error.has_value());
      }
    }
  }
}

TEST(InflaterTest, CutAnywhereItGivesWhatStandsBefore) {
  const std::string text = numbers(300);
  for (const Compression how : {Compression::Gzip, Compression::Zstd}) {
    const std::string whole = how == Compression::Gzip ? gzipped(text) : zstd(text);
    std::size_t longest = 0;
    for (std::size_t size = 4; size < whole.size(); ++size) {
      const std::string_view cut = std::string_view(whole).substr(0, size);
      const Inflated at_once = inflate(cut, how, kLimit);
      const Inflated in_pieces = inflated_in_pieces(cut, how, 50, 1000);
      ASSERT_TRUE(at_once.error && in_pieces.error) << size;
      ASSERT_EQ(at_once.error->code, Errc::Invalid);
      ASSERT_TRUE(text.starts_with(at_once.bytes)) << size;
      ASSERT_TRUE(text.starts_with(in_pieces.bytes)) << size;
      ASSERT_GE(at_once.bytes.size(), longest) << "more input, less output at " << size;
      longest = at_once.bytes.size();
    }
    // A block of zstd comes whole or not at all, and this is one.
    EXPECT_EQ(longest, how == Compression::Gzip ? text.size() : 0);
  }
}

TEST(InflaterTest, DamageAnywhereIsToldOrHarmless) {
  const std::string text = numbers(200);
  const std::string whole = gzipped(text);
  std::size_t harmless = 0;
  for (std::size_t i = 2; i < whole.size(); ++i) {
    std::string bad = whole;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    const Inflated result = inflate(bad, Compression::Gzip, kLimit);
    EXPECT_TRUE(result.error || result.bytes == text) << i;
    harmless += !result.error;
  }
  // Time and system in the header may be anything, and so may the last bits before the trailer.
  EXPECT_LE(harmless, 8u);
}

TEST(InflaterTest, AWrongChecksumOrLengthKeepsTheContent) {
  for (const std::size_t from_end : {1, 5}) {
    std::string bad = gzipped("content");
    bad[bad.size() - from_end] = static_cast<char>(bad[bad.size() - from_end] ^ 1);
    const Inflated result = inflate(bad, Compression::Gzip, kLimit);
    EXPECT_EQ(result.bytes, "content");
    EXPECT_EQ(result.error.value().message, "gzip data is damaged: wrong checksum");
  }
}

TEST(InflaterTest, GarbageBehindTheLastMemberIsTold) {
  const Inflated result = inflate(gzipped("content") + "garbage behind", Compression::Gzip, kLimit);
  EXPECT_EQ(result.bytes, "content");
  EXPECT_EQ(result.error.value().message, "gzip data is damaged: no gzip header");
}

TEST(InflaterTest, IsUsedAgainAfterDamage) {
  Inflater inflater;
  std::string room(100, '\0');
  for (const Compression how : {Compression::Gzip, Compression::Zstd}) {
    const std::string good = how == Compression::Gzip ? gzipped("good") : zstd("good");
    const std::string bad = good.substr(0, good.size() - 2);
    for (int i = 0; i < 3; ++i) {
      inflater.start(how);
      inflater.advance(bad, true, room);
      EXPECT_TRUE(inflater.done() && inflater.error()) << i;
      inflater.start(how);
      EXPECT_EQ(inflater.advance(good, true, room).given, 4u);
      EXPECT_TRUE(inflater.done() && !inflater.error()) << i;
    }
  }
}

TEST(InflaterTest, AtOnceOrNotAtAll) {
  Inflater inflater;
  std::string room(100, '\0');
  EXPECT_EQ(inflater.inflate_whole(gzipped("one ") + gzipped("two"), room), 7u);
  EXPECT_EQ(room.substr(0, 7), "one two");
  EXPECT_EQ(inflater.inflate_whole(gzipped(std::string(101, 'x')), room), std::nullopt);
  EXPECT_EQ(inflater.inflate_whole(gzipped("one") + "garbage", room), std::nullopt);
}

TEST(InflaterTest, AWindowThatAsksForTooMuchMemoryIsRefused) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  std::string frame(1000, '\0');
  ZSTD_inBuffer none{nullptr, 0, 0};
  ZSTD_outBuffer out{frame.data(), frame.size(), 0};
  ZSTD_compressStream2(context, &out, &none, ZSTD_e_flush);
  ZSTD_inBuffer source{"content", 7, 0};
  ZSTD_compressStream2(context, &out, &source, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  frame.resize(out.pos);
  EXPECT_NE(inflate(frame, Compression::Zstd, kLimit).error.value().message.find("memory"),
            std::string::npos);
}

TEST(InflaterTest, TheHintIsTheLengthInTheTrailerOrWhatDeflateCanDo) {
  EXPECT_EQ(inflated_size_hint(gzipped("content")), 7u);
  EXPECT_EQ(inflated_size_hint(""), 0u);
  EXPECT_EQ(inflated_size_hint("\xff\xff\xff\xff"), 4u * 1032);
}

TEST(InflateTest, WhatGzipPacksInflatesToTheSame) {
  for (const std::string& bytes :
       {std::string(), std::string(100'000, 'a'), std::string("\0\xff", 2)}) {
    const std::string packed = gzip(bytes);
    EXPECT_EQ(compression_of(packed), Compression::Gzip);
    EXPECT_EQ(inflate(packed, Compression::Gzip, 1 << 20).bytes, bytes);
  }
}

TEST(InflateTest, Base64WithAndWithoutPadding) {
  EXPECT_EQ(*decode_base64("aGVsbG8="), "hello");
  EXPECT_EQ(*decode_base64("aGVs\nbG8"), "hello");
  EXPECT_EQ(*decode_base64(""), "");
  EXPECT_FALSE(decode_base64("a").ok());
  EXPECT_FALSE(decode_base64("a*==").ok());
  EXPECT_FALSE(decode_base64("aGVs=bG8").ok());
}

}  // namespace
}  // namespace riposte::base
