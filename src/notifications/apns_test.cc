#include "notifications/apns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto_test_keys.h"
#include "base/ids.h"
#include "notifications/push_payload.h"
#include "notifications/push_sender_testing.h"

namespace coldpath::notifications {
namespace {

using base::Json;
using test::kStart;
using test::MakeMessage;
using test::NameOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kDeviceToken(64, 'a');

struct ApnsTest : ::testing::Test {
  test::PushWorld world;
  test::ScriptedHost apple{world.network, "api.push.apple.com"};
  base::SigningKeyPtr key = base::GenerateEs256Key();
  ApnsOptions options = {
      .key = key, .key_id = "ABC123DEFG", .team_id = "DEF123GHIJ", .topic = "com.example.coldpath"};
  std::unique_ptr<PushSender> sender = MakeApnsSender(options, world.network, world.executor);
  tasks::PushSubscription subscription = {.id = "subscription-1",
                                          .user_id = "user",
                                          .kind = tasks::PushKind::kApns,
                                          .address = kDeviceToken,
                                          .p256dh = "",
                                          .auth = "",
                                          .label = "",
                                          .created = kStart};

  std::string TokenOf(std::size_t request) {
    return apple.requests.at(request).headers.Find("authorization").value();
  }
};

TEST_F(ApnsTest, SendsWhatAppleAsks) {
  apple.Then(200);
  const PushMessage message = MakeMessage();
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "accepted");
  ASSERT_THAT(apple.requests, SizeIs(1));
  const base::HttpRequest& request = apple.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://api.push.apple.com/3/device/" + kDeviceToken);
  EXPECT_EQ(request.headers.Find("apns-topic"), "com.example.coldpath");
  EXPECT_EQ(request.headers.Find("apns-push-type"), "alert");
  EXPECT_EQ(request.headers.Find("apns-priority"), "10");
  EXPECT_EQ(request.headers.Find("apns-expiration"), "1800086400");
  EXPECT_EQ(request.headers.Find("apns-collapse-id"), CollapseId(message.key));
  EXPECT_EQ(request.headers.Find("apns-id"),
            base::MakeUuidV5(base::kColdpathNamespace, message.key + "\nsubscription-1"));
  EXPECT_EQ(request.body, ApnsPayload(message));
  ASSERT_TRUE(TokenOf(0).starts_with("bearer "));
  const test::ReadJwt token = test::VerifyJwt(TokenOf(0).substr(7), *key);
  EXPECT_EQ(token.header, (Json{{"alg", "ES256"}, {"kid", "ABC123DEFG"}, {"typ", "JWT"}}));
  EXPECT_EQ(token.claims, (Json{{"iss", "DEF123GHIJ"}, {"iat", base::UnixSeconds(kStart)}}));
}

TEST_F(ApnsTest, OneTokenServesForFiftyMinutes) {
  apple.Then(200);
  world.Send(*sender, subscription);
  world.executor.RunUntil(kStart + std::chrono::minutes(49));
  world.Send(*sender, subscription);
  EXPECT_EQ(TokenOf(0), TokenOf(1));
  world.executor.RunUntil(kStart + std::chrono::minutes(50));
  world.Send(*sender, subscription);
  EXPECT_NE(TokenOf(0), TokenOf(2));
}

constexpr std::string_view kExpired = R"({"reason":"ExpiredProviderToken"})";

TEST_F(ApnsTest, RenewsAnExpiredTokenOnceAndNotTooOften) {
  apple.Then(200);
  world.Send(*sender, subscription);
  world.executor.RunUntil(kStart + std::chrono::minutes(20));
  apple.Now(403, std::string(kExpired)).Then(200);
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "accepted");
  ASSERT_THAT(apple.requests, SizeIs(3));
  EXPECT_EQ(TokenOf(0), TokenOf(1));
  EXPECT_NE(TokenOf(1), TokenOf(2));
  EXPECT_EQ(apple.requests[1].headers.Find("apns-id"), apple.requests[2].headers.Find("apns-id"));

