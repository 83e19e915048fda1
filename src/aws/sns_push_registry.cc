#include "aws/sns_push_registry.h"

#include <algorithm>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "base/crypto.h"
#include "documents/document.h"

namespace coldpath::aws {
namespace {

using base::Result;
using base::Status;
using dynamodb::Item;
using dynamodb::ItemKey;
using dynamodb::PutWrite;
using dynamodb::Text;
using tasks::PushKind;
using tasks::PushSubscription;
using tasks::PushSwitches;

constexpr std::string_view kSubscriptionPrefix = "INBOXPUSHSUB#";
constexpr const char* kSwitchesKey = "INBOXPUSHOFF";
constexpr const char* kOwnerKey = "PUSHOWNER";
constexpr const char* kKind = "Kind";
constexpr const char* kLabel = "Label";
constexpr const char* kCreated = "Created";  // microseconds
constexpr const char* kEndpoint = "Endpoint";
constexpr const char* kUser = "User";
constexpr const char* kSubscription = "Subscription";
constexpr const char* kOff = "Off";  // codes, separated by blanks

ItemKey SubscriptionKey(const std::string& user_id, const std::string& id) {
  return {dynamodb::UserPartition(user_id), std::string(kSubscriptionPrefix) + id};
}
ItemKey SwitchesKey(const std::string& user_id) {
  return {dynamodb::UserPartition(user_id), kSwitchesKey};
}
ItemKey OwnerKey(const std::string& endpoint) {
  return {"PUSHOWNER#" + base::Sha256Hex(endpoint).substr(0, 32), kOwnerKey};
}

Result<PushSubscription> SubscriptionFromItem(const std::string& user_id, const Item& item) {
  dynamodb::ItemReader reader(item, "a push subscription");
  PushSubscription row;
  row.user_id = user_id;
  row.id = dynamodb::AfterPrefix(reader.Text(dynamodb::kSortKey), kSubscriptionPrefix);
  row.address = reader.Text(kEndpoint);
  row.label = reader.Text(kLabel);
  row.created = documents::FromMicros(reader.Number(kCreated));
  const std::string name = reader.Text(kKind);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  const auto kind = tasks::FindPushKind(name);
  if (!kind) {
    return base::Fail("store.corrupt", "DynamoDB: a push subscription is of unknown kind");
  }
  row.kind = *kind;
  return row;
}

base::Error TooMany() {
  return {"push.too_many", "Notifications go to at most " +
                               std::to_string(tasks::PushRegistry::kMostPerUser) +
                               " devices; remove one first."};
}

}  // namespace

const std::string& SnsPushRegistry::PlatformOf(PushKind kind) const {
  static const std::string none;
  return kind == PushKind::kFcm ? platforms_.fcm : kind == PushKind::kApns ? platforms_.apns : none;
}

Result<std::vector<PushSubscription>> SnsPushRegistry::ReadRows(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(kSubscriptionPrefix)}));
  std::vector<PushSubscription> rows;
  for (const Item& item : items) {
    COLDPATH_ASSIGN_OR_RETURN(PushSubscription row, SubscriptionFromItem(user_id, item));
    rows.push_back(std::move(row));
  }
  return rows;
}

Status SnsPushRegistry::Forget(const PushSubscription& row) {
  COLDPATH_RETURN_IF_ERROR(endpoints_.Remove(row.user_id, row.address));
  return table_.DeleteAll({SubscriptionKey(row.user_id, row.id)});
}

Status SnsPushRegistry::TakeFromOthers(const std::string& user_id, const std::string& endpoint) {
  COLDPATH_ASSIGN_OR_RETURN(const auto owner, table_.Get(OwnerKey(endpoint)));
  if (!owner) return {};
  dynamodb::ItemReader reader(*owner, "a device's owner");
  PushSubscription row;
  row.user_id = reader.Text(kUser);
  row.id = reader.Text(kSubscription);
  row.address = endpoint;
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  if (row.user_id == user_id) return {};
  return Forget(row);
}

