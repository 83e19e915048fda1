#include "notifications/fcm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto_test_keys.h"
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

constexpr std::string_view kDeviceToken = "dEv1ce:APA91b-token_1";

Json AccountFile() {
  return {{"type", "service_account"},
          {"client_email", "push@project-7.iam.gserviceaccount.com"},
          {"project_id", "project-7"},
          {"private_key_id", "key-1"},
          {"token_uri", "https://oauth2.example.com/token"},
          {"private_key", base::test::kRsaPrivatePem}};
}

std::string TokenAnswer(const std::string& token, int seconds = 3600) {
  return base::DumpJson(
      {{"access_token", token}, {"expires_in", seconds}, {"token_type", "Bearer"}});
}

// An error as Google's APIs write it (google.rpc.Status).
std::string ErrorAnswer(const char* status, const char* fcm_code, const char* field = nullptr) {
  Json details = Json::array();
  if (fcm_code != nullptr) {
    details.push_back({{"@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError"},
                       {"errorCode", fcm_code}});
  }
  if (field != nullptr) {
    details.push_back(
        {{"@type", "type.googleapis.com/google.rpc.BadRequest"},
         {"fieldViolations", Json::array({{{"field", field}, {"description", "Invalid"}}})}});
  }
  return base::DumpJson({{"error",
                          {{"status", status},
                           {"message", "about " + std::string(kDeviceToken)},
                           {"details", details}}}});
}

struct FcmTest : ::testing::Test {
  test::PushWorld world;
  test::ScriptedHost google{world.network, "oauth2.example.com"};
  test::ScriptedHost fcm{world.network, "fcm.example.com"};
  std::unique_ptr<PushSender> sender =
      MakeFcmSender({.account = ReadServiceAccount(base::DumpJson(AccountFile())).value(),
                     .base_url = "https://fcm.example.com"},
                    world.network, world.executor);
  tasks::PushSubscription subscription = {.id = "id",
                                          .user_id = "user",
                                          .kind = tasks::PushKind::kFcm,
                                          .address = std::string(kDeviceToken),
                                          .p256dh = "",
                                          .auth = "",
                                          .label = "",
                                          .created = kStart};
};

TEST_F(FcmTest, ShowsATokenOfItsServiceAccount) {
  google.Then(200, TokenAnswer("ya29.first"));
  fcm.Then(200, R"({"name":"projects/project-7/messages/1"})");
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "accepted");
  ASSERT_THAT(google.requests, SizeIs(1));
  EXPECT_EQ(google.requests[0].url, "https://oauth2.example.com/token");
  const auto form = base::DecodeForm(google.requests[0].body).value();
  ASSERT_THAT(form, SizeIs(2));
  EXPECT_EQ(form[0].second, "urn:ietf:params:oauth:grant-type:jwt-bearer");
  ASSERT_EQ(form[1].first, "assertion");
  const auto key = base::SigningKeyFromPem(base::test::kRsaPublicPem).value();
  const test::ReadJwt claim = test::VerifyJwt(form[1].second, *key);
  EXPECT_EQ(claim.header, (Json{{"alg", "RS256"}, {"kid", "key-1"}, {"typ", "JWT"}}));
  EXPECT_EQ(claim.claims, (Json{{"iss", "push@project-7.iam.gserviceaccount.com"},
                                {"scope", "https://www.googleapis.com/auth/firebase.messaging"},
                                {"aud", "https://oauth2.example.com/token"},
                                {"iat", base::UnixSeconds(kStart)},
                                {"exp", base::UnixSeconds(kStart) + 3600}}));
  ASSERT_THAT(fcm.requests, SizeIs(1));
  EXPECT_EQ(fcm.requests[0].method, "POST");
  EXPECT_EQ(fcm.requests[0].url, "https://fcm.example.com/v1/projects/project-7/messages:send");
  EXPECT_EQ(fcm.requests[0].headers.Find("Authorization"), "Bearer ya29.first");
  const Json body = base::ParseJson(fcm.requests[0].body).value();
  EXPECT_EQ(body["message"]["token"], kDeviceToken);
  EXPECT_EQ(body["message"]["android"]["ttl"], "86400s");
}

