// Message encryption for Web Push (RFC 8291) in the content coding aes128gcm (RFC 8188).
#ifndef COLDPATH_NOTIFICATIONS_WEB_PUSH_ENCRYPTION_H_
#define COLDPATH_NOTIFICATIONS_WEB_PUSH_ENCRYPTION_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/message_crypto.h"
#include "base/random.h"
#include "base/result.h"

namespace coldpath::notifications {

// One record that is also the last (RFC 8188 section 2), with the record size 4,096 in its header:
// the salt (16 bytes), the size, `key_id` (at most 255 bytes), the sealed text. `input_key`: the
// secret shared with the receiver. `padding`: zero bytes appended to the text before it is sealed.
// REQUIRES: text and padding fit one record.
std::string SealRecord(std::string_view input_key, std::string_view salt, std::string_view key_id,
                       std::string_view text, std::size_t padding);

// The body of a push for the receiver with these keys (raw bytes). `sender` and `salt` are for this
// message alone. Error: crypto.malformed (the receiver's key is none). REQUIRES: `auth` has 16
// bytes, `text` at most kWebPushPayloadBytes less `padding`.
base::Result<std::string> EncryptWebPush(std::string_view p256dh, std::string_view auth,
                                         const base::AgreementKey& sender, std::string_view salt,
                                         std::string_view text, std::size_t padding);

// Padding after which texts of many lengths look alike: up to the next 1,024 bytes, or as many as a
// push may have.
std::size_t PaddingFor(std::size_t text_bytes);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_WEB_PUSH_ENCRYPTION_H_
