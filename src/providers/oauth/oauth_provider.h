// What all providers with OAuth 2.0 and JSON have in common; a connector adds its streams.
#ifndef COLDPATH_PROVIDERS_OAUTH_OAUTH_PROVIDER_H_
#define COLDPATH_PROVIDERS_OAUTH_OAUTH_PROVIDER_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "providers/oauth/oauth.h"

namespace coldpath::providers::oauth {

// Where a provider says who the person is.
struct IdentityRoute {
  std::string url;
  std::string member;  // of the answer, a text: "id"
  std::string scope;   // what the route needs, for a Forbidden
};

// A GET for JSON, without Authorization.
base::HttpRequest JsonRequest(std::string url);

class OAuthProvider : public tasks::Provider {
 public:
  const planner::ProviderInfo& info() const override { return info_; }
  std::string AuthorizeUrl(const std::string& state, const std::string& redirect_uri,
                           const std::string& code_challenge) const override;
  base::HttpRequest TokenRequest(const std::string& code, const std::string& redirect_uri,
                                 const std::string& code_verifier) const override;
  base::HttpRequest RefreshRequest(const domain::TokenPair& tokens) const override;
  std::variant<tasks::TokenGrant, domain::Failure> ReadTokens(const base::HttpResponse& response,
                                                              const domain::TokenPair& previous,
                                                              base::Instant now) const override;
  std::optional<base::HttpRequest> RevokeRequest(const domain::TokenPair& tokens) const override;
  base::HttpRequest IdentityRequest() const override;
  std::variant<std::string, domain::Failure> ReadIdentity(const base::HttpResponse& response,
                                                          base::Instant now) const override;

 protected:
  OAuthProvider(planner::ProviderInfo info, Client client, IdentityRoute identity)
      : info_(std::move(info)), client_(std::move(client)), identity_(std::move(identity)) {}

  // The failure that a status of the data routes means, in the provider's own words; absent for
  // 200.
  virtual std::optional<domain::Failure> FailureOf(const base::HttpResponse& response,
                                                   std::string_view scope,
                                                   base::Instant now) const = 0;

 private:
  planner::ProviderInfo info_;
  Client client_;
  IdentityRoute identity_;
};

}  // namespace coldpath::providers::oauth

#endif  // COLDPATH_PROVIDERS_OAUTH_OAUTH_PROVIDER_H_
