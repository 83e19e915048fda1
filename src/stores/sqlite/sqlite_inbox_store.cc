#include "stores/sqlite/sqlite_inbox_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "documents/document.h"

namespace coldpath::stores {
namespace {

using documents::CorruptDocument;
using documents::FromMicros;
using documents::ToMicros;

using base::Result;
using tasks::NotificationKind;

// DO NOT CHANGE: column kind of table inbox holds these.
constexpr std::array<std::pair<NotificationKind, std::string_view>, 3> kKinds{{
    {NotificationKind::kStarted, "started"},
    {NotificationKind::kCompleted, "completed"},
    {NotificationKind::kFinishedWithErrors, "finished_with_errors"},
}};

std::string_view KindName(NotificationKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "";
}

Result<NotificationKind> FindKind(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return base::Fail(CorruptDocument("a notification", "unknown kind"));
}

}  // namespace

Result<bool> SqliteInboxStore::Add(const tasks::Notification& notification) {
  return db_.Write([&](Database& database) -> Result<bool> {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("INSERT INTO inbox(key, user_id, job_id, kind, push, time) "
                     "VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                     notification.key, notification.user_id, notification.job_id,
                     KindName(notification.kind), notification.push, ToMicros(notification.time)));
    return database.Changes() == 1;
  });
}

Result<std::vector<tasks::Notification>> SqliteInboxStore::List(const std::string& user_id,
                                                                int limit) {
  return db_.Read([&](Database& database) -> Result<std::vector<tasks::Notification>> {
    std::vector<tasks::Notification> notifications;
    COLDPATH_RETURN_IF_ERROR(ForEachRow(
        database.Query("SELECT key, user_id, job_id, kind, push, time FROM inbox "
                       "WHERE user_id=? ORDER BY time DESC, id DESC LIMIT ?",
                       user_id, std::max(limit, 1)),
        [&](Statement& row) -> base::Status {
          COLDPATH_ASSIGN_OR_RETURN(const NotificationKind kind, FindKind(row.TextView(3)));
          notifications.push_back({.key = row.Text(0),
                                   .user_id = row.Text(1),
                                   .job_id = row.Text(2),
                                   .kind = kind,
                                   .push = row.Int64(4) != 0,
                                   .time = FromMicros(row.Int64(5))});
          return {};
        }));
    return notifications;
  });
}

base::Status SqliteInboxStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM inbox WHERE user_id=? AND job_id=?", user_id, job_id);
  });
}

base::Status SqliteInboxStore::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM inbox WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
