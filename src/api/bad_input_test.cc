// Each way in which a request can be wrong has its own clear error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"

namespace coldpath::api::test {
namespace {

using base::Json;
using ::testing::HasSubstr;

Json With(Json body, const std::string& name, const Json& value) {
  body[name] = value;
  return body;
}

TEST(TokenTest, MissingExpiredForeignOrWronglySignedTokensAreNotLetIn) {
  Api api;
  const auto code = [&](const std::string& token) {
    const Answered answer = api.Send({.path = "/v1/connections", .token = token});
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.headers.Find("WWW-Authenticate").value_or(""), HasSubstr("Bearer"));
    return answer.code();
  };
  const Answered none =
      api.Send({.path = "/v1/connections", .headers = {{"Authorization", "Basic x"}}});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.code(), "token-missing");
  EXPECT_EQ(code("nonsense"), "token-malformed");
  EXPECT_EQ(code(api.Token("ada", true,
                           [&](Claims& c) { c.expires = api.sim.Now() - std::chrono::hours(1); })),
            "token-expired");
  EXPECT_EQ(code(api.Token("ada", true, [](Claims& c) { c.issuer = "https://other"; })),
            "token-wrong-issuer");
  EXPECT_EQ(code(api.Token("ada", true, [](Claims& c) { c.audience = {"other"}; })),
            "token-wrong-audience");
  EXPECT_EQ(
      code(api.Token("ada", true,
                     [&](Claims& c) { c.not_before = api.sim.Now() + std::chrono::hours(1); })),
      "token-not-yet-valid");
  std::string changed = api.Token("ada", true);
  const std::size_t dot = changed.find('.');
  changed[dot + 5] = changed[dot + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code(changed), "token-bad-signature");
}

