// Signatures of webhooks as Standard Webhooks 1.0 has them (standardwebhooks.com): HMAC-SHA-256
// over "<id>.<timestamp>.<body>" under a secret that both sides know, in the headers webhook-id,
// webhook-timestamp and webhook-signature. For what we send and for what we are sent.
#ifndef COLDPATH_TASKS_WEBHOOK_SIGNATURE_H_
#define COLDPATH_TASKS_WEBHOOK_SIGNATURE_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::tasks {

inline constexpr std::string_view kWebhookId = "webhook-id";
inline constexpr std::string_view kWebhookTimestamp = "webhook-timestamp";  // seconds since 1970
inline constexpr std::string_view kWebhookSignature = "webhook-signature";

// The key of a secret in its text form, "whsec_" and base64 of 24 to 64 bytes. Error:
// webhook.bad_secret, which does not repeat the secret.
base::Result<std::string> ReadWebhookSecret(std::string_view text);

// The three headers. Several keys give several signatures, so that a secret can be replaced while
// receivers still know the old one. REQUIRES: a key; an id without a dot.
base::HttpHeaders SignWebhook(const std::vector<std::string>& keys, std::string_view id,
                              base::Instant now, std::string_view body);

// The message's id, if one of its signatures is of one of our keys, and it was sent within
// `tolerance` of now. Errors: webhook.missing_header, webhook.bad_timestamp, webhook.bad_signature.
// Takes a time that does not depend on how much of a signature is right.
inline constexpr std::chrono::minutes kWebhookTolerance{5};
base::Result<std::string> VerifyWebhook(const std::vector<std::string>& keys,
                                        const base::HttpHeaders& headers, std::string_view body,
                                        base::Instant now,
                                        base::Duration tolerance = kWebhookTolerance);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_WEBHOOK_SIGNATURE_H_
