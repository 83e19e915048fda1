// Which handler answers which method and path.
#ifndef COLDPATH_API_ROUTER_H_
#define COLDPATH_API_ROUTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "api/api_handler.h"
#include "api/call.h"

namespace coldpath::api {

enum class Access { kOpen, kUser };

using RouteHandler = void (*)(const CallPtr& call, const ApiOptions& options);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/v1/historical-syncs/{id}"
  Access access;
  bool takes_body;
  RouteHandler handler;
};

// All of them, in the order of the contract.
const std::vector<Route>& Routes();

// What a path matches: the route, or the methods that its path has (for 405), or nothing (404).
struct Match {
  const Route* route = nullptr;
  std::vector<std::string> arguments;
  std::vector<std::string_view> other_methods;
};
Match FindRoute(std::string_view method, std::string_view path);

// Makes a RouteHandler of a function from the call to its answer.
template <Checked<base::HttpResponse> (*kFunction)(Call&, const ApiOptions&)>
void Plain(const CallPtr& call, const ApiOptions& options) {
  Checked<base::HttpResponse> answer = kFunction(*call, options);
  if (answer) {
    Answer(*call, *std::move(answer));
  } else {
    AnswerProblem(*call, answer.error());
  }
}

// ---- the handlers, by file
// sync_routes.cc
Checked<base::HttpResponse> MakeEstimate(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> StartSync(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> RetrySync(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> CancelSync(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> PauseSync(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ResumeSync(Call& call, const ApiOptions& options);
// sync_views.cc
Checked<base::HttpResponse> ListSyncs(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> GetSync(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListChunks(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListFailures(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> GetCoverage(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> GetManifest(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ExportSync(Call& call, const ApiOptions& options);
void FollowSync(const CallPtr& call, const ApiOptions& options);
// connection_routes.cc
Checked<base::HttpResponse> ListProviders(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListConnections(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> Authorize(Call& call, const ApiOptions& options);
void DeleteConnection(const CallPtr& call, const ApiOptions& options);
void FinishAuthorization(const CallPtr& call, const ApiOptions& options);
// person_routes.cc
Checked<base::HttpResponse> GetMe(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListRecords(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListDailyValues(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> ListNotifications(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> EraseMe(Call& call, const ApiOptions& options);
// notification_routes.cc
Checked<base::HttpResponse> ListPushSubscriptions(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> PutPushSubscription(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> DeletePushSubscription(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> GetNotificationSettings(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> PutNotificationSettings(Call& call, const ApiOptions& options);
// entitlement_routes.cc
Checked<base::HttpResponse> TakeEntitlementEvent(Call& call, const ApiOptions& options);
// system_routes.cc
Checked<base::HttpResponse> GetClientConfig(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> MakeDevelopmentToken(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> Healthz(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> Readyz(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> MetricsText(Call& call, const ApiOptions& options);
Checked<base::HttpResponse> OpenApi(Call& call, const ApiOptions& options);

}  // namespace coldpath::api

#endif  // COLDPATH_API_ROUTER_H_
