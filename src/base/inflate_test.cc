#include "base/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace riposte::base {
namespace {

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
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
