// What changes historical syncs: estimate, start, retry, cancel, pause, resume.
#include "api/router.h"
#include "api/views.h"
#include "base/ids.h"
#include "service/plan_request.h"
#include "service/resume_sync.h"
#include "service/retry_sync.h"
#include "service/start_sync.h"
#include "service/stop_sync.h"

namespace coldpath::api {
namespace {

constexpr std::string_view kKeyHeader = "Idempotency-Key";

Checked<service::SyncWish> ReadWish(const base::Json& body) {
  COLDPATH_API_CHECK(
      CheckMembers(body, {"connection_id", "start", "end", "types", "max_concurrency"}));
  service::SyncWish wish;
  COLDPATH_API_ASSIGN(wish.connection_id, NeedString(body, "connection_id"));
  COLDPATH_API_ASSIGN(wish.range.start, NeedDate(body, "start"));
  COLDPATH_API_ASSIGN(wish.range.end, NeedDate(body, "end"));
  COLDPATH_API_ASSIGN(wish.types, OptionalTypes(body, "types"));
  COLDPATH_API_ASSIGN(wish.max_concurrency, OptionalInteger(body, "max_concurrency"));
  return wish;
}

// The path as the router saw it stands for the route, ids included: a key that retried one job does
// not retry another.
Checked<service::KeyedRequest> ReadKey(const Call& call) {
  const auto key = call.request.headers.Find(kKeyHeader);
  if (!key || key->empty()) {
    return std::unexpected(Problem{400, "idempotency-key-missing",
                                   "Send a new UUID in the header Idempotency-Key; repeat it when "
                                   "you repeat the request.",
                                   std::string(kKeyHeader)});
  }
  if (!base::IsUuid(*key)) {
    return std::unexpected(Problem{400, "idempotency-key-malformed",
                                   "The Idempotency-Key must be a UUID (RFC 9562).",
                                   std::string(kKeyHeader)});
  }
  return service::KeyedRequest{call.user(), base::NormalizeUuid(*key),
                               call.request.method + " " + call.url.path,
                               base::Sha256Hex(base::DumpJson(call.body))};
}

base::HttpResponse AcceptedResponse(const service::Accepted& accepted) {
  base::HttpResponse response = JsonResponse(202, AcceptedJson(accepted.job_id));
  response.headers.Set("Location", JobPath(accepted.job_id));
  return response;
}

}  // namespace

Checked<base::HttpResponse> MakeEstimate(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const service::SyncWish wish, ReadWish(call.body));
  COLDPATH_API_ASSIGN(const service::PreparedSync prepared,
                      service::PrepareSync(call.context, call.user(), wish));
  COLDPATH_API_ASSIGN(
      const planner::Estimate estimate,
      service::EstimateNow(call.context, *prepared.provider, prepared.connection.provider_user_id,
                           prepared.plan, prepared.max_concurrency));
  const auto limit =
      service::FindLimit(prepared.provider->info(), prepared.connection.provider_user_id,
                         call.context.settings.quota_scale, estimate.limited_by);
  return JsonResponse(
      200, EstimateJson(estimate, prepared, limit,
                        service::NoticesOf(prepared, wish.range, call.context.clock.Now())));
}

Checked<base::HttpResponse> StartSync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const service::KeyedRequest key, ReadKey(call));
  COLDPATH_API_ASSIGN(const service::SyncWish wish, ReadWish(call.body));
  COLDPATH_API_ASSIGN(const service::Accepted accepted,
                      service::StartSync(call.context, key, wish));
  return AcceptedResponse(accepted);
}

Checked<base::HttpResponse> RetrySync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {}));
  COLDPATH_API_ASSIGN(const service::KeyedRequest key, ReadKey(call));
  COLDPATH_API_ASSIGN(const service::Accepted accepted,
                      service::RetrySync(call.context, key, call.arguments[0]));
  return AcceptedResponse(accepted);
}

Checked<base::HttpResponse> CancelSync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {}));
  COLDPATH_API_ASSIGN(const service::Accepted accepted,
                      service::CancelSync(call.context, call.user(), call.arguments[0]));
  return AcceptedResponse(accepted);
}

Checked<base::HttpResponse> PauseSync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {}));
  COLDPATH_API_ASSIGN(const service::Accepted accepted,
                      service::PauseSync(call.context, call.user(), call.arguments[0]));
  return AcceptedResponse(accepted);
}

Checked<base::HttpResponse> ResumeSync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {}));
  COLDPATH_API_ASSIGN(const service::Accepted accepted,
                      service::ResumeSync(call.context, call.user(), call.arguments[0]));
  return AcceptedResponse(accepted);
}

}  // namespace coldpath::api
