// Golden tests of what the quota ledger stores as JSON: if one fails, files in the field can no
// longer be read.
#include "stores/sqlite/quota_rows.h"

#include <gtest/gtest.h>

namespace coldpath::stores {
namespace {

TEST(QuotaRowsTest, APlacementReadsAndWritesTheSameBytes) {
  constexpr std::string_view kPlacement =
      R"([{"budget":"b/60s","slots":[[7,2],[9,1]]},{"budget":"b/1d","slots":[]}])";
  const auto placement = DecodePlacement(kPlacement);
  ASSERT_TRUE(placement) << placement.error().message;
  const std::vector<planner::Budget> budgets{{.key = "b/60s"}, {.key = "b/1d"}};
  EXPECT_EQ(EncodePlacement(budgets, {.at = {}, .calls = placement->calls}), kPlacement);
  for (const char* bad : {"", "{}", "[1]", R"([{"budget":"b","slots":[[1]]}])"}) {
    EXPECT_EQ(DecodePlacement(bad).error().code, "store.corrupt") << bad;
  }
}

}  // namespace
}  // namespace coldpath::stores
