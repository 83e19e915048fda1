// What every PushRegistry promises, as tests. Include in one file of a test program, and
// instantiate PushRegistryContract with makers of harnesses of empty registries.
#ifndef COLDPATH_TASKS_PUSH_REGISTRY_CONTRACT_H_
#define COLDPATH_TASKS_PUSH_REGISTRY_CONTRACT_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tasks/push_registry.h"

namespace coldpath::tasks {

class PushRegistryHarness {
 public:
  virtual ~PushRegistryHarness() = default;
  virtual PushRegistry& registry() = 0;
  // Some kinds, but not all. The tests use the first.
  virtual std::vector<PushKind> offered() const = 0;
  // Whether List gives addresses and keys as they were entered; else somebody else keeps them.
  virtual bool keeps_addresses() const = 0;
};
struct PushRegistryMaker {
  std::function<std::unique_ptr<PushRegistryHarness>()> make;
};

class PushRegistryContract : public ::testing::TestWithParam<PushRegistryMaker> {
 protected:
  PushRegistryContract() : harness_(GetParam().make()) {}
  PushRegistry& registry() { return harness_->registry(); }
  static base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  PushSubscription Sample(const std::string& user, const std::string& address, int created = 0) {
    PushSubscription subscription;
    subscription.id = user + "-" + address;
    subscription.user_id = user;
    subscription.kind = harness_->offered().front();
    subscription.address = address;
    if (subscription.kind == PushKind::kWebPush) {
      subscription.p256dh = std::string(65, '\x04');
      subscription.auth = std::string("\0\xff-16 bytes long", 16);
    }
    subscription.label = "of " + user;
    subscription.created = At(created);
    return subscription;
  }
  void Put(const PushSubscription& subscription) {
    const auto put = registry().Put(subscription);
    ASSERT_TRUE(put) << put.error().message;
  }
  std::vector<std::string> Ids(const std::string& user) {
    const auto list = registry().List(user);
    EXPECT_TRUE(list) << list.error().message;
    std::vector<std::string> ids;
    if (list) {
      for (const PushSubscription& one : *list) ids.push_back(one.id);
    }
    return ids;
  }
  using Keys = std::vector<std::string>;
  std::unique_ptr<PushRegistryHarness> harness_;
};

TEST_P(PushRegistryContract, GivesWhatWasEnteredInOrderOfCreation) {
  Put(Sample("ann", "b", 2));
  Put(Sample("ann", "a", 3));
  Put(Sample("ann", "c", 1));
  Put(Sample("bob", "d", 1));
  EXPECT_EQ(Ids("ann"), (Keys{"ann-c", "ann-b", "ann-a"}));
  const auto list = registry().List("ann");
  const PushSubscription& first = list->front();
  const PushSubscription expected = Sample("ann", "c", 1);
  EXPECT_EQ(first.user_id, "ann");
  EXPECT_EQ(first.kind, expected.kind);
  EXPECT_EQ(first.label, "of ann");
  EXPECT_EQ(first.created, At(1));
  if (!harness_->keeps_addresses()) return;
  EXPECT_EQ(first.address, "c");
  EXPECT_EQ(first.p256dh, expected.p256dh);
  EXPECT_EQ(first.auth, expected.auth);
}

TEST_P(PushRegistryContract, EnteringAgainReplacesAndKeepsTheTimeOfCreation) {
  Put(Sample("ann", "a", 1));
  PushSubscription again = Sample("ann", "a", 9);
  again.label = "new name";
  Put(again);
  const auto list = registry().List("ann");
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->front().label, "new name");
  EXPECT_EQ(list->front().created, At(1));
}

TEST_P(PushRegistryContract, AnAddressBelongsToOnePerson) {
  Put(Sample("ann", "tablet"));
  Put(Sample("ann", "phone"));
  Put(Sample("bob", "tablet"));
  EXPECT_EQ(Ids("ann"), Keys{"ann-phone"});
  EXPECT_EQ(Ids("bob"), Keys{"bob-tablet"});
  Put(Sample("ann", "tablet", 5));
  EXPECT_EQ(Ids("bob"), Keys{});
}

TEST_P(PushRegistryContract, RefusesKindsThatAreNotOffered) {
  PushSubscription subscription = Sample("ann", "a");
  const auto offered = harness_->offered();
  bool refused = false;
  for (const PushKind kind : {PushKind::kWebPush, PushKind::kFcm, PushKind::kApns}) {
    if (std::ranges::find(offered, kind) != offered.end()) continue;
    subscription.kind = kind;
    const auto put = registry().Put(subscription);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, "push.kind_not_offered");
    refused = true;
  }
  EXPECT_TRUE(refused);
  EXPECT_EQ(Ids("ann"), Keys{});
}

TEST_P(PushRegistryContract, BoundsThePersonsDevices) {
  for (int i = 0; i < PushRegistry::kMostPerUser; ++i) Put(Sample("ann", std::to_string(i), i));
  const auto more = registry().Put(Sample("ann", "one more"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "push.too_many");
  Put(Sample("ann", "0"));  // a known one
  ASSERT_TRUE(registry().Remove("ann", "ann-1"));
  Put(Sample("ann", "one more", 50));
  EXPECT_EQ(Ids("ann").size(), static_cast<std::size_t>(PushRegistry::kMostPerUser));
}

TEST_P(PushRegistryContract, RemovesOnlyOnesOwn) {
  Put(Sample("ann", "a"));
  ASSERT_TRUE(registry().Remove("bob", "ann-a"));
  EXPECT_EQ(Ids("ann"), Keys{"ann-a"});
  ASSERT_TRUE(registry().Remove("ann", "ann-a"));
  ASSERT_TRUE(registry().Remove("ann", "ann-a"));
  EXPECT_EQ(Ids("ann"), Keys{});
}

TEST_P(PushRegistryContract, SwitchesAreOnUntilSomebodySaysOtherwise) {
  const auto fresh = registry().ReadSwitches("ann");
  ASSERT_TRUE(fresh);
  for (const NotificationKind kind : kAllNotificationKinds) EXPECT_TRUE(fresh->Wants(kind));
  ASSERT_TRUE(registry().WriteSwitches(
      "ann", {{NotificationKind::kStarted, NotificationKind::kFinishedWithErrors}}));
  auto read = registry().ReadSwitches("ann");
  EXPECT_FALSE(read->Wants(NotificationKind::kStarted));
  EXPECT_TRUE(read->Wants(NotificationKind::kCompleted));
  EXPECT_FALSE(read->Wants(NotificationKind::kFinishedWithErrors));
  EXPECT_TRUE(registry().ReadSwitches("bob")->off.empty());
  ASSERT_TRUE(registry().WriteSwitches("ann", {}));
  EXPECT_TRUE(registry().ReadSwitches("ann")->off.empty());
}

TEST_P(PushRegistryContract, ErasesAUserAndNobodyElse) {
  Put(Sample("ann", "a"));
  Put(Sample("bob", "b"));
  ASSERT_TRUE(registry().WriteSwitches("ann", {{NotificationKind::kStarted}}));
  ASSERT_TRUE(registry().EraseUser("ann"));
  EXPECT_EQ(Ids("ann"), Keys{});
  EXPECT_TRUE(registry().ReadSwitches("ann")->off.empty());
  EXPECT_EQ(Ids("bob"), Keys{"bob-b"});
  Put(Sample("cyd", "a"));
  EXPECT_EQ(Ids("cyd"), Keys{"cyd-a"});
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_PUSH_REGISTRY_CONTRACT_H_
