#include "notifications/vapid.h"

#include "base/check.h"
#include "base/key_file.h"
#include "base/message_crypto.h"
#include "notifications/push_jwt.h"

namespace coldpath::notifications {
namespace {

// RFC 8292 section 2: at most 24 hours; half of it leaves room for clocks that differ.
constexpr std::chrono::hours kTokenLife{13};
constexpr std::chrono::hours kTokenUse{12};
// Endpoints come from users, so their origins are as many as somebody likes.
constexpr std::size_t kMostTokens = 256;

}  // namespace

base::Result<base::SigningKeyPtr> LoadOrMakeVapidKey(const std::string& path) {
  COLDPATH_ASSIGN_OR_RETURN(const base::SigningKeyPtr key, base::LoadOrMakeEs256Key(path));
  if (base::SignatureAlgorithm(*key) != "ES256" || !base::Sign(*key, "")) {
    return base::Fail("config.invalid", path + " holds no private P-256 key, as Web Push needs.");
  }
  return key;
}

std::string ApplicationServerKey(const base::SigningKey& key) {
  return base::Base64UrlEncode(base::PublicPoint(key));
}

base::Status CheckVapidContact(std::string_view contact) {
  const bool good = (contact.starts_with("mailto:") && contact.find('@') != contact.npos) ||
                    (contact.starts_with("https://") && contact.size() > 8);
  if (!good) {
    return base::Fail("config.invalid",
                      "The contact for push services is a mailto: or an https: address, such as "
                      "\"mailto:operator@example.com\".");
  }
  return {};
}

VapidTokens::VapidTokens(base::SigningKeyPtr key, std::string contact, const base::Clock& clock)
    : key_(std::move(key)),
      public_key_(ApplicationServerKey(*key_)),
      contact_(std::move(contact)),
      clock_(clock) {
  COLDPATH_CHECK(CheckVapidContact(contact_).has_value());
}

base::Result<std::string> VapidTokens::Authorization(const std::string& origin) {
  const base::Instant now = clock_.Now();
  base::MutexLock lock(mutex_);
  const auto known = tokens_.find(origin);
  // A clock that was set back makes a token of the future, which nobody takes.
  if (known != tokens_.end() && known->second.made <= now && now < known->second.made + kTokenUse) {
    return known->second.value;
  }
  COLDPATH_ASSIGN_OR_RETURN(
      const std::string token,
      SignJwt(*key_, base::Json::object(),
              {{"aud", origin}, {"exp", base::UnixSeconds(now + kTokenLife)}, {"sub", contact_}}));
  std::string value = "vapid t=" + token + ", k=" + public_key_;
  if (tokens_.size() >= kMostTokens) tokens_.clear();
  tokens_.insert_or_assign(origin, Token{value, now});
  return value;
}

}  // namespace coldpath::notifications
