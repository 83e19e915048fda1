// What every QuotaLedger promises, as tests. Include in one file of a test program, and instantiate
// QuotaLedgerContract with makers of harnesses.
#ifndef COLDPATH_TASKS_QUOTA_LEDGER_CONTRACT_H_
#define COLDPATH_TASKS_QUOTA_LEDGER_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tasks/quota_ledger.h"

namespace coldpath::tasks {

class QuotaLedgerHarness {
 public:
  virtual ~QuotaLedgerHarness() = default;
  virtual QuotaLedger& ledger() = 0;
  // The process ends and another begins. False: this adapter does not outlive its process.
  virtual bool Restart() = 0;
};
struct QuotaLedgerMaker {
  std::function<std::unique_ptr<QuotaLedgerHarness>()> make;  // without any reservation
};

class QuotaLedgerContract : public ::testing::TestWithParam<QuotaLedgerMaker> {
 protected:
  using Instant = base::Instant;
  using Seconds = std::chrono::seconds;

  QuotaLedgerContract() : harness_(GetParam().make()) {}
  QuotaLedger& ledger() { return harness_->ledger(); }
  static Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  static std::vector<planner::Budget> Budgets(std::int64_t limit = 10) {
    return {{.key = "test/app/60s", .limit = limit, .window = Seconds(60)},
            {.key = "test/user/1h", .limit = limit * 50, .window = Seconds(3600)}};
  }

  std::unique_ptr<QuotaLedgerHarness> harness_;
};

TEST_P(QuotaLedgerContract, ThereIsRoomAtFirstAndThenAPlaceOfOnesOwn) {
  std::set<Instant> places;
  for (int i = 0; i < 50; ++i) {
    const auto at = ledger().Reserve("chunk-" + std::to_string(i), Budgets(), 5, At(0));
    ASSERT_TRUE(at) << at.error().message;
    EXPECT_GE(*at, At(0));
    if (i == 0) {
      EXPECT_EQ(*at, At(0));
    }
    if (*at > At(0)) {
      EXPECT_TRUE(places.insert(*at).second) << "two wake at the same moment";
    }
  }
  // 250 calls, 10 a minute: nobody waits much longer than that takes.
  EXPECT_LE(*places.rbegin(), At(60 * 30));
}

TEST_P(QuotaLedgerContract, TheSameNameHoldsTheSamePlace) {
  ASSERT_TRUE(ledger().Reserve("first", Budgets(), 10, At(0)));
  const auto place = ledger().Reserve("second", Budgets(), 10, At(0));
  ASSERT_TRUE(place);
  ASSERT_GT(*place, At(0));
  EXPECT_EQ(ledger().Reserve("second", Budgets(), 10, At(7)), *place);
  EXPECT_EQ(ledger().Reserve("second", Budgets(), 10, *place), *place);
  EXPECT_EQ(ledger().Reserve("second", Budgets(), 10, *place + Seconds(30)), *place);
}

TEST_P(QuotaLedgerContract, APlaceThatPassedUnusedForAWindowIsGivenAnew) {
  ASSERT_TRUE(ledger().Reserve("first", Budgets(), 10, At(0)));
  const auto place = ledger().Reserve("second", Budgets(), 10, At(0));
  ASSERT_TRUE(place);
  const Instant late = *place + Seconds(200);
  const auto again = ledger().Reserve("second", Budgets(), 10, late);
  ASSERT_TRUE(again);
  EXPECT_GE(*again, late);
}

TEST_P(QuotaLedgerContract, UnusedCallsComeBack) {
  ASSERT_EQ(ledger().Reserve("first", Budgets(), 10, At(0)), At(0));
  ASSERT_GT(*ledger().TakeOne(Budgets(), At(0)), At(0));
  ASSERT_TRUE(ledger().Settle("first", 7, At(1)));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ledger().TakeOne(Budgets(), At(1)), At(1)) << i;
  EXPECT_GT(*ledger().TakeOne(Budgets(), At(1)), At(1));
}

