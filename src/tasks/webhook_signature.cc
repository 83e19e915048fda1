#include "tasks/webhook_signature.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/crypto.h"

namespace coldpath::tasks {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;
// What a message may ask us to compare; senders that rotate have two.
constexpr int kMostSignatures = 16;
constexpr std::size_t kIdBytesMax = 256;

std::string SignatureOf(const std::string& key, std::string_view id, std::string_view timestamp,
                        std::string_view body) {
  std::string text;
  text.reserve(id.size() + timestamp.size() + body.size() + 2);
  text.append(id).append(".").append(timestamp).append(".").append(body);
  return base::Base64Encode(base::HmacSha256(key, text));
}

base::Result<base::Instant> ReadTimestamp(const std::string& text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // Up to the year 2286: beyond it the arithmetic of instants ends.
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 ||
      seconds > 9'999'999'999) {
    return base::Fail("webhook.bad_timestamp",
                      "webhook-timestamp has to be the time of sending in seconds since 1970.");
  }
  return base::FromUnixSeconds(seconds);
}

// Every signature is compared with every key, whatever matched before.
bool AnyMatches(const std::vector<std::string>& keys, std::string_view given, std::string_view id,
                std::string_view timestamp, std::string_view body) {
  std::vector<std::string> expected;
  for (const std::string& key : keys) expected.push_back(SignatureOf(key, id, timestamp, body));
  bool matches = false;
  for (int i = 0; i < kMostSignatures && !given.empty(); ++i) {
    const std::size_t end = std::min(given.find(' '), given.size());
    const std::string_view one = given.substr(0, end);
    given.remove_prefix(std::min(end + 1, given.size()));
    if (!one.starts_with(kVersion)) continue;  // v1a: public keys, which we do not offer
    for (const std::string& signature : expected) {
      const bool equal = base::EqualInConstantTime(one.substr(kVersion.size()), signature);
      matches = matches || equal;
    }
  }
  return matches;
}

}  // namespace

base::Result<std::string> ReadWebhookSecret(std::string_view text) {
  const auto bad = [] {
    return base::Fail("webhook.bad_secret",
                      "A webhook secret has to be \"whsec_\" and the base64 of 24 to 64 random "
                      "bytes.");
  };
  if (!text.starts_with(kSecretPrefix)) return bad();
  auto key = base::Base64Decode(text.substr(kSecretPrefix.size()));
  if (!key || key->size() < kKeyBytesMin || key->size() > kKeyBytesMax) return bad();
  return key;
}

base::HttpHeaders SignWebhook(const std::vector<std::string>& keys, std::string_view id,
                              base::Instant now, std::string_view body) {
  const std::string timestamp = std::to_string(base::UnixSeconds(now));
  std::string signatures;
  for (const std::string& key : keys) {
    if (!signatures.empty()) signatures += ' ';
    signatures += std::string(kVersion) + SignatureOf(key, id, timestamp, body);
  }
  return {{std::string(kWebhookId), std::string(id)},
          {std::string(kWebhookTimestamp), timestamp},
          {std::string(kWebhookSignature), signatures}};
}

base::Result<std::string> VerifyWebhook(const std::vector<std::string>& keys,
                                        const base::HttpHeaders& headers, std::string_view body,
                                        base::Instant now, base::Duration tolerance) {
  const auto id = headers.Find(kWebhookId);
  const auto timestamp = headers.Find(kWebhookTimestamp);
  const auto signature = headers.Find(kWebhookSignature);
  if (!id || id->empty() || id->size() > kIdBytesMax || !timestamp || !signature) {
    return base::Fail("webhook.missing_header",
                      "The message needs the headers webhook-id, webhook-timestamp and "
                      "webhook-signature (Standard Webhooks).");
  }
  COLDPATH_ASSIGN_OR_RETURN(const base::Instant sent, ReadTimestamp(*timestamp));
  // First, so that a message without a good signature learns nothing of our clock.
  if (!AnyMatches(keys, *signature, *id, *timestamp, body)) {
    return base::Fail("webhook.bad_signature",
                      "No signature of the message is of a secret that is known here; sign "
                      "\"<webhook-id>.<webhook-timestamp>.<body>\" with HMAC-SHA-256.");
  }
  if (sent < now - tolerance || sent > now + tolerance) {
    return base::Fail("webhook.bad_timestamp",
                      "The message was sent too long ago, or in the future; check the sender's "
                      "clock, and send it again with a new webhook-timestamp.");
  }
  return *id;
}

}  // namespace coldpath::tasks
