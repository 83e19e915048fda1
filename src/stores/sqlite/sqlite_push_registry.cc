#include "stores/sqlite/sqlite_push_registry.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "documents/document.h"

namespace coldpath::stores {
namespace {

using base::Result;
using base::Status;
using documents::CorruptDocument;
using documents::FromMicros;
using documents::ToMicros;
using tasks::NotificationKind;
using tasks::PushSubscription;
using tasks::PushSwitches;

// DO NOT CHANGE what these give: rows in the field hold it.
std::string AddressDigest(const PushSubscription& subscription) {
  return base::Sha256Hex(std::string(Name(subscription.kind)) + " " + subscription.address);
}
std::string SealContext(const std::string& id) { return "push " + id; }

std::string SecretsOf(const PushSubscription& subscription) {
  return base::DumpJson({{"address", base::Base64UrlEncode(subscription.address)},
                         {"p256dh", base::Base64UrlEncode(subscription.p256dh)},
                         {"auth", base::Base64UrlEncode(subscription.auth)}});
}

Status ReadSecrets(const std::string& text, PushSubscription& subscription) {
  const auto json = base::ParseJson(text);
  const auto read = [&](const char* name, std::string& target) -> Status {
    const auto member = json ? base::FindString(*json, name) : std::nullopt;
    auto bytes = base::Base64UrlDecode(member.value_or("*"));
    if (!bytes) return base::Fail(CorruptDocument("a push subscription", "no secrets"));
    target = *std::move(bytes);
    return {};
  };
  COLDPATH_RETURN_IF_ERROR(read("address", subscription.address));
  COLDPATH_RETURN_IF_ERROR(read("p256dh", subscription.p256dh));
  return read("auth", subscription.auth);
}

}  // namespace

Status SqlitePushRegistry::Put(const PushSubscription& subscription) {
  if (!offered_.contains(subscription.kind)) {
    return base::Fail("push.kind_not_offered",
                      "This installation does not send push notifications "
                      "of the kind " +
                          std::string(Name(subscription.kind)) + ".");
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::string sealed,
                            vault_.Seal(SecretsOf(subscription), SealContext(subscription.id)));
  const std::string digest = AddressDigest(subscription);
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("DELETE FROM push_subscriptions WHERE address_digest=? AND id<>?", digest,
                     subscription.id));
    COLDPATH_ASSIGN_OR_RETURN(
        const auto others,
        FirstRow(database.Query("SELECT count(*) FROM push_subscriptions WHERE user_id=? AND id<>?",
                                subscription.user_id, subscription.id),
                 [](Statement& row) { return row.Int(0); }));
    if (others.value_or(0) >= kMostPerUser) {
      return base::Fail("push.too_many", "Notifications go to at most " +
                                             std::to_string(kMostPerUser) +
                                             " devices; remove one first.");
    }
    return database.Run(
        "INSERT INTO push_subscriptions(id, user_id, kind, address_digest, sealed, label, created) "
        "VALUES(?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET sealed=excluded.sealed, "
        "label=excluded.label",
        subscription.id, subscription.user_id, Name(subscription.kind), digest, Blob{sealed},
        subscription.label, ToMicros(subscription.created));
  });
}

Result<std::vector<PushSubscription>> SqlitePushRegistry::List(const std::string& user_id) {
  std::vector<std::string> sealed;
  const auto read = [&](Database& database) -> Result<std::vector<PushSubscription>> {
    std::vector<PushSubscription> subscriptions;
    sealed.clear();
    COLDPATH_RETURN_IF_ERROR(
        ForEachRow(database.Query("SELECT id, kind, label, created, sealed FROM push_subscriptions "
                                  "WHERE user_id=? ORDER BY created, id",
                                  user_id),
                   [&](Statement& row) -> Status {
                     const auto kind = tasks::FindPushKind(row.TextView(1));
                     if (!kind)
                       return base::Fail(CorruptDocument("a push subscription", "unknown kind"));
                     PushSubscription subscription;
                     subscription.id = row.Text(0);
                     subscription.user_id = user_id;
                     subscription.kind = *kind;
                     subscription.label = row.Text(2);
                     subscription.created = FromMicros(row.Int64(3));
                     subscriptions.push_back(std::move(subscription));
                     sealed.push_back(row.Text(4));
                     return {};
                   }));
    return subscriptions;
  };
  COLDPATH_ASSIGN_OR_RETURN(std::vector<PushSubscription> subscriptions, db_.Read(read));
  std::vector<PushSubscription> opened;
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    const auto secrets = vault_.Open(sealed[i], SealContext(subscriptions[i].id));
    if (!secrets && secrets.error().code == "vault.not_authentic") continue;
    if (!secrets) return base::Fail(secrets.error());
    COLDPATH_RETURN_IF_ERROR(ReadSecrets(*secrets, subscriptions[i]));
    opened.push_back(std::move(subscriptions[i]));
  }
  return opened;
}

Status SqlitePushRegistry::Remove(const std::string& user_id, const std::string& id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM push_subscriptions WHERE id=? AND user_id=?", id, user_id);
  });
}

// Column off is an array of codes: ["N-04"].
Result<PushSwitches> SqlitePushRegistry::ReadSwitches(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(
      const std::optional<std::string> text, db_.Read([&](Database& database) {
        return FirstRow(database.Query("SELECT off FROM push_switches WHERE user_id=?", user_id),
                        [](Statement& row) { return row.Text(0); });
      }));
  PushSwitches switches;
  if (!text) return switches;
  const auto codes = base::ParseJson(*text);
  if (!codes || !codes->is_array()) {
    return base::Fail(CorruptDocument("push switches", "not an array"));
  }
  for (const base::Json& code : *codes) {
    const auto kind = tasks::FindNotificationKind(code.is_string() ? code.get<std::string>() : "");
    if (!kind) return base::Fail(CorruptDocument("push switches", "unknown code"));
    switches.off.insert(*kind);
  }
  return switches;
}

Status SqlitePushRegistry::WriteSwitches(const std::string& user_id, const PushSwitches& switches) {
  base::Json codes = base::Json::array();
  for (const NotificationKind kind : switches.off) codes.push_back(NotificationCode(kind));
  return db_.Write([&](Database& database) {
    return database.Run(
        "INSERT INTO push_switches(user_id, off) VALUES(?,?) "
        "ON CONFLICT DO UPDATE SET off=excluded.off",
        user_id, base::DumpJson(codes));
  });
}

Status SqlitePushRegistry::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("DELETE FROM push_subscriptions WHERE user_id=?", user_id));
    return database.Run("DELETE FROM push_switches WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
