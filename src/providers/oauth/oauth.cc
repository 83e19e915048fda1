#include "providers/oauth/oauth.h"

#include <algorithm>

#include "providers/mapping/http_answer.h"

namespace coldpath::providers::oauth {
namespace {

using domain::Failure;
using domain::FailureKind;

// RFC 6749 only recommends expires_in; an hour is what providers use most, and a token that ends
// earlier is noticed by its 401.
constexpr std::int64_t kDefaultLifetimeSeconds = 3600;
constexpr std::int64_t kLongestLifetimeSeconds = 400LL * 24 * 3600;

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::vector<std::string> Split(std::string_view words) {
  std::vector<std::string> out;
  while (!words.empty()) {
    // RFC 6749 separates by spaces, some providers by commas.
    const std::size_t end = std::min(words.find_first_of(" ,"), words.size());
    if (end > 0) out.emplace_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return out;
}

base::HttpRequest Form(const std::string& url, const base::FormFields& fields) {
  base::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.Set("Accept", "application/json");
  request.body = base::EncodeForm(fields);
  return request;
}

Failure ReadRefusal(const Client& client, const base::HttpResponse& response) {
  const auto body = base::ParseJson(response.body);
  const std::string code =
      body ? base::FindString(*body, "error").value_or("unknown") : std::string("unknown");
  if (code == "invalid_grant") {
    return mapping::MakeFailure(FailureKind::kNeedsReauth, client.title +
                                                               " has ended the authorisation; "
                                                               "connect it again.");
  }
  if (code == "invalid_client" || code == "unauthorized_client") {
    return mapping::MakeFailure(
        FailureKind::kProviderBug,
        client.title +
            " refuses this installation's client id or secret; its operator has to "
            "correct them.",
        "/error: " + code);
  }
  return mapping::MakeFailure(FailureKind::kProviderBug,
                              client.title + " did not accept the token request (status " +
                                  std::to_string(response.status) + ").",
                              "/error: " + code.substr(0, 60));
}

Failure BadAnswer(const Client& client, std::string where) {
  return mapping::MakeFailure(FailureKind::kProviderBug,
                              client.title + " gave tokens in a form that is not OAuth 2.0.",
                              std::move(where));
}

}  // namespace

std::string AuthorizeUrl(const Client& client, const std::string& state,
                         const std::string& redirect_uri, const std::string& code_challenge) {
  base::FormFields fields{{"response_type", "code"},
                          {"client_id", client.client_id},
                          {"redirect_uri", redirect_uri},
                          {"scope", Joined(client.scopes)},
                          {"state", state}};
  if (!code_challenge.empty()) {
    fields.emplace_back("code_challenge", code_challenge);
    fields.emplace_back("code_challenge_method", "S256");
  }
  fields.insert(fields.end(), client.authorize_extras.begin(), client.authorize_extras.end());
  return client.authorize_url + "?" + base::EncodeForm(fields);
}

base::HttpRequest TokenRequest(const Client& client, const std::string& code,
                               const std::string& redirect_uri, const std::string& code_verifier) {
  base::FormFields fields{{"grant_type", "authorization_code"},
                          {"code", code},
                          {"redirect_uri", redirect_uri},
                          {"client_id", client.client_id},
                          {"client_secret", client.client_secret}};
  if (!code_verifier.empty()) fields.emplace_back("code_verifier", code_verifier);
  return Form(client.token_url, fields);
}

base::HttpRequest RefreshRequest(const Client& client, const domain::TokenPair& tokens) {
  return Form(client.token_url, {{"grant_type", "refresh_token"},
                                 {"refresh_token", tokens.refresh_token},
                                 {"client_id", client.client_id},
                                 {"client_secret", client.client_secret}});
}

std::optional<base::HttpRequest> RevokeRequest(const Client& client,
                                               const domain::TokenPair& tokens) {
  if (client.revoke_url.empty()) return std::nullopt;
  // Revoking the refresh token ends the access tokens made from it too (RFC 7009 section 2.1).
  return Form(client.revoke_url, {{"token", tokens.refresh_token.empty() ? tokens.access_token
                                                                         : tokens.refresh_token}});
}

std::variant<tasks::TokenGrant, Failure> ReadTokens(const Client& client,
                                                    const base::HttpResponse& response,
                                                    const domain::TokenPair& previous,
                                                    base::Instant now) {
  if (response.status >= 400 && response.status < 500 && response.status != 408 &&
      response.status != 425 && response.status != 429) {
    return ReadRefusal(client, response);
  }
  if (auto failure = mapping::StatusFailure(client.title, response, now)) return *failure;
  auto body = mapping::ReadObject(client.title, response);
  if (auto* failure = std::get_if<Failure>(&body)) return std::move(*failure);
  const base::Json& json = std::get<base::Json>(body);

  tasks::TokenGrant grant;
  grant.tokens.access_token = base::FindString(json, "access_token").value_or("");
  if (grant.tokens.access_token.empty()) return BadAnswer(client, "/access_token: is missing");
  // Without a new refresh token the old one stays valid (RFC 6749 section 6).
  grant.tokens.refresh_token = base::FindString(json, "refresh_token").value_or("");
  if (grant.tokens.refresh_token.empty()) grant.tokens.refresh_token = previous.refresh_token;
  const std::int64_t lifetime =
      base::FindInteger(json, "expires_in").value_or(kDefaultLifetimeSeconds);
  if (lifetime <= 0) return BadAnswer(client, "/expires_in: is not a length of time");
  grant.access_lifetime = std::chrono::seconds(std::min(lifetime, kLongestLifetimeSeconds));
  grant.scopes = Split(base::FindString(json, "scope").value_or(""));
  return grant;
}

std::vector<std::string> ScopesOf(const planner::ProviderInfo& info) {
  std::vector<std::string> scopes;
  for (const planner::StreamInfo& stream : info.streams) {
    for (const std::string& scope : stream.scopes) {
      if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) scopes.push_back(scope);
    }
  }
  return scopes;
}

}  // namespace coldpath::providers::oauth
