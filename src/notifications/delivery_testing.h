// What the tests of deliveries share: inbox, registry, queue and deliverer in simulated time, over
// stores that can let the process die, with push services and webhook receivers that do as they are
// told.
#ifndef COLDPATH_NOTIFICATIONS_DELIVERY_TESTING_H_
#define COLDPATH_NOTIFICATIONS_DELIVERY_TESTING_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "notifications/deliverer.h"
#include "notifications/inbox_notifier.h"
#include "notifications/push_channel.h"
#include "notifications/push_notifier.h"
#include "notifications/webhooks.h"
#include "sim/sim_executor.h"
#include "sim/sim_network.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_delivery_queue.h"
#include "stores/sqlite/sqlite_event_sink.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_push_registry.h"

namespace coldpath::notifications::test {

using tasks::NotificationKind;
using tasks::PushKind;

class PlainVault final : public tasks::KeyVault {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view) override {
    return std::string(plain);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view) override {
    return std::string(sealed);
  }
};

class LabelledMetrics final : public base::Metrics {
 public:
  void Count(std::string_view name, const base::MetricLabels& labels, double by) override {
    EXPECT_EQ(name, "coldpath_notifications_total");
    counts[labels.at("code") + " " + labels.at("channel") + " " + labels.at("result")] += by;
  }
  void Observe(std::string_view, double, const base::MetricLabels&) override {}
  void SetGauge(std::string_view, double, const base::MetricLabels&) override {}
  std::map<std::string, double> counts;
};

// A push service: answers after a while, as it is told.
class FakeSender final : public PushSender {
 public:
  explicit FakeSender(sim::SimExecutor& executor) : executor_(executor) {}
  void Send(const tasks::PushSubscription& subscription, const PushMessage& message,
            Done done) override {
    sent.push_back({subscription, message, executor_.Now()});
    most_at_once = std::max(most_at_once, ++at_once);
    executor_.PostAt(executor_.Now() + latency,
                     [this, id = subscription.id, done = std::move(done)]() mutable {
                       --at_once;
                       done(answer ? answer(id) : PushOutcome{PushVerdict::kAccepted, {}, ""});
                     });
  }
  struct Sent {
    tasks::PushSubscription subscription;
    PushMessage message;
    base::Instant at;
  };
  std::vector<Sent> sent;
  std::function<PushOutcome(const std::string& subscription)> answer;
  base::Duration latency = std::chrono::milliseconds(100);
  int at_once = 0;
  int most_at_once = 0;

 private:
  sim::SimExecutor& executor_;
};

// Counts what is done to the queue and the inbox, and lets the process die before one of them.
struct Fate {
  bool Alive() {
    if (dead || steps++ == dies_before) dead = true;
    return !dead;
  }
  // Lets the process die before step number `step` from now on.
  void DieBefore(int step) {
    steps = 0;
    dies_before = step;
  }
  int dies_before = -1;
  std::atomic<int> steps = 0;
  std::atomic<bool> dead = false;
};
inline const std::unexpected<base::Error> kDead = base::Fail("store.io", "The process is dying.");

class MortalQueue final : public tasks::DeliveryQueue {
 public:
  MortalQueue(tasks::DeliveryQueue& queue, Fate& fate) : queue_(queue), fate_(fate) {}
  base::Result<bool> Add(const std::string& batch, const std::string& user,
                         const std::vector<tasks::Delivery>& deliveries,
                         base::Instant now) override {
    if (!fate_.Alive()) return kDead;
    return queue_.Add(batch, user, deliveries, now);
  }
  base::Result<std::vector<tasks::Delivery>> TakeDue(base::Instant now,
                                                     const tasks::TakeLimits& limits) override {
    if (!fate_.Alive()) return kDead;
    return queue_.TakeDue(now, limits);
  }
  base::Status Settle(const std::string& key, base::Instant now) override {
    if (!fate_.Alive()) return kDead;
    return queue_.Settle(key, now);
  }
  base::Status Reschedule(const std::string& key, base::Instant due) override {
    if (!fate_.Alive()) return kDead;
    return queue_.Reschedule(key, due);
  }
  base::Result<int> CountWaiting() override { return queue_.CountWaiting(); }
  base::Status Prune(base::Instant before) override {
    if (!fate_.Alive()) return kDead;
    return queue_.Prune(before);
  }
  base::Status EraseUser(const std::string& user) override { return queue_.EraseUser(user); }

 private:
  tasks::DeliveryQueue& queue_;
  Fate& fate_;
};

class MortalInbox final : public tasks::InboxStore {
 public:
  MortalInbox(tasks::InboxStore& inbox, Fate& fate) : inbox_(inbox), fate_(fate) {}
  base::Result<bool> Add(const tasks::Notification& notification) override {
    if (!fate_.Alive()) return kDead;
    return inbox_.Add(notification);
  }
  base::Result<std::vector<tasks::Notification>> List(const std::string& user, int limit) override {
    return inbox_.List(user, limit);
  }
  base::Status EraseJob(const std::string& user, const std::string& job) override {
    return inbox_.EraseJob(user, job);
  }
  base::Status EraseUser(const std::string& user) override { return inbox_.EraseUser(user); }

