#include "notifications/webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>

#include "notifications/delivery_testing.h"
#include "tasks/event_publisher_contract.h"
#include "tasks/webhook_signature.h"

namespace coldpath::notifications::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(WebhookTest, EveryEndpointGetsEachEventSigned) {
  World w;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(w.publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::minutes(1));
  ASSERT_THAT(w.received, SizeIs(2));
  for (const auto& one : w.received) {
    EXPECT_EQ(one.request.method, "POST");
    EXPECT_EQ(one.request.timeout, std::chrono::seconds(15));
    EXPECT_EQ(one.request.headers.Find("Content-Type"), "application/json");
    EXPECT_EQ(tasks::VerifyWebhook({kKey}, one.request.headers, one.request.body, one.at),
              "event-1");
    EXPECT_EQ(base::ParseJson(one.request.body).value(),
              (base::Json{{"type", "HistoricalSyncCompleted"},
                          {"timestamp", "2023-11-14T22:13:20Z"},
                          {"data", World::Event("").data}}));
  }
  EXPECT_EQ(w.metrics.counts["HistoricalSyncCompleted webhook accepted"], 2);
  EXPECT_THAT(w.sink.List(10).value(), SizeIs(1)) << "where it always went";
  for (const std::string& line : w.lines) EXPECT_THAT(line, Not(HasSubstr("s3cret")));
}

TEST(WebhookTest, TriesForThreeDaysWithTheSameIdAndBody) {
  World w(std::chrono::seconds(20));
  w.hook_answers = [](const std::string& host) {
    return base::HttpResponse{host == "hooks.example" ? 500 : 204, {}, ""};
  };
  const base::Instant begin = w.sim.Now();
  ASSERT_TRUE(w.publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::days(5));
  std::vector<World::Received> tries;
  std::ranges::copy_if(w.received, std::back_inserter(tries),
                       [](const auto& one) { return one.host == "hooks.example"; });
  ASSERT_THAT(tries, SizeIs(10));
  EXPECT_LT(tries[1].at - begin, std::chrono::seconds(30));
  EXPECT_GT(tries.back().at - begin, std::chrono::hours(75));
  EXPECT_LT(tries.back().at - begin, std::chrono::hours(84));
  for (const auto& one : tries) {
    EXPECT_EQ(one.request.body, tries[0].request.body);
    EXPECT_EQ(tasks::VerifyWebhook({kKey}, one.request.headers, one.request.body, one.at),
              "event-1")
        << "signed anew each time";
  }
  EXPECT_EQ(w.received.size(), 11u) << "the other has it since the first time";
  EXPECT_EQ(w.metrics.counts["HistoricalSyncCompleted webhook expired"], 1);
}

TEST(WebhookTest, GoneIsFinalAndRetryAfterIsHeeded) {
  World w;
  w.hook_answers = [&](const std::string& host) {
    if (host == "other.example") return base::HttpResponse{410, {}, ""};
    if (w.received.size() > 2) return base::HttpResponse{200, {}, "thanks"};
    return base::HttpResponse{429, {{"Retry-After", "3600"}}, ""};
  };
  const base::Instant begin = w.sim.Now();
  ASSERT_TRUE(w.publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::hours(2));
  ASSERT_THAT(w.received, SizeIs(3));
  EXPECT_GE(w.received[2].at - begin, std::chrono::hours(1));
  EXPECT_LE(w.received[2].at - begin, std::chrono::hours(1) + std::chrono::seconds(2));
  EXPECT_EQ(w.metrics.counts["HistoricalSyncCompleted webhook gone"], 1);
  EXPECT_EQ(w.rows.CountWaiting(), 0);
}

TEST(WebhookTest, NoReceiverPutsAnEventOffForEver) {
  World w(std::chrono::seconds(20));
  w.hook_answers = [&](const std::string&) {
    return w.received.size() > 2 ? base::HttpResponse{204, {}, ""}
                                 : base::HttpResponse{503, {{"Retry-After", "999999999"}}, ""};
  };
  ASSERT_TRUE(w.publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::hours(25));
  EXPECT_THAT(w.received, SizeIs(4));
}

TEST(WebhookTest, AnEndpointThatIsConfiguredNoMoreGetsNothing) {
  World w;
  WebhookPublisher publisher(w.sink, w.queue, w.sim, {"https://gone.example/"}, [] {});
  ASSERT_TRUE(publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::minutes(1));
  EXPECT_THAT(w.received, IsEmpty());
  EXPECT_EQ(w.rows.CountWaiting(), 0);
  EXPECT_EQ(w.metrics.counts["HistoricalSyncCompleted webhook gone"], 1);
}

TEST(WebhookTest, AQueueThatFailsKeepsTheEventInTheOutbox) {
  World w;
  w.fate.DieBefore(0);
  const auto published = w.publisher.Publish(World::Event("event-1"));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, "store.io");
  w.Crash();
  ASSERT_TRUE(w.publisher.Publish(World::Event("event-1")));
  w.sim.RunFor(std::chrono::minutes(1));
  EXPECT_THAT(w.received, SizeIs(2));
}

struct PublisherHarness final : tasks::EventPublisherHarness {
  tasks::EventPublisher& publisher() override { return w.publisher; }
  std::vector<tasks::OutboxEvent> Received(std::size_t) override {
    w.sim.RunFor(std::chrono::seconds(10));
    std::vector<tasks::OutboxEvent> events;
    for (const auto& one : w.received) {
      if (one.host != "hooks.example") continue;
      const base::Json body = base::ParseJson(one.request.body).value();
      events.push_back(
          {.id = one.request.headers.Find(tasks::kWebhookId).value(),
           .type = body.at("type").get<std::string>(),
           .data = body.at("data"),
           .time = base::ParseRfc3339(body.at("timestamp").get<std::string>())->instant});
    }
    return events;
  }
  World w;
};

using ::coldpath::tasks::EventPublisherContract;
INSTANTIATE_TEST_SUITE_P(Webhooks, EventPublisherContract,
                         ::testing::Values(tasks::EventPublisherMaker{
                             [] { return std::make_unique<PublisherHarness>(); }}));

}  // namespace
}  // namespace coldpath::notifications::test
