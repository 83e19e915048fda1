#include "notifications/web_push_encryption.h"

#include <algorithm>

#include "base/check.h"
#include "notifications/push_payload.h"

namespace coldpath::notifications {
namespace {

using base::HkdfSha256;

constexpr std::size_t kRecordBytes = 4096;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kAuthBytes = 16;
constexpr char kLastRecord = '\x02';  // the delimiter that says so

// A string literal with its closing zero byte, which both documents make part of their texts.
template <std::size_t size>
constexpr std::string_view WithZero(const char (&text)[size]) {
  return {text, size};
}

}  // namespace

std::string SealRecord(std::string_view input_key, std::string_view salt, std::string_view key_id,
                       std::string_view text, std::size_t padding) {
  COLDPATH_CHECK(salt.size() == kSaltBytes && key_id.size() <= 255);
  COLDPATH_CHECK(text.size() + padding + 1 + kTagBytes <= kRecordBytes);
  const std::string key = HkdfSha256(salt, input_key, WithZero("Content-Encoding: aes128gcm"), 16);
  // The record's number is mixed into the nonce; the first one's is 0.
  const std::string nonce = HkdfSha256(salt, input_key, WithZero("Content-Encoding: nonce"), 12);
  std::string body(salt);
  for (const int shift : {24, 16, 8, 0}) body += static_cast<char>(kRecordBytes >> shift & 0xff);
  body += static_cast<char>(key_id.size());
  body += key_id;
  return body + base::SealAes128Gcm(key, nonce,
                                    std::string(text) + kLastRecord + std::string(padding, '\0'));
}

base::Result<std::string> EncryptWebPush(std::string_view p256dh, std::string_view auth,
                                         const base::AgreementKey& sender, std::string_view salt,
                                         std::string_view text, std::size_t padding) {
  COLDPATH_CHECK(auth.size() == kAuthBytes);
  COLDPATH_ASSIGN_OR_RETURN(const std::string shared, base::AgreeOnSecret(sender.secret, p256dh));
  // RFC 8291 section 3.4.
  const std::string info =
      std::string(WithZero("WebPush: info")) + std::string(p256dh) + sender.point;
  return SealRecord(HkdfSha256(auth, shared, info, 32), salt, sender.point, text, padding);
}

std::size_t PaddingFor(std::size_t text_bytes) {
  constexpr std::size_t kStep = 1024;
  COLDPATH_CHECK(text_bytes <= kWebPushPayloadBytes);
  const std::size_t padded =
      std::min((text_bytes + kStep - 1) / kStep * kStep, kWebPushPayloadBytes);
  return padded - text_bytes;
}

}  // namespace coldpath::notifications
