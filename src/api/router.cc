#include "api/router.h"

namespace coldpath::api {
namespace {

// "/v1/x/{id}" and "/v1/x/17": true, and 17 is an argument.
bool Matches(std::string_view pattern, std::string_view path, std::vector<std::string>& arguments) {
  arguments.clear();
  while (!pattern.empty() && !path.empty()) {
    if (pattern.front() == '{') {
      const std::size_t end = std::min(path.find('/'), path.size());
      if (end == 0) return false;
      arguments.emplace_back(path.substr(0, end));
      path.remove_prefix(end);
      pattern.remove_prefix(pattern.find('}') + 1);
    } else if (pattern.front() == path.front()) {
      pattern.remove_prefix(1);
      path.remove_prefix(1);
    } else {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

const std::vector<Route>& Routes() {
  using enum Access;
  static const std::vector<Route> routes{
      {"POST", "/v1/estimates", kUser, true, Plain<MakeEstimate>},
      {"POST", "/v1/historical-syncs", kUser, true, Plain<StartSync>},
      {"GET", "/v1/historical-syncs", kUser, false, Plain<ListSyncs>},
      {"GET", "/v1/historical-syncs/{id}", kUser, false, Plain<GetSync>},
      {"GET", "/v1/historical-syncs/{id}/chunks", kUser, false, Plain<ListChunks>},
      {"GET", "/v1/historical-syncs/{id}/failures", kUser, false, Plain<ListFailures>},
      {"GET", "/v1/historical-syncs/{id}/coverage", kUser, false, Plain<GetCoverage>},
      {"GET", "/v1/historical-syncs/{id}/manifest", kUser, false, Plain<GetManifest>},
      {"GET", "/v1/historical-syncs/{id}/events", kUser, false, FollowSync},
      {"GET", "/v1/historical-syncs/{id}/export", kUser, false, Plain<ExportSync>},
      {"POST", "/v1/historical-syncs/{id}/retry", kUser, true, Plain<RetrySync>},
      {"POST", "/v1/historical-syncs/{id}/cancel", kUser, true, Plain<CancelSync>},
      {"POST", "/v1/historical-syncs/{id}/pause", kUser, true, Plain<PauseSync>},
      {"POST", "/v1/historical-syncs/{id}/resume", kUser, true, Plain<ResumeSync>},
      {"GET", "/v1/client-config", kOpen, false, Plain<GetClientConfig>},
      {"POST", "/v1/development/tokens", kOpen, true, Plain<MakeDevelopmentToken>},
      {"GET", "/v1/providers", kUser, false, Plain<ListProviders>},
      {"GET", "/v1/connections", kUser, false, Plain<ListConnections>},
      {"POST", "/v1/connections/{provider}/authorize", kUser, true, Plain<Authorize>},
      {"DELETE", "/v1/connections/{id}", kUser, false, DeleteConnection},
      {"GET", "/v1/oauth/callback", kOpen, false, FinishAuthorization},
      {"GET", "/v1/records", kUser, false, Plain<ListRecords>},
      {"GET", "/v1/records/daily", kUser, false, Plain<ListDailyValues>},
      {"GET", "/v1/notifications", kUser, false, Plain<ListNotifications>},
      {"GET", "/v1/push-subscriptions", kUser, false, Plain<ListPushSubscriptions>},
      {"PUT", "/v1/push-subscriptions", kUser, true, Plain<PutPushSubscription>},
      {"DELETE", "/v1/push-subscriptions", kUser, false, Plain<DeletePushSubscription>},
      {"GET", "/v1/notification-settings", kUser, false, Plain<GetNotificationSettings>},
      {"PUT", "/v1/notification-settings", kUser, true, Plain<PutNotificationSettings>},
      {"POST", "/v1/entitlements/events", kOpen, true, Plain<TakeEntitlementEvent>},
      {"GET", "/v1/me", kUser, false, Plain<GetMe>},
      {"DELETE", "/v1/me", kUser, false, Plain<EraseMe>},
      {"GET", "/healthz", kOpen, false, Plain<Healthz>},
      {"GET", "/readyz", kOpen, false, Plain<Readyz>},
      {"GET", "/metrics", kOpen, false, Plain<MetricsText>},
      {"GET", "/openapi.json", kOpen, false, Plain<OpenApi>},
  };
  return routes;
}

Match FindRoute(std::string_view method, std::string_view path) {
  Match match;
  std::vector<std::string> arguments;
  for (const Route& route : Routes()) {
    if (!Matches(route.pattern, path, arguments)) continue;
    if (route.method == method) {
      match.route = &route;
      match.arguments = std::move(arguments);
      return match;
    }
    match.other_methods.push_back(route.method);
  }
  return match;
}

}  // namespace coldpath::api
