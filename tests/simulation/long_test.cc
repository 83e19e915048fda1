// Seed after seed, for COLDPATH_LONG_MINUTES (60): jobs with faults and crashes at random moments
// end as the undisturbed ones, after what failed was retried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "simulation/scenario.h"

namespace coldpath::simulation {
namespace {

constexpr int kRetriesMost = 8;

std::chrono::minutes TimeToSpend() {
  const char* text = std::getenv("COLDPATH_LONG_MINUTES");
  return std::chrono::minutes(text == nullptr ? 60 : std::strtol(text, nullptr, 10));
}

Scenario ScenarioOf(std::uint64_t seed) {
  if (seed % 2 == 0) return {"oura", {.years = 2}};
  return {"google-health",
          {.years = 2,
           .types = {domain::DataType::kHeartRate, domain::DataType::kSleep,
                     domain::DataType::kBodyWeight, domain::DataType::kWorkout}}};
}

void RunDisturbed(std::uint64_t seed) {
  const Scenario scenario = ScenarioOf(seed);
  const auto mode = seed % 3 == 0 ? sandbox::FaultMode::kHarsh : sandbox::FaultMode::kMixed;
  static std::map<std::string, Undisturbed> references;
  if (!references.contains(scenario.provider)) {
    references[scenario.provider] = RunUndisturbed(scenario, seed);
  }
  const Undisturbed& run = references[scenario.provider];
  World world(OptionsFor(scenario, seed, mode));
  const std::string connection = world.Connect(kUser, scenario.provider, kAccount);
  world.CrashSometimes(static_cast<int>(seed % 30), run.steps / 20);
  const std::string job = world.StartSync(kUser, connection, scenario.wish);
  ASSERT_TRUE(world.RunToEnd(kUser, job));
  int retries = 0;
  while (world.Job(kUser, job).outcome != domain::JobOutcome::kComplete) {
    ASSERT_LT(retries++, kRetriesMost) << "retries do not help";
    world.Retry(kUser, job);
    ASSERT_TRUE(world.RunToEnd(kUser, job));
  }
  ExpectComplete(world, job, run.import, 1 + retries);
  const std::vector<std::string> told = world.Notifications(kUser, job);
  EXPECT_EQ(std::ranges::count(told, "N-04"), 1 + retries);
  EXPECT_EQ(std::ranges::count(told, "N-05"), 1);
  EXPECT_EQ(std::ranges::count(told, "N-06"), retries);
}

TEST(Long, EverySeedEndsAsUndisturbed) {
  const auto end = std::chrono::steady_clock::now() + TimeToSpend();
  std::uint64_t seed = Seed();
  do {
    SCOPED_TRACE("COLDPATH_SIM_SEED=" + std::to_string(seed));
    RunDisturbed(seed);
    if (HasFailure()) {
      std::printf("repeat with COLDPATH_SIM_SEED=%llu\n", static_cast<unsigned long long>(seed));
      return;
    }
    ++seed;
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%llu seeds\n", static_cast<unsigned long long>(seed - Seed()));
}

}  // namespace
}  // namespace coldpath::simulation
