// What shows historical syncs: lists, one job, its chunks, failures, coverage, events, export.
#include <charconv>

#include "api/router.h"
#include "api/views.h"
#include "service/job_update.h"
#include "service/manifest_view.h"

namespace coldpath::api {
namespace {

base::Json OrNull(const std::optional<std::string>& text) {
  return text ? base::Json(*text) : base::Json(nullptr);
}

Checked<std::optional<domain::ChunkStatus>> ReadStatus(const Call& call) {
  const auto name = Parameter(call, "status");
  if (!name) return std::optional<domain::ChunkStatus>();
  const auto status = domain::FindChunkStatus(*name);
  if (!status) {
    return std::unexpected(Problem{400, "invalid-request",
                                   "status is one of not_attempted, running, complete, failed.",
                                   "status"});
  }
  return std::optional<domain::ChunkStatus>(*status);
}

Checked<std::int64_t> ReadLastEventId(const Call& call) {
  const auto text = call.request.headers.Find("Last-Event-ID");
  if (!text || text->empty()) return 0;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), id);
  if (error != std::errc() || end != text->data() + text->size() || id < 0) {
    return std::unexpected(Problem{
        400, "invalid-request", "Last-Event-ID must be the number of an event.", "Last-Event-ID"});
  }
  return id;
}

Checked<std::int64_t> PrepareStream(const Call& call) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const std::int64_t after, ReadLastEventId(call));
  COLDPATH_API_CHECK(service::FindJob(call.context, call.user(), call.arguments[0]));
  return after;
}

}  // namespace

Checked<base::HttpResponse> ListSyncs(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {"cursor", "limit"}));
  COLDPATH_API_ASSIGN(const int limit, ReadLimit(call, 50, 200));
  COLDPATH_API_ASSIGN(
      const service::JobViewPage page,
      service::ListJobViews(call.context, call.user(), Parameter(call, "cursor"), limit));
  base::Json jobs = base::Json::array();
  for (const service::JobView& view : page.jobs) jobs.push_back(JobJson(view));
  return JsonResponse(200, {{"jobs", std::move(jobs)}, {"next_cursor", OrNull(page.next_cursor)}});
}

Checked<base::HttpResponse> GetSync(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const service::JobView view,
                      service::ViewJob(call.context, call.user(), call.arguments[0]));
  return JsonResponse(200, JobJson(view));
}

Checked<base::HttpResponse> ListChunks(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {"status", "cursor", "limit"}));
  COLDPATH_API_ASSIGN(const auto status, ReadStatus(call));
  COLDPATH_API_ASSIGN(const int limit, ReadLimit(call, 100, 500));
  COLDPATH_API_ASSIGN(const tasks::ChunkPage page,
                      service::ListJobChunks(call.context, call.user(), call.arguments[0], status,
                                             Parameter(call, "cursor"), limit));
  base::Json chunks = base::Json::array();
  for (const domain::Chunk& chunk : page.chunks) chunks.push_back(ChunkJson(chunk));
  return JsonResponse(200,
                      {{"chunks", std::move(chunks)}, {"next_cursor", OrNull(page.next_cursor)}});
}

Checked<base::HttpResponse> ListFailures(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const auto groups,
                      service::GroupFailures(call.context, call.user(), call.arguments[0]));
  return JsonResponse(200, {{"groups", CausesJson(groups)}});
}

Checked<base::HttpResponse> GetCoverage(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const service::CoverageView view,
                      service::ViewCoverage(call.context, call.user(), call.arguments[0]));
  return JsonResponse(200, CoverageJson(call.arguments[0], view));
}

Checked<base::HttpResponse> GetManifest(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(std::string text,
                      service::ReadManifest(call.context, call.user(), call.arguments[0]));
  return base::HttpResponse{200, {{"Content-Type", "application/json"}}, std::move(text)};
}

Checked<base::HttpResponse> ExportSync(Call& call, const ApiOptions& options) {
  COLDPATH_API_CHECK(CheckParameters(call, {"format", "cursor"}));
  if (Parameter(call, "format").value_or("ndjson") != "ndjson") {
    return std::unexpected(Problem{400, "invalid-request", "format is ndjson.", "format"});
  }
  COLDPATH_API_ASSIGN(service::ExportPage page,
                      service::ExportJob(call.context, call.user(), call.arguments[0],
                                         Parameter(call, "cursor"), options.export_bytes));
  base::HttpResponse response{
      200, {{"Content-Type", "application/x-ndjson"}}, std::move(page.ndjson)};
  if (page.next_cursor) {
    response.headers.Set("Link", "<" + call.url.path + "?format=ndjson&cursor=" +
                                     base::PercentEncode(*page.next_cursor) + ">; rel=\"next\"");
  }
  return response;
}

void FollowSync(const CallPtr& call, const ApiOptions& options) {
  const Checked<std::int64_t> after = PrepareStream(*call);
  if (!after) {
    AnswerProblem(*call, after.error());
    return;
  }
  StreamEvents(call, call->arguments[0], *after, options.events);
}

}  // namespace coldpath::api
