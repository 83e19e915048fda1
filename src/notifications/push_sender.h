// What a push is, and how one is sent to one device. One sender per kind of subscription: Web Push,
// FCM, APNs.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_SENDER_H_
#define COLDPATH_NOTIFICATIONS_PUSH_SENDER_H_

#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "tasks/push_registry.h"

namespace coldpath::notifications {

// One notification for one device. Devices collapse pushes of the same key into one, so that a push
// whose answer was lost can be sent again and is still seen once.
struct PushMessage {
  std::string key;   // execution name and code: "5f0c1a52-.../N-05"
  std::string code;  // "N-04", "N-05", "N-06"
  std::string title;
  std::string text;
  std::string job_id;
  std::string url;  // what a click opens: absolute, below the service's public URL
  base::Instant time;
  base::Instant expires;  // worthless afterwards
};

enum class PushVerdict {
  kAccepted,  // the push service has taken it
  kGone,      // the subscription does not exist any more: forget it
  kLater,     // try again, not before `retry_at` if the service said so
  kRefused,   // it will never be taken: our request or our credentials are wrong
};

struct PushOutcome {
  PushVerdict verdict = PushVerdict::kRefused;
  std::optional<base::Instant> retry_at;
  std::string reason;  // for the log: never an endpoint, a token or a key
};

class PushSender {
 public:
  using Done = std::move_only_function<void(PushOutcome)>;
  virtual ~PushSender() = default;
  // `done` is called exactly once, on any thread, possibly inside Send. REQUIRES: a subscription of
  // the sender's kind. Thread-safe.
  virtual void Send(const tasks::PushSubscription& subscription, const PushMessage& message,
                    Done done) = 0;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_SENDER_H_
