#include "planner/stream.h"

#include <gtest/gtest.h>

#include "planner/quota.h"

namespace coldpath::planner {
namespace {

using namespace std::chrono_literals;

TEST(StreamTest, BudgetsNameTheirOwners) {
  ProviderInfo provider{.id = "acme", .title = "Acme"};
  provider.budgets = {{BudgetScope::kApp, 5000, 300s}, {BudgetScope::kUser, 300, 60s}};
  provider.reserve = 0.2;
  provider.streams.push_back({.id = "sleep", .types = {}});
  provider.streams[0].budgets = {{BudgetScope::kRoute, 10, 1s}};
  const auto budgets = BudgetsOf(provider, provider.streams[0], "u-7", 2.0);
  ASSERT_EQ(budgets.size(), 3u);
  EXPECT_EQ(budgets[0].key, "acme/app/300s");
  EXPECT_EQ(budgets[0].limit, 10'000);
  EXPECT_EQ(budgets[0].reserve, 0.2);
  EXPECT_EQ(budgets[1].key, "acme/user/u-7/60s");
  EXPECT_EQ(budgets[2].key, "acme/route/sleep/u-7/1s");
}

TEST(StreamTest, StreamsAreFoundById) {
  ProviderInfo provider{.id = "acme", .title = "Acme"};
  provider.streams.push_back({.id = "sleep", .types = {}});
  EXPECT_EQ(FindStream(provider, "sleep"), &provider.streams[0]);
  EXPECT_EQ(FindStream(provider, "steps"), nullptr);
}

}  // namespace
}  // namespace coldpath::planner
