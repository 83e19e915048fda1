// Jobs that people and providers disturb: faults and the retry of what failed, pause, resume,
// cancel, downgrade; with crashes in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "simulation/scenario.h"

namespace coldpath::simulation {
namespace {

using domain::ChunkStatus;
using domain::DataType;
using ::testing::ElementsAre;

const Scenario& Google() {
  static const Scenario scenario{
      "google-health",
      {.years = 3,
       .types = {DataType::kHeartRate, DataType::kRestingHeartRate, DataType::kRespiratoryRate,
                 DataType::kSleep, DataType::kBodyWeight, DataType::kBloodGlucose,
                 DataType::kWorkout}}};
  return scenario;
}

const Scenario& Oura() {
  static const Scenario scenario{"oura", {.years = 3}};
  return scenario;
}

const Undisturbed& Reference(const Scenario& scenario) {
  static std::map<std::string, Undisturbed> runs;
  if (!runs.contains(scenario.provider)) {
    runs[scenario.provider] = RunUndisturbed(scenario, Seed());
  }
  return runs[scenario.provider];
}

std::vector<domain::Chunk> FailedChunks(World& world, const std::string& job) {
  std::vector<domain::Chunk> failed = world.Chunks(job);
  std::erase_if(failed,
                [](const domain::Chunk& one) { return one.status != ChunkStatus::kFailed; });
  return failed;
}

// The first two dates in a request's query: what it asks for, give or take a day of padding.
domain::DateRange WindowOf(const ProviderCall& call) {
  std::vector<base::Date> dates;
  const auto url = base::ParseUrl(call.url);
  for (const auto& [name, value] : url->query) {
    if (name == "pageToken" || name == "next_token") continue;
    for (std::size_t at = 0; at + 10 <= value.size() && dates.size() < 2; ++at) {
      const auto date = base::ParseDate(value.substr(at, 10));
      if (date) dates.push_back(*date);
    }
  }
  EXPECT_EQ(dates.size(), 2u) << call.url;
  return dates.size() == 2 ? domain::DateRange{dates[0], dates[1]} : domain::DateRange{};
}

// Every data call lies in the window of one of the chunks.
void ExpectOnlyTheseAsked(const std::vector<ProviderCall>& calls,
                          const std::vector<domain::Chunk>& chunks) {
  constexpr std::chrono::days kPadding(2);
  for (const ProviderCall& call : calls) {
    if (call.route.empty()) continue;
    const domain::DateRange window = WindowOf(call);
    EXPECT_TRUE(std::ranges::any_of(chunks,
                                    [&](const domain::Chunk& chunk) {
                                      return chunk.spec.stream == call.route &&
                                             chunk.spec.range.start - kPadding <= window.start &&
                                             window.end <= chunk.spec.range.end + kPadding;
                                    }))
        << "asked for what had not failed: " << call.url;
  }
}

struct FaultCase {
  const Scenario& (*scenario)();
  sandbox::FaultMode mode;
  const char* name;
};

class FaultyProvider : public ::testing::TestWithParam<FaultCase> {};

TEST_P(FaultyProvider, WhatFailedIsRetriedAndTheResultIsAsIfNothingHadFailed) {
  const Scenario& scenario = GetParam().scenario();
  const Undisturbed& run = Reference(scenario);
  World world(OptionsFor(scenario, Seed(), GetParam().mode));
  const std::string connection = world.Connect(kUser, scenario.provider, kAccount);
  world.CrashSometimes(3, run.steps / 3);
  const std::string job = world.StartSync(kUser, connection, scenario.wish);
  ASSERT_TRUE(world.RunToEnd(kUser, job));

  const std::vector<domain::Chunk> failed = FailedChunks(world, job);
  const domain::Job ended = world.Job(kUser, job);
  ASSERT_TRUE(ended.outcome);
  EXPECT_EQ(domain::Name(*ended.outcome), failed.empty() ? "complete" : "complete_with_gaps");
  const domain::CoverageCounts days = CountDays(world, job);
  EXPECT_EQ(days.not_attempted, 0);
  EXPECT_EQ(days.failed > 0, !failed.empty());
  EXPECT_THAT(world.Notifications(kUser, job),
              ElementsAre("N-04", failed.empty() ? "N-05" : "N-06"));
  EXPECT_EQ(world.Pushes(kUser, job), world.Notifications(kUser, job));
  ASSERT_FALSE(failed.empty()) << "this seed's faults leave nothing to retry";

  const std::int64_t before = world.last_call();
  world.CrashSometimes(2, 60);
  world.Retry(kUser, job);
  ASSERT_TRUE(world.RunToEnd(kUser, job));
  ExpectComplete(world, job, run.import, 2);
  EXPECT_THAT(world.Notifications(kUser, job), ElementsAre("N-04", "N-04", "N-05", "N-06"));
  EXPECT_EQ(world.Pushes(kUser, job), world.Notifications(kUser, job));
  const std::vector<ProviderCall> calls = world.Calls(before);
  EXPECT_GE(CountDataCalls(calls), static_cast<std::int64_t>(failed.size()));
  ExpectOnlyTheseAsked(calls, failed);
  std::printf("%s: %zu chunks failed, retried with %lld calls\n", GetParam().name, failed.size(),
              static_cast<long long>(CountDataCalls(calls)));
}

INSTANTIATE_TEST_SUITE_P(
    Modes, FaultyProvider,
    ::testing::Values(FaultCase{&Google, sandbox::FaultMode::kMixed, "GoogleMixed"},
                      FaultCase{&Google, sandbox::FaultMode::kHarsh, "GoogleHarsh"},
                      FaultCase{&Oura, sandbox::FaultMode::kMixed, "OuraMixed"},
                      FaultCase{&Oura, sandbox::FaultMode::kHarsh, "OuraHarsh"}),
    [](const auto& info) { return info.param.name; });

class StoppedJob : public ::testing::Test {
 protected:
  StoppedJob() : world_(OptionsFor(Google(), Seed())) {
    connection_ = world_.Connect(kUser, Google().provider, kAccount);
    job_ = world_.StartSync(kUser, connection_, Google().wish);
    EXPECT_TRUE(world_.RunUntil([&] { return Done() >= 20; }, std::chrono::hours(1)));
  }
  std::int64_t Done() {
    return std::ranges::count_if(world_.Chunks(job_), [](const domain::Chunk& chunk) {
      return chunk.status == ChunkStatus::kComplete;
    });
  }
  // Ended as cancelled, nobody was told, the rest is untouched and stays so.
  void ExpectCancelled(domain::StopReason reason) {
    const domain::Job job = world_.Job(kUser, job_);
    EXPECT_EQ(job.status, domain::JobStatus::kSucceeded);
    ASSERT_TRUE(job.outcome);
    EXPECT_EQ(domain::Name(*job.outcome), "cancelled");
    EXPECT_EQ(domain::Name(job.stop_reason), domain::Name(reason));
    EXPECT_THAT(world_.Notifications(kUser, job_), ElementsAre("N-04"));
    EXPECT_EQ(world_.Pushes(kUser, job_), world_.Notifications(kUser, job_));
    EXPECT_EQ(world_.CompletedEvents(job_), 1);
    const domain::CoverageCounts days = CountDays(world_, job_);
    EXPECT_GT(days.not_attempted, 0);
    EXPECT_GT(days.complete, 0);
    EXPECT_EQ(days.failed, 0);
    const std::int64_t calls = world_.last_call();
    world_.Crash();
    world_.RunFor(std::chrono::hours(3));
    EXPECT_EQ(world_.last_call(), calls);
    for (const domain::Chunk& chunk : world_.Chunks(job_)) {
      EXPECT_TRUE(chunk.status == ChunkStatus::kComplete ||
                  chunk.status == ChunkStatus::kNotAttempted)
          << chunk.spec.id;
    }
  }

