// Signed JSON Web Tokens (RFC 7519, JWS compact form of RFC 7515) with which push services know us.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_JWT_H_
#define COLDPATH_NOTIFICATIONS_PUSH_JWT_H_

#include <string>

#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"

namespace coldpath::notifications {

// `header` gets "alg" after the key's kind, and "typ" where it has none. Error: crypto.sign.
base::Result<std::string> SignJwt(const base::SigningKey& key, base::Json header,
                                  const base::Json& claims);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_PUSH_JWT_H_
