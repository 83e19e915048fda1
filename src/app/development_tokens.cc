#include "app/development_tokens.h"

#include "api/jwt.h"
#include "app/development_key.h"

namespace coldpath::app {

base::Result<std::string> SignDevelopmentToken(const base::SigningKey& key,
                                               const DevelopmentTokenWish& wish,
                                               base::Instant now) {
  api::Claims claims;
  claims.issuer = kDevelopmentIssuer;
  claims.audience = {"coldpath"};
  claims.subject = wish.user;
  claims.issued = now;
  claims.expires = now + wish.lifetime;
  claims.pro = wish.pro;
  claims.scopes = wish.scopes;
  return api::SignJwt(key, claims);
}

}  // namespace coldpath::app
