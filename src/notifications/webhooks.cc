#include "notifications/webhooks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/crypto.h"
#include "base/http_date.h"
#include "base/json.h"
#include "tasks/webhook_signature.h"

namespace coldpath::notifications {
namespace {

using tasks::Delivery;

constexpr std::array<std::chrono::seconds, 9> kPauses{
    std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30),
    std::chrono::hours(2),   std::chrono::hours(5),   std::chrono::hours(10),
    std::chrono::hours(14),  std::chrono::hours(20),  std::chrono::hours(24)};
// Longer than the schedule, jitter included.
constexpr std::chrono::hours kLife{24 * 4};
constexpr std::chrono::hours kLongestRetryAfter{24};

// Payload of a delivery: {"id", "type", "body"}; the body is sent byte for byte.
std::string BodyOf(const tasks::OutboxEvent& event) {
  return base::DumpJson(
      {{"type", event.type}, {"timestamp", base::FormatInstant(event.time)}, {"data", event.data}});
}

std::optional<base::Instant> RetryAfter(const base::HttpResponse& response, base::Instant now) {
  const auto value = response.headers.Find("Retry-After");
  const auto until = value ? base::ParseRetryAfter(*value, now) : std::nullopt;
  // No receiver may put an event off until it is worthless.
  return until ? std::optional(std::min<base::Instant>(*until, now + kLongestRetryAfter)) : until;
}

DeliveryOutcome Judge(const base::Result<base::HttpResponse>& response, base::Instant now) {
  if (!response) return {DeliveryResult::kLater, {}, response.error().code};
  const std::string status = "HTTP " + std::to_string(response->status);
  if (response->status / 100 == 2) return {DeliveryResult::kAccepted, {}, status};
  if (response->status == 410) return {DeliveryResult::kGone, {}, status};
  return {DeliveryResult::kLater, RetryAfter(*response, now), status};
}

}  // namespace

void WebhookChannel::Send(const Delivery& delivery, Done done) {
  const auto endpoint = std::ranges::find(endpoints_, delivery.destination, &WebhookEndpoint::url);
  if (endpoint == endpoints_.end()) {
    return done({DeliveryResult::kGone, {}, "the endpoint is not configured any more"});
  }
  const auto payload = base::ParseJson(delivery.payload);
  const auto id = payload ? base::FindString(*payload, "id") : std::nullopt;
  const auto body = payload ? base::FindString(*payload, "body") : std::nullopt;
  if (!id || !body) {
    return done({DeliveryResult::kRefused, {}, "the delivery's payload cannot be read"});
  }
  base::HttpRequest request;
  request.method = "POST";
  request.url = endpoint->url;
  request.headers = tasks::SignWebhook(endpoint->keys, *id, clock_.Now(), *body);
  request.headers.Set("Content-Type", "application/json");
  request.body = *body;
  request.timeout = kTimeout;
  http_.Send(std::move(request),
             [this, done = std::move(done)](base::Result<base::HttpResponse> response) mutable {
               done(Judge(response, clock_.Now()));
             });
}

std::optional<base::Duration> WebhookChannel::Pause(int attempts, base::Random& random) const {
  if (attempts < 1 || attempts > static_cast<int>(kPauses.size())) return std::nullopt;
  const base::Duration pause = kPauses[static_cast<std::size_t>(attempts - 1)];
  return pause + base::Duration(static_cast<std::int64_t>(static_cast<double>(pause.count()) *
                                                          random.NextDouble() / 10));
}

base::MetricLabels WebhookChannel::Labels(const Delivery& delivery) const {
  const auto payload = base::ParseJson(delivery.payload);
  const auto type = payload ? base::FindString(*payload, "type") : std::nullopt;
  return {{"code", type.value_or("")}, {"channel", kWebhookChannel}};
}

base::Status WebhookPublisher::Publish(const tasks::OutboxEvent& event) {
  COLDPATH_RETURN_IF_ERROR(first_.Publish(event));
  if (urls_.empty()) return {};
  const base::Instant now = clock_.Now();
  const std::string user = base::FindString(event.data, "userId").value_or("");
  const std::string payload =
      base::DumpJson({{"id", event.id}, {"type", event.type}, {"body", BodyOf(event)}});
  std::vector<Delivery> deliveries;
  for (const std::string& url : urls_) {
    deliveries.push_back({.key = "event " + event.id + "/" + base::Sha256Hex(url).substr(0, 16),
                          .channel = kWebhookChannel,
                          .user_id = user,
                          .destination = url,
                          .payload = payload,
                          .created = event.time,
                          .expires = now + kLife,
                          .due = now});
  }
  COLDPATH_ASSIGN_OR_RETURN(const bool entered,
                            queue_.Add("event " + event.id, user, deliveries, now));
  if (entered) added_();
  return {};
}

}  // namespace coldpath::notifications
