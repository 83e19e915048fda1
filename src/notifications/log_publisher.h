// The EventPublisher of a single machine: domain events go to the operators' log.
#ifndef COLDPATH_NOTIFICATIONS_LOG_PUBLISHER_H_
#define COLDPATH_NOTIFICATIONS_LOG_PUBLISHER_H_

#include "base/log.h"
#include "base/metrics.h"
#include "tasks/notifier.h"

namespace coldpath::notifications {

// Thread-safe; what is given must outlive it. Never fails.
class LogPublisher final : public tasks::EventPublisher {
 public:
  LogPublisher(base::Metrics& metrics, base::Log& log) : metrics_(metrics), log_(log) {}
  base::Status Publish(const tasks::OutboxEvent& event) override;

 private:
  base::Metrics& metrics_;
  base::Log& log_;
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_LOG_PUBLISHER_H_
