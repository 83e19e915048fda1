#include "cli/api_client.h"

#include <chrono>
#include <thread>

#include "net/http_client.h"

namespace coldpath::cli {
namespace {

constexpr int kReconnects = 20;

CommandError FromTransport(const base::Error& error, const ApiTarget& target) {
  if (error.code == "http.connect") {
    return {kUnreachable,
            "No server answers at " + target.server +
                ". Start one with `coldpath serve`, or name it with --server.",
            nullptr};
  }
  return {kUnreachable, target.server + ": " + error.message, nullptr};
}

CommandError FromProblem(const base::HttpResponse& response) {
  CommandError error;
  error.exit = response.status == 401 || response.status == 403 ? kSignIn : kRefused;
  const auto json = base::ParseJson(response.body);
  if (!json) {
    error.message = "The server answered " + std::to_string(response.status) + ".";
    return error;
  }
  error.problem = *json;
  const auto detail = base::FindString(*json, "detail");
  const auto title = base::FindString(*json, "title");
  error.message = detail  ? *detail
                  : title ? *title
                          : "The server answered " + std::to_string(response.status) + ".";
  // An upsell is a refusal, not a matter of signing in.
  const auto type = base::FindString(*json, "type");
  if (type && type->ends_with("upsell")) error.exit = kRefused;
  return error;
}

}  // namespace

std::optional<std::string> NextPage(const base::HttpResponse& response) {
  const auto link = response.headers.Find("Link");
  if (!link || link->find("rel=\"next\"") == std::string::npos) return std::nullopt;
  const auto begin = link->find('<');
  const auto end = link->find('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  return link->substr(begin + 1, end - begin - 1);
}

ApiClient::ApiClient(ApiTarget target)
    : target_(std::move(target)),
      clock_(base::MakeSystemClock()),
      pool_(base::MakeThreadPool(*clock_, 1)),
      http_(net::MakeHttpClient({}, *pool_)) {
  while (target_.server.ends_with('/')) target_.server.pop_back();
}

ApiClient::~ApiClient() = default;

base::HttpRequest ApiClient::Request(const Call& call) const {
  base::HttpRequest request;
  request.method = call.method;
  request.url = target_.server + call.path;
  request.timeout = std::chrono::minutes(5);
  if (!target_.token.empty()) request.headers.Set("Authorization", "Bearer " + target_.token);
  if (!call.idempotency_key.empty()) request.headers.Set("Idempotency-Key", call.idempotency_key);
  if (call.body) {
    request.headers.Set("Content-Type", "application/json");
    request.body = base::DumpJson(*call.body);
  }
  return request;
}

CommandResult<base::HttpResponse> ApiClient::SendRaw(const Call& call) {
  auto response = net::SendAndWait(*http_, Request(call));
  if (!response) return std::unexpected(FromTransport(response.error(), target_));
  if (response->status < 200 || response->status > 299)
    return std::unexpected(FromProblem(*response));
  return *std::move(response);
}

CommandResult<base::Json> ApiClient::Send(const Call& call) {
  auto response = SendRaw(call);
  if (!response) return std::unexpected(std::move(response).error());
  if (response->body.empty()) return base::Json(nullptr);
  auto json = base::ParseJson(response->body);
  if (!json)
    return std::unexpected(CommandError{kRefused, "The server's answer is not JSON.", nullptr});
  return *std::move(json);
}

CommandResult<void> ApiClient::Follow(
    const std::string& path,
    const std::function<bool(const std::string&, const base::Json&)>& on_event) {
  std::string last_id;
  for (int failures = 0; failures < kReconnects;) {
    base::HttpRequest request = Request({.path = path});
    request.headers.Set("Accept", "text/event-stream");
    if (!last_id.empty()) request.headers.Set("Last-Event-ID", last_id);
    bool wanted = true;
    bool heard = false;
    const base::Status ended =
        net::ReadEventStream({}, std::move(request), [&](const net::ServerSentEvent& event) {
          heard = true;
          if (!event.id.empty()) last_id = event.id;
          const auto data = base::ParseJson(event.data);
          wanted = on_event(event.event, data ? *data : base::Json(nullptr));
          return wanted;
        });
    if (!wanted) return {};
    if (!ended && ended.error().code == "http.status") {
      return std::unexpected(CommandError{kRefused, ended.error().message, nullptr});
    }
    failures = heard ? 0 : failures + 1;
    // A server that restarts is back within seconds; one that closes after each event wants a
    // pause.
    std::this_thread::sleep_for(std::chrono::milliseconds(heard ? 100 : 500));
  }
  return std::unexpected(
      CommandError{kUnreachable, "The server at " + target_.server + " went away.", nullptr});
}

}  // namespace coldpath::cli
