// The HTTP API: routes, authentication, limits, rendering. No business rules: those are in
// service/. The contract is api/openapi.yaml.
#ifndef COLDPATH_API_API_HANDLER_H_
#define COLDPATH_API_API_HANDLER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/authenticator.h"
#include "api/event_stream.h"
#include "api/rate_limiter.h"
#include "base/http_handler.h"
#include "service/context.h"

namespace coldpath::api {

// What clients need to know before they offer push on a device.
struct PushOffer {
  // The key that browsers subscribe with (VAPID, RFC 8292): an uncompressed P-256 point in
  // base64url. Empty: no Web Push.
  std::string web_push_key;
  std::vector<std::string> kinds;  // that can be registered: "web_push", "fcm", "apns"
};

// How people sign in here, for clients.
struct SignIn {
  enum class Method { kNone, kOidc, kDevelopment };
  Method method = Method::kNone;
  // kOidc: the issuer's URL, and what the client asks it for. Empty: not said.
  std::string issuer;
  std::string client_id;
  std::string scope;
  std::string resource;  // RFC 8707
};

// What POST /v1/development/tokens gives.
struct DevelopmentToken {
  std::string token;
  base::Instant expires;
};

struct ApiOptions {
  JwtRules jwt;
  RateLimit rate_limit;  // per user; unauthenticated routes: per client address
  EventStreamOptions events;
  std::size_t max_body_bytes = 64u << 10;
  int max_body_depth = 16;
  std::size_t export_bytes = 16u << 20;  // an export's page ends near this
  // api/openapi.json; must outlive the handler.
  std::string_view openapi_json;
  // The text of /metrics (Prometheus).
  std::function<std::string()> metrics_text;
  // Why the service should get no traffic now, for /readyz; absent: it is ready.
  std::function<base::Status()> ready;
  PushOffer push;
  // Raw keys of those who may state entitlements (tasks::ReadWebhookSecret); empty: nobody may.
  std::vector<std::string> entitlement_keys;
  SignIn sign_in;
  // Makes a token for anybody; absent: there is no such route. It is offered to callers on this
  // machine only.
  std::function<base::Result<DevelopmentToken>(const std::string& user, bool pro)>
      development_token;
  std::string version;           // of the program
  std::string entitlements_url;  // where a person gets Pro; empty: not said
};

// Thread-safe. Requests are carried out on the context's executor, so Handle returns at once. The
// context and `keys` must outlive the handler, and the handler all requests.
class ApiHandler final : public base::HttpHandler {
 public:
  ApiHandler(const service::Context& context, JwksSource& keys, ApiOptions options);
  ~ApiHandler() override;
  void Handle(base::HttpRequest request, std::string peer,
              std::shared_ptr<base::HttpResponder> responder) override;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace coldpath::api

#endif  // COLDPATH_API_API_HANDLER_H_
