#include "notifications/push_payload.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "notifications/push_answer.h"
#include "notifications/push_sender_testing.h"

namespace coldpath::notifications {
namespace {

using base::Json;
using test::kStart;
using test::MakeMessage;

Json Parse(const std::string& text) { return base::ParseJson(text).value(); }

TEST(PushPayloadTest, WebPushCarriesWhatTheDeviceShows) {
  const PushMessage message = MakeMessage();
  EXPECT_EQ(Parse(WebPushPayload(message).value()),
            (Json{{"key", message.key},
                  {"code", "N-05"},
                  {"title", "Coldpath"},
                  {"text", "Your historical sync is complete."},
                  {"job_id", message.job_id},
                  {"url", message.url},
                  {"time", "2027-01-15T08:00:00Z"}}));
}

TEST(PushPayloadTest, ApnsCarriesAnAlert) {
  const PushMessage message = MakeMessage();
  EXPECT_EQ(
      Parse(ApnsPayload(message).value()),
      (Json{{"aps",
             {{"alert", {{"title", "Coldpath"}, {"body", "Your historical sync is complete."}}},
              {"thread-id", message.job_id},
              {"sound", "default"}}},
            {"key", message.key},
            {"code", "N-05"},
            {"job_id", message.job_id},
            {"url", message.url},
            {"time", "2027-01-15T08:00:00Z"}}));
}

TEST(PushPayloadTest, FcmSpeaksToEachPlatform) {
  const PushMessage message = MakeMessage();
  const Json body = Parse(FcmBody(message, "token:1", std::chrono::seconds(86400)).value());
  const Json& sent = body["message"];
  const std::string collapse = CollapseId(message.key);
  EXPECT_EQ(sent["token"], "token:1");
  EXPECT_EQ(sent["notification"],
            (Json{{"title", "Coldpath"}, {"body", "Your historical sync is complete."}}));
  for (const auto& [name, value] : sent["data"].items()) {
    EXPECT_TRUE(value.is_string()) << name;
  }
  EXPECT_EQ(sent["data"]["url"], message.url);
  EXPECT_EQ(sent["android"], (Json{{"collapse_key", collapse},
                                   {"ttl", "86400s"},
                                   {"priority", "HIGH"},
                                   {"notification", {{"tag", collapse}}}}));
  EXPECT_EQ(sent["apns"]["headers"], (Json{{"apns-collapse-id", collapse},
                                           {"apns-expiration", "1800086400"},
                                           {"apns-priority", "10"}}));
  EXPECT_EQ(sent["webpush"]["headers"],
            (Json{{"TTL", "86400"}, {"Topic", collapse}, {"Urgency", "normal"}}));
  EXPECT_EQ(sent["webpush"]["fcm_options"]["link"], message.url);

  PushMessage local = message;
  local.url = "http://localhost:8080/";
  EXPECT_FALSE(
      Parse(FcmBody(local, "t", std::chrono::seconds(1)).value())["message"]["webpush"].contains(
          "fcm_options"));
}

TEST(PushPayloadTest, TheWordsGiveWayToTheBound) {
  EXPECT_TRUE(rc::check("no payload exceeds its bound", [](const std::string& piece) {
    PushMessage message = MakeMessage();
    // Control characters grow sixfold in JSON.
    for (int i = 0; i < 300; ++i) message.text += piece + "é\x01";
    message.title = message.text;
    RC_ASSERT(WebPushPayload(message)->size() <= kWebPushPayloadBytes);
    RC_ASSERT(ApnsPayload(message)->size() <= kApnsPayloadBytes);
    RC_ASSERT(FcmBody(message, "token", std::chrono::seconds(1))->size() <= kFcmPayloadBytes + 5);
  }));
}

TEST(PushPayloadTest, RefusesAnAddressThatFillsIt) {
  PushMessage message = MakeMessage();
  message.url = "https://sync.example.com/" + std::string(4096, 'a');
  for (const auto& result : {WebPushPayload(message), ApnsPayload(message),
                             FcmBody(message, "token", std::chrono::seconds(1))}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "push.too_large");
  }
}

TEST(CollapseIdTest, IsATopic) {
  const std::string id = CollapseId("5f0c1a52-7e1f-4a37-9d2f-9a1d0f0e6a11/N-05");
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(
      id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  EXPECT_EQ(id, CollapseId("5f0c1a52-7e1f-4a37-9d2f-9a1d0f0e6a11/N-05"));
  EXPECT_NE(id, CollapseId("5f0c1a52-7e1f-4a37-9d2f-9a1d0f0e6a11/N-06"));
}

TEST(ClipTest, CutsBetweenCharacters) {
  EXPECT_EQ(Clip("short", 5), "short");
  EXPECT_EQ(Clip("longer", 5), "lo…");
  EXPECT_EQ(Clip("éééé", 7), "éé…");
  EXPECT_EQ(Clip("éééé", 6), "é…");
  EXPECT_EQ(Clip("longer", 3), "…");
  EXPECT_EQ(Clip("longer", 2), "lo");
  EXPECT_EQ(Clip("longer", 0), "");
}

TEST(PushAnswerTest, LifeIsBounded) {
  PushMessage message = MakeMessage();
  EXPECT_EQ(LifeLeft(message, kStart), std::chrono::hours(24));
  EXPECT_EQ(LifeLeft(message, kStart + std::chrono::hours(25)).count(), 0);
  message.expires = kStart + std::chrono::days(400);
  EXPECT_EQ(LifeLeft(message, kStart), kLongestPushLife);
}

TEST(PushAnswerTest, OnlyWordsReachTheLog) {
  EXPECT_EQ(ErrorWord("BadDeviceToken"), "BadDeviceToken");
  EXPECT_EQ(ErrorWord("NOT_FOUND"), "NOT_FOUND");
  for (const char* text : {"", "token abc", "a:b", "https://x", "<html>"}) {
    EXPECT_EQ(ErrorWord(text), "unnamed") << text;
  }
  EXPECT_EQ(ErrorWord(std::string(65, 'a')), "unnamed");
}

TEST(PushAnswerTest, ReadsObjectsAlone) {
  for (const char* body : {"", "[]", "7", "<html>", "{"}) {
    EXPECT_EQ(ReadAnswer({200, {}, body}), Json::object()) << body;
  }
  EXPECT_EQ(ReadAnswer({200, {}, std::string(20, '[') + std::string(20, ']')}), Json::object());
  EXPECT_EQ(ReadAnswer({200, {}, R"({"a":1})"}), (Json{{"a", 1}}));
}

}  // namespace
}  // namespace coldpath::notifications
