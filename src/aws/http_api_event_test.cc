#include "aws/http_api_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/crypto.h"

namespace coldpath::aws {
namespace {

using ::testing::HasSubstr;

base::Json Event() {
  return {{"version", "2.0"},
          {"rawPath", "/v1/historical-syncs"},
          {"rawQueryString", "limit=5&cursor=a%2Fb"},
          {"headers", {{"content-type", "application/json"}, {"x-many", "1,2"}}},
          {"requestContext",
           {{"stage", "$default"},
            {"http", {{"method", "POST"}, {"path", "/x"}, {"sourceIp", "203.0.113.9"}}}}},
          {"body", R"({"é":1})"},
          {"isBase64Encoded", false}};
}

TEST(HttpApiEventTest, ReadsARequestAsAServerWould) {
  base::Json event = Event();
  event["cookies"] = {"a=1", "b=2"};
  const auto read = ReadHttpApiEvent(event);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->request.method, "POST");
  EXPECT_EQ(read->request.url, "/v1/historical-syncs?limit=5&cursor=a%2Fb");
  EXPECT_EQ(read->request.headers.Find("Content-Type"), "application/json");
  EXPECT_EQ(read->request.headers.Find("X-Many"), "1,2");
  EXPECT_EQ(read->request.headers.Find("Cookie"), "a=1; b=2");
  EXPECT_EQ(read->request.body, R"({"é":1})");
  EXPECT_EQ(read->peer, "203.0.113.9");
}

TEST(HttpApiEventTest, BodiesMayBeBase64OrAbsent) {
  base::Json event = Event();
  event["isBase64Encoded"] = true;
  event["body"] = base::Base64Encode(std::string("\x00\xff", 2));
  EXPECT_EQ(ReadHttpApiEvent(event)->request.body, std::string("\x00\xff", 2));
  event["body"] = "%%%";
  EXPECT_EQ(ReadHttpApiEvent(event).error().code, "http_api.malformed");
  event["body"] = nullptr;
  EXPECT_EQ(ReadHttpApiEvent(event)->request.body, "");
  event.erase("body");
  EXPECT_EQ(ReadHttpApiEvent(event)->request.body, "");
}

TEST(HttpApiEventTest, AStageIsNotPartOfThePath) {
  base::Json event = Event();
  event["rawQueryString"] = "";
  event["requestContext"]["stage"] = "v1";
  EXPECT_EQ(ReadHttpApiEvent(event)->request.url, "/historical-syncs");
  event["rawPath"] = "/v1";
  EXPECT_EQ(ReadHttpApiEvent(event)->request.url, "/");
  event["rawPath"] = "/v12/x";
  EXPECT_EQ(ReadHttpApiEvent(event)->request.url, "/v12/x");
}

TEST(HttpApiEventTest, ATargetHoldsNothingThatATargetMayNot) {
  base::Json event = Event();
  event["rawPath"] = "/a b/é?x#y\r\n%41";
  event["rawQueryString"] = "q=a b#c?d";
  EXPECT_EQ(ReadHttpApiEvent(event)->request.url, "/a%20b/%C3%A9%3Fx%23y%0D%0A%41?q=a%20b%23c?d");
}

TEST(HttpApiEventTest, WhatIsNoEventIsRefused) {
  const std::vector<std::function<void(base::Json&)>> breaks = {
      [](base::Json& e) { e["version"] = "1.0"; },
      [](base::Json& e) { e.erase("version"); },
      [](base::Json& e) { e.erase("requestContext"); },
      [](base::Json& e) { e["requestContext"] = "x"; },
      [](base::Json& e) { e["requestContext"]["http"].erase("method"); },
      [](base::Json& e) { e["requestContext"]["http"]["method"] = "G T"; },
      [](base::Json& e) { e.erase("rawPath"); },
      [](base::Json& e) { e["rawPath"] = "no-slash"; },
      [](base::Json& e) { e["headers"] = base::Json::array({1}); },
      [](base::Json& e) { e["headers"]["a b"] = "x"; },
      [](base::Json& e) { e["headers"]["a"] = 1; },
      [](base::Json& e) { e["cookies"] = "a=1"; },
      [](base::Json& e) { e["cookies"] = base::Json::array({1}); },
      [](base::Json& e) { e["body"] = 7; },
      [](base::Json& e) { e = base::Json::array(); },
      [](base::Json& e) { e = nullptr; },
  };
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    base::Json event = Event();
    breaks[i](event);
    const auto read = ReadHttpApiEvent(event);
    ASSERT_FALSE(read) << i;
    EXPECT_EQ(read.error().code, "http_api.malformed") << i;
  }
}