  // Apple would call a third token within 20 minutes too many.
  apple.Now(403, std::string(kExpired));
  const PushOutcome outcome = world.Send(*sender, subscription);
  EXPECT_EQ(NameOf(outcome.verdict), "later");
  EXPECT_THAT(outcome.reason, HasSubstr("clock"));
  EXPECT_THAT(apple.requests, SizeIs(4));

  world.executor.RunUntil(kStart + std::chrono::minutes(45));
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "later");
  EXPECT_THAT(apple.requests, SizeIs(6)) << "renewed once, then given up";
}

TEST_F(ApnsTest, ReadsTheAnswer) {
  const struct {
    int status;
    const char* reason;
    std::string_view verdict;
  } table[] = {{410, "Unregistered", "gone"},
               {410, "ExpiredToken", "gone"},
               {400, "BadDeviceToken", "gone"},
               {400, "DeviceTokenNotForTopic", "gone"},
               {400, "BadTopic", "refused"},
               {400, "BadCollapseId", "refused"},
               {403, "InvalidProviderToken", "refused"},
               {403, "MissingProviderToken", "refused"},
               {404, "BadPath", "refused"},
               {405, "MethodNotAllowed", "refused"},
               {413, "PayloadTooLarge", "refused"},
               {429, "TooManyRequests", "later"},
               {429, "TooManyProviderTokenUpdates", "later"},
               {500, "InternalServerError", "later"},
               {503, "ServiceUnavailable", "later"},
               {503, "Shutdown", "later"}};
  for (const auto& row : table) {
    apple.Now(row.status, base::DumpJson({{"reason", row.reason}}));
    const PushOutcome outcome = world.Send(*sender, subscription);
    EXPECT_EQ(NameOf(outcome.verdict), row.verdict) << row.reason;
    EXPECT_THAT(outcome.reason, HasSubstr(row.reason));
    EXPECT_THAT(outcome.reason, Not(HasSubstr(kDeviceToken)));
  }
  apple.Now(400, "device " + kDeviceToken);
  EXPECT_THAT(world.Send(*sender, subscription).reason, Not(HasSubstr(kDeviceToken)));
  apple.Now(503, "", {{"Retry-After", "60"}});
  const auto until = world.Send(*sender, subscription).retry_at;
  ASSERT_TRUE(until);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(*until - world.executor.Now()).count(), 60);
}

TEST_F(ApnsTest, TriesAgainWhereNobodyAnswers) {
  options.base_url = "https://nobody.example.com";
  const auto stranded = MakeApnsSender(options, world.network, world.executor);
  const PushOutcome outcome = world.Send(*stranded, subscription);
  EXPECT_EQ(NameOf(outcome.verdict), "later");
  EXPECT_THAT(outcome.reason, HasSubstr("http.connect"));
}

TEST_F(ApnsTest, SendsNothingThatCannotArrive) {
  PushMessage message = MakeMessage();
  message.expires = kStart;
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  message = MakeMessage();
  message.url += std::string(5000, 'x');
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  for (const std::string& token :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(202, 'a'),
        std::string(64, 'g'), "../" + std::string(61, 'a')}) {
    EXPECT_EQ(CheckApnsToken(token).error().code, "push.refused") << token;
    subscription.address = token;
    EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "gone") << token;
  }
  EXPECT_THAT(apple.requests, SizeIs(0));
}

TEST_F(ApnsTest, RefusesAConfigurationThatIsNone) {
  EXPECT_TRUE(CheckApnsOptions(options));
  std::vector<ApnsOptions> bad(7, options);
  bad[0].key = nullptr;
  bad[1].key = base::SigningKeyFromPem(base::test::kRsaPrivatePem).value();
  bad[2].key = base::SigningKeyFromJwk(base::PublicJwk(*key)).value();
  bad[3].key_id = "";
  bad[4].team_id = "DEF 123";
  bad[5].topic = "";
  bad[6].topic = "com.example\r\nx: y";
  for (const ApnsOptions& each : bad) {
    const auto checked = CheckApnsOptions(each);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, "config.invalid");
  }
}

}  // namespace
}  // namespace coldpath::notifications
