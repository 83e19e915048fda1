// What all push services' answers have in common.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_ANSWER_H_
#define COLDPATH_NOTIFICATIONS_PUSH_ANSWER_H_

#include <chrono>
#include <string>
#include <string_view>

#include "base/http.h"
#include "base/json.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

// For a whole exchange with a push service.
inline constexpr std::chrono::milliseconds kPushTimeout{20'000};
// The longest time for which push services keep a message (FCM's bound; others lower what they
// are given).
inline constexpr std::chrono::seconds kLongestPushLife = std::chrono::days(28);

PushOutcome Accepted();
PushOutcome Gone(std::string reason);
PushOutcome Refused(std::string reason);
// `retry_at` from the answer's Retry-After, if it has one.
PushOutcome Later(const base::HttpResponse& answer, base::Instant now, std::string reason);
// Nothing was answered: a later try may reach the service.
PushOutcome NotReached(const base::Error& error);

// How long the message is still worth something, within kLongestPushLife; 0 once it has expired.
std::chrono::seconds LifeLeft(const PushMessage& message, base::Instant now);
PushOutcome Expired();

// The JSON object of an answer's body; an empty object where it is none (a proxy's page). Bounded.
base::Json ReadAnswer(const base::HttpResponse& answer);
// A service's error code as it may stand in a log: letters, digits and "_" alone, at most 64 of
// them. Else "unnamed": what a service writes in free text may hold a token.
std::string ErrorWord(std::string_view text);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_ANSWER_H_
