// For clients before anybody has signed in, and for operators and tools: health, metrics, the
// contract.
#include "api/router.h"
#include "base/loopback.h"

namespace coldpath::api {

namespace {

constexpr std::size_t kUserBytesMax = 128;

base::Json SignInJson(const SignIn& sign_in) {
  switch (sign_in.method) {
    case SignIn::Method::kNone:
      return {{"method", "none"}};
    case SignIn::Method::kDevelopment:
      return {{"method", "development"}};
    case SignIn::Method::kOidc:
      break;
  }
  base::Json json{{"method", "oidc"}};
  const std::pair<const char*, const std::string*> members[] = {{"issuer", &sign_in.issuer},
                                                                {"client_id", &sign_in.client_id},
                                                                {"scope", &sign_in.scope},
                                                                {"resource", &sign_in.resource}};
  for (const auto& [name, value] : members) {
    if (!value->empty()) json[name] = *value;
  }
  return json;
}

bool IsLoopbackPeer(std::string_view peer) {
  return peer.starts_with("127.") || peer == "::1" || peer.starts_with("::ffff:127.");
}

Checked<bool> OptionalBool(const base::Json& body, std::string_view name) {
  const base::Json* member = base::FindMember(body, name);
  if (member == nullptr) return false;
  if (member->is_boolean()) return member->get<bool>();
  return std::unexpected(Problem{400, "invalid-request",
                                 std::string(name) + " must be true or false.",
                                 "/" + std::string(name)});
}

}  // namespace

Checked<base::HttpResponse> GetClientConfig(Call& call, const ApiOptions& options) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? base::Json(nullptr) : base::Json(text);
  };
  return JsonResponse(
      200,
      {{"version", options.version},
       {"sign_in", SignInJson(options.sign_in)},
       {"push",
        {{"web_push_key", text_or_null(options.push.web_push_key)}, {"kinds", options.push.kinds}}},
       {"entitlements_url", text_or_null(options.entitlements_url)}});
}

Checked<base::HttpResponse> MakeDevelopmentToken(Call& call, const ApiOptions& options) {
  // A page of another site that has its name resolve to us (DNS rebinding) comes with its own Host.
  if (!options.development_token || !IsLoopbackPeer(call.peer) ||
      !base::IsLoopbackHost(call.request.headers.Find("Host").value_or(""))) {
    return std::unexpected(Problem{404, "no-such-route", "There is nothing at this path."});
  }
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {"user", "pro"}));
  COLDPATH_API_ASSIGN(const std::string user, NeedString(call.body, "user"));
  COLDPATH_API_ASSIGN(const bool pro, OptionalBool(call.body, "pro"));
  if (!IsUserId(user) || user.size() > kUserBytesMax) {
    return std::unexpected(
        Problem{400, "invalid-request", "user must hold 1 to 128 visible characters.", "/user"});
  }
  COLDPATH_API_ASSIGN(const DevelopmentToken made, options.development_token(user, pro));
  // Anybody on this machine can be anybody with it: at least it is seen.
  call.context.log.Warning(
      "development_token_made",
      {{"user", base::Sha256Hex(user).substr(0, 16)}, {"pro", pro}, {"peer", call.peer}});
  return JsonResponse(200, {{"token", made.token}, {"expires", base::FormatInstant(made.expires)}});
}

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
