// What every DeliveryQueue promises, as tests. Include in one file of a test program, and
// instantiate DeliveryQueueContract with makers of harnesses of empty queues.
#ifndef COLDPATH_TASKS_DELIVERY_QUEUE_CONTRACT_H_
#define COLDPATH_TASKS_DELIVERY_QUEUE_CONTRACT_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/delivery_queue.h"

namespace coldpath::tasks {

class DeliveryQueueHarness {
 public:
  virtual ~DeliveryQueueHarness() = default;
  virtual DeliveryQueue& queue() = 0;
  // As a new process finds it. False where nothing outlives the process.
  virtual bool Restart() = 0;
};
struct DeliveryQueueMaker {
  std::function<std::unique_ptr<DeliveryQueueHarness>()> make;
};

class DeliveryQueueContract : public ::testing::TestWithParam<DeliveryQueueMaker> {
 protected:
  DeliveryQueueContract() : harness_(GetParam().make()) {}
  DeliveryQueue& queue() { return harness_->queue(); }
  static base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  static Delivery Sample(const std::string& key, const std::string& destination = "fcm",
                         int due = 0) {
    return {.key = key,
            .channel = "push",
            .user_id = "ann",
            .destination = destination,
            .payload = R"({"a":"b"})",
            .created = At(-1),
            .expires = At(86'400),
            .due = At(due)};
  }
  void Add(const std::string& batch, const std::vector<Delivery>& deliveries) {
    ASSERT_EQ(queue().Add(batch, "ann", deliveries, At(0)), true);
  }
  std::vector<std::string> Take(int now, TakeLimits limits = {.lease = std::chrono::seconds(60)}) {
    const auto taken = queue().TakeDue(At(now), limits);
    EXPECT_TRUE(taken) << taken.error().message;
    std::vector<std::string> keys;
    if (taken) {
      for (const Delivery& delivery : *taken) keys.push_back(delivery.key);
    }
    return keys;
  }
  using Keys = std::vector<std::string>;
  std::unique_ptr<DeliveryQueueHarness> harness_;
};

TEST_P(DeliveryQueueContract, GivesWhatWasEntered) {
  Add("b", {Sample("k")});
  const auto taken = queue().TakeDue(At(0), {.lease = std::chrono::seconds(1)});
  ASSERT_TRUE(taken);
  ASSERT_EQ(taken->size(), 1u);
  const Delivery& delivery = taken->front();
  EXPECT_EQ(delivery.key, "k");
  EXPECT_EQ(delivery.channel, "push");
  EXPECT_EQ(delivery.user_id, "ann");
  EXPECT_EQ(delivery.destination, "fcm");
  EXPECT_EQ(delivery.payload, R"({"a":"b"})");
  EXPECT_EQ(delivery.created, At(-1));
  EXPECT_EQ(delivery.expires, At(86'400));
  EXPECT_EQ(delivery.attempts, 1);
}

TEST_P(DeliveryQueueContract, ABatchIsEnteredOnce) {
  Add("b", {Sample("k1"), Sample("k2")});
  EXPECT_EQ(queue().Add("b", "ann", {Sample("k1"), Sample("k3")}, At(1)), false);
  EXPECT_EQ(Take(0), (Keys{"k1", "k2"}));
  ASSERT_TRUE(queue().Settle("k1", At(1)));
  EXPECT_EQ(queue().Add("b", "ann", {Sample("k1")}, At(2)), false) << "a tombstone";
  Add("nothing", {});
  EXPECT_EQ(queue().Add("nothing", "ann", {Sample("k4")}, At(2)), false) << "decided: nobody";
  EXPECT_EQ(queue().CountWaiting(), 1);
}

TEST_P(DeliveryQueueContract, OneOfManyEntersABatch) {
  std::atomic<int> entered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { entered += *queue().Add("b", "ann", {Sample("k")}, At(0)) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(entered, 1);
  EXPECT_EQ(queue().CountWaiting(), 1);
}

TEST_P(DeliveryQueueContract, WhatIsTakenIsLeased) {
  Add("b", {Sample("k")});
  EXPECT_EQ(Take(0), Keys{"k"});
  EXPECT_EQ(Take(59), Keys{});
  const auto again = queue().TakeDue(At(60), {.lease = std::chrono::seconds(60)});
  ASSERT_EQ(again->size(), 1u);
  EXPECT_EQ(again->front().attempts, 2) << "the first taker died with it";
}

TEST_P(DeliveryQueueContract, SettledStaysSettledAndRescheduledWaits) {
  Add("b", {Sample("done"), Sample("later")});
  EXPECT_EQ(Take(0), (Keys{"done", "later"}));
  ASSERT_TRUE(queue().Settle("done", At(1)));
  ASSERT_TRUE(queue().Settle("done", At(2)));
  ASSERT_TRUE(queue().Settle("never heard of", At(2)));
  ASSERT_TRUE(queue().Reschedule("later", At(10)));
  ASSERT_TRUE(queue().Reschedule("done", At(10)));
  EXPECT_EQ(Take(9), Keys{});
  EXPECT_EQ(Take(10), Keys{"later"});
  EXPECT_EQ(queue().CountWaiting(), 1);
}

TEST_P(DeliveryQueueContract, TakesTheOldestFirstAndNoMoreThanAsked) {
  Add("b", {Sample("c", "x", -1), Sample("a", "x", -3), Sample("b", "y", -2), Sample("d", "y", 5)});
  EXPECT_EQ(Take(0, {.lease = std::chrono::seconds(60), .most = 2}), (Keys{"a", "b"}));
  EXPECT_EQ(Take(0), Keys{"c"});
  EXPECT_EQ(Take(0), Keys{});
}

TEST_P(DeliveryQueueContract, ABusyDestinationHoldsNoOtherUp) {
  std::vector<Delivery> many;
  for (int i = 0; i < 20; ++i) many.push_back(Sample("slow" + std::to_string(i), "slow", -10));
  many.push_back(Sample("fast0", "fast", -1));
  Add("b", many);
  TakeLimits limits{.lease = std::chrono::seconds(60), .most = 8, .per_destination = 3};
  EXPECT_EQ(Take(0, limits), (Keys{"slow0", "slow1", "slow2", "fast0"}));
  limits.in_flight = {{"slow", 3}};
  Add("c", {Sample("fast1", "fast", -1)});
  EXPECT_EQ(Take(0, limits), Keys{"fast1"});
  limits.in_flight = {{"slow", 1}, {"fast", 2}};
  EXPECT_EQ(Take(0, limits), (Keys{"slow3", "slow4"}));
}

TEST_P(DeliveryQueueContract, PrunesWhatWasFinishedLongAgo) {
  Add("b", {Sample("old"), Sample("new"), Sample("waiting")});
  ASSERT_TRUE(queue().Settle("old", At(10)));
  ASSERT_TRUE(queue().Settle("new", At(20)));
  ASSERT_TRUE(queue().Prune(At(15)));
  EXPECT_EQ(queue().Add("b", "ann", {Sample("old")}, At(30)), true) << "nothing is remembered";
  EXPECT_EQ(Take(30), (Keys{"waiting", "old"})) << "only what was finished is forgotten";
}

TEST_P(DeliveryQueueContract, ErasesAUserAndNobodyElse) {
  Add("b", {Sample("k")});
  Delivery other = Sample("other");
  other.user_id = "bob";
  ASSERT_EQ(queue().Add("c", "bob", {other}, At(0)), true);
  ASSERT_TRUE(queue().EraseUser("ann"));
  EXPECT_EQ(Take(0), Keys{"other"});
  EXPECT_EQ(queue().Add("b", "ann", {}, At(0)), true);
}

TEST_P(DeliveryQueueContract, OutlivesTheProcess) {
  Add("b", {Sample("k1"), Sample("k2")});
  EXPECT_EQ(Take(0, {.lease = std::chrono::seconds(60), .most = 1}), Keys{"k1"});
  if (!harness_->Restart()) GTEST_SKIP() << "in memory";
  EXPECT_EQ(Take(1), Keys{"k2"});
  EXPECT_EQ(Take(60), Keys{"k1"});
  EXPECT_EQ(queue().Add("b", "ann", {Sample("k1")}, At(1)), false);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_DELIVERY_QUEUE_CONTRACT_H_
