// JSON Web Tokens (RFC 7519) signed with ES256 or RS256, as bearer tokens of the API.
#ifndef COLDPATH_API_JWT_H_
#define COLDPATH_API_JWT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::api {

struct Claims {
  std::string issuer;
  std::vector<std::string> audience;
  std::string subject;  // the user, or the backend with scope on-behalf
  base::Instant expires;
  std::optional<base::Instant> not_before;
  base::Instant issued;
  std::vector<std::string> scopes;
  std::optional<bool> pro;  // the entitlement claim; absent: the token says nothing of it

  bool HasScope(std::string_view scope) const;
};

// For development tokens and tests: what issuers do. Error: that of base::Sign.
base::Result<std::string> SignJwt(const base::SigningKey& key, const Claims& claims);

struct JwtRules {
  std::string issuer;
  std::string audience;
  base::Duration leeway = std::chrono::seconds(60);  // of clocks that disagree
  std::string second_issuer = {};  // accepted as well (development tokens); empty: nobody
};

// Finds the key of a token by its "kid" (empty if the token names none); null if there is none.
using KeyFinder = std::function<base::SigningKeyPtr(const std::string& kid)>;

// Errors: jwt.malformed, jwt.bad_signature (also an unknown key, and any algorithm but that of the
// key: "none" never passes), jwt.expired, jwt.not_yet_valid, jwt.wrong_issuer, jwt.wrong_audience.
base::Result<Claims> VerifyJwt(std::string_view token, const JwtRules& rules,
                               const KeyFinder& find_key, base::Instant now);

}  // namespace coldpath::api

#endif  // COLDPATH_API_JWT_H_
