#include "notifications/vapid.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/message_crypto.h"
#include "notifications/push_sender_testing.h"
#include "sim/sim_executor.h"

namespace coldpath::notifications {
namespace {

using test::kStart;

struct VapidTest : ::testing::Test {
  base::SigningKeyPtr key = base::GenerateEs256Key();
  sim::SimExecutor clock{kStart};
  VapidTokens tokens{key, "mailto:push@example.com", clock};

  base::Json Claims(const std::string& authorization) {
    const std::size_t comma = authorization.find(", k=");
    EXPECT_TRUE(authorization.starts_with("vapid t="));
    EXPECT_NE(comma, std::string::npos);
    EXPECT_EQ(authorization.substr(comma + 4), ApplicationServerKey(*key));
    const test::ReadJwt token = test::VerifyJwt(authorization.substr(8, comma - 8), *key);
    EXPECT_EQ(token.header, (base::Json{{"alg", "ES256"}, {"typ", "JWT"}}));
    return token.claims;
  }
};

TEST_F(VapidTest, SaysForWhomByWhomAndUntilWhen) {
  const base::Json claims = Claims(tokens.Authorization("https://push.example.net").value());
  EXPECT_EQ(claims, (base::Json{{"aud", "https://push.example.net"},
                                {"exp", base::UnixSeconds(kStart + std::chrono::hours(13))},
                                {"sub", "mailto:push@example.com"}}));
}

TEST_F(VapidTest, OneTokenServesAnOriginForHalfADay) {
  const std::string first = tokens.Authorization("https://a.example").value();
  const std::string other = tokens.Authorization("https://b.example").value();
  EXPECT_NE(first, other);
  clock.RunFor(std::chrono::hours(12) - std::chrono::seconds(1));
  EXPECT_EQ(tokens.Authorization("https://a.example"), first);
  clock.RunFor(std::chrono::seconds(1));
  const std::string second = tokens.Authorization("https://a.example").value();
  EXPECT_NE(second, first);
  EXPECT_EQ(Claims(second)["exp"], base::UnixSeconds(kStart + std::chrono::hours(25)));
}

TEST_F(VapidTest, AClockThatWasSetBackMakesANewToken) {
  class Settable final : public base::Clock {
   public:
    base::Instant Now() const override { return now; }
    base::Instant now = kStart;
  } settable;
  VapidTokens made(key, "https://example.com/contact", settable);
  const std::string first = made.Authorization("https://a.example").value();
  settable.now -= std::chrono::days(2);
  EXPECT_NE(made.Authorization("https://a.example"), first);
}

TEST_F(VapidTest, ManyOriginsDoNotFillTheMemory) {
  const std::string first = tokens.Authorization("https://a.example").value();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(tokens.Authorization("https://" + std::to_string(i) + ".example"));
  }
  EXPECT_NE(tokens.Authorization("https://a.example"), first) << "forgotten with the rest";
}

TEST(VapidContactTest, IsAnAddress) {
  for (const char* good : {"mailto:push@example.com", "https://example.com/contact"}) {
    EXPECT_TRUE(CheckVapidContact(good)) << good;
  }
  for (const char* bad :
       {"", "push@example.com", "mailto:", "mailto:push", "http://example.com", "https://"}) {
    const auto checked = CheckVapidContact(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, "config.invalid");
  }
}

TEST(VapidKeyTest, IsMadeOnceAndIsAPoint) {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "coldpath-vapid-XXXXXX").string();
  const fs::path folder = mkdtemp(name.data());
  const std::string path = folder / "vapid-key.pem";
  const auto key = LoadOrMakeVapidKey(path);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(ApplicationServerKey(*LoadOrMakeVapidKey(path).value()), ApplicationServerKey(**key));
  const std::string point = base::Base64UrlDecode(ApplicationServerKey(**key)).value();
  EXPECT_TRUE(base::CheckP256Point(point));
  // The public half alone cannot sign.
  std::ofstream(path) << "-----BEGIN PUBLIC KEY-----\n"
                         "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
                         "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
                         "-----END PUBLIC KEY-----\n";
  EXPECT_EQ(LoadOrMakeVapidKey(path).error().code, "config.invalid");
  std::ofstream(path) << "not a key";
  EXPECT_EQ(LoadOrMakeVapidKey(path).error().code, "crypto.malformed");
  EXPECT_EQ(LoadOrMakeVapidKey("/proc/nowhere/key.pem").error().code, "config.unreadable");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace coldpath::notifications
