#include "notifications/inbox_notifier.h"

namespace coldpath::notifications {

InboxNotifier::InboxNotifier(tasks::InboxStore& store, base::Metrics& metrics, base::Log& log)
    : store_(store), metrics_(metrics), log_(log) {}

base::Status InboxNotifier::Notify(const tasks::Notification& notification) {
  COLDPATH_ASSIGN_OR_RETURN(const bool added, store_.Add(notification));
  // A key that is known was delivered before a crash or by another handler: once is enough.
  if (!added) return {};
  const std::string code(tasks::NotificationCode(notification.kind));
  metrics_.Count("coldpath_notifications_total",
                 {{"code", code}, {"channel", "inbox"}, {"result", "accepted"}});
  log_.Info("notified", {{"job", notification.job_id}, {"code", code}});
  return {};
}

}  // namespace coldpath::notifications
