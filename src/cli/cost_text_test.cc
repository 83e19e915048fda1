#include "cli/cost_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::cli {
namespace {

using ::testing::HasSubstr;

TEST(CostTextTest, SaysBothPricesAndTheDearestLineFirst) {
  const planner::JobMeter meter = planner::MeterOf(EvenPlan(416, 1), {});
  const planner::Cost spot = planner::CostOf(meter, {});
  const planner::Cost on_demand = planner::CostOf(meter, {.spot = false});
  const std::string text = CostText({}, meter, spot, on_demand);
  EXPECT_THAT(text, HasSubstr(FormatDollars(spot.dollars) + " on Fargate Spot, " +
                              FormatDollars(on_demand.dollars) + " on demand"));
  EXPECT_THAT(text, HasSubstr("416 chunks, 416 workers, 6 h 56 min billed"));
  EXPECT_LT(text.find("state transition"), text.find("vCPU second, ARM"));
  EXPECT_THAT(text, HasSubstr("the rest"));
}

TEST(CostTextTest, JsonHoldsEveryLine) {
  const planner::JobMeter meter = planner::MeterOf(EvenPlan(3, 2), {});
  const planner::Cost spot = planner::CostOf(meter, {});
  const base::Json json = CostJson(meter, spot, planner::CostOf(meter, {.spot = false}));
  EXPECT_EQ(json["lines"].size(), spot.lines.size());
  EXPECT_EQ(json["provider_calls"], 6);
  EXPECT_LT(json["dollars"].get<double>(), json["dollars_on_demand"].get<double>());
  double sum = 0;
  for (const base::Json& line : json["lines"]) sum += line["dollars"].get<double>();
  EXPECT_NEAR(sum, json["dollars"].get<double>(), 1e-12);
}

TEST(CostTextTest, VariantsAreAMarkdownTable) {
  const std::string table = VariantsTable({EvenPlan(60, 1), EvenPlan(20, 2), EvenPlan(600, 1)});
  EXPECT_TRUE(table.starts_with("| job | chunks | workers | Spot | on demand |\n"));
  EXPECT_THAT(table, HasSubstr("weekly chunks | 416 | 416 |"));
  EXPECT_THAT(table, HasSubstr("exhausts its tries | 416 | 1,664 |"));
  EXPECT_THAT(table, HasSubstr("connector plans it | 600 | 600 |"));
}

TEST(FormatDollarsTest, HasFourDigits) {
  EXPECT_EQ(FormatDollars(0.12345), "$0.1235");
  EXPECT_EQ(FormatDollars(12), "$12.0000");
}

}  // namespace
}  // namespace coldpath::cli
