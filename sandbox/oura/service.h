// The Oura API v2, as far as reading collections goes.
//
// Order of the checks: access token (401), route (404), scope and membership (403), quota (429),
// parameters (422 where the type is wrong, 400 where the value is), then faults, then the page.
//
// What the document leaves open, and how it is here:
//  - start_date and end_date are days of the person's calendar. end_date is inclusive, but
//  exclusive for
//    daily_activity, whose clients have to ask for a day more. Defaults: today, and the day before
//    it.
//  - heartrate takes [start_datetime, end_datetime), at most 30 days of it (400); default the last
//  day. `latest=true`
//    gives the newest row alone. Rows and documents come oldest first.
//  - `fields` is refused with 400: selection is not offered.
#ifndef COLDPATH_SANDBOX_OURA_SERVICE_H_
#define COLDPATH_SANDBOX_OURA_SERVICE_H_

#include "base/http.h"
#include "base/time.h"
#include "sandbox/call_log.h"
#include "sandbox/http.h"
#include "sandbox/world.h"

namespace coldpath::sandbox {

// REQUIRES: the path starts with "/v2/usercollection/". Fills account, route and fault of `call`.
SandboxResponse AnswerOura(World& world, const base::HttpRequest& request, const base::Url& url,
                           base::Instant now, Call& call);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OURA_SERVICE_H_
