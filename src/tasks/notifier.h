// Port: tells the person. Adapters: the in-app inbox (notifications/), later web push, FCM, APNs,
// SNS.
#ifndef COLDPATH_TASKS_NOTIFIER_H_
#define COLDPATH_TASKS_NOTIFIER_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace coldpath::tasks {

enum class NotificationKind { kStarted, kCompleted, kFinishedWithErrors };
// "N-04", "N-05", "N-06" and their texts.
std::string_view NotificationCode(NotificationKind kind);
std::string_view NotificationText(NotificationKind kind);
// By its code.
std::optional<NotificationKind> FindNotificationKind(std::string_view code);
inline constexpr std::array kAllNotificationKinds{NotificationKind::kStarted,
                                                  NotificationKind::kCompleted,
                                                  NotificationKind::kFinishedWithErrors};

struct Notification {
  // Execution name and code: at most one of each is delivered, however often it is sent.
  std::string key;
  std::string user_id;
  std::string job_id;
  NotificationKind kind = NotificationKind::kStarted;
  bool push = true;  // false: the inbox only (first_week)
  base::Instant time;
};

class Notifier {
 public:
  virtual ~Notifier() = default;
  // Idempotent by key. Errors: those of the adapter's store or service; the caller retries.
  virtual base::Status Notify(const Notification& notification) = 0;
};

// Port: the inbox's rows.
class InboxStore {
 public:
  virtual ~InboxStore() = default;
  // True if the key was new.
  virtual base::Result<bool> Add(const Notification& notification) = 0;
  // Newest first.
  virtual base::Result<std::vector<Notification>> List(const std::string& user_id, int limit) = 0;
  // Forgets what was said about one job; it may be said anew.
  virtual base::Status EraseJob(const std::string& user_id, const std::string& job_id) = 0;
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

// Port: where domain events go (HistoricalSyncCompleted): the log here, EventBridge and webhooks
// later.
struct OutboxEvent;
class EventPublisher {
 public:
  virtual ~EventPublisher() = default;
  // May be called again with the same event id; receivers drop the second.
  virtual base::Status Publish(const OutboxEvent& event) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_NOTIFIER_H_
