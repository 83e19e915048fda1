// Google Health API v4, the successor of the Fitbit Web API.
#include "base/check.h"
#include "providers/google_health/streams.h"
#include "providers/mapping/http_answer.h"
#include "providers/mapping/list_answer.h"
#include "providers/oauth/oauth_provider.h"
#include "providers/providers.h"

namespace coldpath::providers {
namespace {

using domain::Failure;
using domain::FailureKind;

constexpr std::string_view kTitle = "Google Health";

oauth::Client MakeClient(const ProviderConfig& config, const planner::ProviderInfo& info) {
  return {
      .title = std::string(kTitle),
      .client_id = config.client_id,
      .client_secret = config.client_secret,
      .authorize_url = config.auth_base + "/o/oauth2/v2/auth",
      .token_url = config.token_base + "/token",
      .revoke_url = config.token_base + "/revoke",
      .scopes = oauth::ScopesOf(info),
      // Without these Google gives a refresh token at the first consent only.
      .authorize_extras = {
          {"access_type", "offline"}, {"prompt", "consent"}, {"include_granted_scopes", "true"}}};
}

// {"error": {"code", "status", "details": [{"reason"}]}}: google.rpc.Status.
bool SaysRateLimited(const base::HttpResponse& response) {
  const auto body = base::ParseJson(response.body);
  if (!body) return false;
  const base::Json* error = base::FindMember(*body, "error");
  if (error == nullptr) return false;
  if (base::FindString(*error, "status") == "RESOURCE_EXHAUSTED") return true;
  const base::Json* details = base::FindMember(*error, "details");
  if (details == nullptr || !details->is_array()) return false;
  for (const base::Json& detail : *details) {
    if (base::FindString(detail, "reason") == "RATE_LIMIT_EXCEEDED") return true;
  }
  return false;
}

class GoogleHealth final : public oauth::OAuthProvider {
 public:
  GoogleHealth(const ProviderConfig& config, const planner::ProviderInfo& info)
      // Any of the scopes that are asked for suffices for the identity.
      : OAuthProvider(info, MakeClient(config, info),
                      {.url = config.api_base + "/v4/users/me/identity",
                       .member = "healthUserId",
                       .scope = "profile"}),
        api_base_(config.api_base) {}

  base::HttpRequest NextRequest(const std::string& stream,
                                const tasks::FetchPosition& position) const override {
    const google_health::Stream* const known = google_health::FindStream(stream);
    COLDPATH_CHECK(known != nullptr);
    std::string url = api_base_ + "/v4/users/me/dataTypes/" + stream + "/dataPoints?filter=" +
                      base::PercentEncode(google_health::FilterFor(*known, position.range)) +
                      "&pageSize=" + std::to_string(google_health::PageSize(*known));
    if (!position.cursor.empty()) url += "&pageToken=" + base::PercentEncode(position.cursor);
    return oauth::JsonRequest(std::move(url));
  }

  tasks::PageOrFailure ReadPage(const std::string& stream, const tasks::FetchPosition& position,
                                const base::HttpResponse& response,
                                base::Instant now) const override {
    const google_health::Stream* const known = google_health::FindStream(stream);
    COLDPATH_CHECK(known != nullptr);
    if (auto failure = FailureOf(response, known->scope, now)) return *std::move(failure);
    return mapping::ReadList({.title = kTitle,
                              .list_key = "dataPoints",
                              .token_key = "nextPageToken",
                              .list_always_there = false,
                              .padding_days = 0},
                             response, position.range,
                             [known](const mapping::Node& point, mapping::PageBuilder& page) {
                               google_health::MapPoint(*known, point, page);
                             });
  }

  bool uses_pkce() const override { return true; }

 private:
  std::optional<Failure> FailureOf(const base::HttpResponse& response, std::string_view scope,
                                   base::Instant now) const override {
    auto failure = mapping::StatusFailure(kTitle, response, now);
    if (!failure || failure->kind != FailureKind::kForbidden) return failure;
    if (SaysRateLimited(response)) {
      failure->kind = FailureKind::kRateLimited;
      failure->message = std::string(kTitle) + " asks to wait: its request limit is reached.";
      failure->retry_at = mapping::RetryAfter(response.headers, now);
      return failure;
    }
    failure->message = std::string(kTitle) +
                       " refuses access to this data: connect again and allow it, or check that "
                       "the Google account has Google Health data.";
    failure->where = scope;
    return failure;
  }

  std::string api_base_;
};

}  // namespace

std::unique_ptr<tasks::Provider> MakeGoogleHealth(ProviderConfig config) {
  return std::make_unique<GoogleHealth>(
      WithDefaults(std::move(config), "https://health.googleapis.com",
                   "https://accounts.google.com", "https://oauth2.googleapis.com"),
      google_health::MakeInfo());
}

}  // namespace coldpath::providers
