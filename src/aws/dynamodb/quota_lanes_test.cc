#include "aws/dynamodb/quota_lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws::dynamodb {
namespace {

using planner::Budget;
using planner::BudgetState;

TEST(QuotaLanesTest, OnlyLargeBudgetsHaveMoreThanOne) {
  const auto lanes = [](std::int64_t limit, std::chrono::seconds window) {
    return LanesOf({.key = "b", .limit = limit, .window = window, .reserve = 0.1});
  };
  EXPECT_EQ(lanes(5000, std::chrono::minutes(5)), 1) << "Oura's app: 15 calls a second";
  EXPECT_EQ(lanes(300, std::chrono::minutes(1)), 1) << "Google Health's user";
  EXPECT_EQ(lanes(120'000, std::chrono::minutes(1)), kMostLanes) << "Google Health's app";
  EXPECT_EQ(lanes(86'400'000, std::chrono::hours(24)), kMostLanes);
  EXPECT_EQ(lanes(6'000, std::chrono::seconds(60)), 3);
  EXPECT_EQ(lanes(1'000, std::chrono::seconds(1)), 1) << "too few calls to cut up";
  EXPECT_EQ(lanes(1, std::chrono::seconds(0)), 1);
}

TEST(QuotaLanesTest, AllLanesTogetherAllowNoMoreThanTheBudget) {
  EXPECT_TRUE(rc::check([] {
    const Budget budget{.key = "b",
                        .limit = *rc::gen::inRange<std::int64_t>(1, 10'000'000),
                        .window = std::chrono::seconds(*rc::gen::inRange(1, 100'000)),
                        .reserve = *rc::gen::inRange(0, 90) / 100.0};
    const Budget lane = LaneBudget(budget);
    RC_ASSERT(planner::UsableLimit(lane) * LanesOf(budget) <= planner::UsableLimit(budget));
    RC_ASSERT(planner::UsableLimit(lane) >= 1);
    RC_ASSERT(lane.key == budget.key);
    RC_ASSERT(lane.window == budget.window);
  }));
}

TEST(QuotaLanesTest, AStateReadsBackAsItWasWritten) {
  EXPECT_TRUE(rc::check([] {
    BudgetState state;
    state.slots = *rc::gen::container<std::map<std::int64_t, std::int64_t>>(
        rc::gen::inRange<std::int64_t>(-5, 40), rc::gen::inRange<std::int64_t>(1, 1000));
    state.consecutive_blocks = *rc::gen::inRange(0, 5);
    if (*rc::gen::arbitrary<bool>()) state.blocked_until = base::FromUnixSeconds(1'800'000'000);
    const auto read = DecodeState(EncodeState(state));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->slots == state.slots);
    RC_ASSERT(read->consecutive_blocks == state.consecutive_blocks);
    RC_ASSERT(read->blocked_until == state.blocked_until);
  }));
}

// 18,000 slots: 75 hours of waiting for a provider of 100 calls in 15 minutes.
TEST(QuotaLanesTest, ALongQueueStaysFarBelowTheLimitOfAnItem) {
  BudgetState state;
  for (std::int64_t slot = 0; slot < 18'000; ++slot) state.slots[120'000'000 + slot] = 2;
  EXPECT_LT(EncodeState(state).size(), kMostItemBytes / 8);
}

TEST(QuotaLanesTest, WhatCannotBeReadIsAnError) {
  for (const char* text : {"", "[]", "{}", R"({"blocks":0})", R"({"blocks":0,"runs":{}})",
                           R"({"blocks":0,"runs":[[1]]})", R"({"blocks":0,"runs":[[1,"x"]]})",
                           R"({"blocks":"x","runs":[]})"}) {
    EXPECT_EQ(DecodeState(text).error().code, "store.corrupt") << text;
  }
  Item item = NewItem(BudgetLaneKey("b", 0));
  EXPECT_EQ(LaneFromItem(item).error().code, "store.corrupt");
  EXPECT_EQ(ReservationFromItem(item).error().code, "store.corrupt");
  item = ReservationItem("r", {.token = "t"});
  ASSERT_TRUE(ReservationFromItem(item));
  item["Placement"] = Text(R"([{"budget":"b"}])");
  EXPECT_EQ(ReservationFromItem(item).error().code, "store.corrupt");
}

TEST(QuotaLanesTest, AReservationReadsBackAsItWasWritten) {
  const Reservation written{
      .at = base::FromUnixSeconds(7),
      .granted = true,
      .calls = 5,
      .lanes = {{"a", 0}, {"b/x", 3}},
      .placement = {.at = base::FromUnixSeconds(7), .calls = {{{1, 3}, {2, 2}}, {{9, 5}}}},
      .token = "t",
      .expires_at = 99};
  const auto read = ReservationFromItem(ReservationItem("r", written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at, written.at);
  EXPECT_TRUE(read->granted);
  EXPECT_EQ(read->calls, 5);
  EXPECT_EQ(read->lanes, written.lanes);
  EXPECT_EQ(read->placement.at, written.placement.at);
  EXPECT_EQ(read->placement.calls, written.placement.calls);
  EXPECT_EQ(read->token, "t");
  EXPECT_EQ(read->expires_at, 99);
}

TEST(QuotaLanesTest, ALaneIsFoundByItsKey) {
  EXPECT_EQ(LaneIdOf(BudgetLaneKey("google-health/user/a#b/60s", 12)),
            (LaneId{"google-health/user/a#b/60s", 12}));
}

}  // namespace
}  // namespace coldpath::aws::dynamodb