TEST(TokenTest, ActingForAUserNeedsItsScopeAndIsAudited) {
  Api api;
  const std::string connection = api.Connect("bob");
  const auto backend =
      api.Token("backend", std::nullopt, [](Claims& c) { c.scopes = {"read", "on-behalf"}; });
  const Answered allowed = api.Send(
      {.path = "/v1/connections", .token = backend, .headers = {{"Coldpath-User", "bob"}}});
  EXPECT_EQ(allowed.status, 200);
  EXPECT_THAT(allowed.text, HasSubstr(connection));
  EXPECT_THAT(api.log_lines.back(),
              HasSubstr("\"on_behalf_by\":\"" + base::Sha256Hex("backend").substr(0, 16)));
  const Answered refused = api.Send({.path = "/v1/connections",
                                     .token = api.Token("backend", std::nullopt),
                                     .headers = {{"Coldpath-User", "bob"}}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "on-behalf-not-allowed");
}

TEST(BodyTest, SizeDepthSyntaxTypeAndMembersAreChecked) {
  Api api;
  const std::string connection = api.Connect("ada");
  const auto raw = [&](const std::string& text, const std::string& type) {
    const auto responder = std::make_shared<Responder>();
    base::HttpRequest request = api.Request({.method = "POST", .path = "/v1/estimates"});
    request.body = text;
    request.headers.Set("Content-Type", type);
    api.handler->Handle(request, "127.0.0.1", responder);
    while (!responder->answered && api.sim.Step()) {
    }
    const auto json = base::ParseJson(responder->response.body);
    return std::to_string(responder->response.status) + " " +
           base::FindString(*json, "type").value_or("").substr(21);
  };
  EXPECT_EQ(raw(std::string(70'000, ' '), "application/json"), "413 body-too-large");
  EXPECT_EQ(raw(std::string(40, '[') + std::string(40, ']'), "application/json"),
            "400 body-too-deep");
  EXPECT_EQ(raw("{", "application/json"), "400 body-not-json");
  EXPECT_EQ(raw("[]", "application/json"), "400 invalid-request");
  EXPECT_EQ(raw("{}", "text/plain"), "415 wrong-content-type");

  const Answered unknown = api.Post("/v1/estimates", With(api.SyncBody(connection), "speed", 1));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.json.at("pointer"), "/speed");
  const Answered missing = api.Post("/v1/estimates", {{"connection_id", connection}});
  EXPECT_EQ(missing.json.at("pointer"), "/start");
  const Answered no_date =
      api.Post("/v1/estimates", With(api.SyncBody(connection), "start", "2025-02-30"));
  EXPECT_EQ(no_date.json.at("pointer"), "/start");
  EXPECT_EQ(api.Get("/v1/connections?x=1").json.at("pointer"), "x");
}

TEST(SyncRequestTest, DatesTypesProvidersAndConnectionsAreChecked) {
  Api api;
  const std::string connection = api.Connect("ada");
  const Json body = api.SyncBody(connection);
  const auto problem = [&](const Json& wrong, int status) {
    const Answered answer = api.Post("/v1/historical-syncs", wrong, kKey1);
    EXPECT_EQ(answer.status, status) << answer.text;
    return answer.code();
  };
  EXPECT_EQ(problem(With(body, "end", "2024-12-31"), 400), "dates-reversed");
  EXPECT_EQ(problem(With(body, "end", "2025-01-01"), 400), "dates-reversed");
  // It is 16 June in UTC+14 already, so that 17 June is the last end.
  EXPECT_EQ(problem(With(body, "end", "2025-06-18"), 400), "dates-in-future");
  Json old = body;
  old["start"] = "2001-01-01";
  old["end"] = "2002-01-01";
  EXPECT_EQ(problem(old, 400), "dates-before-history");
  EXPECT_EQ(problem(With(body, "types", Json::array({"mood"})), 400), "unknown-type");
  EXPECT_EQ(problem(With(body, "types", Json::array({"body-weight"})), 400), "type-not-offered");
  EXPECT_EQ(problem(With(body, "types", Json::array()), 400), "invalid-request");
  EXPECT_EQ(problem(With(body, "max_concurrency", 0), 400), "invalid-request");
  EXPECT_EQ(problem(With(body, "connection_id", kKey3), 404), "connection-not-found");
  EXPECT_EQ(api.engine.started, 0);

  const Answered provider = api.Post("/v1/connections/nobody/authorize", Json::object());
  EXPECT_EQ(provider.status, 404);
  EXPECT_EQ(provider.code(), "unknown-provider");
  EXPECT_THAT(provider.text, HasSubstr("acme"));
  // The last end that is allowed, and a beginning before the provider's history.
  Json wide = With(body, "end", "2025-06-17");
  wide["start"] = "2014-01-01";
  EXPECT_EQ(api.Post("/v1/historical-syncs", wide, kKey1).status, 202);
}

TEST(RouteTest, UnknownPathsAndMethodsAreNamed) {
  Api api;
  EXPECT_EQ(api.Get("/v1/nothing").code(), "no-such-route");
  const Answered method = api.Send({.method = "PUT", .path = "/v1/historical-syncs"});
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.headers.Find("Allow"), "POST, GET");
}

TEST(OtherUsersTest, NothingOfThemIsFound) {
  Api api;
  const std::string job = api.StartRunning("bob");
  const std::string connection = api.Connect("carol");
  const std::string path = "/v1/historical-syncs/" + job;
  for (const std::string& id : {job, std::string("unknown"), std::string(kKey3)}) {
    const std::string at = "/v1/historical-syncs/" + id;
    for (const char* part :
         {"", "/chunks", "/chunks?status=failed", "/failures", "/coverage", "/events", "/export"}) {
      EXPECT_EQ(api.Get(at + part).code(), "sync-not-found") << at << part;
    }
    for (const char* action : {"/retry", "/cancel", "/pause", "/resume"}) {
      EXPECT_EQ(api.Post(at + action, Json::object(), kKey2).code(), "sync-not-found");
    }
  }
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/connections/" + connection}).code(),
            "connection-not-found");
  EXPECT_EQ(api.Post("/v1/historical-syncs", api.SyncBody(connection), kKey2).code(),
            "connection-not-found");
  EXPECT_TRUE(api.Get("/v1/historical-syncs").json.at("jobs").empty());
  EXPECT_TRUE(api.Get("/v1/connections").json.at("connections").empty());
}

TEST(RateLimitTest, RefusesABurstAndSaysWhenToComeBack) {
  Api api({.per_second = 0.5, .burst = 2});
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
  const Answered refused = api.Get("/v1/connections");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.Find("Retry-After"), "2");
  // Others and monitoring are not concerned.
  EXPECT_EQ(api.Send({.path = "/v1/connections", .token = api.Token("bob", true)}).status, 200);
  EXPECT_EQ(api.Get("/healthz").status, 200);
  api.sim.RunFor(std::chrono::seconds(2));
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
}

TEST(StoreTroubleTest, AnEngineThatIsAwayIsSaidSo) {
  Api api;
  const std::string connection = api.Connect("ada");
  api.engine.unavailable = true;
  const Answered answer = api.Post("/v1/historical-syncs", api.SyncBody(connection), kKey1);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.code(), "unavailable");
  // The job is persisted; the repetition launches it.
  api.engine.unavailable = false;
  EXPECT_EQ(api.Post("/v1/historical-syncs", api.SyncBody(connection), kKey1).status, 202);
  EXPECT_EQ(api.engine.started, 1);
}

}  // namespace
}  // namespace coldpath::api::test
