#include "planner/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::planner {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const base::Instant kNow = base::FromUnixSeconds(1'700'000'000);

ProviderInfo MakeProvider(std::int64_t calls_per_minute) {
  ProviderInfo provider{.id = "acme", .title = "Acme"};
  provider.budgets = {{BudgetScope::kUser, calls_per_minute, 60s}};
  provider.reserve = 0.1;
  provider.streams.push_back({.id = "steps",
                              .types = {domain::DataType::kSteps},
                              .page_size = 100,
                              .natural_chunk_days = 10,
                              .observations_per_day = 10});
  return provider;
}

EstimateRequest MakeRequest(const ProviderInfo& provider, int days) {
  EstimateRequest request;
  request.provider = &provider;
  request.provider_user_id = "u";
  request.now = kNow;
  const base::Date start = *base::ParseDate("2020-01-01");
  request.plan = *PlanChunks(provider, {.range = {start, start + std::chrono::days(days)},
                                        .types = {domain::DataType::kSteps},
                                        .today = start + std::chrono::days(days),
                                        .scopes = {}});
  return request;
}

TEST(EstimateTest, WithAmpleQuotaLatencyAndConcurrencyDecide) {
  const ProviderInfo provider = MakeProvider(100'000);
  EstimateRequest request = MakeRequest(provider, 1000);  // 100 chunks of one call
  request.max_concurrency = 10;
  request.seconds_per_call = 0.5;
  request.seconds_per_chunk = 0;
  const Estimate estimate = EstimatePlan(request);
  EXPECT_NEAR(estimate.seconds, 5.0, 0.01);
  EXPECT_EQ(estimate.limited_by, "latency");
  EXPECT_EQ(estimate.calls, 100);
  EXPECT_EQ(estimate.chunks, 100);
  EXPECT_EQ(estimate.records, 10'000);
  EXPECT_LE(estimate.seconds_low, estimate.seconds);
  EXPECT_GE(estimate.seconds_high, estimate.seconds);
  EXPECT_THAT(estimate.explanation, HasSubstr("5 seconds"));
}

TEST(EstimateTest, AScarceBudgetDecidesAndIsNamed) {
  const ProviderInfo provider = MakeProvider(10);                      // 9 a minute
  const Estimate estimate = EstimatePlan(MakeRequest(provider, 900));  // 90 calls
  EXPECT_NEAR(estimate.seconds, 9 * 60, 0.05 * 9 * 60);
  EXPECT_EQ(estimate.limited_by, "acme/user/u/60s");
  EXPECT_THAT(estimate.explanation, HasSubstr("calls it allows"));
}

TEST(EstimateTest, ABlockOfThisMomentCounts) {
  const ProviderInfo provider = MakeProvider(1000);
  EstimateRequest request = MakeRequest(provider, 10);
  request.budgets["acme/user/u/60s"].blocked_until = kNow + 1000s;
  EXPECT_GE(EstimatePlan(request).seconds, 1000);
}

TEST(EstimateTest, AnEmptyPlanTakesNoTime) {
  const ProviderInfo provider = MakeProvider(10);
  EstimateRequest request = MakeRequest(provider, 10);
  request.plan = {};
  const Estimate estimate = EstimatePlan(request);
  EXPECT_EQ(estimate.seconds, 0);
  EXPECT_THAT(estimate.explanation, HasSubstr("nothing"));
}

}  // namespace
}  // namespace coldpath::planner
