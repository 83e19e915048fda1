#include "aws/dynamodb/dynamo_inbox_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "documents/document.h"

namespace coldpath::aws {
namespace {

using base::Result;
using base::Status;
using dynamodb::Item;
using dynamodb::PutWrite;
using dynamodb::Text;
using tasks::Notification;
using tasks::NotificationKind;

constexpr const char* kKey = "Key";
constexpr const char* kJobId = "JobId";
constexpr const char* kKind = "Kind";
constexpr const char* kPush = "Push";
constexpr const char* kTime = "Time";

// DO NOT CHANGE: attribute Kind holds these.
constexpr std::array<std::pair<NotificationKind, std::string_view>, 3> kKinds{{
    {NotificationKind::kStarted, "started"},
    {NotificationKind::kCompleted, "completed"},
    {NotificationKind::kFinishedWithErrors, "finished_with_errors"},
}};

std::string_view KindName(NotificationKind kind) {
  return std::ranges::find(kKinds, kind, [](const auto& one) { return one.first; })->second;
}

Result<Notification> NotificationFromItem(const std::string& user_id, const Item& item) {
  dynamodb::ItemReader reader(item, "a notification");
  Notification notification{.key = reader.Text(kKey),
                            .user_id = user_id,
                            .job_id = reader.Text(kJobId),
                            .push = reader.Flag(kPush),
                            .time = documents::FromMicros(reader.Number(kTime))};
  const std::string name = reader.Text(kKind);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  const auto kind = std::ranges::find(kKinds, name, [](const auto& one) { return one.second; });
  if (kind == kKinds.end()) {
    return base::Fail("store.corrupt", "DynamoDB: a notification is of unknown kind");
  }
  notification.kind = kind->first;
  return notification;
}

}  // namespace

Result<bool> DynamoInboxStore::Add(const Notification& notification) {
  const std::int64_t micros = documents::ToMicros(notification.time);
  Item item = dynamodb::NewItem(dynamodb::InboxKey(notification.user_id, micros, notification.key));
  item[kKey] = Text(notification.key);
  item[kJobId] = Text(notification.job_id);
  item[kKind] = Text(KindName(notification.kind));
  item[kPush] = dynamodb::Flag(notification.push);
  item[kTime] = dynamodb::Number(micros);
  Item marker = dynamodb::NewItem(dynamodb::InboxMarkerKey(notification.user_id, notification.key));
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome,
      table_.Transact({PutWrite(table_.name(), std::move(marker), dynamodb::IsAbsent()),
                       PutWrite(table_.name(), std::move(item))}));
  return outcome.committed;
}

Result<std::vector<Notification>> DynamoInboxStore::List(const std::string& user_id, int limit) {
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(dynamodb::kInboxPrefix),
                                          .newest_first = true,
                                          .limit = std::max(limit, 1)}));
  std::vector<Notification> notifications;
  for (const Item& item : items) {
    COLDPATH_ASSIGN_OR_RETURN(Notification notification, NotificationFromItem(user_id, item));
    notifications.push_back(std::move(notification));
  }
  return notifications;
}

Status DynamoInboxStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(dynamodb::kInboxPrefix),
                                          .with = std::pair(std::string(kJobId), job_id)}));
  std::vector<dynamodb::ItemKey> keys = dynamodb::KeysOf(items);
  for (const Item& item : items) {
    keys.push_back(dynamodb::InboxMarkerKey(user_id, dynamodb::FindText(item, kKey).value_or("")));
  }
  return table_.DeleteAll(keys);
}

Status DynamoInboxStore::EraseUser(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(dynamodb::kAllInboxPrefix),
                                          .keys_only = true}));
  return table_.DeleteAll(dynamodb::KeysOf(items));
}

}  // namespace coldpath::aws
