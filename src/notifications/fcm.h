// Firebase Cloud Messaging, HTTP v1: sends to Android apps, and to whatever else an app registered
// there. Facts: Firebase, "FCM HTTP v1 API" and "FCM error codes".
#ifndef COLDPATH_NOTIFICATIONS_FCM_H_
#define COLDPATH_NOTIFICATIONS_FCM_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/http.h"
#include "notifications/fcm_tokens.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

struct FcmOptions {
  ServiceAccount account;  // of ReadServiceAccount
  std::string base_url = "https://fcm.googleapis.com";
};

// What is given must outlive the sender, and the sender its calls.
std::unique_ptr<PushSender> MakeFcmSender(FcmOptions options, base::HttpClient& http,
                                          const base::Clock& clock);

// Whether it looks like a registration token: 1 to 4,096 characters of base64url and ":".
// Error: push.refused.
base::Status CheckFcmToken(std::string_view token);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_FCM_H_
