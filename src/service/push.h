// Use case: a person wants notifications on a device.
#ifndef COLDPATH_SERVICE_PUSH_H_
#define COLDPATH_SERVICE_PUSH_H_

#include <string>

#include "service/context.h"

namespace coldpath::service {

// What a client says of its device; the fields are those of tasks::PushSubscription.
struct PushRegistration {
  tasks::PushKind kind = tasks::PushKind::kWebPush;
  std::string address;
  std::string p256dh;
  std::string auth;
  std::string label;
};

inline constexpr std::size_t kPushAddressBytesMax = 4096;
inline constexpr std::size_t kPushLabelBytesMax = 100;

// Asked again with the same address: the same subscription, with its first time of creation.
// Errors: push.refused (with what is wrong), push.too_many, push.kind_not_offered.
base::Result<tasks::PushSubscription> RegisterPush(const Context& context,
                                                   const std::string& user_id,
                                                   const PushRegistration& registration);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_PUSH_H_
