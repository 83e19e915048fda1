#include "base/crypto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/crypto_test_keys.h"
#include "base/json.h"

namespace coldpath::base {
namespace {

using ::testing::HasSubstr;

// Gives the bytes that a test vector asks for.
class GivenBytes final : public Random {
 public:
  explicit GivenBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  void Fill(void* bytes, std::size_t size) override {
    ASSERT_EQ(size, bytes_.size());
    bytes_.copy(static_cast<char*>(bytes), size);
  }

 private:
  std::string bytes_;
};

std::string FromHex(std::string_view hex) { return HexDecode(hex).value(); }

std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

// FIPS 180-4, the examples that NIST publishes.
TEST(Sha256Test, AgreesWithNist) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").size(), 32u);
}

TEST(HmacTest, AgreesWithRfc4231) {
  EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacTest, AnEmptyKeyIsAKey) {
  EXPECT_EQ(HexEncode(HmacSha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(ConstantTimeTest, ComparesLengthAndBytes) {
  EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("abc", "ab"));
}

TEST(Base64Test, AgreesWithRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(Base64Encode(plain), encoded);
    EXPECT_EQ(Base64Decode(encoded), plain);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(plain)), plain);
  }
  EXPECT_EQ(Base64Encode("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(Base64UrlEncode("\xfb\xff\xfe"), "-__-");
}

TEST(Base64Test, RefusesWhatNoEncoderWrites) {
  for (const char* text :
       {"Zg", "Zg=", "Z===", "Zh==", "Z g=", "-__-", "Zg==Zg==", "====", "=", "Zm9v\n"}) {
    EXPECT_EQ(CodeOf(Base64Decode(text)), "crypto.malformed") << text;
  }
  for (const char* text : {"Z", "Zg==", "+//+", "Zh", "Zm9vY"}) {
    EXPECT_EQ(CodeOf(Base64UrlDecode(text)), "crypto.malformed") << text;
  }
}

TEST(HexTest, DecodesBothCasesAndRefusesTheRest) {
  EXPECT_EQ(HexDecode("00fFaB"), std::string("\x00\xff\xab", 3));
  EXPECT_EQ(CodeOf(HexDecode("0")), "crypto.malformed");
  EXPECT_EQ(CodeOf(HexDecode("0g")), "crypto.malformed");
}

TEST(EncodingProperty, WhatIsEncodedIsDecoded) {
  EXPECT_TRUE(rc::check("every encoding reads back", [](const std::string& bytes) {
    RC_ASSERT(HexDecode(HexEncode(bytes)).value() == bytes);
    RC_ASSERT(Base64Decode(Base64Encode(bytes)).value() == bytes);
    RC_ASSERT(Base64UrlDecode(Base64UrlEncode(bytes)).value() == bytes);
  }));
}

TEST(EncodingProperty, OneValueHasOneText) {
  EXPECT_TRUE(rc::check("what decodes encodes to the same text", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgw-_09")));
    if (const auto bytes = Base64UrlDecode(text)) RC_ASSERT(Base64UrlEncode(*bytes) == text);
  }));
}

// The Galois/Counter Mode of Operation (McGrew, Viega), test cases 14 and 16 (the latter with
// context).
TEST(AesGcmTest, AgreesWithItsAuthors) {
  GivenBytes zeros(std::string(12, '\0'));
  const std::string zero_key(32, '\0');
  EXPECT_EQ(HexEncode(SealAes256Gcm(zero_key, std::string(16, '\0'), "", zeros)),
            "000000000000000000000000"
            "cea7403d4d606b6e074ec5d3baf39d18"
            "d0d1c8a799996bf0265b98b5d48ab919");

  const std::string key =
      FromHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string nonce = FromHex("cafebabefacedbaddecaf888");
  const std::string plain = FromHex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const std::string context = FromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  GivenBytes random(nonce);
  EXPECT_EQ(HexEncode(SealAes256Gcm(key, plain, context, random)),
            "cafebabefacedbaddecaf888"
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(AesGcmTest, RefusesEveryChange) {
  SeededRandom random(1);
  const std::string key = random.NextBytes(32);
  const std::string sealed = SealAes256Gcm(key, "refresh token", "connection 7", random);
  EXPECT_EQ(OpenAes256Gcm(key, sealed, "connection 7"), "refresh token");
  EXPECT_EQ(CodeOf(OpenAes256Gcm(key, sealed, "connection 8")), "crypto.not_authentic");
  EXPECT_EQ(CodeOf(OpenAes256Gcm(random.NextBytes(32), sealed, "connection 7")),
            "crypto.not_authentic");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(CodeOf(OpenAes256Gcm(key, changed, "connection 7")), "crypto.not_authentic") << i;
    EXPECT_EQ(CodeOf(OpenAes256Gcm(key, sealed.substr(0, i), "connection 7")),
              "crypto.not_authentic")
        << i;
  }
}

TEST(AesGcmTest, OpensWhatItSealed) {
  SeededRandom random(2);
  EXPECT_TRUE(
      rc::check("seal then open", [&](const std::string& plain, const std::string& context) {
        const std::string key = random.NextBytes(32);
        RC_ASSERT(OpenAes256Gcm(key, SealAes256Gcm(key, plain, context, random), context).value() ==
                  plain);
      }));
}

// RFC 7515 appendix A.3.
constexpr std::string_view kEs256Jwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
    R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
constexpr std::string_view kEs256Input =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
    "Ijp0cnVlfQ";
constexpr std::string_view kEs256Signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(SigningKeyTest, VerifiesTheEs256ExampleOfRfc7515) {
  const SigningKeyPtr key = SigningKeyFromJwk(kEs256Jwk).value();
  EXPECT_EQ(SignatureAlgorithm(*key), "ES256");
  std::string signature = Base64UrlDecode(kEs256Signature).value();
  EXPECT_TRUE(VerifySignature(*key, kEs256Input, signature));
  EXPECT_FALSE(VerifySignature(*key, "another text", signature));
  signature[63] = static_cast<char>(signature[63] ^ 1);
  EXPECT_FALSE(VerifySignature(*key, kEs256Input, signature));
  EXPECT_FALSE(VerifySignature(*key, kEs256Input, ""));
  EXPECT_FALSE(VerifySignature(*key, kEs256Input, std::string(64, '\0')));
}

TEST(SigningKeyTest, SignsSoThatThePublicHalfVerifies) {
  const SigningKeyPtr key = GenerateEs256Key();
  const SigningKeyPtr public_half = SigningKeyFromJwk(PublicJwk(*key)).value();
  for (int i = 0; i < 200; ++i) {  // short r and s, which need padding, come once in 128 signatures
    const std::string signature = Sign(*key, "text " + std::to_string(i)).value();
    ASSERT_EQ(signature.size(), 64u);
    ASSERT_TRUE(VerifySignature(*public_half, "text " + std::to_string(i), signature));
  }
  EXPECT_EQ(CodeOf(Sign(*public_half, "text")), "crypto.sign");
  EXPECT_FALSE(VerifySignature(*GenerateEs256Key(), "text", Sign(*key, "text").value()));
}

TEST(SigningKeyTest, PemKeepsTheKey) {
  const SigningKeyPtr key = GenerateEs256Key();
  const std::string pem = PrivateKeyPem(*key);
  EXPECT_THAT(pem, HasSubstr("BEGIN PRIVATE KEY"));
  const SigningKeyPtr again = SigningKeyFromPem(pem).value();
  EXPECT_EQ(PublicJwk(*again), PublicJwk(*key));
  EXPECT_TRUE(VerifySignature(*key, "text", Sign(*again, "text").value()));
}

TEST(SigningKeyTest, Rs256AgreesWithOpenssl) {
  const std::string expected = Base64Decode(test::kRsaSignature).value();
  const SigningKeyPtr from_pem = SigningKeyFromPem(test::kRsaPrivatePem).value();
  const SigningKeyPtr from_jwk = SigningKeyFromJwk(test::kRsaPrivateJwk).value();
  const SigningKeyPtr public_half = SigningKeyFromPem(test::kRsaPublicPem).value();
  EXPECT_EQ(SignatureAlgorithm(*from_pem), "RS256");
  EXPECT_EQ(Sign(*from_pem, "coldpath"), expected);
  EXPECT_EQ(Sign(*from_jwk, "coldpath"), expected);
  EXPECT_TRUE(VerifySignature(*public_half, "coldpath", expected));
  EXPECT_FALSE(VerifySignature(*public_half, "Coldpath", expected));
  EXPECT_EQ(CodeOf(Sign(*public_half, "coldpath")), "crypto.sign");
  EXPECT_EQ(PublicJwk(*public_half), PublicJwk(*from_jwk));
}

// RFC 7638 section 3.1.
TEST(SigningKeyTest, KidIsTheThumbprint) {
  const SigningKeyPtr key =
      SigningKeyFromJwk(
          R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
              "e":"AQAB","alg":"RS256","kid":"2011-04-29"})")
          .value();
  const Json jwk = ParseJson(PublicJwk(*key)).value();
  EXPECT_EQ(FindString(jwk, "kid"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_EQ(FindString(jwk, "alg"), "RS256");
  EXPECT_EQ(FindMember(jwk, "d"), nullptr);
}

TEST(SigningKeyTest, RefusesWhatIsNoKeyOfOurs) {
  const char* const jwks[] = {
      "", "{", "[]", R"({"kty":"oct","k":"AAAA"})",
      R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})",
      R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", R"({"kty":"RSA","n":"AQAB"})",
      R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",  // far too short
      // A point that is not on the curve.
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"})",
      // A secret that belongs to another point.
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"AQ"})",
      // An algorithm that this kind of key cannot do.
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","alg":"RS256"})"};
  for (const char* jwk : jwks) EXPECT_EQ(CodeOf(SigningKeyFromJwk(jwk)), "crypto.malformed") << jwk;
  for (const char* pem :
       {"", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    EXPECT_EQ(CodeOf(SigningKeyFromPem(pem)), "crypto.malformed") << pem;
  }
}

TEST(SystemRandomTest, DoesNotRepeat) {
  const auto random = MakeSystemRandom();
  EXPECT_NE(random->NextBytes(32), random->NextBytes(32));
  EXPECT_EQ(random->NextBytes(0), "");
}

}  // namespace
}  // namespace coldpath::base
