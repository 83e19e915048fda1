#include "sandbox/sandbox.h"

#include <utility>

#include "sandbox/admin.h"
#include "sandbox/google_health/service.h"
#include "sandbox/oauth/endpoints.h"
#include "sandbox/oura/service.h"
#include "sandbox/world.h"

namespace coldpath::sandbox {
namespace {

SandboxResponse Banner() {
  return HtmlPage(200,
                  "<!doctype html><html lang=\"en\"><title>coldpath-sandbox</title>"
                  "<h1>SANDBOX</h1><p>coldpath-sandbox: a fake provider for tests and "
                  "demonstrations. All people and data here are invented.</p></html>\n");
}

SandboxResponse Consent(World& world, const OAuthStyle& style, const base::HttpRequest& request,
                        const base::Url& url, base::Instant now) {
  if (request.method == "POST") return TakeConsent(style, request, world.grants, now);
  return ShowConsent(style, url);
}

// The provider that a path belongs to; empty for none.
std::string_view ProviderOf(std::string_view path) {
  if (path.starts_with("/v4/") || path.starts_with("/o/oauth2/") || path == "/token" ||
      path == "/revoke") {
    return "google_health";
  }
  if (path.starts_with("/v2/") || path.starts_with("/oauth/")) return "oura";
  return {};
}

SandboxResponse Dispatch(World& world, const base::HttpRequest& request, const base::Url& url,
                         base::Instant now, Call& call) {
  const std::string& path = url.path;
  if (path.starts_with("/v4/")) return AnswerGoogleHealth(world, request, url, now, call);
  if (path.starts_with("/v2/usercollection/")) return AnswerOura(world, request, url, now, call);
  for (const OAuthStyle* style : {&GoogleOAuth(), &OuraOAuth()}) {
    if (path == style->authorize_path) return Consent(world, *style, request, url, now);
  }
  const std::string& secret = world.options.client_secret;
  if (path == "/token")
    return AnswerTokenRequest(GoogleOAuth(), request, secret, world.grants, now);
  if (path == "/oauth/token") {
    return AnswerTokenRequest(OuraOAuth(), request, secret, world.grants, now);
  }
  if (path == "/revoke") return AnswerRevocation(GoogleOAuth(), request, url, world.grants);
  return JsonText(404, R"({"error":"not_found"})");
}

}  // namespace

Sandbox::Sandbox(const SandboxOptions& options) : world_(std::make_unique<World>(options)) {}

Sandbox::~Sandbox() = default;

SandboxResponse Sandbox::Handle(const base::HttpRequest& request, base::Instant now) {
  SandboxResponse answer;
  const auto url = base::ParseUrl(request.url);
  if (!url) {
    answer = JsonText(400, R"({"error":"malformed_url"})");
  } else if (url->path == "/") {
    answer = Banner();
  } else if (url->path.starts_with("/sandbox/")) {
    answer = AnswerAdmin(*world_, request, *url, now);
  } else {
    Call call;
    call.at = now;
    call.provider = ProviderOf(url->path);
    call.method = request.method;
    call.url = request.url;
    answer = Dispatch(*world_, request, *url, now, call);
    answer.delay += world_->options.latency;
    call.status = answer.http.status;
    world_->calls.Add(std::move(call));
  }
  answer.http.headers.Set("Server", std::string(kServerName));
  return answer;
}

}  // namespace coldpath::sandbox
