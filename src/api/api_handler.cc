#include "api/api_handler.h"

#include <exception>

#include "api/router.h"

namespace coldpath::api {

struct ApiHandler::Parts {
  Parts(const service::Context& given, JwksSource& keys, ApiOptions given_options)
      : context(given),
        options(std::move(given_options)),
        authenticator(options.jwt, keys, given.clock, given.log),
        limiter(options.rate_limit, given.clock) {}

  void Serve(const CallPtr& call) const;
  Checked<void> Admit(Call& call, const Route& route) const;
  Checked<void> ReadBody(Call& call) const;

  const service::Context& context;
  const ApiOptions options;
  mutable Authenticator authenticator;
  mutable RateLimiter limiter;
};

namespace {

// "application/json; charset=utf-8" -> "application/json"
std::string MediaType(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return type;
}

Problem BodyProblem(const base::Error& error) {
  if (error.code == "json.too_large") return {413, "body-too-large", "The body is too large."};
  if (error.code == "json.too_deep") return {400, "body-too-deep", "The body is nested too deep."};
  return {400, "body-not-json", "The body is not JSON: " + error.message};
}

void RefuseUnknown(const Call& call, const Match& match) {
  if (match.other_methods.empty()) {
    AnswerProblem(call, {404, "no-such-route", "There is nothing at this path."});
    return;
  }
  std::string allowed;
  for (const std::string_view method : match.other_methods) {
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
  }
  base::HttpResponse response = ProblemResponse(
      {405, "method-not-allowed", "This path takes " + allowed + "."}, call.url.path);
  response.headers.Set("Allow", allowed);
  Answer(call, std::move(response));
}

}  // namespace

ApiHandler::ApiHandler(const service::Context& context, JwksSource& keys, ApiOptions options)
    : parts_(std::make_shared<const Parts>(context, keys, std::move(options))) {}
ApiHandler::~ApiHandler() = default;

void ApiHandler::Handle(base::HttpRequest request, std::string peer,
                        std::shared_ptr<base::HttpResponder> responder) {
  auto call = std::make_shared<Call>(parts_->context);
  call->request = std::move(request);
  call->peer = std::move(peer);
  call->responder = std::move(responder);
  parts_->context.executor.Post([parts = parts_, call = std::move(call)] {
    try {
      parts->Serve(call);
    } catch (const std::exception& thrown) {
      parts->context.log.Error("request_threw", {{"route", call->route}, {"what", thrown.what()}});
      AnswerProblem(*call, {500, "internal", "Something went wrong on our side; it was noted."});
    }
  });
}

void ApiHandler::Parts::Serve(const CallPtr& call) const {
  auto url = base::ParseUrl(call->request.url);
  if (!url) {
    AnswerProblem(*call, {400, "invalid-request", "The request's target is malformed."});
    return;
  }
  call->url = *std::move(url);
  Match match = FindRoute(call->request.method, call->url.path);
  if (match.route == nullptr) {
    RefuseUnknown(*call, match);
    return;
  }
  call->route = match.route->pattern;
  call->arguments = std::move(match.arguments);
  if (const auto admitted = Admit(*call, *match.route); !admitted) {
    AnswerProblem(*call, admitted.error());
    return;
  }
  match.route->handler(call, options);
}

Checked<void> ApiHandler::Parts::Admit(Call& call, const Route& route) const {
  const bool system = !call.url.path.starts_with("/v1/");
  if (route.access == Access::kUser) {
    COLDPATH_API_ASSIGN(call.caller, authenticator.Authenticate(call.request.headers));
  }
  const std::string bucket =
      route.access == Access::kUser
          ? "user " + (call.caller.actor.empty() ? call.caller.user_id : call.caller.actor)
          : "peer " + call.peer;
  // Monitoring is never refused.
  if (const auto wait = system ? std::nullopt : limiter.Take(bucket)) {
    return std::unexpected(
        Problem{429, "rate-limited", "Too many requests; wait a little.", "", {}, *wait});
  }
  if (call.caller.pro) {
    COLDPATH_API_CHECK(
        context.entitlements.Record(call.caller.user_id, *call.caller.pro, call.caller.issued));
  }
  if (route.takes_body) return ReadBody(call);
  if (!call.request.body.empty()) {
    return std::unexpected(Problem{400, "invalid-request", "This request takes no body."});
  }
  return {};
}

Checked<void> ApiHandler::Parts::ReadBody(Call& call) const {
  if (call.request.body.empty()) return {};
  if (call.request.body.size() > options.max_body_bytes) {
    return std::unexpected(
        Problem{413, "body-too-large",
                "The body is larger than " + std::to_string(options.max_body_bytes) + " bytes."});
  }
  const std::string type = MediaType(call.request.headers.Find("Content-Type").value_or(""));
  if (type != "application/json") {
    return std::unexpected(
        Problem{415, "wrong-content-type", "The body must be of the type application/json."});
  }
  auto body = base::ParseJson(call.request.body, {options.max_body_bytes, options.max_body_depth});
  if (!body) return std::unexpected(BodyProblem(body.error()));
  if (!body->is_object()) {
    return std::unexpected(Problem{400, "invalid-request", "The body must be a JSON object."});
  }
  call.body = *std::move(body);
  return {};
}

}  // namespace coldpath::api
