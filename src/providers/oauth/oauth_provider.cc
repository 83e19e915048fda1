#include "providers/oauth/oauth_provider.h"

#include "providers/mapping/http_answer.h"

namespace coldpath::providers::oauth {

base::HttpRequest JsonRequest(std::string url) {
  base::HttpRequest request;
  request.url = std::move(url);
  request.headers.Set("Accept", "application/json");
  return request;
}

std::string OAuthProvider::AuthorizeUrl(const std::string& state, const std::string& redirect_uri,
                                        const std::string& code_challenge) const {
  return oauth::AuthorizeUrl(client_, state, redirect_uri, code_challenge);
}

base::HttpRequest OAuthProvider::TokenRequest(const std::string& code,
                                              const std::string& redirect_uri,
                                              const std::string& code_verifier) const {
  return oauth::TokenRequest(client_, code, redirect_uri, code_verifier);
}

base::HttpRequest OAuthProvider::RefreshRequest(const domain::TokenPair& tokens) const {
  return oauth::RefreshRequest(client_, tokens);
}

std::variant<tasks::TokenGrant, domain::Failure> OAuthProvider::ReadTokens(
    const base::HttpResponse& response, const domain::TokenPair& previous,
    base::Instant now) const {
  return oauth::ReadTokens(client_, response, previous, now);
}

std::optional<base::HttpRequest> OAuthProvider::RevokeRequest(
    const domain::TokenPair& tokens) const {
  return oauth::RevokeRequest(client_, tokens);
}

base::HttpRequest OAuthProvider::IdentityRequest() const { return JsonRequest(identity_.url); }

std::variant<std::string, domain::Failure> OAuthProvider::ReadIdentity(
    const base::HttpResponse& response, base::Instant now) const {
  if (auto failure = FailureOf(response, identity_.scope, now)) return *std::move(failure);
  auto body = mapping::ReadObject(client_.title, response);
  if (auto* failure = std::get_if<domain::Failure>(&body)) return std::move(*failure);
  const auto id = base::FindString(std::get<base::Json>(body), identity_.member);
  if (id && !id->empty()) return *id;
  return mapping::MakeFailure(domain::FailureKind::kProviderBug,
                              client_.title + " did not say who the person is.",
                              "/" + identity_.member + ": is missing");
}

}  // namespace coldpath::providers::oauth
