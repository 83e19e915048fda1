#include "base/message_crypto.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/json.h"

namespace coldpath::base {
namespace {

std::string FromHex(std::string_view hex) { return HexDecode(hex).value(); }
std::string FromBase64Url(std::string_view text) { return Base64UrlDecode(text).value(); }
std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

// RFC 5869 appendix A, test cases 1 to 3.
TEST(HkdfTest, AgreesWithRfc5869) {
  EXPECT_EQ(HexEncode(HkdfSha256(FromHex("000102030405060708090a0b0c"), std::string(22, '\x0b'),
                                 FromHex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            "34007208d5b887185865");
  const auto range = [](int from, int to) {
    std::string bytes;
    for (int i = from; i <= to; ++i) bytes += static_cast<char>(i);
    return bytes;
  };
  EXPECT_EQ(HexEncode(HkdfSha256(range(0x60, 0xaf), range(0x00, 0x4f), range(0xb0, 0xff), 82)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(HexEncode(HkdfSha256("", std::string(22, '\x0b'), "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            "9d201395faa4b61a96c8");
}

// RFC 8291 section 5 and appendix A: both sides of the agreement.
constexpr std::string_view kSenderSecret = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
constexpr std::string_view kSenderPoint =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
constexpr std::string_view kReceiverSecret = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
constexpr std::string_view kReceiverPoint =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr std::string_view kShared = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";

TEST(AgreementTest, AgreesWithRfc8291) {
  const std::string sender = FromBase64Url(kSenderSecret);
  const std::string receiver = FromBase64Url(kReceiverSecret);
  EXPECT_EQ(Base64UrlEncode(AgreementKeyFromSecret(sender)->point), kSenderPoint);
  EXPECT_EQ(Base64UrlEncode(AgreementKeyFromSecret(receiver)->point), kReceiverPoint);
  EXPECT_EQ(Base64UrlEncode(*AgreeOnSecret(sender, FromBase64Url(kReceiverPoint))), kShared);
  EXPECT_EQ(Base64UrlEncode(*AgreeOnSecret(receiver, FromBase64Url(kSenderPoint))), kShared);
}

TEST(AgreementTest, BothSidesFindTheSameSecret) {
  EXPECT_TRUE(rc::check("a with B is b with A", [](std::uint64_t seed) {
    SeededRandom random(seed);
    const AgreementKey a = MakeAgreementKey(random);
    const AgreementKey b = MakeAgreementKey(random);
    RC_ASSERT(CheckP256Point(a.point).has_value());
    RC_ASSERT(a.point != b.point);
    RC_ASSERT(AgreeOnSecret(a.secret, b.point).value() == AgreeOnSecret(b.secret, a.point).value());
  }));
}

TEST(AgreementTest, RefusesWhatIsNoKey) {
  const std::string point = FromBase64Url(kReceiverPoint);
  const std::string secret = FromBase64Url(kReceiverSecret);
  std::string off_the_curve = point;
  off_the_curve[64] = static_cast<char>(off_the_curve[64] ^ 1);
  std::string compressed = point.substr(0, 33);
  compressed[0] = '\x02';
  std::string hybrid = point;
  hybrid[0] = '\x06';
  for (const std::string& bad :
       {std::string(), std::string(1, '\0'), std::string(65, '\0'), point + '\0',
        point.substr(0, 64), off_the_curve, compressed, hybrid}) {
    EXPECT_EQ(CodeOf(CheckP256Point(bad)), "crypto.malformed") << HexEncode(bad);
    EXPECT_EQ(CodeOf(AgreeOnSecret(secret, bad)), "crypto.malformed") << HexEncode(bad);
  }
  // FIPS 186-4 D.1.2.3: the order of P-256.
  const std::string order =
      FromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  for (const std::string& bad : {std::string(), std::string(32, '\0'), std::string(31, '\1'),
                                 std::string(32, '\xff'), order}) {
    EXPECT_EQ(CodeOf(AgreementKeyFromSecret(bad)), "crypto.malformed") << HexEncode(bad);
    EXPECT_EQ(CodeOf(AgreeOnSecret(bad, point)), "crypto.malformed") << HexEncode(bad);
  }
  std::string last = order;
  last[31] = '\x50';
  EXPECT_TRUE(AgreementKeyFromSecret(last));
}

// Gives what it was told, one piece after the other.
class ListedBytes final : public Random {
 public:
  explicit ListedBytes(std::vector<std::string> list) : list_(std::move(list)) {}
  void Fill(void* bytes, std::size_t size) override {
    ASSERT_LT(next_, list_.size());
    ASSERT_EQ(list_[next_].size(), size);
    list_[next_++].copy(static_cast<char*>(bytes), size);
  }

 private:
  std::vector<std::string> list_;
  std::size_t next_ = 0;
};

TEST(AgreementTest, DrawsAgainWhereTheBytesAreNoKey) {
  const std::string secret = FromBase64Url(kSenderSecret);
  ListedBytes random({std::string(32, '\xff'), std::string(32, '\0'), secret});
  const AgreementKey key = MakeAgreementKey(random);
  EXPECT_EQ(key.secret, secret);
  EXPECT_EQ(Base64UrlEncode(key.point), kSenderPoint);
}

TEST(PublicPointTest, IsTheJwksCoordinates) {
  const SigningKeyPtr key = GenerateEs256Key();
  const Json jwk = ParseJson(PublicJwk(*key)).value();
  const std::string point = PublicPoint(*key);
  EXPECT_EQ(point,
            '\x04' + FromBase64Url(*FindString(jwk, "x")) + FromBase64Url(*FindString(jwk, "y")));
  EXPECT_TRUE(CheckP256Point(point));
}

// The Galois/Counter Mode of Operation (McGrew, Viega), test cases 1 to 3.
TEST(Aes128GcmTest, AgreesWithItsAuthors) {
  const std::string zero_key(16, '\0');
  const std::string zero_nonce(12, '\0');
  EXPECT_EQ(HexEncode(SealAes128Gcm(zero_key, zero_nonce, "")), "58e2fccefa7e3061367f1d57a4e7455a");
  EXPECT_EQ(HexEncode(SealAes128Gcm(zero_key, zero_nonce, std::string(16, '\0'))),
            "0388dace60b6a392f328c2b971b2fe78"
            "ab6e47d42cec13bdf53a67b21257bddf");
  EXPECT_EQ(HexEncode(SealAes128Gcm(
                FromHex("feffe9928665731c6d6a8f9467308308"), FromHex("cafebabefacedbaddecaf888"),
                FromHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"))),
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
            "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985"
            "4d5c2af327cd64a62cf35abd2ba6fab4");
}

}  // namespace
}  // namespace coldpath::base
