// What the app's billing system says of people's entitlements. There is no token: the message is
// signed (Standard Webhooks).
#include "api/router.h"
#include "service/entitlement_event.h"
#include "tasks/webhook_signature.h"

namespace coldpath::api {

Checked<base::HttpResponse> TakeEntitlementEvent(Call& call, const ApiOptions& options) {
  if (options.entitlement_keys.empty()) {
    return std::unexpected(Problem{404, "entitlement-events-off",
                                   "This installation takes no entitlement events; its operator "
                                   "configures entitlement_secret for them."});
  }
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  const base::Instant now = call.context.clock.Now();
  // Over the bytes as they came.
  COLDPATH_API_CHECK(
      tasks::VerifyWebhook(options.entitlement_keys, call.request.headers, call.request.body, now));
  std::string where;
  const auto event = service::ReadEntitlementEvent(call.body, now, where);
  if (!event) {
    return std::unexpected(Problem{400, "invalid-request", event.error().message, where});
  }
  COLDPATH_API_CHECK(service::ApplyEntitlementEvent(call.context, *event));
  return base::HttpResponse{204, {}, ""};
}

}  // namespace coldpath::api
