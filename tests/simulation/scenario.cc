#include "simulation/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tasks/manifest.h"

namespace coldpath::simulation {

using ::testing::ElementsAre;

WorldOptions OptionsFor(const Scenario& scenario, std::uint64_t seed, sandbox::FaultMode faults) {
  WorldOptions options;
  options.seed = seed;
  options.sandbox.heart_rate_interval = scenario.heart_rate_interval;
  options.sandbox.faults = faults;
  // As slow as the connectors take their providers to be, with what the network adds.
  options.sandbox.latency = std::chrono::milliseconds(scenario.provider == "oura" ? 550 : 450);
  if (scenario.pages_as_expected) {
    options.sandbox.oura_document_page = 1000;
    options.sandbox.oura_time_series_page = 10'000;
  }
  return options;
}

std::int64_t CountDataCalls(const std::vector<ProviderCall>& calls) {
  return std::ranges::count_if(calls, [](const ProviderCall& call) { return !call.route.empty(); });
}

domain::CoverageCounts CountDays(World& world, const std::string& job_id) {
  const domain::Job job = world.Job(kUser, job_id);
  const domain::CoverageCounts counts = domain::Count(tasks::CoverageOf(job, world.Chunks(job_id)));
  EXPECT_TRUE(counts.AddsUp());
  EXPECT_EQ(counts.requested, static_cast<std::int64_t>(job.types.size()) * job.range.days());
  return counts;
}

void ExpectComplete(World& world, const std::string& job_id, const Import& expected,
                    int executions) {
  const domain::Job job = world.Job(kUser, job_id);
  EXPECT_EQ(job.status, domain::JobStatus::kSucceeded);
  ASSERT_TRUE(job.outcome);
  EXPECT_EQ(domain::Name(*job.outcome), "complete");
  const domain::CoverageCounts days = CountDays(world, job_id);
  EXPECT_EQ(days.failed + days.not_attempted, 0);
  // Not EXPECT_EQ of the whole: it would print megabytes.
  const Import import = world.ReadImport(kUser, job_id);
  EXPECT_EQ(import.records.size(), expected.records.size());
  EXPECT_TRUE(import.records == expected.records) << "record objects differ";
  EXPECT_TRUE(import.content == expected.content) << "the manifest's content differs";
  EXPECT_EQ(world.CompletedEvents(job_id), executions);
}

Undisturbed RunUndisturbed(const Scenario& scenario, std::uint64_t seed) {
  World world(OptionsFor(scenario, seed));
  const std::string connection = world.Connect(kUser, scenario.provider, kAccount);
  const std::int64_t steps = world.steps();
  const std::int64_t calls = world.last_call();
  const std::string job = world.StartSync(kUser, connection, scenario.wish);
  EXPECT_TRUE(world.RunToEnd(kUser, job));
  Undisturbed run;
  run.job = world.Job(kUser, job);
  run.import = world.ReadImport(kUser, job);
  run.steps = world.steps() - steps;
  run.calls = CountDataCalls(world.Calls(calls));
  for (const domain::Chunk& chunk : world.Chunks(job)) {
    run.calls_of_chunk[chunk.spec.id] = chunk.provider_calls;
    for (const domain::TypeResult& result : chunk.results) run.records += result.records;
  }
  if (run.job.ended) run.took = *run.job.ended - run.job.created;
  ExpectComplete(world, job, run.import);
  EXPECT_GT(run.records, 0);
  EXPECT_FALSE(run.import.records.empty());
  EXPECT_THAT(world.Notifications(kUser, job), ElementsAre("N-04", "N-05"));
  return run;
}

}  // namespace coldpath::simulation