TEST_F(FcmTest, OneTokenServesUntilFiveMinutesBeforeItsEnd) {
  google.Then(200, TokenAnswer("first")).Then(200, TokenAnswer("second"));
  fcm.Then(200, "{}");
  world.Send(*sender, subscription);
  world.executor.RunUntil(kStart + std::chrono::minutes(54));
  world.Send(*sender, subscription);
  EXPECT_THAT(google.requests, SizeIs(1));
  world.executor.RunUntil(kStart + std::chrono::minutes(56));
  world.Send(*sender, subscription);
  EXPECT_THAT(google.requests, SizeIs(2));
  EXPECT_EQ(fcm.requests.back().headers.Find("Authorization"), "Bearer second");
}

TEST_F(FcmTest, ManyPushesAskForOneToken) {
  google.Then(200, TokenAnswer("first"));
  fcm.Then(200, "{}");
  int accepted = 0;
  for (int i = 0; i < 50; ++i) {
    sender->Send(subscription, MakeMessage(), [&](PushOutcome outcome) {
      if (outcome.verdict == PushVerdict::kAccepted) ++accepted;
    });
  }
  world.executor.Run();
  EXPECT_EQ(accepted, 50);
  EXPECT_THAT(google.requests, SizeIs(1));
}

TEST_F(FcmTest, RenewsARefusedTokenOnce) {
  google.Then(200, TokenAnswer("first")).Then(200, TokenAnswer("second"));
  fcm.Then(401, ErrorAnswer("UNAUTHENTICATED", nullptr)).Then(200, "{}");
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "accepted");
  ASSERT_THAT(fcm.requests, SizeIs(2));
  EXPECT_EQ(fcm.requests[1].headers.Find("Authorization"), "Bearer second");
  EXPECT_EQ(fcm.requests[0].body, fcm.requests[1].body);

  fcm.Now(401, ErrorAnswer("UNAUTHENTICATED", nullptr));
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "refused");
  EXPECT_THAT(fcm.requests, SizeIs(4)) << "twice, not for ever";
}

