#include "notifications/push_answer.h"

#include <algorithm>

#include "base/http_date.h"

namespace coldpath::notifications {

PushOutcome Accepted() { return {PushVerdict::kAccepted, std::nullopt, ""}; }

PushOutcome Gone(std::string reason) {
  return {PushVerdict::kGone, std::nullopt, std::move(reason)};
}

PushOutcome Refused(std::string reason) {
  return {PushVerdict::kRefused, std::nullopt, std::move(reason)};
}

PushOutcome Later(const base::HttpResponse& answer, base::Instant now, std::string reason) {
  const auto field = answer.headers.Find("Retry-After");
  return {PushVerdict::kLater, field ? base::ParseRetryAfter(*field, now) : std::nullopt,
          std::move(reason)};
}

PushOutcome NotReached(const base::Error& error) {
  // The code alone: the message names the host, which for Web Push is part of an address.
  return {PushVerdict::kLater, std::nullopt,
          "The push service was not reached (" + error.code + ")."};
}

std::chrono::seconds LifeLeft(const PushMessage& message, base::Instant now) {
  const auto left = std::chrono::floor<std::chrono::seconds>(message.expires - now);
  return std::clamp(left, std::chrono::seconds(0), kLongestPushLife);
}

PushOutcome Expired() { return Refused("The notification expired before it was sent."); }

base::Json ReadAnswer(const base::HttpResponse& answer) {
  auto json = base::ParseJson(answer.body, {.max_bytes = 64 * 1024, .max_depth = 16});
  if (!json || !json->is_object()) return base::Json::object();
  return *std::move(json);
}

std::string ErrorWord(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (text.empty() || text.size() > kLongest || !std::all_of(text.begin(), text.end(), plain)) {
    return "unnamed";
  }
  return std::string(text);
}

}  // namespace coldpath::notifications
