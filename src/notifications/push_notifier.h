// The Notifier of a service that pushes: the inbox first, then a delivery for each device.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_NOTIFIER_H_
#define COLDPATH_NOTIFICATIONS_PUSH_NOTIFIER_H_

#include <functional>

#include "base/clock.h"
#include "tasks/delivery_queue.h"
#include "tasks/notifier.h"
#include "tasks/push_registry.h"

namespace coldpath::notifications {

// Who is to be pushed to is decided once per notification, in one transaction under its key: the
// devices that the person has at that moment, or none if the switch is off. Notified again after a
// crash, it changes nothing; so each device gets each kind once per execution.
// Thread-safe; everything given must outlive it. Errors: the inbox's, the registry's, the queue's.
class PushNotifier final : public tasks::Notifier {
 public:
  // `added` is called after deliveries have been queued; on any thread.
  PushNotifier(tasks::Notifier& inbox, tasks::PushRegistry& registry, tasks::DeliveryQueue& queue,
               const base::Clock& clock, std::function<void()> added)
      : inbox_(inbox),
        registry_(registry),
        queue_(queue),
        clock_(clock),
        added_(std::move(added)) {}
  base::Status Notify(const tasks::Notification& notification) override;

 private:
  tasks::Notifier& inbox_;
  tasks::PushRegistry& registry_;
  tasks::DeliveryQueue& queue_;
  const base::Clock& clock_;
  const std::function<void()> added_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_NOTIFIER_H_
