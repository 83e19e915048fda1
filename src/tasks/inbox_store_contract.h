// What every InboxStore promises, as tests. Include in one file of a test program, and instantiate
// InboxStoreContract with makers of harnesses of empty stores.
#ifndef COLDPATH_TASKS_INBOX_STORE_CONTRACT_H_
#define COLDPATH_TASKS_INBOX_STORE_CONTRACT_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/notifier.h"

namespace coldpath::tasks {

class InboxStoreHarness {
 public:
  virtual ~InboxStoreHarness() = default;
  virtual InboxStore& store() = 0;
};
struct InboxStoreMaker {
  std::function<std::unique_ptr<InboxStoreHarness>()> make;
};

class InboxStoreContract : public ::testing::TestWithParam<InboxStoreMaker> {
 protected:
  InboxStoreContract() : harness_(GetParam().make()) {}
  InboxStore& store() { return harness_->store(); }
  static Notification Sample(const std::string& user, const std::string& key, int seconds) {
    return {.key = key,
            .user_id = user,
            .job_id = "job",
            .kind = NotificationKind::kFinishedWithErrors,
            .push = false,
            .time = base::FromUnixSeconds(1'800'000'000 + seconds)};
  }
  std::unique_ptr<InboxStoreHarness> harness_;
};

TEST_P(InboxStoreContract, AKeyIsAddedOnce) {
  EXPECT_EQ(store().Add(Sample("ann", "e1 N-04", 1)), true);
  EXPECT_EQ(store().Add(Sample("ann", "e1 N-04", 2)), false);
  const auto all = store().List("ann", 10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->at(0).key, "e1 N-04");
  EXPECT_EQ(all->at(0).user_id, "ann");
  EXPECT_EQ(all->at(0).job_id, "job");
  EXPECT_EQ(all->at(0).kind, NotificationKind::kFinishedWithErrors);
  EXPECT_FALSE(all->at(0).push);
  EXPECT_EQ(all->at(0).time, Sample("", "", 1).time);
}

TEST_P(InboxStoreContract, ListsTheNewestFirstOfOneUser) {
  for (const int at : {2, 3, 1}) {
    ASSERT_TRUE(store().Add(Sample("ann", std::to_string(at), at)));
  }
  ASSERT_TRUE(store().Add(Sample("bob", "9", 9)));
  const auto two = store().List("ann", 2);
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ(two->at(0).key, "3");
  EXPECT_EQ(two->at(1).key, "2");
}

TEST_P(InboxStoreContract, OneOfManySendersAdds) {
  std::atomic<int> added = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { added += *store().Add(Sample("ann", "k", i)) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(added, 1);
}

TEST_P(InboxStoreContract, ErasesAJobAndNothingElse) {
  Notification other = Sample("ann", "b", 2);
  other.job_id = "other";
  ASSERT_TRUE(store().Add(Sample("ann", "a", 1)));
  ASSERT_TRUE(store().Add(other));
  ASSERT_TRUE(store().Add(Sample("bob", "c", 1)));
  ASSERT_TRUE(store().EraseJob("ann", "job"));
  ASSERT_TRUE(store().EraseJob("ann", "job"));
  ASSERT_EQ(store().List("ann", 10)->size(), 1u);
  EXPECT_EQ(store().List("ann", 10)->at(0).job_id, "other");
  EXPECT_EQ(store().List("bob", 10)->size(), 1u);
  EXPECT_EQ(store().Add(Sample("ann", "a", 1)), true);
}

TEST_P(InboxStoreContract, ErasesAUserAndNobodyElse) {
  ASSERT_TRUE(store().Add(Sample("ann", "a", 1)));
  ASSERT_TRUE(store().Add(Sample("bob", "b", 1)));
  ASSERT_TRUE(store().EraseUser("ann"));
  EXPECT_TRUE(store().List("ann", 10)->empty());
  EXPECT_EQ(store().List("bob", 10)->size(), 1u);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_INBOX_STORE_CONTRACT_H_
