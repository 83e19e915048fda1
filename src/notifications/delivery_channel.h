// How one kind of delivery (tasks/delivery_queue.h) reaches its receiver: a push service, a
// webhook. The Deliverer decides when.
#ifndef COLDPATH_NOTIFICATIONS_DELIVERY_CHANNEL_H_
#define COLDPATH_NOTIFICATIONS_DELIVERY_CHANNEL_H_

#include <functional>
#include <optional>
#include <string>

#include "base/metrics.h"
#include "base/random.h"
#include "tasks/delivery_queue.h"

namespace coldpath::notifications {

enum class DeliveryResult {
  kAccepted,  // the receiver has it
  kGone,      // there is no such receiver any more
  kOff,       // the person does not want it any more
  kRefused,   // the receiver will never take it: an operator has to look
  kLater,     // worth another try
};

struct DeliveryOutcome {
  DeliveryResult result = DeliveryResult::kRefused;
  std::optional<base::Instant> retry_at;  // of kLater: not before
  std::string reason;                     // for the log: never an address, a token or a key
};

// Thread-safe.
class DeliveryChannel {
 public:
  using Done = std::move_only_function<void(DeliveryOutcome)>;
  virtual ~DeliveryChannel() = default;
  // `done` is called exactly once, on any thread, possibly inside Send.
  virtual void Send(const tasks::Delivery& delivery, Done done) = 0;
  // How long to wait after so many tries without success; absent: give up.
  virtual std::optional<base::Duration> Pause(int attempts, base::Random& random) const = 0;
  // "code" and "channel" of the metric: both from closed sets.
  virtual base::MetricLabels Labels(const tasks::Delivery& delivery) const = 0;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_DELIVERY_CHANNEL_H_
