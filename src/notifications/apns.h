// Apple Push Notification service over HTTP/2 with token-based authentication. Facts: Apple,
// "Sending notification requests to APNs", "Establishing a token-based connection to APNs",
// "Handling notification responses from APNs".
#ifndef COLDPATH_NOTIFICATIONS_APNS_H_
#define COLDPATH_NOTIFICATIONS_APNS_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/http.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

inline constexpr std::string_view kApnsUrl = "https://api.push.apple.com";
inline constexpr std::string_view kApnsSandboxUrl = "https://api.sandbox.push.apple.com";

struct ApnsOptions {
  base::SigningKeyPtr key;  // the .p8 file from Apple's developer account, a P-256 key
  std::string key_id;       // 10 characters
  std::string team_id;      // 10 characters
  std::string topic;        // the app's bundle id
  std::string base_url{kApnsUrl};
};
// Error: config.invalid (a member is missing or is not what it should be).
base::Status CheckApnsOptions(const ApnsOptions& options);

// What is given must outlive the sender, and the sender its calls. `http` must speak HTTP/2, which
// net::MakeHttpClient's clients do with servers that offer it. REQUIRES: options that
// CheckApnsOptions takes.
std::unique_ptr<PushSender> MakeApnsSender(ApnsOptions options, base::HttpClient& http,
                                           const base::Clock& clock);

// Whether it looks like a device token: 64 to 200 hex digits, an even number. Error: push.refused.
base::Status CheckApnsToken(std::string_view token);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_APNS_H_
