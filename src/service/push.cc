#include "service/push.h"

#include <algorithm>

#include "base/ids.h"
#include "base/message_crypto.h"

namespace coldpath::service {
namespace {

constexpr std::size_t kAuthBytes = 16;  // RFC 8291 section 3.2

base::Status Check(const Context& context, const PushRegistration& registration) {
  if (registration.address.empty() || registration.address.size() > kPushAddressBytesMax) {
    return base::Fail("push.refused", "The device's address has to have 1 to " +
                                          std::to_string(kPushAddressBytesMax) + " characters.");
  }
  if (registration.label.size() > kPushLabelBytesMax) {
    return base::Fail("push.refused", "The label may have at most " +
                                          std::to_string(kPushLabelBytesMax) + " bytes.");
  }
  if (registration.kind == tasks::PushKind::kWebPush) {
    if (!base::CheckP256Point(registration.p256dh)) {
      return base::Fail("push.refused",
                        "keys.p256dh has to be an uncompressed point of the curve P-256 in "
                        "base64url: what PushSubscription.toJSON() gives.");
    }
    if (registration.auth.size() != kAuthBytes) {
      return base::Fail("push.refused", "keys.auth has to be 16 bytes in base64url.");
    }
  }
  if (!context.settings.check_push_address) return {};
  return context.settings.check_push_address(registration.kind, registration.address);
}

}  // namespace

base::Result<tasks::PushSubscription> RegisterPush(const Context& context,
                                                   const std::string& user_id,
                                                   const PushRegistration& registration) {
  COLDPATH_RETURN_IF_ERROR(Check(context, registration));
  tasks::PushSubscription subscription;
  subscription.id =
      base::MakeUuidV5(base::kColdpathNamespace, "push/" + std::string(Name(registration.kind)) +
                                                     "/" + user_id + "/" + registration.address);
  subscription.user_id = user_id;
  subscription.kind = registration.kind;
  subscription.address = registration.address;
  subscription.p256dh = registration.p256dh;
  subscription.auth = registration.auth;
  subscription.label = registration.label;
  subscription.created = context.clock.Now();
  COLDPATH_RETURN_IF_ERROR(context.push.Put(subscription));
  COLDPATH_ASSIGN_OR_RETURN(const auto all, context.push.List(user_id));
  const auto entered = std::ranges::find(all, subscription.id, &tasks::PushSubscription::id);
  if (entered != all.end()) subscription.created = entered->created;
  return subscription;
}

}  // namespace coldpath::service
