#include "planner/cloud_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::planner {
namespace {

ProviderInfo Provider(std::vector<DeclaredBudget> budgets = {}) {
  ProviderInfo provider{.id = "acme", .title = "Acme"};
  provider.streams = {{.id = "s"}};
  provider.budgets = std::move(budgets);
  provider.seconds_per_call = 0.5;
  return provider;
}

ChunkPlan PlanOf(int chunks, std::int64_t calls) {
  ChunkPlan plan;
  for (int i = 0; i < chunks; ++i) {
    plan.chunks.push_back({.id = std::to_string(i), .stream = "s", .expected_calls = calls});
  }
  return plan;
}

constexpr CloudQuotas Boundless() {
  constexpr RateQuota kAny{1e9, 1e9};
  return {.start_execution = kAny,
          .transitions = kAny,
          .run_task = kAny,
          .launches = kAny,
          .spot_vcpu = 1e9,
          .on_demand_vcpu = 1e9,
          .functions = 1'000'000'000,
          .table_writes = kAny};
}

CloudResult Simulate(const CloudLoad& load, const CloudQuotas& quotas) {
  base::SeededRandom random(1);
  return SimulateCloud(load, quotas, random);
}

TEST(CloudLoadTest, WithoutQuotasAJobIsItsRoundsOfWork) {
  const ProviderInfo provider = Provider();
  const CloudLoad load{.provider = &provider, .plan = PlanOf(25, 4), .jobs = 200};
  const CloudResult result = Simulate(load, Boundless());
  // Three rounds of ten slots: 0.2 s to be admitted, 30 s to start, 2 s of calls; and 0.8 s for
  // the job's own functions.
  EXPECT_NEAR(result.slowest_seconds, 3 * 32.2 + 0.8, 0.01);
  EXPECT_NEAR(result.median_seconds, result.slowest_seconds, 0.01);
  EXPECT_EQ(result.most_tasks, 2000);
  EXPECT_EQ(result.chunks, 5000);
  EXPECT_EQ(result.refusals, 0);
  EXPECT_EQ(result.bound_by, "work");
}

TEST(CloudLoadTest, NothingFinishesFasterThanTasksMayBeLaunched) {
  const ProviderInfo provider = Provider();
  CloudQuotas quotas = Boundless();
  quotas.launches = {100, 20};
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 1), .jobs = 200};
  const CloudResult result = Simulate(load, quotas);
  const auto launched = static_cast<double>(result.chunks - result.failed_chunks);
  // On demand has a bucket of its own.
  EXPECT_GE(result.seconds, (launched - 200) / 40);
  EXPECT_GT(result.refusals, 0);
  EXPECT_EQ(result.bound_by, "launches");
  EXPECT_LE(result.most_launches_per_second, 2 * (100.0 / 60 + 20));
}

TEST(CloudLoadTest, TasksStayBelowTheVcpuQuotaAndThoseLeftOverFail) {
  const ProviderInfo provider = Provider();
  CloudQuotas quotas = Boundless();
  quotas.spot_vcpu = 6;
  quotas.on_demand_vcpu = 6;
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 200), .jobs = 100};
  const CloudResult result = Simulate(load, quotas);
  EXPECT_LE(result.most_tasks, 48);
  EXPECT_GT(result.failed_chunks, 0) << "eight tries last about four minutes";
  EXPECT_EQ(result.bound_by, "vcpu");
  quotas.spot_vcpu = 250;
  const CloudResult raised = Simulate(load, quotas);
  EXPECT_EQ(raised.failed_chunks, 0);
  EXPECT_EQ(raised.most_tasks, 1000);
}

TEST(CloudLoadTest, TooFewFunctionsFailJobs) {
  const ProviderInfo provider = Provider();
  CloudQuotas quotas = Boundless();
  quotas.functions = 1;
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 1), .jobs = 400};
  EXPECT_GT(Simulate(load, quotas).failed_jobs, 0);
  quotas.functions = 1000;
  EXPECT_EQ(Simulate(load, quotas).failed_jobs, 0);
}

TEST(CloudLoadTest, AnAppsBudgetBoundsAllJobsTogether) {
  // 90 calls a minute after the reserve, 2,000 calls in all.
  const ProviderInfo provider = Provider({{BudgetScope::kApp, 100, std::chrono::minutes(1)}});
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 2), .jobs = 100};
  const CloudResult result = Simulate(load, Boundless());
  EXPECT_GE(result.seconds, (2000.0 / 90 - 1) * 60);
  EXPECT_EQ(result.bound_by, "quota: app/60s");
  EXPECT_EQ(result.failed_chunks, 0);
}

TEST(CloudLoadTest, APersonsBudgetDoesNotSlowOthers) {
  const ProviderInfo provider = Provider({{BudgetScope::kUser, 100, std::chrono::minutes(1)}});
  CloudLoad load{.provider = &provider, .plan = PlanOf(10, 2), .jobs = 1};
  const double alone = Simulate(load, Boundless()).seconds;
  load.jobs = 300;
  EXPECT_NEAR(Simulate(load, Boundless()).seconds, alone, 1e-6);
}

TEST(CloudLoadTest, TransitionsWaitAndAreNotRefused) {
  const ProviderInfo provider = Provider();
  CloudQuotas quotas = Boundless();
  quotas.transitions = {1, 10};
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 1), .jobs = 100};
  const CloudResult result = Simulate(load, quotas);
  EXPECT_EQ(result.refusals, 0);
  EXPECT_GE(result.seconds, (100 * (5 + 10 * 4) - 1) / 10.0);
  EXPECT_EQ(result.bound_by, "transitions");
  EXPECT_LE(result.most_transitions_per_second, 10.1);
}

TEST(CloudLoadTest, PacedLaunchesAreNotRefusedAndNothingIsLost) {
  const ProviderInfo provider = Provider();
  CloudQuotas quotas = Boundless();
  quotas.run_task = {20, 20};
  quotas.launches = {100, 20};
  quotas.spot_vcpu = 6;
  quotas.on_demand_vcpu = 0;
  CloudLoad load{.provider = &provider, .plan = PlanOf(10, 1), .jobs = 100};
  EXPECT_GT(Simulate(load, quotas).failed_chunks, 0);
  // 24 workers of 30.5 s each are 47 a minute.
  load.launches_per_minute = 40;
  const CloudResult paced = Simulate(load, quotas);
  EXPECT_EQ(paced.failed_chunks, 0);
  EXPECT_EQ(paced.failed_jobs, 0);
  EXPECT_LE(paced.most_tasks, 24);
  EXPECT_NEAR(paced.seconds, 1000.0 / 40 * 60, 60);
  EXPECT_EQ(paced.bound_by, "quota: our launches");
}

TEST(CloudLoadTest, RepeatsFromItsSeed) {
  const ProviderInfo provider = Provider();
  const CloudLoad load{.provider = &provider, .plan = PlanOf(10, 1), .jobs = 50};
  const CloudQuotas defaults;
  EXPECT_EQ(Simulate(load, defaults).seconds, Simulate(load, defaults).seconds);
}

}  // namespace
}  // namespace coldpath::planner
