// Oura API v2.
#include "base/check.h"
#include "providers/mapping/http_answer.h"
#include "providers/mapping/list_answer.h"
#include "providers/oauth/oauth_provider.h"
#include "providers/oura/streams.h"
#include "providers/providers.h"

namespace coldpath::providers {
namespace {

using domain::Failure;
using domain::FailureKind;

constexpr std::string_view kTitle = "Oura";
// The authorisation page calls it so, the API document "spo2Daily".
constexpr std::string_view kOtherSpo2Scope = "spo2";

oauth::Client MakeClient(const ProviderConfig& config, const planner::ProviderInfo& info) {
  oauth::Client client{.title = std::string(kTitle),
                       .client_id = config.client_id,
                       .client_secret = config.client_secret,
                       .authorize_url = config.auth_base + "/oauth/authorize",
                       .token_url = config.token_base + "/oauth/token",
                       .revoke_url = "",  // not documented
                       .scopes = oauth::ScopesOf(info),
                       .authorize_extras = {}};
  client.scopes.insert(client.scopes.begin(), "personal");  // who the person is
  return client;
}

// An element of the padding is left to the chunk that it belongs to.
void MapElement(const oura::Stream& stream, const mapping::Node& element,
                mapping::PageBuilder& page) {
  if (!stream.by_instant) {
    const auto day = element["day"].Day();
    if (day && !page.Wants(*day)) return;
  }
  stream.map(element, page);
}

class Oura final : public oauth::OAuthProvider {
 public:
  Oura(const ProviderConfig& config, const planner::ProviderInfo& info)
      : OAuthProvider(info, MakeClient(config, info),
                      {.url = config.api_base + "/v2/usercollection/personal_info",
                       .member = "id",
                       .scope = "personal"}),
        api_base_(config.api_base) {}

  base::HttpRequest NextRequest(const std::string& stream,
                                const tasks::FetchPosition& position) const override {
    const oura::Stream* const known = oura::FindStream(stream);
    COLDPATH_CHECK(known != nullptr);
    std::string url = api_base_ + "/v2/usercollection/" + stream + "?" +
                      oura::WindowParameters(*known, position.range);
    if (!position.cursor.empty()) url += "&next_token=" + base::PercentEncode(position.cursor);
    return oauth::JsonRequest(std::move(url));
  }

  tasks::PageOrFailure ReadPage(const std::string& stream, const tasks::FetchPosition& position,
                                const base::HttpResponse& response,
                                base::Instant now) const override {
    const oura::Stream* const known = oura::FindStream(stream);
    COLDPATH_CHECK(known != nullptr);
    if (auto failure = FailureOf(response, known->scope, now)) return *std::move(failure);
    tasks::PageOrFailure page =
        mapping::ReadList({.title = kTitle,
                           .list_key = "data",
                           .token_key = "next_token",
                           .list_always_there = true,
                           .padding_days = oura::StrayDays(*known)},
                          response, position.range,
                          [known](const mapping::Node& element, mapping::PageBuilder& page) {
                            MapElement(*known, element, page);
                          });
    // Documented for a 429 only; read wherever it stands.
    const auto reading = mapping::RateLimitReading(response.headers, now);
    if (auto* read = std::get_if<tasks::Page>(&page); read != nullptr && reading) {
      read->quota.push_back(*reading);
    }
    return page;
  }

  bool uses_pkce() const override { return false; }  // not documented

  std::variant<tasks::TokenGrant, Failure> ReadTokens(const base::HttpResponse& response,
                                                      const domain::TokenPair& previous,
                                                      base::Instant now) const override {
    auto grant = OAuthProvider::ReadTokens(response, previous, now);
    if (auto* given = std::get_if<tasks::TokenGrant>(&grant)) {
      for (std::string& scope : given->scopes) {
        if (scope == kOtherSpo2Scope) scope = "spo2Daily";
      }
    }
    return grant;
  }

 private:
  std::optional<Failure> FailureOf(const base::HttpResponse& response, std::string_view scope,
                                   base::Instant now) const override {
    auto failure = mapping::StatusFailure(kTitle, response, now);
    if (!failure) return failure;
    if (failure->kind == FailureKind::kForbidden) {
      failure->message =
          "Oura refuses access to this data: the Oura membership has lapsed, or this kind of data "
          "was not allowed when connecting.";
      failure->where = scope;
    } else if (response.status == 422) {
      failure->message = "Oura found the request's parameters invalid (status 422).";
    }
    return failure;
  }

  std::string api_base_;
};

}  // namespace

std::unique_ptr<tasks::Provider> MakeOura(ProviderConfig config) {
  return std::make_unique<Oura>(
      WithDefaults(std::move(config), "https://api.ouraring.com", "https://cloud.ouraring.com",
                   "https://api.ouraring.com"),
      oura::MakeInfo());
}

}  // namespace coldpath::providers
