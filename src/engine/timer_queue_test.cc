#include "engine/timer_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

base::Instant At(int seconds) { return base::Instant(std::chrono::seconds(seconds)); }

std::vector<std::int64_t> Timers(const std::vector<TimerQueue::Due>& due) {
  std::vector<std::int64_t> timers;
  for (const auto& one : due) timers.push_back(one.timer);
  return timers;
}

TEST(TimerQueueTest, GivesThoseThatAreDueInOrder) {
  TimerQueue queue;
  EXPECT_EQ(queue.Earliest(), std::nullopt);
  queue.Add(At(30), {1, 0, 3});
  queue.Add(At(10), {2, 0, 1});
  queue.Add(At(20), {1, 5, 2});
  EXPECT_EQ(queue.Earliest(), At(10));
  EXPECT_THAT(Timers(queue.TakeDue(At(9), 10)), IsEmpty());
  EXPECT_THAT(Timers(queue.TakeDue(At(20), 10)), ElementsAre(1, 2));
  EXPECT_EQ(queue.Earliest(), At(30));
  EXPECT_EQ(queue.size(), 1u);
}

TEST(TimerQueueTest, TakesNoMoreThanAsked) {
  TimerQueue queue;
  for (int i = 0; i < 5; ++i) queue.Add(At(i), {1, 0, i});
  EXPECT_THAT(Timers(queue.TakeDue(At(100), 2)), ElementsAre(0, 1));
  EXPECT_THAT(Timers(queue.TakeDue(At(100), 9)), ElementsAre(2, 3, 4));
}

TEST(TimerQueueTest, ForgetsAnExecution) {
  TimerQueue queue;
  queue.Add(At(1), {1, 0, 1});
  queue.Add(At(2), {2, 0, 2});
  queue.Add(At(3), {1, 0, 3});
  EXPECT_THAT(Timers(queue.TakeDue(At(1), 9)), ElementsAre(1));
  queue.RemoveAll(1);
  queue.RemoveAll(7);
  EXPECT_THAT(Timers(queue.TakeDue(At(9), 9)), ElementsAre(2));
  EXPECT_EQ(queue.size(), 0u);
}

}  // namespace
}  // namespace coldpath::engine