TEST_F(FcmTest, MissingCredentialsOfApnsAreNoReasonForAnotherToken) {
  google.Then(200, TokenAnswer("first"));
  fcm.Then(401, ErrorAnswer("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
  EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "refused");
  EXPECT_THAT(fcm.requests, SizeIs(1));
}

TEST_F(FcmTest, ReadsTheAnswer) {
  google.Then(200, TokenAnswer("first"));
  const struct {
    int status;
    std::string body;
    std::string_view verdict;
  } table[] = {
      {404, ErrorAnswer("NOT_FOUND", "UNREGISTERED"), "gone"},
      {404, ErrorAnswer("NOT_FOUND", nullptr), "gone"},
      {404, "<html>no such page</html>", "refused"},
      {403, ErrorAnswer("PERMISSION_DENIED", "SENDER_ID_MISMATCH"), "gone"},
      {403, ErrorAnswer("PERMISSION_DENIED", nullptr), "refused"},
      {400, ErrorAnswer("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token"), "gone"},
      {400, ErrorAnswer("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data"), "refused"},
      {400, ErrorAnswer("INVALID_ARGUMENT", "INVALID_ARGUMENT"), "refused"},
      {400, "", "refused"},
      {302, "", "refused"},
      {429, ErrorAnswer("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), "later"},
      {503, ErrorAnswer("UNAVAILABLE", "UNAVAILABLE"), "later"},
      {500, ErrorAnswer("INTERNAL", "INTERNAL"), "later"},
      {502, "<html>", "later"},
  };
  for (const auto& row : table) {
    fcm.Now(row.status, row.body);
    const PushOutcome outcome = world.Send(*sender, subscription);
    EXPECT_EQ(NameOf(outcome.verdict), row.verdict) << row.status << row.body;
    EXPECT_THAT(outcome.reason, HasSubstr(std::to_string(row.status)));
    EXPECT_THAT(outcome.reason, Not(HasSubstr(kDeviceToken)));
  }
}

TEST_F(FcmTest, WaitsAsLongAsItIsToldElseAMinuteAfterA429) {
  google.Then(200, TokenAnswer("first"));
  const auto wait = [&](int status, base::HttpHeaders headers) {
    fcm.Now(status, "{}", std::move(headers));
    const auto until = world.Send(*sender, subscription).retry_at;
    return until ? std::chrono::round<std::chrono::seconds>(*until - world.executor.Now()).count()
                 : -1;
  };
  EXPECT_EQ(wait(429, {}), 60);
  EXPECT_EQ(wait(429, {{"Retry-After", "120"}}), 120);
  EXPECT_EQ(wait(503, {{"Retry-After", "30"}}), 30);
  EXPECT_EQ(wait(503, {}), -1);
}

TEST_F(FcmTest, WithoutATokenThePushWaitsOrIsRefused) {
  const struct {
    int status;
    const char* body;
    std::string_view verdict;
    const char* hint;
  } table[] = {
      {400, R"({"error":"invalid_grant","error_description":"no"})", "refused", "invalid_grant"},
      {401, R"({"error":"invalid_client"})", "refused", "invalid_client"},
      {200, "{}", "refused", "unnamed"},
      {200, "<html>", "refused", "unnamed"},
      {429, "{}", "later", "429"},
      {503, "", "later", "503"}};
  for (const auto& row : table) {
    google.Now(row.status, row.body);
    const PushOutcome outcome = world.Send(*sender, subscription);
    EXPECT_EQ(NameOf(outcome.verdict), row.verdict) << row.status << row.body;
    EXPECT_THAT(outcome.reason, HasSubstr(row.hint));
  }
  EXPECT_THAT(fcm.requests, SizeIs(0));
}

TEST_F(FcmTest, TriesAgainWhereNobodyAnswers) {
  Json file = AccountFile();
  file["token_uri"] = "https://nobody.example.com/token";
  const auto stranded = MakeFcmSender({.account = ReadServiceAccount(base::DumpJson(file)).value(),
                                       .base_url = "https://fcm.example.com"},
                                      world.network, world.executor);
  EXPECT_EQ(NameOf(world.Send(*stranded, subscription).verdict), "later");
  google.Then(200, TokenAnswer("first"));
  const auto deaf =
      MakeFcmSender({.account = ReadServiceAccount(base::DumpJson(AccountFile())).value(),
                     .base_url = "https://nobody.example.com"},
                    world.network, world.executor);
  EXPECT_EQ(NameOf(world.Send(*deaf, subscription).verdict), "later");
}

TEST_F(FcmTest, SendsNothingThatCannotArrive) {
  PushMessage message = MakeMessage();
  message.expires = kStart;
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  message = MakeMessage();
  message.url += std::string(5000, 'x');
  EXPECT_EQ(NameOf(world.Send(*sender, subscription, message).verdict), "refused");
  for (const std::string& token :
       {std::string(), std::string("a b"), std::string("../x"), std::string(4097, 'a')}) {
    EXPECT_EQ(CheckFcmToken(token).error().code, "push.refused");
    subscription.address = token;
    EXPECT_EQ(NameOf(world.Send(*sender, subscription).verdict), "gone");
  }
  EXPECT_THAT(google.requests, SizeIs(0));
}

TEST(ServiceAccountTest, RefusesWhatIsNone) {
  EXPECT_TRUE(ReadServiceAccount(base::DumpJson(AccountFile())));
  std::vector<std::string> bad = {"", "{", "[]", "7"};
  for (const char* member : {"client_email", "project_id", "token_uri", "private_key"}) {
    Json file = AccountFile();
    file.erase(member);
    bad.push_back(base::DumpJson(file));
    file[member] = "";
    bad.push_back(base::DumpJson(file));
  }
  const std::pair<const char*, std::string> changes[] = {
      {"private_key", base::PrivateKeyPem(*base::GenerateEs256Key())},
      {"private_key", std::string(base::test::kRsaPublicPem)},
      {"private_key", "no key"},
      {"project_id", "../other"},
      {"token_uri", "/token"}};
  for (const auto& [member, value] : changes) {
    Json file = AccountFile();
    file[member] = value;
    bad.push_back(base::DumpJson(file));
  }
  for (const std::string& text : bad) {
    const auto account = ReadServiceAccount(text);
    ASSERT_FALSE(account) << text;
    EXPECT_EQ(account.error().code, "config.invalid");
    EXPECT_THAT(account.error().message, Not(HasSubstr("BEGIN")));
  }
}

}  // namespace
}  // namespace coldpath::notifications
