// Sends what waits in the delivery queue, again and again until it is taken or worthless.
//
// Each delivery is sent at least once, and almost always once: what was sent and not settled when
// the process died is sent again by the next one, under the same collapse key (push) or the same id
// (webhook), so that a person sees one notification and a receiver can drop the second.
#ifndef COLDPATH_NOTIFICATIONS_DELIVERER_H_
#define COLDPATH_NOTIFICATIONS_DELIVERER_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "notifications/delivery_channel.h"
#include "tasks/delivery_queue.h"

namespace coldpath::notifications {

struct DelivererPorts {
  const base::Clock& clock;
  base::Random& random;
  base::Executor& executor;
  base::Metrics& metrics;
  base::Log& log;
  tasks::DeliveryQueue& queue;
};

struct DelivererOptions {
  base::Duration interval = std::chrono::seconds(1);  // of looking for what is due
  int in_flight_max = 32;
  int per_destination_max = 8;
  // After a crash, so long until what was in flight is taken up again. Within a process nothing is
  // sent twice at once, however long an answer takes.
  base::Duration lease = std::chrono::seconds(20);
  base::Duration tombstone_life = std::chrono::days(30);
  base::Duration prune_interval = std::chrono::hours(1);
};

// By Delivery::channel.
using DeliveryChannels = std::map<std::string, DeliveryChannel*>;

// Works from its construction on. The destructor stops it and waits for the step that is under way;
// answers that come later change nothing, and the next process sends again. Ports and channels must
// outlive it, and the executor's work. Thread-safe.
// Counts coldpath_notifications_total{code, channel, result}; result is accepted, gone, off,
// refused, later or expired.
class Deliverer {
 public:
  Deliverer(DelivererPorts ports, DeliveryChannels channels, DelivererOptions options = {});
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // Something was added: looks soon instead of after the interval.
  void Poke();

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_DELIVERER_H_
