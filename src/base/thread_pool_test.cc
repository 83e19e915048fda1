#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/strand.h"

namespace coldpath::base {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ThreadPoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Clock> clock_ = MakeSystemClock();
  std::unique_ptr<ThreadPool> pool_ = MakeThreadPool(*clock_, 4);
};

TEST_F(ThreadPoolTest, StopRunsWhatWasPostedBefore) {
  std::atomic<int> ran = 0;
  for (int i = 0; i < 1000; ++i) pool_->Post([&] { ++ran; });
  pool_->Stop();
  EXPECT_EQ(ran, 1000);
  pool_->Post([&] { ++ran; });
  pool_->PostAt(clock_->Now(), [&] { ++ran; });
  pool_->Stop();
  pool_.reset();
  EXPECT_EQ(ran, 1000) << "work that is posted after Stop is dropped";
}

TEST_F(ThreadPoolTest, AllThreadsWork) {
  std::latch together(4);  // passes only if four pieces run at once
  for (int i = 0; i < 4; ++i) pool_->Post([&] { together.arrive_and_wait(); });
  pool_->Stop();
  EXPECT_TRUE(together.try_wait());
}

TEST_F(ThreadPoolTest, TimersRunInOrderOfTime) {
  const auto single = MakeThreadPool(*clock_, 1);
  std::vector<int> order;
  std::latch done(3);
  const auto add = [&](int i) {
    order.push_back(i);
    done.count_down();
  };
  const Instant now = clock_->Now();
  single->PostAt(now + milliseconds(40), [&] { add(3); });
  single->PostAt(now + milliseconds(20), [&] { add(2); });
  single->PostAt(now - hours(1), [&] { add(1); });
  done.wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_GE(clock_->Now(), now + milliseconds(40)) << "no timer comes early";
}

TEST_F(ThreadPoolTest, ACancelledTimerNeverRuns) {
  std::atomic<bool> ran = false;
  const auto timer = pool_->PostAt(clock_->Now() + hours(1), [&] { ran = true; });
  EXPECT_TRUE(pool_->Cancel(timer));
  EXPECT_FALSE(pool_->Cancel(timer));
  EXPECT_FALSE(pool_->Cancel(12345));
  pool_->Stop();
  EXPECT_FALSE(ran);
}

TEST_F(ThreadPoolTest, ATimerThatHasRunCannotBeCancelled) {
  std::latch done(1);
  const auto timer = pool_->PostAt(clock_->Now(), [&] { done.count_down(); });
  done.wait();
  EXPECT_FALSE(pool_->Cancel(timer));
}

TEST_F(ThreadPoolTest, StopForgetsTimersThatAreNotDue) {
  auto held = std::make_shared<int>(1);
  std::weak_ptr<int> watch = held;
  pool_->PostAt(clock_->Now() + hours(1), [held = std::move(held)] {});
  pool_->Stop();
  EXPECT_TRUE(watch.expired()) << "and frees what they hold";
}

TEST_F(ThreadPoolTest, WorkMayPostAndCancelFromItsDestructor) {
  struct Poster {
    ThreadPool* pool;
    ~Poster() {
      pool->Cancel(pool->PostAt(Instant(), [] {}));
    }
  };
  auto poster = std::make_shared<Poster>(pool_.get());
  const auto timer = pool_->PostAt(clock_->Now() + hours(1), [poster] {});
  poster.reset();
  EXPECT_TRUE(pool_->Cancel(timer));
  pool_->Stop();
}

TEST_F(ThreadPoolTest, AStrandRunsOnePieceAtATimeInOrder) {
  Strand strand(*pool_);
  std::vector<int> order;  // no lock: the strand is one
  std::latch done(1);
  for (int i = 0; i < 1000; ++i) strand.Post([&, i] { order.push_back(i); });
  strand.Post([&] { done.count_down(); });
  done.wait();
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(ThreadPoolTest, AStrandTakesWorkFromManyThreads) {
  Strand strand(*pool_);
  int sum = 0;
  std::latch done(4000);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          strand.Post([&] {
            ++sum;
            done.count_down();
          });
        }
      });
    }
  }
  done.wait();
  EXPECT_EQ(sum, 4000);
}

TEST_F(ThreadPoolTest, WorkOutlivesItsStrand) {
  std::latch gate(1);
  std::latch done(2);
  std::optional<Strand> strand(std::in_place, *pool_);
  strand->Post([&] {
    gate.wait();
    done.count_down();
  });
  strand->Post([&] { done.count_down(); });
  strand.reset();
  gate.count_down();
  done.wait();
}

TEST_F(ThreadPoolTest, AStrandOnAStoppedPoolKeepsNothingAlive) {
  struct Owner {
    explicit Owner(Executor& executor) : strand(executor) {}
    Strand strand;
  };
  auto owner = std::make_shared<Owner>(*pool_);
  std::weak_ptr<Owner> watch = owner;
  pool_->Stop();
  owner->strand.Post([owner] {});
  owner.reset();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace coldpath::base
