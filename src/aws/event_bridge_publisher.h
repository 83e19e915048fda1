// Domain events on an Amazon EventBridge bus (API 2015-10-07).
#ifndef COLDPATH_AWS_EVENT_BRIDGE_PUBLISHER_H_
#define COLDPATH_AWS_EVENT_BRIDGE_PUBLISHER_H_

#include <string>

#include "aws/aws_client.h"
#include "tasks/job_store.h"
#include "tasks/notifier.h"

namespace coldpath::aws {

struct EventBridgeSettings {
  std::string bus = "default";  // name or ARN
  std::string source = "coldpath";
};

// Thread-safe. An event's type is the detail-type, its data with "eventId" added the detail: what
// rules match and subscribers drop repetitions by. Errors: events.unavailable (could not be asked),
// events.refused (the bus took the call and not the event).
class EventBridgePublisher final : public tasks::EventPublisher {
 public:
  EventBridgePublisher(AwsClient& client, EventBridgeSettings settings);
  base::Status Publish(const tasks::OutboxEvent& event) override;

 private:
  AwsClient& client_;
  const EventBridgeSettings settings_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_EVENT_BRIDGE_PUBLISHER_H_
