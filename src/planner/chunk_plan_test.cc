#include "planner/chunk_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace coldpath::planner {
namespace {

using domain::DataType;
using domain::DateRange;
using std::chrono::days;

base::Date Day(const char* text) { return *base::ParseDate(text); }

ProviderInfo MakeProvider() {
  ProviderInfo provider{.id = "acme", .title = "Acme"};
  provider.streams.push_back({.id = "heart-rate",
                              .types = {DataType::kHeartRate},
                              .max_span_days = 30,
                              .page_size = 1000,
                              .natural_chunk_days = 30,
                              .observations_per_day = 288});
  provider.streams.push_back({.id = "sleep",
                              .types = {DataType::kSleep, DataType::kHrvRmssd},
                              .page_size = 100,
                              .natural_chunk_days = 30,
                              .history_days = 365,
                              .observations_per_day = 1});
  return provider;
}

PlanRequest MakeRequest(const char* start, const char* end, std::vector<DataType> types) {
  return {.range = {Day(start), Day(end)},
          .types = std::move(types),
          .today = Day("2024-06-30"),
          .scopes = {}};
}

TEST(ChunkPlanTest, IdsAreStreamAndFirstDayAndNewestComeFirst) {
  const auto plan =
      PlanChunks(MakeProvider(), MakeRequest("2024-01-01", "2024-06-30", {DataType::kHeartRate}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->chunks.back().id, "heart-rate-2024-01-01");
  EXPECT_EQ(plan->chunks.front().range.end, Day("2024-06-30"));
  for (std::size_t i = 1; i < plan->chunks.size(); ++i) {
    EXPECT_EQ(plan->chunks[i].range.end, plan->chunks[i - 1].range.start);
  }
}

TEST(ChunkPlanTest, AStreamIsAskedOnceForAllItsTypes) {
  const auto plan =
      PlanChunks(MakeProvider(),
                 MakeRequest("2024-06-01", "2024-06-30", {DataType::kHrvRmssd, DataType::kSleep}));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->chunks.size(), 1u);
  EXPECT_THAT(plan->chunks[0].types,
              testing::UnorderedElementsAre(DataType::kSleep, DataType::kHrvRmssd));
}

TEST(ChunkPlanTest, AChunkGrowsToWhatOneCallBrings) {
  const auto plan =
      PlanChunks(MakeProvider(), MakeRequest("2024-01-01", "2024-06-30", {DataType::kSleep}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->expected_calls, 2);  // 181 nights, 100 a page
  EXPECT_EQ(plan->minimum_calls, 2);
}

TEST(ChunkPlanTest, DaysBeforeTheHistoryAreSaidNotAsked) {
  const auto plan =
      PlanChunks(MakeProvider(),
                 MakeRequest("2023-01-01", "2024-06-30", {DataType::kSleep, DataType::kHeartRate}));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->beyond.size(), 1u);
  EXPECT_EQ(plan->beyond.at(DataType::kSleep), (DateRange{Day("2023-01-01"), Day("2023-07-01")}));
  for (const auto& chunk : plan->chunks) {
    EXPECT_TRUE(chunk.stream != "sleep" || chunk.range.start >= Day("2023-07-01")) << chunk.id;
  }
}

TEST(ChunkPlanTest, BadRequestsAreRefusedWithTheirOwnCode) {
  const auto code = [](const PlanRequest& request) {
    const auto plan = PlanChunks(MakeProvider(), request);
    return plan ? std::string("none") : plan.error().code;
  };
  EXPECT_EQ(code(MakeRequest("2024-01-02", "2024-01-02", {DataType::kSleep})), "plan.range_empty");
  EXPECT_EQ(code(MakeRequest("2024-01-02", "2024-01-01", {DataType::kSleep})), "plan.range_empty");
  EXPECT_EQ(code(MakeRequest("2024-01-02", "2024-07-02", {DataType::kSleep})),
            "plan.range_in_future");
  EXPECT_EQ(code(MakeRequest("2024-01-02", "2024-07-01", {DataType::kSleep})), "none");
  EXPECT_EQ(code(MakeRequest("2020-01-02", "2021-07-01", {DataType::kSleep})),
            "plan.before_history");
  EXPECT_EQ(code(MakeRequest("2024-01-02", "2024-02-01", {DataType::kWorkout})),
            "plan.type_not_offered");
}

TEST(ChunkPlanPropertyTest, ChunksTileTheRangeAndStayNearTheFewestCalls) {
  ASSERT_TRUE(rc::check([] {
    ProviderInfo provider{.id = "p", .title = "P"};
    provider.streams.push_back(
        {.id = "s",
         .types = {DataType::kSteps},
         .max_span_days = *rc::gen::element(0, 1, 7, 30, 90),
         .page_size = *rc::gen::element(10, 100, 1000),
         .natural_chunk_days = *rc::gen::inRange(1, 120),
         .observations_per_day = *rc::gen::element(0.01, 0.5, 1.0, 24.0, 288.0, 1440.0)});
    const base::Date start = Day("2015-01-01") + days(*rc::gen::inRange(0, 300));
    const DateRange range{start, start + days(*rc::gen::inRange(1, 3000))};
    const auto plan = PlanChunks(
        provider, {.range = range, .types = {DataType::kSteps}, .today = range.end, .scopes = {}});
    RC_ASSERT(plan.has_value());
    base::Date edge = range.end;
    for (const auto& chunk : plan->chunks) {
      RC_ASSERT(chunk.range.end == edge);
      RC_ASSERT(!chunk.range.empty());
      edge = chunk.range.start;
    }
    RC_ASSERT(edge == range.start);
    RC_ASSERT(plan->minimum_calls <= plan->expected_calls);
    // No worse than cutting into natural chunks.
    const auto& stream = provider.streams[0];
    std::int64_t naive = 0;
    for (int left = range.days(); left > 0; left -= stream.natural_chunk_days) {
      naive += CallsFor(stream, std::min(left, stream.natural_chunk_days));
    }
    RC_ASSERT(plan->expected_calls <= naive);
  }));
}

}  // namespace
}  // namespace coldpath::planner
