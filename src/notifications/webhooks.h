// Outgoing webhooks: every domain event, signed, to each configured endpoint, as Standard Webhooks
// 1.0 (standardwebhooks.com) has it.
//
//   POST <url>   webhook-id: <event's id>   webhook-timestamp, webhook-signature (v1)
//   {"type": "HistoricalSyncCompleted", "timestamp": "<of the event>", "data": {...}}
//
// The id is the event's: it stays the same over all tries, so that receivers can drop a second.
#ifndef COLDPATH_NOTIFICATIONS_WEBHOOKS_H_
#define COLDPATH_NOTIFICATIONS_WEBHOOKS_H_

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http.h"
#include "notifications/delivery_channel.h"
#include "tasks/job_store.h"
#include "tasks/notifier.h"

namespace coldpath::notifications {

inline constexpr const char* kWebhookChannel = "webhook";

struct WebhookEndpoint {
  std::string url;
  // Raw keys (tasks::ReadWebhookSecret), at least one: several while one is being replaced.
  std::vector<std::string> keys;
};

// Thread-safe; everything given must outlive it. An endpoint that is configured no more gets
// nothing more.
class WebhookChannel final : public DeliveryChannel {
 public:
  static constexpr std::chrono::seconds kTimeout{15};

  WebhookChannel(base::HttpClient& http, const base::Clock& clock,
                 std::vector<WebhookEndpoint> endpoints)
      : http_(http), clock_(clock), endpoints_(std::move(endpoints)) {}

  // Taken with a 2xx; 410 ends it; anything else is worth another try, not before Retry-After.
  void Send(const tasks::Delivery& delivery, Done done) override;
  // The specification's schedule: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h,
  // three days in all, each with up to a tenth more, so that endpoints are not met by a herd.
  std::optional<base::Duration> Pause(int attempts, base::Random& random) const override;
  base::MetricLabels Labels(const tasks::Delivery& delivery) const override;

 private:
  base::HttpClient& http_;
  const base::Clock& clock_;
  const std::vector<WebhookEndpoint> endpoints_;
};

// Publishes an event where it was published before, and then queues a delivery per endpoint: the
// relay waits for a row, never for a receiver. Idempotent by the event's id. Thread-safe;
// everything given must outlive it. Errors: those of `first` and of the queue.
class WebhookPublisher final : public tasks::EventPublisher {
 public:
  // `added` is called after deliveries have been queued.
  WebhookPublisher(tasks::EventPublisher& first, tasks::DeliveryQueue& queue,
                   const base::Clock& clock, std::vector<std::string> urls,
                   std::function<void()> added)
      : first_(first),
        queue_(queue),
        clock_(clock),
        urls_(std::move(urls)),
        added_(std::move(added)) {}
  base::Status Publish(const tasks::OutboxEvent& event) override;

 private:
  tasks::EventPublisher& first_;
  tasks::DeliveryQueue& queue_;
  const base::Clock& clock_;
  const std::vector<std::string> urls_;
  const std::function<void()> added_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_WEBHOOKS_H_
