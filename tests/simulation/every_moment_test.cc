// A short job that crashes once: before each of its writes, and after each of its steps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>

#include "simulation/scenario.h"

namespace coldpath::simulation {
namespace {

using domain::DataType;
using ::testing::ElementsAre;

// Two chunks, and a sandbox that has little to make up.
Scenario ShortJob() {
  return {"google-health",
          {.years = 1, .types = {DataType::kBodyWeight, DataType::kRestingHeartRate}}};
}

struct Length {
  Import import;
  std::int64_t writes = 0;
  std::int64_t steps = 0;
};

// From the request until the person knows.
Length Measure() {
  const Scenario scenario = ShortJob();
  World world(OptionsFor(scenario, Seed()));
  const std::string connection = world.Connect(kUser, scenario.provider, kAccount);
  const std::int64_t writes = world.writes();
  const std::int64_t steps = world.steps();
  const std::string job = world.StartSync(kUser, connection, scenario.wish);
  EXPECT_TRUE(
      world.RunUntil([&] { return world.CompletedEvents(job) == 1; }, std::chrono::minutes(10)));
  Length length{world.ReadImport(kUser, job), world.writes() - writes, world.steps() - steps};
  EXPECT_TRUE(world.RunToEnd(kUser, job));
  ExpectComplete(world, job, length.import);
  return length;
}

void ExpectNothingLost(const std::function<void(World&)>& doom, const Import& expected) {
  const Scenario scenario = ShortJob();
  World world(OptionsFor(scenario, Seed()));
  const std::string connection = world.Connect(kUser, scenario.provider, kAccount);
  const std::int64_t calls = world.last_call();
  doom(world);
  const std::string job = world.StartSync(kUser, connection, scenario.wish);
  ASSERT_TRUE(world.RunToEnd(kUser, job));
  EXPECT_EQ(world.crashes(), 1);
  ExpectComplete(world, job, expected);
  EXPECT_THAT(world.Notifications(kUser, job), ElementsAre("N-04", "N-05"));
  EXPECT_EQ(world.Pushes(kUser, job), world.Notifications(kUser, job));
  std::map<std::string, int> times;
  for (const ProviderCall& call : world.Calls(calls)) {
    EXPECT_LE(++times[call.url], 2) << call.url;
  }
}

TEST(EveryMoment, ACrashBeforeAnyWriteLosesNothing) {
  const Length length = Measure();
  EXPECT_GT(length.writes, 15);
  for (std::int64_t write = 0; write < length.writes; ++write) {
    SCOPED_TRACE("crash before write " + std::to_string(write));
    ExpectNothingLost([&](World& world) { world.CrashBeforeWrite(write); }, length.import);
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("%lld writes\n", static_cast<long long>(length.writes));
}

TEST(EveryMoment, ACrashAfterAnyStepLosesNothing) {
  const Length length = Measure();
  EXPECT_GT(length.steps, 40);
  for (std::int64_t step = 1; step < length.steps; ++step) {
    SCOPED_TRACE("crash after step " + std::to_string(step));
    ExpectNothingLost([&](World& world) { world.CrashAfterSteps(step); }, length.import);
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("%lld steps\n", static_cast<long long>(length.steps));
}

}  // namespace
}  // namespace coldpath::simulation
