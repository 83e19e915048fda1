// For operators and tools: health, metrics, the contract.
#include "api/router.h"

namespace coldpath::api {

Checked<base::HttpResponse> Healthz(Call&, const ApiOptions&) {
  return JsonResponse(200, {{"status", "ok"}});
}

Checked<base::HttpResponse> Readyz(Call& call, const ApiOptions& options) {
  if (options.ready) {
    if (const base::Status ready = options.ready(); !ready) {
      call.context.log.Warning("not_ready", {{"code", ready.error().code}});
      return std::unexpected(
          Problem{503, "not-ready", "The service is not ready for requests.", "", {}, 5});
    }
  }
  return JsonResponse(200, {{"status", "ready"}});
}

Checked<base::HttpResponse> MetricsText(Call&, const ApiOptions& options) {
  return base::HttpResponse{200,
                            {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                            options.metrics_text ? options.metrics_text() : ""};
}

Checked<base::HttpResponse> OpenApi(Call&, const ApiOptions& options) {
  return base::HttpResponse{
      200, {{"Content-Type", "application/json"}}, std::string(options.openapi_json)};
}

}  // namespace coldpath::api
