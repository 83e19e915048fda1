// The first Notifier: every notification arrives in the person's in-app inbox, whether it is also
// pushed or not.
#ifndef COLDPATH_NOTIFICATIONS_INBOX_NOTIFIER_H_
#define COLDPATH_NOTIFICATIONS_INBOX_NOTIFIER_H_

#include "base/log.h"
#include "base/metrics.h"
#include "tasks/notifier.h"

namespace coldpath::notifications {

// Thread-safe; everything given must outlive it. Errors are those of the store.
class InboxNotifier final : public tasks::Notifier {
 public:
  InboxNotifier(tasks::InboxStore& store, base::Metrics& metrics, base::Log& log);
  base::Status Notify(const tasks::Notification& notification) override;

 private:
  tasks::InboxStore& store_;
  base::Metrics& metrics_;
  base::Log& log_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_INBOX_NOTIFIER_H_
