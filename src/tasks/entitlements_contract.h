// What every Entitlements promises, as tests. Include in one file of a test program, and
// instantiate EntitlementsContract with makers of harnesses of empty stores.
#ifndef COLDPATH_TASKS_ENTITLEMENTS_CONTRACT_H_
#define COLDPATH_TASKS_ENTITLEMENTS_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "tasks/entitlements.h"

namespace coldpath::tasks {

class EntitlementsHarness {
 public:
  virtual ~EntitlementsHarness() = default;
  virtual Entitlements& store() = 0;
};
struct EntitlementsMaker {
  std::function<std::unique_ptr<EntitlementsHarness>()> make;
};

class EntitlementsContract : public ::testing::TestWithParam<EntitlementsMaker> {
 protected:
  EntitlementsContract() : harness_(GetParam().make()) {}
  Entitlements& store() { return harness_->store(); }
  static base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  std::unique_ptr<EntitlementsHarness> harness_;
};

TEST_P(EntitlementsContract, AUserNeverHeardOfHasNoPro) { EXPECT_EQ(store().HasPro("ann"), false); }

TEST_P(EntitlementsContract, TheNewestStatementHolds) {
  EXPECT_EQ(store().Record("ann", true, At(10)), true);
  EXPECT_EQ(store().HasPro("ann"), true);
  EXPECT_EQ(store().Record("ann", false, At(9)), true) << "older: changes nothing";
  EXPECT_EQ(store().HasPro("ann"), true);
  EXPECT_EQ(store().Record("ann", false, At(11)), false);
  EXPECT_EQ(store().HasPro("ann"), false);
  EXPECT_EQ(store().Record("ann", true, At(10)), false) << "a token from before the downgrade";
  EXPECT_EQ(store().HasPro("bob"), false);
}

TEST_P(EntitlementsContract, ErasesAUser) {
  ASSERT_TRUE(store().Record("ann", true, At(10)));
  ASSERT_TRUE(store().Record("bob", true, At(10)));
  ASSERT_TRUE(store().EraseUser("ann"));
  EXPECT_EQ(store().HasPro("ann"), false);
  EXPECT_EQ(store().HasPro("bob"), true);
  EXPECT_EQ(store().Record("ann", true, At(1)), true) << "nothing is remembered";
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_ENTITLEMENTS_CONTRACT_H_
