#include "notifications/push_notifier.h"

#include <vector>

#include "notifications/push_channel.h"

namespace coldpath::notifications {

base::Status PushNotifier::Notify(const tasks::Notification& notification) {
  COLDPATH_RETURN_IF_ERROR(inbox_.Notify(notification));
  if (!notification.push) return {};
  COLDPATH_ASSIGN_OR_RETURN(const tasks::PushSwitches switches,
                            registry_.ReadSwitches(notification.user_id));
  std::vector<tasks::Delivery> deliveries;
  if (switches.Wants(notification.kind)) {
    COLDPATH_ASSIGN_OR_RETURN(const auto subscriptions, registry_.List(notification.user_id));
    for (const tasks::PushSubscription& subscription : subscriptions) {
      deliveries.push_back(PushDelivery(notification, subscription));
    }
  }
  COLDPATH_ASSIGN_OR_RETURN(const bool entered, queue_.Add(notification.key, notification.user_id,
                                                           deliveries, clock_.Now()));
  if (entered && !deliveries.empty()) added_();
  return {};
}

}  // namespace coldpath::notifications
