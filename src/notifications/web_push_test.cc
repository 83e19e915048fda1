#include "notifications/web_push.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/message_crypto.h"
#include "notifications/push_payload.h"
#include "notifications/push_sender_testing.h"
#include "notifications/vapid.h"

namespace coldpath::notifications {
namespace {

using test::kStart;
using test::MakeMessage;
using test::NameOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kSecretPath = "secret-path";

struct WebPushTest : ::testing::Test {
  test::PushWorld world;
  test::ScriptedHost host{world.network, "push.example.net"};
  base::SigningKeyPtr key = base::GenerateEs256Key();
  std::unique_ptr<PushSender> sender =
      MakeWebPushSender({.key = key, .contact = "mailto:push@example.com"}, world.network,
                        world.executor, world.random);
  tasks::PushSubscription subscription = {
      .id = "id",
      .user_id = "user",
      .kind = tasks::PushKind::kWebPush,
      .address = "https://push.example.net/" + std::string(kSecretPath),
      .p256dh = base::MakeAgreementKey(world.random).point,
      .auth = world.random.NextBytes(16),
      .label = "",
      .created = kStart};
};

TEST_F(WebPushTest, SendsWhatRfc8030Asks) {
  host.Then(201);
  const PushMessage message = MakeMessage();
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "accepted");
  ASSERT_THAT(host.requests, SizeIs(1));
  const base::HttpRequest& request = host.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, subscription.address);
  EXPECT_EQ(request.headers.Find("TTL"), "86400");
  EXPECT_EQ(request.headers.Find("Topic"), CollapseId(message.key));
  EXPECT_EQ(request.headers.Find("Urgency"), "normal");
  EXPECT_EQ(request.headers.Find("Content-Encoding"), "aes128gcm");
  EXPECT_EQ(request.headers.Find("Content-Type"), "application/octet-stream");
  EXPECT_EQ(request.body.size(), 86 + 1024 + 1 + 16u) << "padded";
  const std::string authorization = request.headers.Find("Authorization").value();
  const std::size_t comma = authorization.find(", k=");
  EXPECT_EQ(test::VerifyJwt(authorization.substr(8, comma - 8), *key).claims["aud"],
            "https://push.example.net");
}

TEST_F(WebPushTest, NoTwoBodiesShareAKey) {
  host.Then(201);
  world.Send(*sender, subscription);
  world.Send(*sender, subscription);
  ASSERT_THAT(host.requests, SizeIs(2));
  EXPECT_NE(host.requests[0].body.substr(0, 16), host.requests[1].body.substr(0, 16)) << "salt";
  EXPECT_NE(host.requests[0].body.substr(21, 65), host.requests[1].body.substr(21, 65)) << "key";
  EXPECT_EQ(host.requests[0].headers.Find("Topic"), host.requests[1].headers.Find("Topic"));
}

TEST_F(WebPushTest, ReadsTheAnswer) {
  const std::pair<int, std::string_view> table[] = {
      {200, "accepted"}, {201, "accepted"}, {202, "accepted"}, {204, "accepted"},
      {404, "gone"},     {410, "gone"},     {400, "refused"},  {401, "refused"},
      {403, "refused"},  {413, "refused"},  {301, "refused"},  {307, "refused"},
      {429, "later"},    {500, "later"},    {502, "later"},    {503, "later"}};
  for (const auto& [status, verdict] : table) {
    host.Now(status, "the subscription " + std::string(kSecretPath));
    const PushOutcome outcome = world.Send(*sender, subscription);
    EXPECT_EQ(NameOf(outcome.verdict), verdict) << status;
    EXPECT_EQ(outcome.retry_at, std::nullopt) << status;
    EXPECT_THAT(outcome.reason, Not(HasSubstr(kSecretPath)));
    if (verdict != "accepted") {
      EXPECT_THAT(outcome.reason, HasSubstr(std::to_string(status)));
    }
  }
}

TEST_F(WebPushTest, WaitsAsLongAsItIsTold) {
  host.Then(429, "", {{"Retry-After", "3600"}});
  const PushOutcome outcome = world.Send(*sender, subscription);
  ASSERT_TRUE(outcome.retry_at);
  EXPECT_GE(*outcome.retry_at, kStart + std::chrono::hours(1));
  EXPECT_LT(*outcome.retry_at, kStart + std::chrono::hours(1) + std::chrono::seconds(1));
  host.Now(503, "", {{"Retry-After", "Fri, 15 Jan 2027 10:00:00 GMT"}});
  EXPECT_EQ(world.Send(*sender, subscription).retry_at, kStart + std::chrono::hours(2));
}

TEST_F(WebPushTest, TriesAgainWhereNobodyAnswers) {
  subscription.address = "https://nobody.example.net/" + std::string(kSecretPath);
  const PushOutcome outcome = world.Send(*sender, subscription);
  EXPECT_EQ(NameOf(outcome.verdict), "later");
  EXPECT_THAT(outcome.reason, HasSubstr("http.connect"));
  EXPECT_THAT(outcome.reason, Not(HasSubstr("nobody")));
}

TEST_F(WebPushTest, SendsNothingToAnAddressThatItWouldNotRegister) {
  for (const char* address : {"http://push.example.net/x", "https://127.0.0.1/x", "x"}) {
    subscription.address = address;
    EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "refused") << address;
  }
  EXPECT_THAT(host.requests, SizeIs(0));
}

TEST_F(WebPushTest, DevelopmentSendsToThisMachine) {
  test::ScriptedHost local(world.network, "localhost:8090");
  local.Then(201);
  const auto insecure =
      MakeWebPushSender({.key = key, .contact = "mailto:push@example.com", .allow_insecure = true},
                        world.network, world.executor, world.random);
  subscription.address = "http://localhost:8090/x";
  EXPECT_EQ(NameOf(world.Send(*insecure, subscription).verdict), "accepted");
}

TEST_F(WebPushTest, RefusesKeysThatAreNone) {
  subscription.auth = "short";
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "refused");
  subscription.auth = world.random.NextBytes(16);
  subscription.p256dh = std::string(65, '\4');
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "refused");
  EXPECT_THAT(host.requests, SizeIs(0));
}

TEST_F(WebPushTest, SendsNothingThatIsWorthless) {
  PushMessage message = MakeMessage();
  message.expires = kStart;
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  message = MakeMessage();
  message.url = "https://sync.example.com/" + std::string(5000, 'x');
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  EXPECT_THAT(host.requests, SizeIs(0));
}

}  // namespace
}  // namespace coldpath::notifications