 private:
  tasks::InboxStore& inbox_;
  Fate& fate_;
};

inline const std::string kKey(32, 'k');

struct World {
  // A long interval saves long simulations millions of steps.
  explicit World(base::Duration interval = std::chrono::seconds(1)) {
    options.interval = interval;
    for (const char* host : {"hooks.example", "other.example"}) {
      network.AddHost(host, [this, host](const base::HttpRequest& request, base::Instant now) {
        received.push_back({host, request, now});
        return sim::SimAnswer{hook_answers ? hook_answers(host) : base::HttpResponse{204, {}, ""},
                              std::chrono::milliseconds(5)};
      });
    }
    Boot();
  }
  ~World() {
    deliverer.reset();
    sim.DropAll();
  }
  void Boot() {
    fate.dead = false;
    fate.dies_before = -1;
    fate.steps = 0;
    deliverer = std::make_unique<Deliverer>(
        DelivererPorts{sim, random, sim, metrics, log, queue},
        DeliveryChannels{{kPushChannel, &push}, {kWebhookChannel, &hooks}}, options);
  }
  // What the process was doing is gone.
  void Crash() {
    deliverer.reset();
    sim.DropAll();
    web.at_once = 0;
    fcm.at_once = 0;
    Boot();
  }
  void Register(const std::string& id, PushKind kind = PushKind::kWebPush,
                const std::string& user = "ann") {
    tasks::PushSubscription subscription{.id = id, .user_id = user, .kind = kind};
    subscription.address =
        kind == PushKind::kWebPush ? "https://push.example/secret-" + id : "secret-" + id;
    subscription.created = sim.Now();
    ASSERT_TRUE(registry.Put(subscription));
  }
  tasks::Notification Note(const std::string& execution = "e1",
                           NotificationKind kind = NotificationKind::kCompleted) {
    return {.key = execution + "/" + std::string(NotificationCode(kind)),
            .user_id = "ann",
            .job_id = "job-1",
            .kind = kind,
            .push = true,
            .time = sim.Now()};
  }
  std::vector<std::string> SentTo(const FakeSender& sender) const {
    std::vector<std::string> ids;
    for (const auto& one : sender.sent) ids.push_back(one.subscription.id);
    return ids;
  }
  static tasks::OutboxEvent Event(const std::string& id) {
    return {.id = id,
            .type = "HistoricalSyncCompleted",
            .data = {{"userId", "ann"}, {"jobId", "job-1"}, {"outcome", "complete"}},
            .time = base::FromUnixSeconds(1'700'000'000)};
  }

  sim::SimExecutor sim{base::FromUnixSeconds(1'800'000'000)};
  base::SeededRandom random{3};
  std::vector<std::string> lines;
  base::Log log{sim, base::LogLevel::kInfo,
                [this](std::string_view line) { lines.emplace_back(line); }};
  LabelledMetrics metrics;
  Fate fate;
  PlainVault vault;
  std::unique_ptr<stores::ColdpathDb> db = *stores::ColdpathDb::Open(":memory:");
  stores::SqliteInboxStore inbox{*db};
  stores::SqlitePushRegistry registry{
      *db, vault, {PushKind::kWebPush, PushKind::kFcm, PushKind::kApns}};
  stores::SqliteDeliveryQueue rows{*db};
  stores::SqliteEventSink sink{*db};
  MortalInbox mortal_inbox{inbox, fate};
  MortalQueue queue{rows, fate};
  FakeSender web{sim};
  FakeSender fcm{sim};
  PushChannel push{
      registry, {{PushKind::kWebPush, &web}, {PushKind::kFcm, &fcm}}, "https://cold.example"};
  sim::SimHttpClient network{sim, {}};
  struct Received {
    std::string host;
    base::HttpRequest request;
    base::Instant at;
  };
  std::vector<Received> received;
  std::function<base::HttpResponse(const std::string& host)> hook_answers;
  WebhookChannel hooks{network,
                       sim,
                       {{"https://hooks.example/in", {kKey}},
                        {"https://other.example/in?token=s3cret", {kKey, std::string(32, 'o')}}}};
  InboxNotifier inbox_notifier{mortal_inbox, metrics, log};
  PushNotifier notifier{inbox_notifier, registry, queue, sim, [this] { deliverer->Poke(); }};
  WebhookPublisher publisher{sink,
                             queue,
                             sim,
                             {"https://hooks.example/in", "https://other.example/in?token=s3cret"},
                             [this] { deliverer->Poke(); }};
  DelivererOptions options;
  std::unique_ptr<Deliverer> deliverer;
};

}  // namespace coldpath::notifications::test

#endif  // COLDPATH_NOTIFICATIONS_DELIVERY_TESTING_H_
