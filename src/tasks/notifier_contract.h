// What every Notifier promises of the inbox, as tests. Include in one file of a test program, and
// instantiate NotifierContract with makers of harnesses with an empty inbox.
#ifndef COLDPATH_TASKS_NOTIFIER_CONTRACT_H_
#define COLDPATH_TASKS_NOTIFIER_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/notifier.h"

namespace coldpath::tasks {

class NotifierHarness {
 public:
  virtual ~NotifierHarness() = default;
  virtual Notifier& notifier() = 0;
  virtual InboxStore& inbox() = 0;
  // From now on the inbox cannot be written.
  virtual void BreakInbox() = 0;
};
struct NotifierMaker {
  std::function<std::unique_ptr<NotifierHarness>()> make;
};

class NotifierContract : public ::testing::TestWithParam<NotifierMaker> {
 protected:
  NotifierContract() : harness_(GetParam().make()) {}
  static Notification Sample(const std::string& key) {
    return {.key = key,
            .user_id = "ann",
            .job_id = "job",
            .kind = NotificationKind::kCompleted,
            .push = true,
            .time = base::FromUnixSeconds(1'800'000'000)};
  }
  std::size_t Arrived() {
    const auto list = harness_->inbox().List("ann", 100);
    EXPECT_TRUE(list);
    return list ? list->size() : 0;
  }
  std::unique_ptr<NotifierHarness> harness_;
};

TEST_P(NotifierContract, EachKeyArrivesOnce) {
  for (const char* key : {"e1 N-05", "e1 N-05", "e2 N-05"}) {
    const auto told = harness_->notifier().Notify(Sample(key));
    ASSERT_TRUE(told) << told.error().message;
  }
  EXPECT_EQ(Arrived(), 2u);
}

TEST_P(NotifierContract, WhatIsNotPushedStillArrives) {
  Notification quiet = Sample("e1 N-05");
  quiet.push = false;
  ASSERT_TRUE(harness_->notifier().Notify(quiet));
  EXPECT_EQ(Arrived(), 1u);
}

TEST_P(NotifierContract, ManySendersTellOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(harness_->notifier().Notify(Sample("e1 N-05"))); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Arrived(), 1u);
}

TEST_P(NotifierContract, AnInboxThatFailsIsAnError) {
  harness_->BreakInbox();
  EXPECT_FALSE(harness_->notifier().Notify(Sample("e1 N-05")));
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_NOTIFIER_CONTRACT_H_