base::Json Answer(const base::HttpResponse& response) {
  return *base::ParseJson(HttpApiAnswer(response));
}

TEST(HttpApiAnswerTest, SaysWhatTheResponseSays) {
  const base::Json answer = Answer({202,
                                    {{"Content-Type", "application/json"},
                                     {"Location", "/v1/x"},
                                     {"Set-Cookie", "a=1"},
                                     {"set-cookie", "b=2"},
                                     {"Vary", "A"},
                                     {"Vary", "B"}},
                                    R"({"é":1})"});
  EXPECT_EQ(
      answer,
      base::Json({{"statusCode", 202},
                  {"headers",
                   {{"Content-Type", "application/json"}, {"Location", "/v1/x"}, {"Vary", "A, B"}}},
                  {"cookies", {"a=1", "b=2"}},
                  {"isBase64Encoded", false},
                  {"body", R"({"é":1})"}}));
}

TEST(HttpApiAnswerTest, BytesArriveAsTheyWere) {
  rc::check("any body", [](const std::string& body) {
    const base::Json answer = Answer({200, {}, body});
    const auto text = answer.at("body").get<std::string>();
    RC_ASSERT((answer.at("isBase64Encoded") == true ? *base::Base64Decode(text) : text) == body);
  });
  for (const std::string bytes : {"\xff", "\x80", "\xC0\x80", "\xE2\x82", "\xE0\x80\x80",
                                  "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x80\x80\x80"}) {
    EXPECT_EQ(Answer({200, {}, bytes}).at("isBase64Encoded"), true) << base::HexEncode(bytes);
  }
  for (const std::string text : {"é", "€", "\xED\x9F\xBF", "😀", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Answer({200, {}, text}).at("body"), text);
  }
}

TEST(HttpApiAnswerTest, TheLargestBodyFitsLambdaWhateverItHolds) {
  for (const char c : {'"', '\xff'}) {
    const std::string answer = HttpApiAnswer({200, {}, std::string(kMostHttpApiBody, c)});
    EXPECT_LE(answer.size(), 6u * 1024 * 1024) << static_cast<int>(c);
    EXPECT_THAT(answer.substr(answer.size() - 100), HasSubstr("\"statusCode\":200"));
  }
  const std::string text(100'000, 'a');
  EXPECT_EQ(Answer({200, {}, text}).at("body"), text) << "what base64 makes no shorter is readable";
  const base::Json answer = Answer({200, {}, std::string(kMostHttpApiBody + 1, 'a')});
  EXPECT_EQ(answer.at("statusCode"), 500);
  EXPECT_THAT(answer.at("body").get<std::string>(), HasSubstr("response-too-large"));
}

struct Collected {
  std::shared_ptr<BufferedResponder> responder =
      std::make_shared<BufferedResponder>([this](base::HttpResponse given) {
        ++times;
        response = std::move(given);
      });
  int times = 0;
  base::HttpResponse response;
};

TEST(BufferedResponderTest, GivesAResponseOnce) {
  Collected whole;
  whole.responder->Respond({201, {}, "made"});
  whole.responder.reset();
  EXPECT_EQ(whole.times, 1);
  EXPECT_EQ(whole.response.status, 201);
  EXPECT_EQ(whole.response.body, "made");

  Collected stream;
  stream.responder->StartStream({200, {{"Content-Type", "text/event-stream"}}, ""});
  EXPECT_TRUE(stream.responder->Write("one "));
  EXPECT_TRUE(stream.responder->Write("two"));
  EXPECT_EQ(stream.times, 0);
  EXPECT_FALSE(stream.responder->ShouldEnd());
  stream.responder->EndStream();
  EXPECT_EQ(stream.times, 1);
  EXPECT_EQ(stream.response.body, "one two");
  EXPECT_EQ(stream.response.headers.Find("Content-Type"), "text/event-stream");

  Collected nothing;
  nothing.responder.reset();
  EXPECT_EQ(nothing.times, 1);
  EXPECT_EQ(nothing.response.status, 500);
}

TEST(BufferedResponderTest, AFullStreamIsAnsweredWithWhatFits) {
  Collected full;
  full.responder->StartStream({200, {}, ""});
  EXPECT_TRUE(full.responder->Write(std::string(kMostHttpApiBody, 'a')));
  EXPECT_FALSE(full.responder->Write("b"));
  EXPECT_EQ(full.times, 0);
  full.responder.reset();  // as who writes a stream does when it is refused
  EXPECT_EQ(full.times, 1);
  EXPECT_EQ(full.response.status, 200);
  EXPECT_EQ(full.response.body.size(), kMostHttpApiBody);
}

}  // namespace
}  // namespace coldpath::aws
