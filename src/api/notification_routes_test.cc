// Devices that get push notifications, and the switches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "base/message_crypto.h"
#include "stores/sqlite/sqlite_delivery_queue.h"

namespace coldpath::api::test {
namespace {

using base::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Json Browser(Api& api, const std::string& endpoint = "https://push.example/send/1") {
  return {{"kind", "web_push"},
          {"endpoint", endpoint},
          {"keys",
           {{"p256dh", base::Base64UrlEncode(base::MakeAgreementKey(api.random).point)},
            {"auth", base::Base64UrlEncode(std::string(16, '\xfe'))}}},
          {"label", "Firefox on Linux"}};
}
Answered Put(Api& api, const Json& body, const std::string& token = "") {
  return api.Send(
      {.method = "PUT", .path = "/v1/push-subscriptions", .body = body, .token = token});
}
Answered Delete(Api& api, const std::string& query) {
  return api.Send({.method = "DELETE", .path = "/v1/push-subscriptions" + query});
}
Json List(Api& api) { return api.Get("/v1/push-subscriptions").json.at("subscriptions"); }

TEST(PushSubscriptionTest, ComesAndGoes) {
  Api api;
  EXPECT_THAT(List(api), IsEmpty());
  const Json browser = Browser(api);
  const Answered put = Put(api, browser);
  ASSERT_EQ(put.status, 200) << put.text;
  EXPECT_EQ(put.json.at("kind"), "web_push");
  EXPECT_EQ(put.json.at("label"), "Firefox on Linux");
  EXPECT_EQ(put.json.at("created"), "2025-06-15T12:00:00Z");
  for (const char* secret : {"push.example", "p256dh", "auth"}) {
    EXPECT_THAT(put.text, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(List(api), Json::array({put.json}));
  const auto stored = api.push.List("ada").value();
  ASSERT_THAT(stored, SizeIs(1));
  EXPECT_EQ(stored[0].address, "https://push.example/send/1");
  EXPECT_THAT(stored[0].p256dh, SizeIs(65));
  EXPECT_EQ(stored[0].auth, std::string(16, '\xfe'));

  api.sim.RunFor(std::chrono::hours(1));
  Json again = browser;
  again["label"] = "Firefox at home";
  const Answered renamed = Put(api, again);
  EXPECT_EQ(renamed.json.at("id"), put.json.at("id"));
  EXPECT_EQ(renamed.json.at("created"), put.json.at("created"));
  EXPECT_EQ(renamed.json.at("label"), "Firefox at home");

  const std::string id = put.json.at("id");
  EXPECT_EQ(Delete(api, "?id=" + id).status, 204);
  EXPECT_EQ(Delete(api, "?id=" + id).status, 204);
  EXPECT_THAT(List(api), IsEmpty());
  EXPECT_EQ(Delete(api, "").code(), "invalid-request");
  EXPECT_EQ(Delete(api, "?endpoint=x").code(), "invalid-request");
}

TEST(PushSubscriptionTest, TakesPaddedKeysAndTokensOfPhones) {
  Api api;
  Json padded = Browser(api);
  padded["keys"]["p256dh"] = padded["keys"]["p256dh"].get<std::string>() + "=";
  padded["keys"]["auth"] = padded["keys"]["auth"].get<std::string>() + "==";
  EXPECT_EQ(Put(api, padded).status, 200);
  const Answered phone = Put(api, {{"kind", "fcm"}, {"token", "a:token"}});
  ASSERT_EQ(phone.status, 200);
  EXPECT_EQ(phone.json.at("label"), "");
  EXPECT_EQ(Put(api, {{"kind", "apns"}, {"token", "00ff"}}).code(), "push-kind-not-offered");
}

TEST(PushSubscriptionTest, AnothersDeviceIsNotSeenAndAPassedOnDeviceChangesHands) {
  Api api;
  const Json browser = Browser(api);
  const std::string id = Put(api, browser).json.at("id");
  const std::string bob = api.Token("bob", false);
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/push-subscriptions?id=" + id, .token = bob})
                .status,
            204);
  EXPECT_THAT(List(api), SizeIs(1)) << "it is not bob's to remove";
  EXPECT_NE(Put(api, browser, bob).json.at("id"), id);
  EXPECT_THAT(List(api), IsEmpty());
}

TEST(PushSubscriptionTest, SaysWhatIsWrong) {
  Api api;
  const auto with = [&](const std::string& pointer, const Json& value) {
    Json body = Browser(api);
    body[Json::json_pointer(pointer)] = value;
    return Put(api, body);
  };
  const auto without = [&](const char* member) {
    Json body = Browser(api);
    body.erase(member);
    return Put(api, body);
  };
  EXPECT_EQ(with("/kind", "pigeon").json.at("pointer"), "/kind");
  EXPECT_EQ(without("kind").json.at("pointer"), "/kind");
  EXPECT_EQ(without("endpoint").json.at("pointer"), "/endpoint");
  EXPECT_EQ(without("keys").json.at("pointer"), "/keys");
  EXPECT_EQ(with("/keys", "x").json.at("pointer"), "/keys");
  EXPECT_EQ(with("/keys/p256dh", "***").json.at("pointer"), "/keys/p256dh");
  EXPECT_EQ(with("/keys/auth", 7).status, 400);
  EXPECT_EQ(with("/keys/more", "x").status, 400);
  EXPECT_EQ(with("/more", "x").status, 400);
  EXPECT_EQ(Put(api, {{"kind", "fcm"}, {"endpoint", "x"}}).status, 400);

  const std::string off_curve = base::Base64UrlEncode("\x04" + std::string(64, '\x01'));
  EXPECT_EQ(with("/keys/p256dh", off_curve).code(), "push-refused");
  EXPECT_EQ(with("/keys/auth", base::Base64UrlEncode(std::string(15, 'a'))).code(), "push-refused");
  EXPECT_EQ(with("/label", std::string(101, 'x')).code(), "push-refused");
  EXPECT_EQ(with("/endpoint", "https://p.example/" + std::string(5000, 'x')).code(),
            "push-refused");
  api.context.settings.check_push_address = [](tasks::PushKind kind, const std::string& address) {
    EXPECT_EQ(kind, tasks::PushKind::kWebPush);
    EXPECT_EQ(address, "https://10.0.0.1/");
    return base::Status(base::Fail("push.refused", "Not there."));
  };
  const Answered inside = Put(api, Browser(api, "https://10.0.0.1/"));
  EXPECT_EQ(inside.status, 400);
  EXPECT_EQ(inside.code(), "push-refused");
  EXPECT_EQ(inside.json.at("detail"), "Not there.");
  EXPECT_THAT(List(api), IsEmpty());
}

TEST(PushSubscriptionTest, IsBoundedPerPerson) {
  Api api;
  for (int i = 0; i < tasks::PushRegistry::kMostPerUser; ++i) {
    ASSERT_EQ(Put(api, {{"kind", "fcm"}, {"token", "t" + std::to_string(i)}}).status, 200);
  }
  EXPECT_EQ(Put(api, {{"kind", "fcm"}, {"token", "one more"}}).code(), "too-many-devices");
  EXPECT_THAT(List(api), SizeIs(tasks::PushRegistry::kMostPerUser));
}

TEST(NotificationSettingsTest, EachKindHasItsSwitch) {
  Api api;
  const auto put = [&](const Json& body) {
    return api.Send({.method = "PUT", .path = "/v1/notification-settings", .body = body});
  };
  const Json all{{"push", {{"N-04", true}, {"N-05", true}, {"N-06", true}}}};
  EXPECT_EQ(api.Get("/v1/notification-settings").json, all);
  Json some = all;
  some["push"]["N-04"] = false;
  EXPECT_EQ(put(some).json, some);
  EXPECT_EQ(api.Get("/v1/notification-settings").json, some);
  EXPECT_EQ(put(all).json, all);
  for (const Json& bad :
       {Json::object(), Json{{"push", 1}}, Json{{"push", {{"N-04", true}, {"N-05", true}}}},
        Json{{"push", {{"N-04", 1}, {"N-05", true}, {"N-06", true}}}},
        Json{{"push", {{"N-04", true}, {"N-05", true}, {"N-06", true}, {"N-07", true}}}},
        Json{{"push", all["push"]}, {"mail", true}}}) {
    EXPECT_EQ(put(bad).code(), "invalid-request") << bad;
  }
}

TEST(EraseTest, DevicesSwitchesAndDeliveriesGo) {
  Api api;
  stores::SqliteDeliveryQueue deliveries(*api.db);
  api.context.deliveries = &deliveries;
  Put(api, Browser(api));
  ASSERT_TRUE(api.push.WriteSwitches("ada", {{tasks::NotificationKind::kStarted}}));
  tasks::Delivery delivery;
  delivery.key = "e/N-05/x";
  delivery.user_id = "ada";
  ASSERT_TRUE(deliveries.Add("e/N-05", "ada", {delivery}, api.sim.Now()));
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/me"}).status, 204);
  EXPECT_THAT(List(api), IsEmpty());
  EXPECT_TRUE(api.push.ReadSwitches("ada")->off.empty());
  EXPECT_EQ(deliveries.CountWaiting(), 0);
}

}  // namespace
}  // namespace coldpath::api::test
