#include "notifications/web_push_encryption.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "notifications/push_payload.h"

namespace coldpath::notifications {
namespace {

std::string Decode(std::string_view text) { return base::Base64UrlDecode(text).value(); }

// RFC 8188 section 3.1.
TEST(SealRecordTest, AgreesWithRfc8188) {
  EXPECT_EQ(
      base::Base64UrlEncode(SealRecord(Decode("yqdlZ-tYemfogSmv7Ws5PQ"),
                                       Decode("I1BsxtFttlv3u_Oo94xnmw"), "", "I am the walrus", 0)),
      "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
}

constexpr std::string_view kReceiverSecret = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
constexpr std::string_view kReceiverPoint =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr std::string_view kAuth = "BTBZMqHH6r4Tts7J_aSIgg";

// RFC 8291 section 5 and appendix A.
TEST(EncryptWebPushTest, AgreesWithRfc8291) {
  const auto sender =
      base::AgreementKeyFromSecret(Decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
  const auto body = EncryptWebPush(Decode(kReceiverPoint), Decode(kAuth), *sender,
                                   Decode("DGv6ra1nlYgDCS1FRnbzlw"),
                                   "When I grow up, I want to be a watermelon", 0);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(base::Base64UrlEncode(*body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
}

// What a browser does, from the receiver's secret alone.
std::string Decrypt(const std::string& body) {
  const std::string_view view = body;
  const std::string_view salt = view.substr(0, 16);
  EXPECT_EQ(view.substr(16, 5), std::string_view("\0\0\x10\0\x41", 5));
  const std::string_view sender = view.substr(21, 65);
  const std::string_view sealed = view.substr(86);
  const std::string info =
      std::string("WebPush: info\0", 14) + Decode(kReceiverPoint) + std::string(sender);
  const std::string input = base::HkdfSha256(
      Decode(kAuth), base::AgreeOnSecret(Decode(kReceiverSecret), sender).value(), info, 32);
  const std::string key =
      base::HkdfSha256(salt, input, std::string("Content-Encoding: aes128gcm\0", 28), 16);
  const std::string nonce =
      base::HkdfSha256(salt, input, std::string("Content-Encoding: nonce\0", 24), 12);
  // GCM encrypts by a key stream: what is sealed again is open. The tag is that of the open text.
  const std::string_view cipher = sealed.substr(0, sealed.size() - 16);
  std::string plain = base::SealAes128Gcm(key, nonce, cipher).substr(0, cipher.size());
  EXPECT_EQ(base::SealAes128Gcm(key, nonce, plain), sealed);
  while (plain.ends_with('\0')) plain.pop_back();
  EXPECT_TRUE(plain.ends_with('\x02'));
  plain.pop_back();
  return plain;
}

TEST(EncryptWebPushTest, TheReceiverReadsWhatWasSent) {
  EXPECT_TRUE(rc::check("decrypts to the text", [](std::uint64_t seed) {
    const std::size_t size =
        *rc::gen::inRange<std::size_t>(0, kWebPushPayloadBytes + 1).as("bytes of text");
    base::SeededRandom random(seed);
    const std::string text = random.NextBytes(size);
    const auto body =
        EncryptWebPush(Decode(kReceiverPoint), Decode(kAuth), base::MakeAgreementKey(random),
                       random.NextBytes(16), text, PaddingFor(size));
    RC_ASSERT(body.has_value());
    RC_ASSERT(body->size() <= 4096u);
    RC_ASSERT(Decrypt(*body) == text);
  }));
}

TEST(EncryptWebPushTest, RefusesAKeyThatIsNone) {
  base::SeededRandom random(1);
  const auto body = EncryptWebPush(std::string(65, '\4'), Decode(kAuth),
                                   base::MakeAgreementKey(random), random.NextBytes(16), "text", 0);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, "crypto.malformed");
}

TEST(PaddingTest, MakesLengthsAlike) {
  EXPECT_EQ(PaddingFor(0), 0u);
  EXPECT_EQ(PaddingFor(1), 1023u);
  EXPECT_EQ(PaddingFor(300) + 300, PaddingFor(900) + 900);
  EXPECT_EQ(PaddingFor(1024), 0u);
  EXPECT_EQ(PaddingFor(3500) + 3500, kWebPushPayloadBytes);
  EXPECT_EQ(PaddingFor(kWebPushPayloadBytes), 0u);
}

}  // namespace
}  // namespace coldpath::notifications
