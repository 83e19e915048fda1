// The token endpoint and revocation.
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "sandbox/oauth/endpoints.h"

namespace coldpath::sandbox {
namespace {

std::string Field(const base::FormFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

SandboxResponse OAuthError(int status, std::string_view code, std::string_view description) {
  SandboxResponse answer =
      JsonAnswer(status, {{"error", code}, {"error_description", description}});
  answer.http.headers.Set("Cache-Control", "no-store");
  return answer;
}

struct Client {
  std::string id;
  std::string secret;
};

// From the Authorization header (RFC 6749 section 2.3.1) or, without one, from the form.
Client ClientOf(const base::HttpRequest& request, const base::FormFields& fields) {
  const auto header = request.headers.Find("Authorization");
  if (header && header->starts_with("Basic ")) {
    const auto decoded = base::Base64Decode(header->substr(6));
    if (!decoded) return {};
    const auto colon = decoded->find(':');
    if (colon == std::string::npos) return {};
    const auto both = base::DecodeForm("id=" + decoded->substr(0, colon) +
                                       "&secret=" + decoded->substr(colon + 1));
    if (!both) return {};
    return {Field(*both, "id"), Field(*both, "secret")};
  }
  return {Field(fields, "client_id"), Field(fields, "client_secret")};
}

std::string Joined(const Scopes& scopes) {
  std::string text;
  for (const std::string& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

SandboxResponse TokenAnswer(const Tokens& tokens) {
  base::Json body = {{"access_token", tokens.access_token},
                     {"expires_in", tokens.lifetime.count()},
                     {"scope", Joined(tokens.scopes)},
                     {"token_type", "Bearer"}};
  if (!tokens.refresh_token.empty()) body["refresh_token"] = tokens.refresh_token;
  SandboxResponse answer = JsonAnswer(200, body);
  answer.http.headers.Set("Cache-Control", "no-store");
  return answer;
}

}  // namespace

const OAuthStyle& GoogleOAuth() {
  static const OAuthStyle style = {
      .provider = "google_health",
      .display_name = "Google Health",
      .authorize_path = "/o/oauth2/v2/auth",
      .tokens = {.access_lifetime = std::chrono::seconds(3600), .rotates = false},
      .refresh_token_must_be_asked_for = true,
      .scopes = {
          "https://www.googleapis.com/auth/googlehealth.activity_and_fitness.readonly",
          "https://www.googleapis.com/auth/googlehealth.health_metrics_and_measurements.readonly",
          "https://www.googleapis.com/auth/googlehealth.sleep.readonly",
          "https://www.googleapis.com/auth/googlehealth.profile.readonly",
          "https://www.googleapis.com/auth/googlehealth.settings.readonly",
          "https://www.googleapis.com/auth/googlehealth.location.readonly",
          "https://www.googleapis.com/auth/googlehealth.nutrition.readonly",
          "https://www.googleapis.com/auth/googlehealth.ecg.readonly",
          "https://www.googleapis.com/auth/googlehealth.irn.readonly",
          "https://www.googleapis.com/auth/googlehealth.logged_symptoms.readonly",
          "https://www.googleapis.com/auth/googlehealth.mindfulness.readonly",
          "https://www.googleapis.com/auth/googlehealth.reproductive_health.readonly"}};
  return style;
}

const OAuthStyle& OuraOAuth() {
  // The authentication page says spo2, the API document spo2Daily: both are taken.
  static const OAuthStyle style = {
      .provider = "oura",
      .display_name = "Oura",
      .authorize_path = "/oauth/authorize",
      .tokens = {.access_lifetime = std::chrono::hours(24), .rotates = true},
      .refresh_token_must_be_asked_for = false,
      .scopes = {"email", "personal", "daily", "heartrate", "workout", "tag", "session", "spo2",
                 "spo2Daily"}};
  return style;
}

SandboxResponse AnswerTokenRequest(const OAuthStyle& style, const base::HttpRequest& request,
                                   std::string_view client_secret, Grants& grants,
                                   base::Instant now) {
  if (request.method != "POST") return OAuthError(405, "invalid_request", "Only POST is allowed.");
  const auto fields = base::DecodeForm(request.body);
  if (!fields) return OAuthError(400, "invalid_request", "The form is malformed.");
  const Client client = ClientOf(request, *fields);
  if (client.id.empty() || (!client_secret.empty() && client.secret != client_secret)) {
    return OAuthError(401, "invalid_client", "The client is unknown or its secret is wrong.");
  }
  const std::string grant_type = Field(*fields, "grant_type");
  base::Result<Tokens> tokens;
  if (grant_type == "authorization_code") {
    tokens = grants.Exchange({.provider = std::string(style.provider),
                              .client_id = client.id,
                              .code = Field(*fields, "code"),
                              .redirect_uri = Field(*fields, "redirect_uri"),
                              .code_verifier = Field(*fields, "code_verifier")},
                             style.tokens, now);
  } else if (grant_type == "refresh_token") {
    tokens = grants.Refresh(style.provider, client.id, Field(*fields, "refresh_token"),
                            style.tokens, now);
  } else {
    return OAuthError(400, "unsupported_grant_type", "grant_type is not one that is offered.");
  }
  if (!tokens) return OAuthError(400, tokens.error().code, tokens.error().message);
  return TokenAnswer(*tokens);
}

SandboxResponse AnswerRevocation(const OAuthStyle& style, const base::HttpRequest& request,
                                 const base::Url& url, Grants& grants) {
  std::string token = url.FindParameter("token").value_or("");
  if (token.empty()) {
    const auto fields = base::DecodeForm(request.body);
    if (fields) token = Field(*fields, "token");
  }
  if (!grants.RevokeToken(style.provider, token)) {
    return OAuthError(400, "invalid_token", "The token is unknown.");
  }
  return JsonText(200, "{}");
}

}  // namespace coldpath::sandbox
