#include "tasks/notifier.h"

namespace coldpath::tasks {

// The texts are part of the product's requirements (FR-4): change them there first.
std::string_view NotificationCode(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::kStarted:
      return "N-04";
    case NotificationKind::kCompleted:
      return "N-05";
    case NotificationKind::kFinishedWithErrors:
      return "N-06";
  }
  return "";
}

std::string_view NotificationText(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::kStarted:
      return "Your historical sync has started...";
    case NotificationKind::kCompleted:
      return "Your historical sync is complete.";
    case NotificationKind::kFinishedWithErrors:
      return "Your historical sync finished with some errors.";
  }
  return "";
}

std::optional<NotificationKind> FindNotificationKind(std::string_view code) {
  for (const NotificationKind kind : kAllNotificationKinds) {
    if (code == NotificationCode(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace coldpath::tasks
