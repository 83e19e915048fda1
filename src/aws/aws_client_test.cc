#include "aws/aws_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "aws/blocking_http.h"

namespace coldpath::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kThrottled[] =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slower"})";

TEST(AwsClientTest, SignsAndSendsAJsonCall) {
  ScriptedAws aws;
  aws.http.Then(200, R"({"executionArn":"arn"})");
  const auto answer = aws.client.CallJson("states", "AWSStepFunctions.StartExecution", {{"a", 1}});
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(base::FindString(*answer, "executionArn"), "arn");
  const auto requests = aws.http.requests();
  ASSERT_THAT(requests, SizeIs(1));
  const base::HttpRequest& sent = requests[0];
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://states.eu-central-1.amazonaws.com/");
  EXPECT_EQ(sent.body, R"({"a":1})");
  EXPECT_EQ(sent.headers.Find("Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(sent.headers.Find("X-Amz-Target"), "AWSStepFunctions.StartExecution");
  EXPECT_EQ(sent.headers.Find("X-Amz-Date"), "20261122T102030Z");
  EXPECT_THAT(*sent.headers.Find("Authorization"),
              HasSubstr("AKID/20261122/eu-central-1/states/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "));
}

TEST(AwsClientTest, AnswersWithoutABodyAreEmptyObjects) {
  ScriptedAws aws;
  aws.http.Then(200, "");
  aws.http.Then(200, "not json");
  EXPECT_EQ(aws.client.CallJson("kms", "TrentService.X", {}), base::Json::object());
  EXPECT_EQ(aws.http.requests()[0].headers.Find("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(aws.client.CallJson("kms", "TrentService.X", {}).error().name, "aws.malformed");
}

TEST(AwsClientTest, WhatIsSignedIsWhatIsSent) {
  ScriptedAws aws({.region = "r", .endpoints = {{"s3", "http://127.0.0.1:5055/"}}});
  aws.http.Then(200);
  AwsRequest request{.service = "s3", .host_prefix = "b.", .path = "/a b/c"};
  request.query = {{"z", "1 2"}, {"uploads", ""}};
  ASSERT_TRUE(aws.client.Send(request));
  const base::HttpRequest sent = aws.http.requests()[0];
  EXPECT_EQ(sent.url, "http://b.127.0.0.1:5055/a%20b/c?uploads=&z=1%202");
  EXPECT_THAT(*sent.headers.Find("Authorization"),
              HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date, "));
}

TEST(AwsClientTest, SendsQueriesAsForms) {
  ScriptedAws aws;
  aws.http.Then(200, "<r/>");
  ASSERT_TRUE(aws.client.CallQuery("sns", {{"Action", "Publish"}, {"Message", "a b&c"}}));
  EXPECT_EQ(aws.http.requests()[0].url, "https://sns.eu-central-1.amazonaws.com/");
  EXPECT_THAT(aws.http.requests()[0].body, HasSubstr("Action=Publish&Message=a"));
}

TEST(AwsClientTest, FindsTheEndpoint) {
  const ScriptedAws aws({.region = "cn-north-1", .endpoints = {{"dynamodb", "http://db:8000"}}});
  EXPECT_EQ(aws.client.Endpoint("dynamodb"), "http://db:8000");
  EXPECT_EQ(aws.client.Endpoint("s3"), "https://s3.cn-north-1.amazonaws.com.cn");
  EXPECT_TRUE(aws.client.HasOwnEndpoint("dynamodb"));
  EXPECT_FALSE(aws.client.HasOwnEndpoint("s3"));
  const ScriptedAws all({.region = "r", .endpoints = {{"*", "http://all/"}}});
  EXPECT_EQ(all.client.Endpoint("s3"), "http://all");
  EXPECT_TRUE(all.client.HasOwnEndpoint("s3"));
}

// However a service says it.
TEST(AwsClientTest, ReadsTheErrorsName) {
  struct Case {
    base::HttpHeaders headers;
    const char* body;
    const char* name;
    const char* message;
  };
  const Case cases[] = {
      {{}, R"({"__type":"com.amazonaws.x#NoSuchThing","message":"m"})", "NoSuchThing", "m"},
      {{}, R"({"__type":"NoSuchThing","Message":"m"})", "NoSuchThing", "m"},
      {{}, R"({"code":"NoSuchThing"})", "NoSuchThing", ""},
      {{{"x-amzn-errortype", "NoSuchThing:http://internal.amazon.com/"}},
       R"({"message":"m"})",
       "NoSuchThing",
       "m"},
      {{},
       "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>",
       "NoSuchKey",
       "m"},
      {{},
       "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>m</Message>"
       "</Error></ErrorResponse>",
       "NotFound",
       "m"},
      {{},
       "<Response><Errors><Error><Code>Gone</Code><Message>m</Message></Error></Errors>"
       "</Response>",
       "Gone",
       "m"},
      {{}, "", "aws.http_404", ""},
      {{}, "{ half", "aws.http_404", ""},
      {{}, "<half", "aws.http_404", ""},
      {{}, "plain words", "aws.http_404", ""},
      {{}, R"({"__type":7,"message":[]})", "aws.http_404", ""}};
  for (const Case& c : cases) {
    ScriptedAws aws;
    aws.http.Then(404, c.body, c.headers);
    const auto answer = aws.client.Send({.service = "s3"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().name, c.name) << c.body;
    EXPECT_EQ(answer.error().message, c.message) << c.body;
    EXPECT_EQ(answer.error().status, 404);
    EXPECT_THAT(aws.http.requests(), SizeIs(1)) << "nobody retries a refusal";
  }
}

TEST(AwsClientTest, KeepsTheBodyOfAJsonErrorAndBoundsItsMessage) {
  ScriptedAws aws;
  aws.http.Then(400, R"({"__type":"X#TransactionCanceledException","CancellationReasons":[1],)"
                     R"("message":")" +
                         std::string(5000, 'm') + "\"}");
  const auto error = aws.client.CallJson("dynamodb", "T", {}).error();
  EXPECT_EQ(error.body["CancellationReasons"], base::Json({1}));
  EXPECT_THAT(error.message, SizeIs(1024));
  EXPECT_EQ(Describe({"Name", "text", 400, nullptr}), "Name: text (HTTP 400)");
  EXPECT_EQ(Describe({"aws.unreachable", "", 0, nullptr}), "aws.unreachable");
}

TEST(AwsClientTest, TriesAgainWithFullJitter) {
  ScriptedAws aws;
  aws.http.ThenFail("http.connect");
  aws.http.Then(503, "");
  aws.http.Then(400, kThrottled);
  aws.http.Then(429, "");
  aws.http.Then(200, "{}");
  EXPECT_TRUE(aws.client.CallJson("dynamodb", "T", {}));
  ASSERT_THAT(aws.pauses, SizeIs(4));
  EXPECT_LE(aws.pauses[0], milliseconds(100));
  EXPECT_LE(aws.pauses[1], milliseconds(200));
  EXPECT_LE(aws.pauses[2], milliseconds(2000));
  EXPECT_LE(aws.pauses[3], milliseconds(4000));
  // Jitter is full: over many tries the pauses fill the range.
  base::Duration least = seconds(9);
  base::Duration most{};
  for (int i = 0; i < 100; ++i) {
    aws.pauses.clear();
    aws.http.Then(503, "");
    aws.http.Then(200, "");
    ASSERT_TRUE(aws.client.Send({.service = "s3"}));
    least = std::min(least, aws.pauses[0]);
    most = std::max(most, aws.pauses[0]);
  }
  EXPECT_LT(least, milliseconds(10));
  EXPECT_GT(most, milliseconds(90));
}

TEST(AwsClientTest, GivesUpAfterItsTries) {
  ScriptedAws aws;
  for (int i = 0; i < 5; ++i) aws.http.Then(500, R"({"__type":"InternalServerError"})");
  const auto answer = aws.client.Send({.service = "s3"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().name, "InternalServerError");
  EXPECT_EQ(aws.http.left(), 0u);
  EXPECT_THAT(aws.pauses, SizeIs(4));
  EXPECT_THAT(aws.lines, Each(HasSubstr("aws_retry")));
}

TEST(AwsClientTest, SaysThatNoAnswerCame) {
  ScriptedAws aws({.region = "r", .endpoints = {}, .most_tries = 2});
  aws.http.ThenFail("http.timeout");
  aws.http.ThenFail("http.timeout");
  EXPECT_EQ(aws.client.Send({.service = "s3"}).error().name, "aws.unreachable");
  aws.http.ThenFail("http.too_large");
  EXPECT_EQ(aws.client.Send({.service = "s3"}).error().name, "aws.too_large");
  EXPECT_EQ(aws.http.left(), 0u);
}

TEST(AwsClientTest, DoesNotRepeatWhatMustNotArriveTwice) {
  ScriptedAws aws;
  aws.http.Then(503);
  aws.http.ThenFail("http.timeout");
  const auto answer = aws.client.Send({.service = "sns", .retry_unanswered = false});
  EXPECT_EQ(answer.error().name, "aws.unreachable");
  EXPECT_THAT(aws.http.requests(), SizeIs(2)) << "a refusal is no delivery";
}

TEST(AwsClientTest, WaitsAsLongAsTheServiceAsks) {
  ScriptedAws aws;
  aws.http.Then(503, "", {{"Retry-After", "7"}});
  aws.http.Then(503, "", {{"Retry-After", "99999"}});
  aws.http.Then(503, "", {{"Retry-After", "soon"}});
  aws.http.Then(200);
  EXPECT_TRUE(aws.client.Send({.service = "s3"}));
  EXPECT_EQ(aws.pauses[0], seconds(7));
  EXPECT_EQ(aws.pauses[1], seconds(20));
  EXPECT_LT(aws.pauses[2], seconds(1));
}

TEST(AwsClientTest, CorrectsItsClock) {
  ScriptedAws aws;
  const char* const body = "<Error><Code>RequestTimeTooSkewed</Code></Error>";
  aws.http.Then(403, body, {{"Date", "Sun, 22 Nov 2026 12:20:30 GMT"}});  // two hours ahead
  aws.http.Then(200);
  aws.http.Then(200);
  EXPECT_TRUE(aws.client.Send({.service = "s3"}));
  EXPECT_TRUE(aws.client.Send({.service = "s3"}));
  const auto requests = aws.http.requests();
  EXPECT_EQ(requests[0].headers.Find("X-Amz-Date"), "20261122T102030Z");
  EXPECT_EQ(requests[1].headers.Find("X-Amz-Date"), "20261122T122030Z");
  EXPECT_EQ(requests[2].headers.Find("X-Amz-Date"), "20261122T122030Z") << "and remembers it";
  EXPECT_THAT(aws.pauses, IsEmpty());
}

TEST(AwsClientTest, CorrectsItsClockOnceACall) {
  ScriptedAws aws;
  const char* const body = "<Error><Code>RequestTimeTooSkewed</Code></Error>";
  aws.http.Then(403, body, {{"Date", "Sun, 22 Nov 2026 12:20:30 GMT"}});
  aws.http.Then(403, body, {{"Date", "Sun, 22 Nov 2026 15:20:30 GMT"}});
  EXPECT_EQ(aws.client.Send({.service = "s3"}).error().name, "RequestTimeTooSkewed");
  EXPECT_THAT(aws.http.requests(), SizeIs(2));
}

// A wrong secret is not a wrong clock.
TEST(AwsClientTest, ASignatureThatDoesNotMatchIsNotTheClocksFaultAlone) {
  ScriptedAws aws;
  const char* const body = R"({"__type":"InvalidSignatureException"})";
  aws.http.Then(403, body, {{"Date", "Sun, 22 Nov 2026 10:21:30 GMT"}});  // a minute
  EXPECT_FALSE(aws.client.Send({.service = "states"}));
  aws.http.Then(403, body, {});
  EXPECT_FALSE(aws.client.Send({.service = "states"}));
  EXPECT_THAT(aws.http.requests(), SizeIs(2));
  aws.http.Then(403, body, {{"Date", "Sun, 22 Nov 2026 10:30:30 GMT"}});  // ten minutes
  aws.http.Then(200);
  EXPECT_TRUE(aws.client.Send({.service = "states"}));
}

TEST(AwsClientTest, TakesFreshCredentialsOnce) {
  ScriptedAws aws({.region = "r", .endpoints = {}}, {{"OLD", "s", "t", {}}, {"NEW", "s", "t", {}}});
  const char* const body = R"({"__type":"ExpiredTokenException","message":"m"})";
  aws.http.Then(400, body);
  aws.http.Then(200);
  EXPECT_TRUE(aws.client.Send({.service = "states"}));
  EXPECT_THAT(*aws.http.requests()[0].headers.Find("Authorization"), HasSubstr("=OLD/"));
  EXPECT_THAT(*aws.http.requests()[1].headers.Find("Authorization"), HasSubstr("=NEW/"));
  EXPECT_EQ(aws.http.requests()[1].headers.Find("X-Amz-Security-Token"), "t");
  aws.http.Then(400, body);
  EXPECT_EQ(aws.client.Send({.service = "states"}).error().name, "ExpiredTokenException")
      << "the same keys again would be refused again";
  EXPECT_EQ(aws.http.left(), 0u);
}

TEST(AwsClientTest, SaysThatThereAreNoCredentials) {
  ScriptedAws aws({.region = "r", .endpoints = {}}, {});
  const auto answer = aws.client.Send({.service = "s3"});
  EXPECT_EQ(answer.error().name, "aws.no_credentials");
  EXPECT_EQ(answer.error().message, "nothing is configured");
  EXPECT_THAT(aws.http.requests(), IsEmpty());
}

TEST(AwsClientTest, LogsNeitherKeysNorBodies) {
  ScriptedAws aws;
  aws.http.Then(503, "a body of a person");
  aws.http.Then(200);
  EXPECT_TRUE(aws.client.Send({.service = "s3", .body = "health"}));
  EXPECT_THAT(aws.lines, SizeIs(1));
  EXPECT_THAT(aws.lines, Each(Not(HasSubstr("person"))));
  EXPECT_THAT(aws.lines, Each(Not(HasSubstr("AKID"))));
}

// A client that stops without answering.
class DroppingHttp final : public base::HttpClient {
 public:
  void Send(base::HttpRequest, Done) override {}
};

TEST(BlockingHttpTest, ADroppedCompletionIsAnAnswer) {
  DroppingHttp http;
  EXPECT_EQ(SendAndWait(http, {}).error().code, "http.stopped");
}

}  // namespace
}  // namespace coldpath::aws
