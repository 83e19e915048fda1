// OAuth 2 as the two providers have it: the consent page, the token endpoint, revocation.
#ifndef COLDPATH_SANDBOX_OAUTH_ENDPOINTS_H_
#define COLDPATH_SANDBOX_OAUTH_ENDPOINTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/time.h"
#include "sandbox/http.h"
#include "sandbox/oauth/grants.h"

namespace coldpath::sandbox {

struct OAuthStyle {
  std::string_view provider;
  std::string_view display_name;
  std::string_view authorize_path;
  TokenRules tokens;
  // Google issues a refresh token only when access_type=offline was asked for.
  bool refresh_token_must_be_asked_for = false;
  std::vector<std::string_view> scopes;  // all that the provider knows
};

const OAuthStyle& GoogleOAuth();
const OAuthStyle& OuraOAuth();

// GET: the page that asks the person, or an error page when the request is not one that may be sent
// back. The page posts to the same path.
SandboxResponse ShowConsent(const OAuthStyle& style, const base::Url& url);
// POST from that page: redirects to the application with a code, or with error=access_denied.
SandboxResponse TakeConsent(const OAuthStyle& style, const base::HttpRequest& request,
                            Grants& grants, base::Instant now);
// POST application/x-www-form-urlencoded; the client's credentials in the body or as HTTP Basic.
SandboxResponse AnswerTokenRequest(const OAuthStyle& style, const base::HttpRequest& request,
                                   std::string_view client_secret, Grants& grants,
                                   base::Instant now);
// RFC 7009 as Google has it: `token` in the query or the body; 400 for one that it does not know.
SandboxResponse AnswerRevocation(const OAuthStyle& style, const base::HttpRequest& request,
                                 const base::Url& url, Grants& grants);

// Replaces the characters that HTML treats as markup.
std::string EscapeHtml(std::string_view text);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OAUTH_ENDPOINTS_H_
