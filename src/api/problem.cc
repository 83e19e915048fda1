#include "api/problem.h"

#include <algorithm>
#include <array>

namespace coldpath::api {
namespace {

struct Row {
  std::string_view error;  // of the use case
  int status;
  std::string_view code;     // of the problem
  std::string_view pointer;  // what in the request is wrong, where that is always the same
};

constexpr std::array kRows{
    Row{"job.not_found", 404, "sync-not-found", ""},
    Row{"job.no_manifest", 404, "manifest-not-found", ""},
    Row{"connection.not_found", 404, "connection-not-found", ""},
    Row{"connection.needs_reauth", 409, "needs-reauth", ""},
    Row{"provider.unknown", 404, "unknown-provider", ""},
    Row{"dates.reversed", 400, "dates-reversed", "/start"},
    Row{"dates.in_future", 400, "dates-in-future", "/end"},
    Row{"plan.range_empty", 400, "dates-reversed", "/start"},
    Row{"plan.range_in_future", 400, "dates-in-future", "/end"},
    Row{"plan.before_history", 400, "dates-before-history", "/end"},
    Row{"plan.type_not_offered", 400, "type-not-offered", "/types"},
    Row{"concurrency.out_of_range", 400, "invalid-request", "/max_concurrency"},
    Row{"sync.pro_required", 403, "upsell", ""},
    Row{"sync.key_foreign", 409, "idempotency-key-conflict", ""},
    Row{"sync.key_reused", 422, "idempotency-key-reused", ""},
    Row{"sync.key_spent", 409, "idempotency-key-spent", ""},
    Row{"sync.execution_running", 409, "sync-running", ""},
    Row{"sync.nothing_failed", 409, "nothing-failed", ""},
    Row{"sync.ended", 409, "sync-ended", ""},
    Row{"sync.being_cancelled", 409, "sync-being-cancelled", ""},
    Row{"oauth.return_url_refused", 400, "return-url-refused", "/return_url"},
    Row{"oauth.unknown_state", 400, "unknown-state", "state"},
    Row{"oauth.denied", 403, "connection-denied", ""},
    Row{"oauth.exchange_failed", 502, "provider-refused", ""},
    Row{"oauth.unreachable", 502, "provider-unreachable", ""},
    Row{"cursor.malformed", 400, "invalid-cursor", "cursor"},
    Row{"store.bad_cursor", 400, "invalid-cursor", "cursor"},
    Row{"push.refused", 400, "push-refused", ""},
    Row{"push.kind_not_offered", 400, "push-kind-not-offered", "/kind"},
    Row{"push.too_many", 409, "too-many-devices", ""},
    Row{"webhook.missing_header", 401, "webhook-signature-missing", ""},
    Row{"webhook.bad_signature", 401, "webhook-signature-invalid", ""},
    Row{"webhook.bad_timestamp", 400, "webhook-timestamp-invalid", ""},
    Row{"store.full", 507, "storage-full", ""},
};

struct Title {
  int status;
  std::string_view title;
};
constexpr std::array kTitles{
    Title{400, "Bad request"},
    Title{401, "Not authenticated"},
    Title{403, "Not allowed"},
    Title{404, "Not found"},
    Title{405, "Method not allowed"},
    Title{406, "Not acceptable"},
    Title{409, "Conflict"},
    Title{413, "Body too large"},
    Title{415, "Wrong content type"},
    Title{422, "Not the same request"},
    Title{429, "Too many requests"},
    Title{500, "Internal error"},
    Title{502, "Bad answer from the provider"},
    Title{503, "Not available now"},
    Title{507, "Storage is full"},
};

std::string_view TitleOf(int status) {
  const auto found = std::ranges::find(kTitles, status, &Title::status);
  return found == kTitles.end() ? "Error" : found->title;
}

}  // namespace

base::Json UpsellJson() {
  return {{"plan", "pro"},
          {"gives",
           {"Import of up to ten years of history from every connected service",
            "Retry of just what failed", "Pause and resume of a running import"}}};
}

base::HttpResponse ProblemResponse(const Problem& problem, std::string_view instance) {
  base::Json body = {{"type", "urn:coldpath:problem:" + problem.code},
                     {"title", TitleOf(problem.status)},
                     {"status", problem.status},
                     {"detail", problem.detail},
                     {"instance", instance}};
  if (!problem.pointer.empty()) body["pointer"] = problem.pointer;
  if (problem.extra.is_object()) body.update(problem.extra);
  base::HttpResponse response{problem.status, {}, base::DumpJson(body)};
  response.headers.Set("Content-Type", "application/problem+json");
  if (problem.retry_after) {
    response.headers.Set("Retry-After", std::to_string(*problem.retry_after));
  }
  return response;
}

Problem ProblemOf(const base::Error& error) {
  const auto row = std::ranges::find(kRows, error.code, &Row::error);
  if (row != kRows.end()) {
    Problem problem{row->status, std::string(row->code), error.message, std::string(row->pointer)};
    if (problem.code == "upsell") {
      problem.extra = {{"title", "Historical syncs belong to Pro"}, {"upsell", UpsellJson()}};
    }
    return problem;
  }
  if (error.code.starts_with("store.") || error.code.starts_with("engine.") ||
      error.code.starts_with("vault.") || error.code == "push.unavailable") {
    return {503, "unavailable", "The service cannot answer now; try again.", "", {}, 5};
  }
  return {500, "internal", "Something went wrong on our side; it has been noted."};
}

}  // namespace coldpath::api