Status SnsPushRegistry::Put(const PushSubscription& subscription) {
  const std::string& platform = PlatformOf(subscription.kind);
  if (platform.empty()) {
    return base::Fail("push.kind_not_offered",
                      "This installation does not send push notifications "
                      "of the kind " +
                          std::string(Name(subscription.kind)) + ".");
  }
  const std::string& user = subscription.user_id;
  COLDPATH_ASSIGN_OR_RETURN(const auto rows, List(user));
  const auto known = std::ranges::find(rows, subscription.id, &PushSubscription::id);
  if (known == rows.end() && rows.size() >= static_cast<std::size_t>(kMostPerUser)) {
    return base::Fail(TooMany());
  }
  auto endpoint = endpoints_.Register(user, platform, subscription.address);
  if (!endpoint) {
    return base::Fail(endpoint.error().code == "push.too_many_devices" ? TooMany()
                                                                       : endpoint.error());
  }
  COLDPATH_RETURN_IF_ERROR(TakeFromOthers(user, *endpoint));
  Item owner = dynamodb::NewItem(OwnerKey(*endpoint));
  owner[kUser] = Text(user);
  owner[kSubscription] = Text(subscription.id);
  Item row = dynamodb::NewItem(SubscriptionKey(user, subscription.id));
  row[kKind] = Text(Name(subscription.kind));
  row[kLabel] = Text(subscription.label);
  row[kEndpoint] = Text(*endpoint);
  row[kCreated] = dynamodb::Number(
      documents::ToMicros(known == rows.end() ? subscription.created : known->created));
  COLDPATH_RETURN_IF_ERROR(table_.Transact(
      {PutWrite(table_.name(), std::move(owner)), PutWrite(table_.name(), std::move(row))}));
  return {};
}

Result<std::vector<PushSubscription>> SnsPushRegistry::List(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(std::vector<PushSubscription> rows, ReadRows(user_id));
  if (rows.empty()) return rows;
  COLDPATH_ASSIGN_OR_RETURN(const auto alive, endpoints_.List(user_id));
  std::erase_if(rows, [&](const PushSubscription& row) {
    return std::ranges::find(alive, row.address) == alive.end();
  });
  std::ranges::sort(
      rows, {}, [](const PushSubscription& row) { return std::make_pair(row.created, row.id); });
  return rows;
}

Status SnsPushRegistry::Remove(const std::string& user_id, const std::string& id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item,
                            table_.Get(SubscriptionKey(user_id, dynamodb::BoundedId(id))));
  if (!item) return {};
  COLDPATH_ASSIGN_OR_RETURN(const PushSubscription row, SubscriptionFromItem(user_id, *item));
  COLDPATH_RETURN_IF_ERROR(table_.DeleteAll({OwnerKey(row.address)}));
  return Forget(row);
}

Result<PushSwitches> SnsPushRegistry::ReadSwitches(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(SwitchesKey(user_id)));
  PushSwitches switches;
  if (!item) return switches;
  dynamodb::ItemReader reader(*item, "push switches");
  const std::string codes = reader.Text(kOff);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  for (const tasks::NotificationKind kind : tasks::kAllNotificationKinds) {
    if (codes.find(NotificationCode(kind)) != std::string::npos) switches.off.insert(kind);
  }
  return switches;
}

Status SnsPushRegistry::WriteSwitches(const std::string& user_id, const PushSwitches& switches) {
  std::string codes;
  for (const tasks::NotificationKind kind : switches.off) {
    codes += (codes.empty() ? "" : " ") + std::string(NotificationCode(kind));
  }
  Item item = dynamodb::NewItem(SwitchesKey(user_id));
  item[kOff] = Text(codes);
  COLDPATH_RETURN_IF_ERROR(table_.WriteOne(PutWrite(table_.name(), std::move(item))));
  return {};
}

Status SnsPushRegistry::EraseUser(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto rows, ReadRows(user_id));
  for (const PushSubscription& row : rows) {
    COLDPATH_RETURN_IF_ERROR(table_.DeleteAll({OwnerKey(row.address)}));
    COLDPATH_RETURN_IF_ERROR(Forget(row));
  }
  return table_.DeleteAll({SwitchesKey(user_id)});
}

}  // namespace coldpath::aws
