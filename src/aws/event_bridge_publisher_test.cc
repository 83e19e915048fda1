#include "aws/event_bridge_publisher.h"

#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "base/crypto.h"
#include "tasks/event_publisher_contract.h"

namespace coldpath::aws {
namespace {

const tasks::OutboxEvent kEvent{.id = "e1",
                                .type = "HistoricalSyncCompleted",
                                .data = {{"jobId", "j1"}},
                                .time = base::FromUnixSeconds(1'800'000'000)};

// As a subscriber reads it.
tasks::OutboxEvent FromDetail(const std::string& type, base::Json detail, base::Instant time) {
  const std::string id = base::FindString(detail, "eventId").value_or("");
  detail.erase("eventId");
  return {.id = id, .type = type, .data = std::move(detail), .time = time};
}

TEST(EventBridgePublisherTest, PutsOneEntry) {
  ScriptedAws aws;
  EventBridgePublisher publisher(aws.client, {.bus = "arn:bus"});
  aws.http.Then(200, R"({"FailedEntryCount":0,"Entries":[{"EventId":"x"}]})");
  ASSERT_TRUE(publisher.Publish(kEvent));
  const base::HttpRequest sent = aws.http.requests()[0];
  EXPECT_EQ(sent.headers.Find("X-Amz-Target"), "AWSEvents.PutEvents");
  EXPECT_EQ(sent.body, R"({"Entries":[{"Detail":"{\"eventId\":\"e1\",\"jobId\":\"j1\"}",)"
                       R"("DetailType":"HistoricalSyncCompleted","EventBusName":"arn:bus",)"
                       R"("Source":"coldpath","Time":1800000000}]})");
}

TEST(EventBridgePublisherTest, ARefusedEntryIsAnError) {
  ScriptedAws aws;
  EventBridgePublisher publisher(aws.client, {});
  aws.http.Then(200, R"({"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure",)"
                     R"("ErrorMessage":"later"}]})");
  const auto refused = publisher.Publish(kEvent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "events.refused");
  EXPECT_EQ(refused.error().message, "EventBridge did not take the event: InternalFailure: later");
  aws.http.Then(200, R"({"FailedEntryCount":1})");
  EXPECT_EQ(publisher.Publish(kEvent).error().code, "events.refused");
  aws.http.Then(200, "{}");
  EXPECT_EQ(publisher.Publish(kEvent).error().code, "events.unavailable");
  aws.http.Then(400, R"({"__type":"ResourceNotFoundException","message":"no bus"})");
  EXPECT_EQ(publisher.Publish(kEvent).error().message,
            "EventBridge: ResourceNotFoundException: no bus (HTTP 400)");
}

// A bus that keeps what it is sent.
struct ScriptedBus final : tasks::EventPublisherHarness {
  ScriptedBus() {
    aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
      return base::HttpResponse{200, {}, R"({"FailedEntryCount":0,"Entries":[{}]})"};
    });
  }
  tasks::EventPublisher& publisher() override { return publisher_; }
  std::vector<tasks::OutboxEvent> Received(std::size_t) override {
    std::vector<tasks::OutboxEvent> events;
    for (const base::HttpRequest& request : aws.http.requests()) {
      const base::Json body = *base::ParseJson(request.body);
      for (const base::Json& entry : body["Entries"]) {
        events.push_back(FromDetail(entry["DetailType"],
                                    *base::ParseJson(entry["Detail"].get<std::string>()),
                                    base::FromUnixSeconds(entry["Time"])));
      }
    }
    return events;
  }
  ScriptedAws aws;
  EventBridgePublisher publisher_{aws.client, {}};
};

// A bus of its own on moto, whose rule sends everything of ours to a queue.
struct MotoBus final : tasks::EventPublisherHarness {
  MotoBus() : aws(*EmulatorUrl("COLDPATH_TEST_MOTO")) {
    Call("events", "AWSEvents.CreateEventBus", {{"Name", name}});
    queue = Call("sqs", "AmazonSQS.CreateQueue", {{"QueueName", name}})["QueueUrl"];
    Call("events", "AWSEvents.PutRule",
         {{"Name", name}, {"EventBusName", name}, {"EventPattern", R"({"source":["coldpath"]})"}});
    Call("events", "AWSEvents.PutTargets",
         {{"Rule", name},
          {"EventBusName", name},
          {"Targets",
           base::Json::array(
               {{{"Id", "1"}, {"Arn", "arn:aws:sqs:eu-central-1:123456789012:" + name}}})}});
  }
  base::Json Call(const std::string& service, const std::string& target, const base::Json& body) {
    const auto answer = aws.client.CallJson(service, target, body);
    EXPECT_TRUE(answer) << target << " " << Describe(answer.error());
    return answer.value_or(base::Json::object());
  }
  tasks::EventPublisher& publisher() override { return publisher_; }
  std::vector<tasks::OutboxEvent> Received(std::size_t) override {
    std::vector<tasks::OutboxEvent> events;
    const base::Json answer =
        Call("sqs", "AmazonSQS.ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
    for (const base::Json& message : answer.value("Messages", base::Json::array())) {
      const base::Json body = *base::ParseJson(message["Body"].get<std::string>());
      events.push_back(FromDetail(body["detail-type"], body["detail"],
                                  base::ParseRfc3339(body["time"].get<std::string>())->instant));
    }
    return events;
  }
  EmulatedAws aws;
  const std::string name = "contract-" + base::HexEncode(aws.random->NextBytes(8));
  std::string queue;
  EventBridgePublisher publisher_{aws.client, {.bus = name}};
};

using ::coldpath::tasks::EventPublisherContract;
using ::coldpath::tasks::EventPublisherMaker;
INSTANTIATE_TEST_SUITE_P(EventBridge, EventPublisherContract,
                         ::testing::Values(EventPublisherMaker{
                             [] { return std::make_unique<ScriptedBus>(); }}));
INSTANTIATE_TEST_SUITE_P(EventBridgeOnMoto, EventPublisherContract,
                         ::testing::ValuesIn(IfEmulated("COLDPATH_TEST_MOTO",
                                                        EventPublisherMaker{[] {
                                                          return std::make_unique<MotoBus>();
                                                        }})));

}  // namespace
}  // namespace coldpath::aws
