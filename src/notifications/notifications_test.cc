#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/mutex.h"
#include "notifications/delivery_testing.h"
#include "notifications/inbox_notifier.h"
#include "tasks/job_store.h"
#include "tasks/notifier_contract.h"

namespace coldpath::notifications {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class FixedClock final : public base::Clock {
 public:
  base::Instant Now() const override { return base::FromUnixSeconds(1'700'000'000); }
};

class CountingMetrics final : public base::Metrics {
 public:
  void Count(std::string_view name, const base::MetricLabels&, double by) override {
    base::MutexLock lock(mutex);
    counts[std::string(name)] += by;
  }
  void Observe(std::string_view, double, const base::MetricLabels&) override {}
  void SetGauge(std::string_view, double, const base::MetricLabels&) override {}
  base::Mutex mutex;
  std::map<std::string, double> counts;
};

// An inbox in memory, with the semantics of the port.
class MapInbox final : public tasks::InboxStore {
 public:
  base::Result<bool> Add(const tasks::Notification& notification) override {
    base::MutexLock lock(mutex);
    if (broken) return base::Fail("store.io", "the disk is gone");
    if (!keys.insert(notification.key).second) return false;
    rows.push_back(notification);
    return true;
  }
  base::Result<std::vector<tasks::Notification>> List(const std::string&, int) override {
    return rows;
  }
  base::Status EraseJob(const std::string&, const std::string&) override { return {}; }
  base::Status EraseUser(const std::string&) override { return {}; }

  base::Mutex mutex;
  bool broken = false;
  std::set<std::string> keys;
  std::vector<tasks::Notification> rows;
};

struct Fixture {
  FixedClock clock;
  std::vector<std::string> lines;
  base::Log log{clock, base::LogLevel::kInfo,
                [this](std::string_view line) { lines.emplace_back(line); }};
  CountingMetrics metrics;
  MapInbox inbox;
};

TEST(NotificationTextTest, IsWordForWordWhatTheRequirementsSay) {
  using tasks::NotificationKind;
  EXPECT_EQ(tasks::NotificationCode(NotificationKind::kStarted), "N-04");
  EXPECT_EQ(tasks::NotificationText(NotificationKind::kStarted),
            "Your historical sync has started...");
  EXPECT_EQ(tasks::NotificationCode(NotificationKind::kCompleted), "N-05");
  EXPECT_EQ(tasks::NotificationText(NotificationKind::kCompleted),
            "Your historical sync is complete.");
  EXPECT_EQ(tasks::NotificationCode(NotificationKind::kFinishedWithErrors), "N-06");
  EXPECT_EQ(tasks::NotificationText(NotificationKind::kFinishedWithErrors),
            "Your historical sync finished with some errors.");
}

TEST(InboxNotifierTest, DeliversEachKeyOnce) {
  Fixture f;
  InboxNotifier notifier(f.inbox, f.metrics, f.log);
  const tasks::Notification n{
      "execution N-05", "user", "job", tasks::NotificationKind::kCompleted, true, f.clock.Now()};
  EXPECT_TRUE(notifier.Notify(n));
  EXPECT_TRUE(notifier.Notify(n));
  EXPECT_THAT(f.inbox.rows, SizeIs(1));
  EXPECT_EQ(f.metrics.counts["coldpath_notifications_total"], 1);
  // The log names the job, never the person.
  ASSERT_THAT(f.lines, SizeIs(1));
  EXPECT_THAT(f.lines[0], HasSubstr("N-05"));
  EXPECT_THAT(f.lines[0], ::testing::Not(HasSubstr("\"user\"")));
}

TEST(InboxNotifierTest, PassesTheStoresErrorOn) {
  Fixture f;
  f.inbox.broken = true;
  InboxNotifier notifier(f.inbox, f.metrics, f.log);
  const base::Status status = notifier.Notify({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.io");
}

struct InboxHarness final : tasks::NotifierHarness {
  tasks::Notifier& notifier() override { return notifier_; }
  tasks::InboxStore& inbox() override { return f.inbox; }
  void BreakInbox() override { f.inbox.broken = true; }
  Fixture f;
  InboxNotifier notifier_{f.inbox, f.metrics, f.log};
};

using ::coldpath::tasks::NotifierContract;
INSTANTIATE_TEST_SUITE_P(Inbox, NotifierContract, ::testing::Values(tasks::NotifierMaker{[] {
                           return std::make_unique<InboxHarness>();
                         }}));

struct PushHarness final : tasks::NotifierHarness {
  tasks::Notifier& notifier() override { return notifier_; }
  tasks::InboxStore& inbox() override { return w.inbox; }
  void BreakInbox() override { w.fate.dead = true; }
  test::World w;
  PushNotifier notifier_{w.inbox_notifier, w.registry, w.queue, w.sim, [] {}};
};
INSTANTIATE_TEST_SUITE_P(Push, NotifierContract, ::testing::Values(tasks::NotifierMaker{[] {
                           return std::make_unique<PushHarness>();
                         }}));

}  // namespace
}  // namespace coldpath::notifications
