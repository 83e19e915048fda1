// Connections: list, authorise, the provider's way back, delete.
#include "api/router.h"
#include "api/views.h"
#include "service/connect.h"
#include "service/connections.h"
#include "service/plan_request.h"

namespace coldpath::api {
namespace {

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

base::HttpResponse Page(int status, std::string_view title, std::string_view text) {
  base::HttpResponse response{status, {{"Content-Type", "text/html; charset=utf-8"}}, ""};
  // Nothing to load, nobody to tell: the address of this page held a code.
  response.headers.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.headers.Set("Referrer-Policy", "no-referrer");
  response.body = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
                  EscapeHtml(title) + "</title></head>\n<body><h1>" + EscapeHtml(title) +
                  "</h1><p>" + EscapeHtml(text) + "</p></body></html>\n";
  return response;
}

base::HttpResponse Redirect(const std::string& return_url, std::string_view name,
                            std::string_view value) {
  const std::size_t hash = std::min(return_url.find('#'), return_url.size());
  std::string location = return_url.substr(0, hash);
  location += location.find('?') == std::string::npos ? '?' : '&';
  location += std::string(name) + "=" + base::PercentEncode(value) + return_url.substr(hash);
  base::HttpResponse response{303, {{"Location", location}}, ""};
  response.headers.Set("Referrer-Policy", "no-referrer");
  return response;
}

base::HttpResponse ResultPage(const service::ConnectResult& result) {
  if (result.connection) {
    if (!result.return_url.empty()) {
      return Redirect(result.return_url, "connection", result.connection->id);
    }
    return Page(200, result.provider_title + " is connected",
                "The last seven days are on their way. You can close this page.");
  }
  const Problem problem = ProblemOf(result.connection.error());
  if (!result.return_url.empty()) return Redirect(result.return_url, "error", problem.code);
  return Page(problem.status, "Not connected", problem.detail);
}

Checked<service::ConnectionData> ReadData(const Call& call) {
  COLDPATH_API_CHECK(CheckParameters(call, {"data"}));
  const std::string data = Parameter(call, "data").value_or("keep");
  if (data == "keep") return service::ConnectionData::kKeep;
  if (data == "delete") return service::ConnectionData::kDelete;
  return std::unexpected(Problem{400, "invalid-request", "data is one of keep, delete.", "data"});
}

}  // namespace

Checked<base::HttpResponse> ListConnections(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const auto connections, call.context.connections.List(call.user()));
  base::Json list = base::Json::array();
  for (const domain::Connection& connection : connections) {
    if (connection.erasing) continue;
    const tasks::Provider* provider = call.context.providers.Find(connection.provider);
    list.push_back(ConnectionJson(connection, provider == nullptr ? nullptr : &provider->info()));
  }
  return JsonResponse(200, {{"connections", std::move(list)}});
}

Checked<base::HttpResponse> ListProviders(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  base::Json list = base::Json::array();
  const base::Date today = service::LatestToday(call.context.clock.Now());
  for (const auto& provider : call.context.providers.all()) {
    list.push_back(ProviderJson(provider->info(), call.context.settings.quota_scale, today));
  }
  return JsonResponse(200, {{"providers", std::move(list)}});
}

Checked<base::HttpResponse> Authorize(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {"return_url"}));
  COLDPATH_API_ASSIGN(const std::string return_url, OptionalString(call.body, "return_url"));
  COLDPATH_API_ASSIGN(
      const service::BegunAuthorization begun,
      service::BeginConnect(call.context, call.user(), call.arguments[0], return_url));
  return JsonResponse(
      200, {{"authorize_url", begun.url}, {"expires", base::FormatInstant(begun.expires)}});
}

void DeleteConnection(const CallPtr& call, const ApiOptions&) {
  const Checked<service::ConnectionData> data = ReadData(*call);
  if (!data) {
    AnswerProblem(*call, data.error());
    return;
  }
  service::DeleteConnection(call->context, call->user(), call->arguments[0], *data,
                            [call](const base::Status& deleted) {
                              if (deleted) {
                                Answer(*call, {204, {}, ""});
                              } else {
                                AnswerProblem(*call, ProblemOf(deleted.error()));
                              }
                            });
}

// Providers may add parameters of their own, so unknown ones are no mistake here.
void FinishAuthorization(const CallPtr& call, const ApiOptions&) {
  const service::AuthorizationCallback callback{Parameter(*call, "state").value_or(""),
                                                Parameter(*call, "code").value_or(""),
                                                Parameter(*call, "error").value_or("")};
  service::FinishConnect(call->context, callback, [call](const service::ConnectResult& result) {
    if (!result.connection) {
      call->context.log.Warning("connect_failed", {{"code", result.connection.error().code}});
    }
    Answer(*call, ResultPage(result));
  });
}

}  // namespace coldpath::api
