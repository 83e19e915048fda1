#include "planner/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"

namespace coldpath::planner {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ChunkPlan PlanOf(int chunks, std::int64_t calls) {
  ChunkPlan plan;
  for (int i = 0; i < chunks; ++i) {
    plan.chunks.push_back({.id = std::to_string(i), .expected_calls = calls});
  }
  return plan;
}

double DollarsFor(const Cost& cost, Item item) {
  for (const CostLine& line : cost.lines) {
    if (line.item == item) return line.dollars;
  }
  return 0;
}
double QuantityOf(const Cost& cost, Item item) {
  for (const CostLine& line : cost.lines) {
    if (line.item == item) return line.quantity;
  }
  return 0;
}

// A year of eight streams in weekly chunks, each done in less than half a minute: what the project
// calls a typical job at its dearest.
constexpr int kTypicalChunks = 416;

base::Json Definition() {
  std::ifstream file(COLDPATH_SOURCE_DIR "/workflow/historical_sync.asl.json");
  std::stringstream text;
  text << file.rdbuf();
  return *base::ParseJson(text.str());
}

// The states that are entered when everything goes well, from `start` on; a Choice goes where its
// first rule leads.
std::vector<std::string> HappyPath(const base::Json& machine) {
  std::vector<std::string> path;
  std::string name = machine["StartAt"];
  for (;;) {
    path.push_back(name);
    const base::Json& state = machine["States"][name];
    if (state.contains("Choices")) {
      name = state["Choices"][0]["Next"];
    } else if (state.contains("Next")) {
      name = state["Next"];
    } else {
      return path;
    }
  }
}

TEST(PricesTest, EveryItemHasAPriceWithSourceAndDate) {
  std::set<std::string_view> names;
  for (const Price& price : Prices()) {
    EXPECT_GT(price.dollars, 0) << price.name;
    EXPECT_GE(price.units, 1) << price.name;
    EXPECT_FALSE(price.source.empty()) << price.name;
    EXPECT_THAT(std::string(price.read), ::testing::MatchesRegex("20[0-9][0-9]-[01][0-9]"));
    EXPECT_TRUE(names.insert(price.name).second) << price.name;
  }
}

TEST(BilledSecondsTest, AMinuteAtLeastThenBySeconds) {
  EXPECT_EQ(BilledSeconds(seconds(0)), 60);
  EXPECT_EQ(BilledSeconds(-seconds(5)), 60);
  EXPECT_EQ(BilledSeconds(seconds(30)), 60);
  EXPECT_EQ(BilledSeconds(milliseconds(30'001)), 61);
  EXPECT_EQ(BilledSeconds(seconds(300)), 330);
}

// By hand: 60 s x (0.25 x 0.03238 + 0.5 x 0.00356) / 3600 = 0.000164583, half of it on Spot, and
// the address 60 x 0.005 / 3600 = 0.0000833.
TEST(CostTest, AMinuteOfTheSmallestWorker) {
  const JobMeter meter{.attempts = 1, .billed_seconds = 60};
  const Cost demand = CostOf(meter, {.spot = false});
  EXPECT_NEAR(DollarsFor(demand, Item::kVcpuSecondArm) + DollarsFor(demand, Item::kMemorySecondArm),
              0.000164583, 1e-9);
  EXPECT_NEAR(DollarsFor(demand, Item::kAddressSecond), 0.0000833333, 1e-9);
  const Cost spot = CostOf(meter, {});
  EXPECT_NEAR(DollarsFor(spot, Item::kVcpuSecondArm) + DollarsFor(spot, Item::kMemorySecondArm),
              0.0000822917, 1e-9);
  EXPECT_NEAR(DollarsFor(spot, Item::kAddressSecond), 0.0000833333, 1e-9) << "no Spot for it";
}

TEST(CostTest, TransitionsAreThoseOfTheDefinition) {
  const base::Json definition = Definition();
  const auto job = HappyPath(definition);
  const auto chunk = HappyPath(definition["States"]["ProcessChunks"]["ItemProcessor"]);
  ASSERT_THAT(chunk, ::testing::ElementsAre("AdmitChunk", "IsAdmitted", "ProcessChunk"));
  const JobMeter meter = MeterOf(PlanOf(10, 1), {});
  // The start of a child is counted as one.
  EXPECT_EQ(QuantityOf(CostOf(meter, {}), Item::kTransition),
            static_cast<double>(job.size() + 10 * (chunk.size() + 1)));
}

// By hand: 5 + 3 x 4 + (7 - 3) retries + 2 waits x 4 + 1 failure = 30 transitions; 30 x 0.000025.
TEST(CostTest, RetriesWaitsAndFailuresAreTransitions) {
  const JobMeter meter{.chunks = 3,
                       .attempts = 7,
                       .billed_seconds = 420,
                       .waits = 2,
                       .failed_chunks = 1,
                       .provider_calls = 9};
  const Cost cost = CostOf(meter, {});
  EXPECT_EQ(QuantityOf(cost, Item::kTransition), 30);
  EXPECT_NEAR(DollarsFor(cost, Item::kTransition), 0.00075, 1e-12);
  // 4 + (3 + 2) admissions + 1 failure, beside the 200 requests of a client.
  EXPECT_EQ(QuantityOf(cost, Item::kFunctionCall), 210);
  // 4 + 3 x 3 record files + 9 pages.
  EXPECT_EQ(QuantityOf(cost, Item::kObjectWrite), 22);
}

TEST(CostTest, ATypicalYearStaysBelowFifteenCents) {
  const JobMeter meter = MeterOf(PlanOf(kTypicalChunks, 1), {});
  EXPECT_EQ(meter.attempts, 416);
  EXPECT_EQ(meter.billed_seconds, 416 * 60);
  const double spot = CostOf(meter, {}).dollars;
  const double demand = CostOf(meter, {.spot = false}).dollars;
  EXPECT_LT(spot, 0.15);
  EXPECT_LT(demand, 0.20);
  // By hand, the three that matter: 416 x 0.000165625 for workers and addresses on Spot, 1,669
  // transitions x 0.000025, ...
  EXPECT_GT(spot, 0.0689 + 0.0417);
  EXPECT_NEAR(demand - spot, 416 * 0.0000822917, 1e-6);
}

TEST(CostTest, AYearWhoseEveryChunkExhaustsItsTriesStaysBelowADollar) {
  const JobMeter meter = MeterOf(PlanOf(kTypicalChunks, 1), {.tries = 4, .all_fail = true});
  EXPECT_EQ(meter.attempts, 1664);
  EXPECT_EQ(meter.failed_chunks, 416);
  EXPECT_LT(CostOf(meter, {}).dollars, 1.0);
  EXPECT_LT(CostOf(meter, {.spot = false}).dollars, 1.0);
}

TEST(CostTest, LongerWorkCostsBySeconds) {
  // 200 calls of half a second: 30 s of start and 100.05 s of work.
  const JobMeter meter = MeterOf(PlanOf(2, 200), {});
  EXPECT_EQ(meter.billed_seconds, 2 * 131);
  EXPECT_EQ(meter.provider_calls, 400);
  EXPECT_EQ(meter.bytes, 80'000'000);
}

TEST(CostTest, LinesAddUpAndTheDearestIsFirst) {
  rc::check([] {
    const JobMeter meter{.chunks = *rc::gen::inRange(0, 5000),
                         .attempts = *rc::gen::inRange(0, 20000),
                         .billed_seconds = *rc::gen::inRange(0, 1'000'000),
                         .waits = *rc::gen::inRange(0, 5000),
                         .failed_chunks = *rc::gen::inRange(0, 5000),
                         .provider_calls = *rc::gen::inRange(0, 100'000)};
    const Cost cost = CostOf(meter, {});
    double sum = 0;
    double before = 1e9;
    for (const CostLine& line : cost.lines) {
      RC_ASSERT(line.dollars > 0);
      RC_ASSERT(line.dollars <= before);
      before = line.dollars;
      sum += line.dollars;
    }
    RC_ASSERT(std::abs(sum - cost.dollars) < 1e-9);
    RC_ASSERT(cost.dollars <= CostOf(meter, {.spot = false}).dollars);
  });
}

TEST(MostDollarsTest, CountsWhatIsDoneAtTheDearerPrice) {
  domain::JobProgress progress{.chunks_total = 1000, .chunks_done = 2};
  progress.attempts = 3;
  progress.billed_seconds = 200;
  const JobMeter meter{.chunks = 2, .attempts = 3, .billed_seconds = 200};
  EXPECT_DOUBLE_EQ(MostDollars(progress), CostOf(meter, {.spot = false}).dollars);
  const double before = MostDollars(progress);
  progress.chunks_total = 2000;
  EXPECT_DOUBLE_EQ(MostDollars(progress), before) << "what has not begun has cost nothing";
  progress.billed_seconds += 3600;
  EXPECT_NEAR(MostDollars(progress) - before, 0.25 * 0.03238 + 0.5 * 0.00356 + 0.005, 1e-9);
}

}  // namespace
}  // namespace coldpath::planner
