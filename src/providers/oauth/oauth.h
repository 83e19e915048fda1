// OAuth 2.0 as a client of a provider: authorisation code (RFC 6749 section 4.1) with PKCE (RFC
// 7636) where the provider has it, refresh (section 6), revocation (RFC 7009). Builds requests and
// reads answers; sends nothing, keeps nothing.
#ifndef COLDPATH_PROVIDERS_OAUTH_OAUTH_H_
#define COLDPATH_PROVIDERS_OAUTH_OAUTH_H_

#include <string>
#include <variant>
#include <vector>

#include "tasks/provider.h"

namespace coldpath::providers::oauth {

struct Client {
  std::string title;  // of the provider, for messages: "Oura"
  std::string client_id;
  std::string client_secret;
  std::string authorize_url;
  std::string token_url;
  std::string revoke_url;             // empty: the provider cannot revoke
  std::vector<std::string> scopes;    // asked for
  base::FormFields authorize_extras;  // what the provider wants besides
};

std::string AuthorizeUrl(const Client& client, const std::string& state,
                         const std::string& redirect_uri, const std::string& code_challenge);
// The client authenticates itself in the body (section 2.3.1): both providers document that form.
base::HttpRequest TokenRequest(const Client& client, const std::string& code,
                               const std::string& redirect_uri, const std::string& code_verifier);
base::HttpRequest RefreshRequest(const Client& client, const domain::TokenPair& tokens);
std::optional<base::HttpRequest> RevokeRequest(const Client& client,
                                               const domain::TokenPair& tokens);

// Failures: NeedsReauth (invalid_grant: the refresh token is used up, revoked or foreign),
// RateLimited, Transient, ProviderBug (also invalid_client: this installation's own credentials are
// refused, which no person can mend by connecting again).
std::variant<tasks::TokenGrant, domain::Failure> ReadTokens(const Client& client,
                                                            const base::HttpResponse& response,
                                                            const domain::TokenPair& previous,
                                                            base::Instant now);

// The union of what all streams need, each scope once, in order of appearance.
std::vector<std::string> ScopesOf(const planner::ProviderInfo& info);

}  // namespace coldpath::providers::oauth

#endif  // COLDPATH_PROVIDERS_OAUTH_OAUTH_H_
