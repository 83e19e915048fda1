// How this installation tells people and other systems what happened: inbox, pushes, webhooks; and
// the queue and the sender behind them.
#ifndef COLDPATH_APP_NOTIFICATION_PARTS_H_
#define COLDPATH_APP_NOTIFICATION_PARTS_H_

#include <memory>
#include <optional>
#include <string>

#include "api/api_handler.h"
#include "app/config.h"
#include "base/executor.h"
#include "base/http.h"
#include "notifications/deliverer.h"
#include "notifications/inbox_notifier.h"
#include "notifications/push_channel.h"
#include "notifications/push_notifier.h"
#include "notifications/webhooks.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_delivery_queue.h"
#include "stores/sqlite/sqlite_event_sink.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_push_registry.h"

namespace coldpath::app {

// What outlives the parts.
struct NotificationPorts {
  const base::Clock& clock;
  base::Random& random;
  base::Executor& executor;
  base::Metrics& metrics;
  base::Log& log;
  stores::ColdpathDb& db;
  tasks::KeyVault& vault;
};

// Thread-safe. Destroyed only after the executor has stopped.
class NotificationParts {
 public:
  // `public_url`: what a click on a notification opens lies below it. Makes the installation's key
  // for Web Push in the data folder if there is none. Errors: config.invalid, config.unreadable,
  // crypto.malformed.
  static base::Result<std::unique_ptr<NotificationParts>> Make(NotificationPorts ports,
                                                               const ServeConfig& config,
                                                               const std::string& public_url);
  ~NotificationParts();

  // From now on what waits is sent. Stop begins nothing new; what is in flight and not settled yet
  // is sent again by the next process.
  void Start();
  void Stop();

  stores::SqliteInboxStore& inbox() { return inbox_; }
  tasks::PushRegistry& registry() { return *registry_; }
  tasks::DeliveryQueue& queue() { return queue_; }
  tasks::Notifier& notifier() { return *notifier_; }
  tasks::EventPublisher& events() { return *events_; }
  const api::PushOffer& offer() const { return offer_; }
  // Error: push.refused.
  base::Status CheckAddress(tasks::PushKind kind, const std::string& address) const;

 private:
  NotificationParts(NotificationPorts ports, bool development);
  base::Status MakeSenders(const ServeConfig& config, const std::string& public_url);
  base::Status MakeWebPush(const ServeConfig& config, const std::string& public_url);
  base::Status MakeFcm(const PushConfig& config);
  base::Status MakeApns(const PushConfig& config);
  void MakeNotifier(const std::string& public_url);
  void MakeWebhooks(const ServeConfig& config);
  void Poke();

  const NotificationPorts ports_;
  const bool development_;
  stores::SqliteInboxStore inbox_;
  stores::SqliteEventSink sink_;
  stores::SqliteDeliveryQueue queue_;
  std::optional<stores::SqlitePushRegistry> registry_;
  // One for addresses that users name, one for those that the operator and the platforms do.
  std::unique_ptr<base::HttpClient> guarded_http_;
  std::unique_ptr<base::HttpClient> http_;
  std::map<tasks::PushKind, std::unique_ptr<notifications::PushSender>> senders_;
  api::PushOffer offer_;
  std::unique_ptr<notifications::PushChannel> push_;
  std::unique_ptr<notifications::WebhookChannel> webhooks_;
  notifications::InboxNotifier inbox_notifier_;
  std::unique_ptr<notifications::PushNotifier> notifier_;
  std::unique_ptr<notifications::WebhookPublisher> events_;
  base::Mutex mutex_;
  std::unique_ptr<notifications::Deliverer> deliverer_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_NOTIFICATION_PARTS_H_
