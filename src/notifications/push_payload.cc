#include "notifications/push_payload.h"

#include <algorithm>

#include "base/crypto.h"

namespace coldpath::notifications {
namespace {

using base::Json;

struct Words {
  std::string title;
  std::string text;
};

// Renders with ever shorter words until `size_of` what was rendered is within the bound.
template <typename Render, typename SizeOf>
base::Result<std::string> Fit(const PushMessage& message, std::size_t bound, Render render,
                              SizeOf size_of) {
  for (std::size_t bytes = bound; bytes > 0; bytes /= 2) {
    const Words words{Clip(message.title, std::min<std::size_t>(bytes, 256)),
                      Clip(message.text, bytes)};
    std::string body = base::DumpJson(render(words));
    if (size_of(body) <= bound) return body;
  }
  return base::Fail("push.too_large", "The push exceeds " + std::to_string(bound) +
                                          " bytes even without its words: shorten the service's "
                                          "public URL.");
}

// What the app's code reads, as strings since FCM takes nothing else.
Json Data(const PushMessage& message) {
  return {{"key", message.key},
          {"code", message.code},
          {"job_id", message.job_id},
          {"url", message.url},
          {"time", base::FormatInstant(message.time)}};
}

std::size_t WholeSize(const std::string& body) { return body.size(); }

}  // namespace

std::string CollapseId(std::string_view key) {
  return base::Base64UrlEncode(base::Sha256(key).substr(0, 24));
}

std::string Clip(std::string_view text, std::size_t bytes) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= bytes) return std::string(text);
  const bool tells = bytes >= kEllipsis.size();
  std::size_t end = tells ? bytes - kEllipsis.size() : bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  std::string clipped(text.substr(0, end));
  if (tells) clipped += kEllipsis;
  return clipped;
}

base::Result<std::string> WebPushPayload(const PushMessage& message) {
  const auto render = [&](const Words& words) {
    Json json = Data(message);
    json["title"] = words.title;
    json["text"] = words.text;
    return json;
  };
  return Fit(message, kWebPushPayloadBytes, render, WholeSize);
}

base::Result<std::string> ApnsPayload(const PushMessage& message) {
  const auto render = [&](const Words& words) {
    Json json = Data(message);
    json["aps"] = {{"alert", {{"title", words.title}, {"body", words.text}}},
                   {"thread-id", message.job_id},
                   {"sound", "default"}};
    return json;
  };
  return Fit(message, kApnsPayloadBytes, render, WholeSize);
}

base::Result<std::string> FcmBody(const PushMessage& message, const std::string& token,
                                  std::chrono::seconds life) {
  const std::string collapse = CollapseId(message.key);
  const std::string seconds = std::to_string(life.count());
  const auto render = [&](const Words& words) {
    Json json = {
        {"token", token},
        {"notification", {{"title", words.title}, {"body", words.text}}},
        {"data", Data(message)},
        {"android",
         {{"collapse_key", collapse},
          {"ttl", seconds + "s"},
          {"priority", "HIGH"},
          {"notification", {{"tag", collapse}}}}},
        {"apns",
         {{"headers",
           {{"apns-collapse-id", collapse},
            {"apns-expiration", std::to_string(base::UnixSeconds(message.expires))},
            {"apns-priority", "10"}}},
          {"payload", {{"aps", {{"thread-id", message.job_id}, {"sound", "default"}}}}}}},
        {"webpush", {{"headers", {{"TTL", seconds}, {"Topic", collapse}, {"Urgency", "normal"}}}}}};
    // FCM takes links of https only.
    if (message.url.starts_with("https://")) json["webpush"]["fcm_options"]["link"] = message.url;
    return Json{{"message", std::move(json)}};
  };
  // The address and our wrapping are not part of FCM's payload: the bound errs on the safe side.
  return Fit(message, kFcmPayloadBytes, render,
             [&](const std::string& body) { return body.size() - token.size(); });
}

}  // namespace coldpath::notifications
