// What a push says to the device, in each service's form, within each service's bounds.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_PAYLOAD_H_
#define COLDPATH_NOTIFICATIONS_PUSH_PAYLOAD_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

// Bytes of plain text that fit a Web Push message: 4,096 less the header of RFC 8188 (86), the
// delimiter (1) and the tag (16). RFC 8291 section 4.
inline constexpr std::size_t kWebPushPayloadBytes = 3993;
// Apple, "Generating a remote notification": 4 KB.
inline constexpr std::size_t kApnsPayloadBytes = 4096;
// Firebase, "About FCM messages": 4,096 bytes of payload.
inline constexpr std::size_t kFcmPayloadBytes = 4096;

// 32 characters of base64url, the same for the same key: what RFC 8030 section 5.4 takes as a
// Topic, and shorter than apns-collapse-id's 64 bytes. A device shows one push of each.
std::string CollapseId(std::string_view key);

// The first bytes of `text`, at most `bytes`, cut between characters of UTF-8; an ellipsis tells
// that something is missing.
std::string Clip(std::string_view text, std::size_t bytes);

// The functions below shorten text and title as far as the bound demands. Error: push.too_large
// (key, ids and URL alone exceed it).

// {key, code, title, text, job_id, url, time}
base::Result<std::string> WebPushPayload(const PushMessage& message);
// {aps: {alert: {title, body}, thread-id, sound}, key, code, job_id, url, time}
base::Result<std::string> ApnsPayload(const PushMessage& message);
// The body of FCM's messages:send. `life`: how long FCM keeps it for a device that is away.
base::Result<std::string> FcmBody(const PushMessage& message, const std::string& token,
                                  std::chrono::seconds life);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_PAYLOAD_H_
