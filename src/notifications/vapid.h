// Voluntary application server identification for Web Push (RFC 8292): the signed token by which
// push services know who sends.
#ifndef COLDPATH_NOTIFICATIONS_VAPID_H_
#define COLDPATH_NOTIFICATIONS_VAPID_H_

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mutex.h"
#include "base/result.h"

namespace coldpath::notifications {

// Reads the installation's key from the PEM file at `path`, or makes it (mode 0600). Subscriptions
// are bound to it: with another key all of them are void. Errors: config.unreadable,
// crypto.malformed, config.invalid (not a private P-256 key).
base::Result<base::SigningKeyPtr> LoadOrMakeVapidKey(const std::string& path);

// The public half as browsers' pushManager.subscribe wants it: the 65 bytes of the uncompressed
// point in base64url. REQUIRES: an ES256 key.
std::string ApplicationServerKey(const base::SigningKey& key);

// Whom a push service's operator may write to (RFC 8292 section 2.1): "mailto:..." or "https:...".
// Error: config.invalid.
base::Status CheckVapidContact(std::string_view contact);

// Makes tokens, one for each origin, and uses each for half a day. Thread-safe.
class VapidTokens {
 public:
  // REQUIRES: a private ES256 key, and a contact that CheckVapidContact takes.
  VapidTokens(base::SigningKeyPtr key, std::string contact, const base::Clock& clock);

  // The value of the Authorization field for a push service at `origin`. Error: crypto.sign.
  base::Result<std::string> Authorization(const std::string& origin);

 private:
  struct Token {
    std::string value;
    base::Instant made;
  };

  const base::SigningKeyPtr key_;
  const std::string public_key_;
  const std::string contact_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::map<std::string, Token> tokens_ COLDPATH_GUARDED_BY(mutex_);  // by origin
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_VAPID_H_