TEST_P(QuotaLedgerContract, SettlingTwiceOrUnknownNamesChangesNothing) {
  ASSERT_EQ(ledger().Reserve("first", Budgets(), 10, At(0)), At(0));
  EXPECT_TRUE(ledger().Settle("first", 10, At(1)));
  EXPECT_TRUE(ledger().Settle("first", 0, At(1)));
  EXPECT_TRUE(ledger().Settle("nobody", 0, At(1)));
  EXPECT_GT(*ledger().TakeOne(Budgets(), At(1)), At(1));
}

TEST_P(QuotaLedgerContract, ARefusedExtraCallTakesNothing) {
  ASSERT_TRUE(ledger().Reserve("first", Budgets(), 10, At(0)));
  const auto wait = ledger().TakeOne(Budgets(), At(1));
  ASSERT_TRUE(wait);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ledger().TakeOne(Budgets(), At(1)), *wait);
}

TEST_P(QuotaLedgerContract, ABlockHoldsForEverybody) {
  const auto until = ledger().Block(Budgets(), At(300), At(0));
  ASSERT_EQ(until, At(300));
  EXPECT_GE(*ledger().TakeOne(Budgets(), At(1)), At(300));
  EXPECT_GE(*ledger().Reserve("first", Budgets(), 1, At(1)), At(300));
  EXPECT_EQ(ledger().TakeOne(Budgets(), At(400)), At(400));
}

TEST_P(QuotaLedgerContract, BlocksWithoutATimeDoubleUntilACallSucceeds) {
  const auto first = ledger().Block(Budgets(), std::nullopt, At(0));
  ASSERT_EQ(first, At(60));
  EXPECT_EQ(ledger().Block(Budgets(), std::nullopt, At(1)), *first) << "an echo of the same 429";
  EXPECT_EQ(ledger().Block(Budgets(), std::nullopt, At(60)), At(60 + 120));
  EXPECT_EQ(ledger().Block(Budgets(), std::nullopt, At(180)), At(180 + 240));
  ASSERT_TRUE(ledger().Observe(Budgets(), {}, At(500)));
  EXPECT_EQ(ledger().Block(Budgets(), std::nullopt, At(501)), At(561));
}

TEST_P(QuotaLedgerContract, BelievesTheProviderThatLessIsLeft) {
  ASSERT_EQ(ledger().TakeOne(Budgets(), At(0)), At(0));
  const planner::QuotaReading reading{.key = "", .remaining = 2, .resets_at = At(40)};
  ASSERT_TRUE(ledger().Observe(Budgets(), {reading}, At(1)));
  EXPECT_EQ(ledger().TakeOne(Budgets(), At(2)), At(2));
  EXPECT_EQ(ledger().TakeOne(Budgets(), At(2)), At(2));
  const auto refused = ledger().TakeOne(Budgets(), At(2));
  ASSERT_TRUE(refused);
  EXPECT_GT(*refused, At(2));
  EXPECT_LE(*refused, At(70));
}

TEST_P(QuotaLedgerContract, AReadingOfMoreChangesNothing) {
  ASSERT_EQ(ledger().Reserve("first", Budgets(), 10, At(0)), At(0));
  const planner::QuotaReading reading{
      .key = "test/app/60s", .remaining = 10, .resets_at = std::nullopt};
  const planner::QuotaReading unknown{.key = "another", .remaining = 0, .resets_at = std::nullopt};
  ASSERT_TRUE(ledger().Observe(Budgets(), {reading, unknown}, At(1)));
  EXPECT_GT(*ledger().TakeOne(Budgets(), At(1)), At(1));
}

