#include "notifications/push_channel.h"

#include <algorithm>
#include <utility>

#include "base/http.h"
#include "base/json.h"

namespace coldpath::notifications {
namespace {

using tasks::Delivery;
using tasks::PushKind;
using tasks::PushSubscription;

constexpr std::chrono::seconds kFirstPause{10};
constexpr std::chrono::minutes kLongestPause{30};

std::string DestinationOf(const PushSubscription& subscription) {
  const std::string kind(Name(subscription.kind));
  if (subscription.kind != PushKind::kWebPush) return kind;
  const auto url = base::ParseUrl(subscription.address);
  return url ? kind + " " + url->host : kind;
}

// DO NOT CHANGE the members: rows in the field hold them.
struct Payload {
  std::string key;
  std::string code;
  std::string job_id;
  std::string subscription;
  std::string kind;
  std::int64_t time = 0;  // milliseconds
};

std::string Encode(const Payload& payload) {
  return base::DumpJson({{"key", payload.key},
                         {"code", payload.code},
                         {"job_id", payload.job_id},
                         {"subscription", payload.subscription},
                         {"kind", payload.kind},
                         {"time", payload.time}});
}

Payload Decode(const std::string& text) {
  const auto json = base::ParseJson(text);
  if (!json) return {};
  const auto member = [&](const char* name) { return base::FindString(*json, name).value_or(""); };
  return {member("key"),          member("code"), member("job_id"),
          member("subscription"), member("kind"), base::FindInteger(*json, "time").value_or(0)};
}

DeliveryOutcome OutcomeOf(PushOutcome outcome) {
  switch (outcome.verdict) {
    case PushVerdict::kAccepted:
      return {DeliveryResult::kAccepted, {}, std::move(outcome.reason)};
    case PushVerdict::kGone:
      return {DeliveryResult::kGone, {}, std::move(outcome.reason)};
    case PushVerdict::kLater:
      return {DeliveryResult::kLater, outcome.retry_at, std::move(outcome.reason)};
    case PushVerdict::kRefused:
      break;
  }
  return {DeliveryResult::kRefused, {}, std::move(outcome.reason)};
}

DeliveryOutcome StoreTrouble(const base::Error& error) {
  return {DeliveryResult::kLater, {}, error.code};
}

}  // namespace

Delivery PushDelivery(const tasks::Notification& notification,
                      const PushSubscription& subscription) {
  const std::string code(tasks::NotificationCode(notification.kind));
  return {.key = notification.key + "/" + subscription.id,
          .channel = kPushChannel,
          .user_id = notification.user_id,
          .destination = DestinationOf(subscription),
          .payload =
              Encode({notification.key, code, notification.job_id, subscription.id,
                      std::string(Name(subscription.kind)), base::UnixMillis(notification.time)}),
          .created = notification.time,
          .expires = notification.time + kPushLife,
          .due = notification.time};
}

void PushChannel::Send(const Delivery& delivery, Done done) {
  const Payload payload = Decode(delivery.payload);
  const auto kind = tasks::FindNotificationKind(payload.code);
  if (!kind) {
    done({DeliveryResult::kRefused, {}, "the delivery's payload cannot be read"});
    return;
  }
  const auto switches = registry_.ReadSwitches(delivery.user_id);
  if (!switches) return done(StoreTrouble(switches.error()));
  if (!switches->Wants(*kind)) return done({DeliveryResult::kOff, {}, ""});
  const auto subscriptions = registry_.List(delivery.user_id);
  if (!subscriptions) return done(StoreTrouble(subscriptions.error()));
  const auto subscription =
      std::ranges::find(*subscriptions, payload.subscription, &PushSubscription::id);
  if (subscription == subscriptions->end()) {
    return done({DeliveryResult::kGone, {}, "the person has removed the subscription"});
  }
  const auto sender = senders_.find(subscription->kind);
  if (sender == senders_.end()) {
    return done(
        {DeliveryResult::kRefused, {}, "the service is no longer configured to send to it"});
  }
  const PushMessage message{.key = payload.key,
                            .code = payload.code,
                            .title = "Coldpath",
                            .text = std::string(tasks::NotificationText(*kind)),
                            .job_id = payload.job_id,
                            .url = public_url_ + "/jobs/" + payload.job_id,
                            .time = base::FromUnixMillis(payload.time),
                            .expires = delivery.expires};
  sender->second->Send(*subscription, message,
                       [this, user = delivery.user_id, id = subscription->id,
                        done = std::move(done)](PushOutcome outcome) mutable {
                         // If it stays, the next push finds it gone again.
                         if (outcome.verdict == PushVerdict::kGone) {
                           if (const auto removed = registry_.Remove(user, id); !removed) {
                             outcome.reason += " (not removed: " + removed.error().code + ")";
                           }
                         }
                         done(OutcomeOf(std::move(outcome)));
                       });
}

std::optional<base::Duration> PushChannel::Pause(int attempts, base::Random& random) const {
  base::Duration pause = kFirstPause;
  for (int i = 1; i < attempts && pause < kLongestPause; ++i) pause *= 2;
  pause = std::min<base::Duration>(pause, kLongestPause);
  return base::Duration(static_cast<std::int64_t>(static_cast<double>(pause.count()) *
                                                  (1 + random.NextDouble()) / 2));
}

base::MetricLabels PushChannel::Labels(const Delivery& delivery) const {
  const Payload payload = Decode(delivery.payload);
  return {{"code", payload.code}, {"channel", payload.kind}};
}

}  // namespace coldpath::notifications
