#include <gtest/gtest.h>

#include "cli/commands.h"

namespace coldpath::cli {
namespace {

base::Instant Noon(const std::string& day) {
  return base::ParseRfc3339(day + "T12:00:00Z")->instant;
}

TEST(Range, SpansEndToday) {
  const auto body = RangeBody({.last = "30d"}, Noon("2026-03-01"));
  ASSERT_TRUE(body);
  EXPECT_EQ(*body, base::Json({{"start", "2026-01-31"}, {"end", "2026-03-02"}}));
  EXPECT_EQ(RangeBody({.last = "10y"}, Noon("2026-06-30"))->at("start"), "2016-06-30");
  EXPECT_EQ(RangeBody({.last = "1m"}, Noon("2026-03-31"))->at("start"), "2026-02-28");
}

TEST(Range, DatesAreTakenAsTheyAre) {
  const auto body = RangeBody({.from = "2024-01-01", .to = "2024-02-01"}, Noon("2026-03-01"));
  EXPECT_EQ(*body, base::Json({{"start", "2024-01-01"}, {"end", "2024-02-01"}}));
}

TEST(Range, SaysWhatIsWrong) {
  for (const RangeOptions& bad : std::vector<RangeOptions>{{.from = "2024-13-01"},
                                                           {.from = "yesterday"},
                                                           {.last = "10"},
                                                           {.last = "-3d"},
                                                           {.last = "3x"},
                                                           {.from = "2024-01-01", .last = "3d"}}) {
    const auto body = RangeBody(bad, Noon("2026-03-01"));
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().exit, kUsage);
  }
}

}  // namespace
}  // namespace coldpath::cli
