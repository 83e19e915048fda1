// Web Push: sends to browsers through the push service that each of them chose (RFC 8030).
#ifndef COLDPATH_NOTIFICATIONS_WEB_PUSH_H_
#define COLDPATH_NOTIFICATIONS_WEB_PUSH_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/http.h"
#include "base/random.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

struct WebPushOptions {
  base::SigningKeyPtr key;      // of LoadOrMakeVapidKey
  std::string contact;          // see CheckVapidContact
  bool allow_insecure = false;  // see CheckPushEndpoint
};

// What is given must outlive the sender and its calls. `http` should connect to public addresses
// alone (net::HttpClientOptions::public_addresses_only): who registers an endpoint chooses where we
// connect to.
std::unique_ptr<PushSender> MakeWebPushSender(WebPushOptions options, base::HttpClient& http,
                                              const base::Clock& clock, base::Random& random);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_WEB_PUSH_H_
