// Port: on which devices a person wants to be told, and of what. Written by the API, read when a
// notification is sent.
#ifndef COLDPATH_TASKS_PUSH_REGISTRY_H_
#define COLDPATH_TASKS_PUSH_REGISTRY_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "tasks/notifier.h"

namespace coldpath::tasks {

enum class PushKind { kWebPush, kFcm, kApns };
// "web_push", "fcm", "apns".
std::string_view Name(PushKind kind);
std::optional<PushKind> FindPushKind(std::string_view name);

// One app on one device.
struct PushSubscription {
  std::string id;  // UUIDv5 of user, kind and address: registering again finds the same one
  std::string user_id;
  PushKind kind = PushKind::kWebPush;
  // Web Push: the push resource's URL (RFC 8030 section 2). FCM: the registration token. APNs: the
  // device token in hexadecimal. A secret: whoever has it can reach the device.
  std::string address;
  // Web Push only (RFC 8291 section 2): the device's P-256 public key, uncompressed, 65 bytes, and
  // its authentication secret, 16 bytes. Raw bytes.
  std::string p256dh;
  std::string auth;
  std::string label;  // what the person calls the device; may be empty
  base::Instant created;
};

// What a person does not want pushed; the inbox gets everything.
struct PushSwitches {
  std::set<NotificationKind> off;
  bool Wants(NotificationKind kind) const { return !off.contains(kind); }
};

class PushRegistry {
 public:
  static constexpr int kMostPerUser = 20;

  virtual ~PushRegistry() = default;
  // Enters or replaces it by id; `created` of a known one stays. An address belongs to one person:
  // entered for another, it leaves the first (a shared device). Errors: push.too_many (kMostPerUser
  // reached), push.kind_not_offered (this installation cannot send to that kind), push.refused.
  virtual base::Status Put(const PushSubscription& subscription) = 0;
  // In order of creation.
  virtual base::Result<std::vector<PushSubscription>> List(const std::string& user_id) = 0;
  // Succeeds if there is none.
  virtual base::Status Remove(const std::string& user_id, const std::string& id) = 0;
  // Everything on for users never heard of.
  virtual base::Result<PushSwitches> ReadSwitches(const std::string& user_id) = 0;
  virtual base::Status WriteSwitches(const std::string& user_id, const PushSwitches& switches) = 0;
  // Subscriptions and switches.
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_PUSH_REGISTRY_H_
