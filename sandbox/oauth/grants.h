// Grants: what people allowed which application, and the codes and tokens that came of it.
#ifndef COLDPATH_SANDBOX_OAUTH_GRANTS_H_
#define COLDPATH_SANDBOX_OAUTH_GRANTS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace coldpath::sandbox {

using Scopes = std::set<std::string, std::less<>>;

struct Grant {
  std::int64_t id = 0;
  std::string provider;
  std::string client_id;
  std::string account;
  Scopes scopes;
  bool revoked = false;
};

// A consent that waits to be exchanged (RFC 6749 section 4.1.2, RFC 7636).
struct Consent {
  std::string provider;
  std::string client_id;
  std::string redirect_uri;
  std::string account;
  Scopes scopes;
  std::string code_challenge;  // S256; empty if the client sent none
  bool offline = true;         // a refresh token is wanted
};

struct TokenRequest {
  std::string provider;
  std::string client_id;
  std::string code;
  std::string redirect_uri;
  std::string code_verifier;
};

struct Tokens {
  std::string access_token;
  std::string refresh_token;  // empty: none was issued
  std::chrono::seconds lifetime{0};
  Scopes scopes;
};

// How a provider treats tokens.
struct TokenRules {
  std::chrono::seconds access_lifetime{3600};
  // Each refresh gives a new refresh token and ends the old one.
  bool rotates = false;
};

// Errors are OAuth's own codes (RFC 6749 section 5.2): invalid_grant, invalid_request.
class Grants {
 public:
  // Tokens are hashes of the seed and a counter: a run repeats.
  explicit Grants(std::uint64_t seed) : seed_(seed) {}

  // Returns the authorisation code: good for one use within ten minutes.
  std::string IssueCode(Consent consent, base::Instant now);
  base::Result<Tokens> Exchange(const TokenRequest& request, const TokenRules& rules,
                                base::Instant now);
  base::Result<Tokens> Refresh(std::string_view provider, std::string_view client_id,
                               const std::string& refresh_token, const TokenRules& rules,
                               base::Instant now);
  // Null if the token is unknown, expired, of another provider, or its grant was revoked.
  const Grant* FindByAccessToken(std::string_view provider, const std::string& token,
                                 base::Instant now) const;
  // By access or refresh token. False if there is no such token.
  bool RevokeToken(std::string_view provider, const std::string& token);
  // All grants of the account; an empty provider means all of them. Returns how many ended.
  int RevokeAccount(std::string_view provider, std::string_view account);
  void RevokeGrant(std::int64_t id);
  void Clear();

 private:
  struct PendingCode {
    Consent consent;
    base::Instant expires;
  };
  struct AccessToken {
    std::int64_t grant;
    base::Instant expires;
  };
  std::string NewToken(std::string_view prefix);
  Tokens IssueAccess(const Grant& grant, const TokenRules& rules, base::Instant now);

  std::uint64_t seed_;
  std::int64_t last_token_ = 0;
  std::int64_t last_grant_ = 0;
  std::map<std::string, PendingCode> codes_;
  std::map<std::int64_t, Grant> grants_;
  std::map<std::string, AccessToken> access_tokens_;
  std::map<std::string, std::int64_t> refresh_tokens_;  // those that still work, to their grants
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OAUTH_GRANTS_H_
