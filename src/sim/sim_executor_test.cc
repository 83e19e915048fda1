#include "sim/sim_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace coldpath::sim {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;

class SimExecutorTest : public ::testing::Test {
 protected:
  base::Executor::Work Say(std::string word) {
    return [this, word] { said_.push_back(word); };
  }
  SimExecutor executor_;
  const base::Instant start_ = executor_.Now();
  std::vector<std::string> said_;
};

TEST_F(SimExecutorTest, RunsInOrderOfTimeThenOfPosting) {
  executor_.PostAt(start_ + seconds(2), Say("later"));
  executor_.Post(Say("first"));
  executor_.PostAt(start_ - hours(1), Say("overdue is now"));
  executor_.PostAt(start_ + seconds(2), Say("latest"));
  EXPECT_TRUE(said_.empty()) << "nothing runs inside Post";
  EXPECT_EQ(executor_.Run(), 4u);
  EXPECT_THAT(said_, ElementsAre("first", "overdue is now", "later", "latest"));
  EXPECT_EQ(executor_.Now(), start_ + seconds(2));
}

TEST_F(SimExecutorTest, TimeJumpsToTheNextWork) {
  base::Instant seen;
  executor_.PostAt(start_ + hours(24), [&] { seen = executor_.Now(); });
  EXPECT_TRUE(executor_.Step());
  EXPECT_EQ(seen, start_ + hours(24));
  EXPECT_FALSE(executor_.Step());
}

TEST_F(SimExecutorTest, RunUntilStopsThere) {
  executor_.PostAt(start_ + seconds(1), Say("due"));
  executor_.PostAt(start_ + seconds(3), Say("not yet"));
  executor_.RunFor(seconds(2));
  EXPECT_THAT(said_, ElementsAre("due"));
  EXPECT_EQ(executor_.Now(), start_ + seconds(2));
  EXPECT_EQ(executor_.waiting(), 1u);
}

TEST_F(SimExecutorTest, CancelForgets) {
  const auto timer = executor_.PostAt(start_ + seconds(1), Say("x"));
  EXPECT_TRUE(executor_.Cancel(timer));
  EXPECT_FALSE(executor_.Cancel(timer));
  const auto ran = executor_.PostAt(start_, Say("y"));
  executor_.Run();
  EXPECT_FALSE(executor_.Cancel(ran));
  EXPECT_THAT(said_, ElementsAre("y"));
}

TEST_F(SimExecutorTest, DropAllForgetsEverything) {
  executor_.Post(Say("x"));
  executor_.DropAll();
  EXPECT_EQ(executor_.Run(), 0u);
  EXPECT_TRUE(said_.empty());
}

TEST_F(SimExecutorTest, RunEndsALoopAtItsLimit) {
  std::function<void()> again = [&] { executor_.Post(again); };
  executor_.Post(again);
  EXPECT_EQ(executor_.Run(10), 10u);
}

}  // namespace
}  // namespace coldpath::sim