TEST_P(QuotaLedgerContract, ReadTellsTheStates) {
  ASSERT_TRUE(ledger().Reserve("first", Budgets(), 4, At(0)));
  ASSERT_TRUE(ledger().Block(Budgets(), At(90), At(0)));
  const auto states = ledger().Read({"test/app/60s", "test/user/1h", "never-heard-of"});
  ASSERT_TRUE(states);
  for (const char* key : {"test/app/60s", "test/user/1h"}) {
    std::int64_t calls = 0;
    for (const auto& [slot, count] : states->at(key).slots) calls += count;
    EXPECT_EQ(calls, 4) << key;
  }
  EXPECT_EQ(states->at("test/app/60s").blocked_until, At(90));
  EXPECT_TRUE(states->at("never-heard-of").slots.empty());
}

TEST_P(QuotaLedgerContract, ARestartKeepsPlacesCallsAndBlocks) {
  ASSERT_EQ(ledger().Reserve("first", Budgets(), 10, At(0)), At(0));
  const auto place = ledger().Reserve("second", Budgets(), 4, At(0));
  ASSERT_TRUE(place);
  if (!harness_->Restart()) GTEST_SKIP() << "not durable";
  EXPECT_EQ(ledger().Reserve("second", Budgets(), 4, At(1)), *place);
  EXPECT_GT(*ledger().TakeOne(Budgets(), At(1)), At(1));
  ASSERT_TRUE(ledger().Settle("first", 4, At(2)));
  EXPECT_EQ(ledger().TakeOne(Budgets(), At(2)), At(2));
  ASSERT_EQ(ledger().Block(Budgets(), std::nullopt, At(3)), At(63));
  ASSERT_TRUE(harness_->Restart());
  EXPECT_GE(*ledger().TakeOne(Budgets(), At(4)), At(63));
  EXPECT_EQ(ledger().Block(Budgets(), std::nullopt, At(63)), At(63 + 120));
}

// Calls of everybody, each made as soon as it may, and the worst window of them.
TEST_P(QuotaLedgerContract, NoWindowEverHoldsMoreThanTheLimit) {
  const bool held = rc::check([this] {
    harness_ = GetParam().make();
    const auto limit = *rc::gen::inRange<std::int64_t>(3, 8);
    const auto budgets = Budgets(limit);
    const auto steps = *rc::gen::container<std::vector<int>>(20, rc::gen::inRange(0, 60));
    std::vector<Instant> calls;
    Instant now = At(0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      now += Seconds(steps[i] / 6);
      const std::string name = "chunk-" + std::to_string(i);
      // Single calls, which stay where they were placed.
      const auto at = steps[i] % 2 == 0 ? ledger().Reserve(name, budgets, 1, now)
                                        : ledger().TakeOne(budgets, now);
      RC_ASSERT(at.has_value());
      if (steps[i] % 2 == 0 || *at <= now) calls.push_back(std::max(*at, now));
      if (steps[i] % 12 == 0) {
        RC_ASSERT(ledger().Settle(name, 0, now).has_value());
        calls.pop_back();
      }
      if (steps[i] == 59) (void)harness_->Restart();
    }
    std::sort(calls.begin(), calls.end());
    for (std::size_t first = 0; first < calls.size(); ++first) {
      const auto end = std::lower_bound(calls.begin(), calls.end(), calls[first] + Seconds(60));
      RC_ASSERT(end - calls.begin() - static_cast<std::int64_t>(first) <= limit);
    }
  });
  EXPECT_TRUE(held);
}

TEST_P(QuotaLedgerContract, ManyCallersShareOneBudget) {
  std::atomic<int> now_granted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const std::string name = std::to_string(i) + "/" + std::to_string(k);
        const auto at = k % 2 == 0 ? ledger().Reserve(name, Budgets(40), 1, At(0))
                                   : ledger().TakeOne(Budgets(40), At(0));
        ASSERT_TRUE(at) << at.error().message;
        if (*at <= At(0)) ++now_granted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(now_granted, 40);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_QUOTA_LEDGER_CONTRACT_H_
