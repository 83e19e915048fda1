#include "aws/event_bridge_publisher.h"

#include <utility>

namespace coldpath::aws {
namespace {

base::Error RefusalOf(const base::Json& answer) {
  std::string why = "no reason given";
  const base::Json* const entries = base::FindMember(answer, "Entries");
  if (entries != nullptr && entries->is_array() && !entries->empty()) {
    const base::Json& entry = entries->front();
    why = base::FindString(entry, "ErrorCode").value_or(why);
    if (const auto message = base::FindString(entry, "ErrorMessage")) why += ": " + *message;
  }
  return {"events.refused", "EventBridge did not take the event: " + why.substr(0, 1024)};
}

}  // namespace

EventBridgePublisher::EventBridgePublisher(AwsClient& client, EventBridgeSettings settings)
    : client_(client), settings_(std::move(settings)) {}

base::Status EventBridgePublisher::Publish(const tasks::OutboxEvent& event) {
  base::Json detail = event.data.is_object() ? event.data : base::Json::object();
  detail["eventId"] = event.id;
  const base::Json entry{{"Time", base::UnixSeconds(event.time)},
                         {"Source", settings_.source},
                         {"DetailType", event.type},
                         {"Detail", base::DumpJson(detail)},
                         {"EventBusName", settings_.bus}};
  const auto answer =
      client_.CallJson("events", "AWSEvents.PutEvents", {{"Entries", base::Json::array({entry})}});
  if (!answer) {
    return base::Fail("events.unavailable", "EventBridge: " + Describe(answer.error()));
  }
  // A refused entry is a successful call.
  const auto failed = base::FindInteger(*answer, "FailedEntryCount");
  if (!failed) return base::Fail("events.unavailable", "EventBridge: an answer without a count");
  if (*failed != 0) return base::Fail(RefusalOf(*answer));
  return {};
}

}  // namespace coldpath::aws
