// The Google Health API v4, as far as reading goes: identity, dataPoints.list and
// dataPoints:reconcile.
//
// Order of the checks: access token (401), data type (400), scope (403), linked account (403),
// quota (429), filter, page size and token (400), then faults, then the page. Not offered: rollUp,
// dailyRollUp, get, export, OR in filters.
#ifndef COLDPATH_SANDBOX_GOOGLE_HEALTH_SERVICE_H_
#define COLDPATH_SANDBOX_GOOGLE_HEALTH_SERVICE_H_

#include "base/http.h"
#include "base/time.h"
#include "sandbox/call_log.h"
#include "sandbox/http.h"
#include "sandbox/world.h"

namespace coldpath::sandbox {

// REQUIRES: the path starts with "/v4/". Fills account, route and fault of `call`.
SandboxResponse AnswerGoogleHealth(World& world, const base::HttpRequest& request,
                                   const base::Url& url, base::Instant now, Call& call);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_GOOGLE_HEALTH_SERVICE_H_