  World world_;
  std::string connection_;
  std::string job_;
};

TEST_F(StoppedJob, PausedAndResumedAcrossCrashesEndsAsIfNothingHadHappened) {
  world_.Pause(kUser, job_);
  world_.RunFor(std::chrono::milliseconds(100));
  world_.Crash();
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  const domain::Job paused = world_.Job(kUser, job_);
  EXPECT_EQ(paused.status, domain::JobStatus::kRunning);
  EXPECT_TRUE(paused.paused);
  EXPECT_FALSE(paused.outcome);
  EXPECT_GT(CountDays(world_, job_).not_attempted, 0);
  EXPECT_THAT(world_.Notifications(kUser, job_), ElementsAre("N-04"));
  EXPECT_EQ(world_.Pushes(kUser, job_), world_.Notifications(kUser, job_));
  EXPECT_EQ(world_.CompletedEvents(job_), 0);

  const std::int64_t calls = world_.last_call();
  world_.Crash();
  world_.RunFor(std::chrono::hours(30));
  EXPECT_EQ(CountDataCalls(world_.Calls(calls)), 0) << "it asked while it was paused";

  world_.CrashSometimes(4, 100);
  world_.Resume(kUser, job_);
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  ExpectComplete(world_, job_, Reference(Google()).import);
  EXPECT_THAT(world_.Notifications(kUser, job_), ElementsAre("N-04", "N-05"));
  EXPECT_EQ(world_.Pushes(kUser, job_), world_.Notifications(kUser, job_));
}

TEST_F(StoppedJob, CancelledAcrossACrashEndsAndStaysSo) {
  world_.Cancel(kUser, job_);
  world_.Crash();
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  ExpectCancelled(domain::StopReason::kUser);
}

TEST_F(StoppedJob, CancelledWhilePausedEndsAtOnce) {
  world_.Pause(kUser, job_);
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  world_.Crash();
  world_.Cancel(kUser, job_);
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  ExpectCancelled(domain::StopReason::kUser);
}

TEST_F(StoppedJob, ADowngradeStopsIt) {
  world_.SetPro(kUser, false);
  world_.RunFor(std::chrono::milliseconds(300));
  world_.Crash();
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  ExpectCancelled(domain::StopReason::kDowngrade);
}

TEST_F(StoppedJob, TheBillingSystemStopsItAtOnceWhateverCrashes) {
  world_.CrashBeforeWrite(0);
  world_.StateEntitlement(kUser, false);
  EXPECT_GE(world_.crashes(), 1);
  EXPECT_EQ(world_.Job(kUser, job_).desired, domain::Desired::kCancel);
  ASSERT_TRUE(world_.RunToEnd(kUser, job_));
  ExpectCancelled(domain::StopReason::kDowngrade);
}

TEST(SharedQuota, SeveralPeopleNeverAskMoreThanTheApplicationMay) {
  WorldOptions options = OptionsFor({"oura", {}, std::chrono::hours(1), true}, Seed());
  options.quota_scale = 0.01;  // 50 calls in five minutes, for all of them together
  World world(options);
  std::map<std::string, std::string> jobs;
  for (const char* user : {"ada", "grace", "katherine", "mary"}) {
    const std::string connection = world.Connect(user, "oura", user);
    jobs[user] = world.StartSync(user, connection, {.years = 3});
  }
  for (const auto& [user, job] : jobs) {
    ASSERT_TRUE(world.RunToEnd(user, job));
    ASSERT_TRUE(world.Job(user, job).outcome);
    EXPECT_EQ(domain::Name(*world.Job(user, job).outcome), "complete");
  }
  const std::vector<ProviderCall> calls = world.Calls();
  EXPECT_GT(calls.size(), 150u);
  EXPECT_EQ(std::ranges::count(calls, 429, &ProviderCall::status), 0);
}

// Google's access tokens live an hour.
TEST(SlowJob, TokensAreRefreshedOnTheWayAcrossCrashes) {
  const Undisturbed& run = Reference(Google());
  WorldOptions options = OptionsFor(Google(), Seed());
  options.quota_scale = 0.01;  // three calls a minute, of which backfill takes two
  World world(options);
  const std::string connection = world.Connect(kUser, Google().provider, kAccount);
  world.RunFor(std::chrono::minutes(30));
  const std::int64_t before = world.last_call();
  world.CrashSometimes(5, run.steps / 3);
  const std::string job = world.StartSync(kUser, connection, Google().wish);
  ASSERT_TRUE(world.RunToEnd(kUser, job));
  ExpectComplete(world, job, run.import);
  const std::vector<ProviderCall> calls = world.Calls(before);
  const auto refreshes = std::ranges::count(calls, "", &ProviderCall::route);
  EXPECT_GE(refreshes, 1);
  EXPECT_LE(refreshes, 2 + world.crashes());
  EXPECT_EQ(std::ranges::count(calls, 401, &ProviderCall::status), 0);
  // Whoever held a place when the process died calls late, at most once a crash.
  EXPECT_LE(std::ranges::count(calls, 429, &ProviderCall::status),
            world.crashes() * world.Job(kUser, job).max_concurrency);
}

}  // namespace
}  // namespace coldpath::simulation
