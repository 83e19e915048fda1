// Pushes of the delivery queue: which subscription a delivery is for, and what the message says.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_CHANNEL_H_
#define COLDPATH_NOTIFICATIONS_PUSH_CHANNEL_H_

#include <map>
#include <string>

#include "notifications/delivery_channel.h"
#include "notifications/push_sender.h"
#include "tasks/push_registry.h"

namespace coldpath::notifications {

inline constexpr const char* kPushChannel = "push";
// A person who has not seen it for a day has seen the app meanwhile.
inline constexpr base::Duration kPushLife = std::chrono::hours(24);

// The delivery of a notification to one subscription. Its payload holds no address: that is looked
// up when it is sent.
tasks::Delivery PushDelivery(const tasks::Notification& notification,
                             const tasks::PushSubscription& subscription);

// Registry and senders must outlive the channel. A subscription that its push service does not know
// any more leaves the registry.
class PushChannel final : public DeliveryChannel {
 public:
  using Senders = std::map<tasks::PushKind, PushSender*>;
  // `public_url`: a click opens "<public_url>/jobs/<job>".
  PushChannel(tasks::PushRegistry& registry, Senders senders, std::string public_url)
      : registry_(registry), senders_(std::move(senders)), public_url_(std::move(public_url)) {}

  void Send(const tasks::Delivery& delivery, Done done) override;
  // Ten seconds, doubled each time up to half an hour, and between half and all of it.
  std::optional<base::Duration> Pause(int attempts, base::Random& random) const override;
  base::MetricLabels Labels(const tasks::Delivery& delivery) const override;

 private:
  tasks::PushRegistry& registry_;
  const Senders senders_;
  const std::string public_url_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_CHANNEL_H_
