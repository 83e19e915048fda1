#include "planner/quota.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>

namespace coldpath::planner {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Instant;

const Instant kNow = base::FromUnixSeconds(1'700'000'000);

Budget MakeBudget(std::int64_t limit, Duration window, double reserve = 0.1) {
  return {.key = "p/app", .limit = limit, .window = window, .reserve = reserve};
}

// Takes a place and enters it.
Placement Take(const std::vector<Budget>& budgets, std::vector<BudgetState>& states,
               std::int64_t calls, Instant now) {
  Placement placement = Place(budgets, states, calls, now);
  Apply(states, placement);
  return placement;
}

TEST(QuotaTest, RoomNowMeansNow) {
  const std::vector<Budget> budgets{MakeBudget(100, 60s)};
  std::vector<BudgetState> states(1);
  EXPECT_EQ(Take(budgets, states, 4, kNow).at, kNow);
}

TEST(QuotaTest, UsableLimitLeavesTheReserveAndNeverNothing) {
  EXPECT_EQ(UsableLimit(MakeBudget(100, 60s, 0.1)), 90);
  EXPECT_EQ(UsableLimit(MakeBudget(1, 60s, 0.9)), 1);
  EXPECT_EQ(UsableLimit(MakeBudget(300, 60s, 0)), 300);
}

TEST(QuotaTest, ReservationsBeyondTheWindowGetDifferentMoments) {
  const std::vector<Budget> budgets{MakeBudget(100, 60s)};
  std::vector<BudgetState> states(1);
  for (int i = 0; i < 90; ++i) EXPECT_EQ(Take(budgets, states, 1, kNow).at, kNow);
  std::set<Instant> moments;
  for (int i = 0; i < 90; ++i) moments.insert(Take(budgets, states, 1, kNow).at);
  EXPECT_EQ(moments.size(), 90u);
  EXPECT_GE(*moments.begin(), kNow + 60s);
  EXPECT_LE(*moments.rbegin(), kNow + 63s);
}

TEST(QuotaTest, LongHorizonReachesTheBudgetsRate) {
  const std::vector<Budget> budgets{MakeBudget(300, 60s), MakeBudget(5000, 300s)};
  std::vector<BudgetState> states(2);
  const std::int64_t calls = 20'000;
  Instant last = kNow;
  for (std::int64_t i = 0; i < calls; i += 5) {
    last = std::max(last, Take(budgets, states, 5, kNow).at);
  }
  const double seconds = std::chrono::duration<double>(last - kNow).count();
  const double bound = 60.0 * (static_cast<double>(calls) / 270.0 - 1.0);
  EXPECT_LE(seconds, bound * 1.05);
}

TEST(QuotaTest, MoreCallsThanALimitAreSpreadOverWindows) {
  const std::vector<Budget> budgets{MakeBudget(10, 60s, 0)};
  std::vector<BudgetState> states(1);
  const Placement placement = Take(budgets, states, 25, kNow);
  EXPECT_EQ(placement.at, kNow);
  EXPECT_EQ(placement.calls[0].size(), 3u);
  EXPECT_EQ(WholeLot(budgets), 1);
}

TEST(QuotaTest, ABlockMovesEveryPlaceBehindIt) {
  const std::vector<Budget> budgets{MakeBudget(100, 60s)};
  std::vector<BudgetState> states(1);
  states[0].blocked_until = kNow + 500s;
  EXPECT_GE(Place(budgets, states, 1, kNow).at, kNow + 500s);
}

TEST(QuotaTest, RevertGivesUnusedCallsBack) {
  const std::vector<Budget> budgets{MakeBudget(10, 60s, 0)};
  std::vector<BudgetState> states(1);
  const Placement placement = Take(budgets, states, 10, kNow);
  Revert(states, placement, 4);
  const Placement again = Take(budgets, states, 4, kNow);
  EXPECT_EQ(again.at, kNow);
  EXPECT_EQ(again.calls[0].size(), 1u);
  Revert(states, again, 4);
  Revert(states, placement, 6);
  EXPECT_TRUE(states[0].slots.empty());
}

TEST(QuotaTest, ForgetKeepsWhatAWindowReaches) {
  const Budget budget = MakeBudget(10, 60s, 0);
  std::vector<BudgetState> states(1);
  Take({budget}, states, 10, kNow);
  Forget(budget, states[0], kNow + 59s);
  EXPECT_FALSE(states[0].slots.empty());
  Forget(budget, states[0], kNow + 62s);
  EXPECT_TRUE(states[0].slots.empty());
}

TEST(QuotaTest, BlocksWithoutATimeDouble) {
  const Budget budget = MakeBudget(10, 60s);
  BudgetState state;
  EXPECT_EQ(BlockUntil(budget, state, std::nullopt, kNow), kNow + 60s);
  state.consecutive_blocks = 3;
  EXPECT_EQ(BlockUntil(budget, state, std::nullopt, kNow), kNow + 480s);
  state.consecutive_blocks = 60;
  EXPECT_EQ(BlockUntil(budget, state, std::nullopt, kNow), kNow + 6h);
  EXPECT_EQ(BlockUntil(budget, state, kNow + 7s, kNow), kNow + 7s);
  EXPECT_GT(BlockUntil(budget, state, kNow - 7s, kNow), kNow);
}

TEST(QuotaTest, StateSurvivesJson) {
  BudgetState state;
  state.slots = {{-3, 2}, {1'700'000'000, 5}};
  state.blocked_until = kNow + 1us;
  state.consecutive_blocks = 2;
  const auto read = BudgetStateFromJson(ToJson(state));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->slots, state.slots);
  EXPECT_EQ(read->blocked_until, state.blocked_until);
  EXPECT_EQ(read->consecutive_blocks, 2);
}

TEST(QuotaTest, CorruptStateIsRefused) {
  for (const char* text : {"null", "{}", R"({"slots":[[1]],"blocks":0})",
                           R"({"slots":[],"blocks":0,"blockedUntil":"x"})"}) {
    const auto read = BudgetStateFromJson(*base::ParseJson(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "quota.corrupt");
  }
}

// Whatever is asked in whatever order, no sliding window ever holds more than the usable limit,
// wherever within their slots the calls are made.
TEST(QuotaPropertyTest, NoSlidingWindowHoldsMoreThanTheUsableLimit) {
  ASSERT_TRUE(rc::check([] {
    const auto limit = *rc::gen::inRange<std::int64_t>(1, 60);
    const auto window = Duration(*rc::gen::inRange<std::int64_t>(1, 2000) * 60'000'000);
    const std::vector<Budget> budgets{MakeBudget(limit, window, 0.2),
                                      MakeBudget(limit * 3, window * 5, 0.2)};
    std::vector<BudgetState> states(2);
    Instant now = kNow;
    for (const int calls : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 90))) {
      const Placement placement = Take(budgets, states, calls, now);
      RC_ASSERT(placement.at >= now);
      std::int64_t placed = 0;
      for (const auto& [slot, count] : placement.calls[0]) placed += count;
      RC_ASSERT(placed == calls);
      now += Duration(*rc::gen::inRange<std::int64_t>(0, window.count() / 3));
    }
    for (std::size_t b = 0; b < budgets.size(); ++b) {
      std::deque<std::pair<std::int64_t, std::int64_t>> row;
      std::int64_t sum = 0;
      for (const auto& [slot, count] : states[b].slots) {
        row.emplace_back(slot, count);
        sum += count;
        // 61 slots: the most that a window which begins inside a slot can touch.
        while (slot - row.front().first > 60) {
          sum -= row.front().second;
          row.pop_front();
        }
        RC_ASSERT(sum <= UsableLimit(budgets[b]));
      }
    }
  }));
}

TEST(QuotaTest, ABudgetIsFoundByItsKeyOrForBeingTheShortest) {
  const std::vector<Budget> budgets{{.key = "a", .limit = 1, .window = 3600s},
                                    {.key = "b", .limit = 1, .window = 60s}};
  EXPECT_EQ(FindBudget(budgets, ""), 1u);
  EXPECT_EQ(FindBudget(budgets, "a"), 0u);
  EXPECT_EQ(FindBudget(budgets, "c"), std::nullopt);
}

TEST(QuotaTest, WhatIsMissingFromTheProvidersCountWasCalledByOthers) {
  const Budget budget = MakeBudget(100, 60s, 0);
  std::vector<BudgetState> states(1);
  Take({budget}, states, 30, kNow);
  const auto sum = [&] {
    std::int64_t calls = 0;
    for (const auto& [slot, count] : states[0].slots) calls += count;
    return calls;
  };
  EXPECT_FALSE(EnterForeignCalls(budget, states[0], {.key = "", .remaining = 70}, kNow));
  EXPECT_FALSE(EnterForeignCalls(budget, states[0], {.key = ""}, kNow));
  EXPECT_EQ(sum(), 30);
  EXPECT_TRUE(EnterForeignCalls(budget, states[0], {.key = "", .remaining = -5}, kNow));
  EXPECT_EQ(sum(), 100) << "less than nothing is nothing";
}

TEST(QuotaTest, CallsOfOthersLeaveTheWindowWhenItsOwnEnds) {
  const Budget budget = MakeBudget(100, 60s, 0);
  BudgetState state;
  const auto slot =
      EnterForeignCalls(budget, state, {.key = "", .remaining = 0, .resets_at = kNow + 20s}, kNow);
  ASSERT_TRUE(slot);
  EXPECT_EQ(state.slots.at(*slot), 100);
  const Placement placement = Place({budget}, {state}, 1, kNow);
  EXPECT_GE(placement.at, kNow + 19s);
  EXPECT_LE(placement.at, kNow + 21s);
}

TEST(QuotaTest, AStateIsIdleTwoWindowsAfterItsLastCallOrBlock) {
  const Budget budget = MakeBudget(100, 60s, 0);
  BudgetState state;
  EXPECT_EQ(IdleAfter(budget, state, kNow), kNow + 120s);
  state.slots[base::UnixSeconds(kNow) + 30] = 1;
  EXPECT_EQ(IdleAfter(budget, state, kNow), kNow + 150s);
  state.blocked_until = kNow + 300s;
  EXPECT_EQ(IdleAfter(budget, state, kNow), kNow + 420s);
}

// One call's place is the first slot that has room: trying every slot before it finds none.
TEST(QuotaPropertyTest, ThePlaceIsTheEarliest) {
  ASSERT_TRUE(rc::check([] {
    const Budget budget = MakeBudget(*rc::gen::inRange<std::int64_t>(1, 12), 60s, 0);
    std::vector<BudgetState> states(1);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30'000'000));
    Instant now = kNow;
    for (const int step : steps) {
      now += Duration(step / 8);
      Take({budget}, states, 1, now + Duration(step));
    }
    const Placement placement = Place({budget}, states, 1, kNow);
    const std::int64_t found = placement.calls[0].begin()->first;
    for (std::int64_t slot = kNow.time_since_epoch().count() / 1'000'000; slot < found; ++slot) {
      bool full = false;
      for (std::int64_t first = slot - 60; first <= slot && !full; ++first) {
        std::int64_t sum = 0;
        for (auto it = states[0].slots.lower_bound(first);
             it != states[0].slots.end() && it->first <= first + 60; ++it) {
          sum += it->second;
        }
        full = sum >= budget.limit;
      }
      RC_ASSERT(full);
    }
  }));
}

}  // namespace
}  // namespace coldpath::planner
