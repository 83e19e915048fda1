// What a web app asks before and beside the syncs: configuration, providers, the person, notices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"

namespace coldpath::api {
namespace {

using base::Json;
using test::Answered;
using test::Api;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The notices of one kind.
std::vector<Json> Of(const Json& estimate, std::string_view kind) {
  std::vector<Json> found;
  for (const Json& notice : estimate.at("notices")) {
    if (notice.at("kind") == kind) found.push_back(notice);
  }
  return found;
}

TEST(ClientConfigTest, SaysHowToSignInToAnybody) {
  Api api;
  const base::HttpHeaders nobody{{"Authorization", "none"}};
  const Answered none = api.Send({.path = "/v1/client-config", .headers = nobody});
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.json.at("sign_in"), Json({{"method", "none"}}));
  EXPECT_TRUE(none.json.at("push").at("web_push_key").is_null());
  EXPECT_TRUE(none.json.at("entitlements_url").is_null());

  api.Reconfigure([](ApiOptions& options) {
    options.sign_in = {SignIn::Method::kOidc, "https://id.example", "web", "openid", ""};
    options.push = {"BKey", {"web_push"}};
    options.entitlements_url = "https://shop.example/pro";
    options.version = "1.2.3";
  });
  const Json oidc = api.Send({.path = "/v1/client-config", .headers = nobody}).json;
  EXPECT_EQ(oidc.at("sign_in"), Json({{"method", "oidc"},
                                      {"issuer", "https://id.example"},
                                      {"client_id", "web"},
                                      {"scope", "openid"}}));
  EXPECT_EQ(oidc.at("push").at("web_push_key"), "BKey");
  EXPECT_EQ(oidc.at("entitlements_url"), "https://shop.example/pro");
  EXPECT_EQ(oidc.at("version"), "1.2.3");
}

class DevelopmentTokenTest : public testing::Test {
 protected:
  DevelopmentTokenTest() {
    api.Reconfigure([this](ApiOptions& options) {
      options.development_token = [this](const std::string& user,
                                         bool pro) -> base::Result<DevelopmentToken> {
        return DevelopmentToken{api.Token(user, pro), api.sim.Now() + std::chrono::hours(1)};
      };
    });
  }
  Answered Ask(const std::string& host, const std::string& peer, Json body = {{"user", "zoe"}}) {
    return api.Send({.method = "POST",
                     .path = "/v1/development/tokens",
                     .body = std::move(body),
                     .headers = {{"Host", host}},
                     .peer = peer});
  }
  Api api;
};

TEST_F(DevelopmentTokenTest, GivesATokenToThisMachineAlone) {
  const Answered made = Ask("127.0.0.1:8080", "127.0.0.1", {{"user", "zoe"}, {"pro", true}});
  ASSERT_EQ(made.status, 200) << made.text;
  EXPECT_EQ(made.json.at("expires"), "2025-06-15T13:00:00Z");
  const Answered me = api.Send({.path = "/v1/me", .token = made.json.at("token")});
  EXPECT_EQ(me.json.at("user_id"), "zoe");
  EXPECT_EQ(me.json.at("pro"), true);
  EXPECT_EQ(Ask("localhost:1", "::1").status, 200);
  EXPECT_EQ(Ask("[::1]:8080", "::1").status, 200);
  EXPECT_EQ(Ask("[::1]", "::ffff:127.0.0.1").status, 200);
  // It is seen, and names nobody.
  const bool seen = std::ranges::any_of(api.log_lines, [](const std::string& line) {
    return line.contains("development_token_made") && !line.contains("zoe");
  });
  EXPECT_TRUE(seen);
}

TEST_F(DevelopmentTokenTest, IsNotThereForOthers) {
  for (const auto& [host, peer] : {std::pair{"coldpath.example", "127.0.0.1"},
                                   {"127.0.0.1.evil.example", "127.0.0.1"},
                                   {"127.0.0.1:8080", "192.168.0.7"},
                                   {"", "127.0.0.1"}}) {
    const Answered refused = Ask(host, peer);
    EXPECT_EQ(refused.status, 404) << host << " " << peer;
    EXPECT_EQ(refused.code(), "no-such-route");
  }
  api.Reconfigure([](ApiOptions& options) { options.development_token = nullptr; });
  EXPECT_EQ(Ask("127.0.0.1:8080", "127.0.0.1").code(), "no-such-route");
}

TEST_F(DevelopmentTokenTest, RefusesWhatIsNoUser) {
  for (const Json& body :
       {Json::object(), Json{{"user", ""}}, Json{{"user", "a b"}}, Json{{"user", 7}},
        Json{{"user", std::string(129, 'x')}}, Json{{"user", "zoe"}, {"pro", "yes"}},
        Json{{"user", "zoe"}, {"scope", "on-behalf"}}}) {
    EXPECT_EQ(Ask("127.0.0.1", "127.0.0.1", body).code(), "invalid-request") << body;
  }
  // A form of another site cannot send JSON without being asked for first.
  const Answered form =
      api.Send({.method = "POST",
                .path = "/v1/development/tokens",
                .body = Json{{"user", "zoe"}},
                .headers = {{"Host", "localhost"}, {"Content-Type", "text/plain"}}});
  EXPECT_EQ(form.code(), "wrong-content-type");
}

TEST(ProvidersTest, SayWhatTheyGiveAndAllow) {
  Api api;
  planner::ProviderInfo& info = api.provider->editable_info();
  info.streams[0].scopes = {"heart"};
  info.streams[0].late_data_days = 3;
  info.streams[1].history_days.reset();
  info.streams[1].budgets = {{planner::BudgetScope::kRoute, 10, std::chrono::seconds(90)}};
  info.budgets = {{planner::BudgetScope::kApp, 86'400'000, std::chrono::hours(24)},
                  {planner::BudgetScope::kUser, 1, std::chrono::minutes(1)}};
  const Json list = api.Get("/v1/providers").json.at("providers");
  ASSERT_EQ(list.size(), 1);
  EXPECT_EQ(list[0].at("title"), "Acme Health");
  ASSERT_EQ(list[0].at("types").size(), 2);
  const Json& heart = list[0].at("types")[0];
  EXPECT_EQ(heart.at("type"), "heart-rate");
  EXPECT_EQ(heart.at("unit"), "/min");
  EXPECT_EQ(heart.at("scopes"), Json({"heart"}));
  EXPECT_EQ(heart.at("earliest"), "2015-06-19");  // 3,650 days before it is the 16th in UTC+14
  EXPECT_EQ(heart.at("provisional_days"), 3);
  EXPECT_TRUE(list[0].at("types")[1].at("earliest").is_null());
  const Json& limits = list[0].at("limits");
  ASSERT_EQ(limits.size(), 3);
  EXPECT_EQ(limits[0].at("text"),
            "Acme Health allows 86,400,000 calls a day, shared by all users of this service.");
  EXPECT_EQ(limits[1].at("text"), "Acme Health allows 1 call a minute, for each person.");
  EXPECT_EQ(limits[2].at("text"),
            "Acme Health allows 10 calls in 90 seconds for sleep, for each person.");
  EXPECT_EQ(limits[2].at("stream"), "sleep");
  EXPECT_EQ(limits[2].at("scope"), "route");
}

TEST(ConnectionViewTest, SaysWhatTheGrantCovers) {
  Api api;
  planner::ProviderInfo& info = api.provider->editable_info();
  info.streams[0].scopes = {"heart"};
  info.streams[1].scopes = {"sleep", "heart"};
  domain::Connection connection = api.connections.Get("ada", api.Connect("ada")).value();
  connection.scopes = {"heart"};
  ASSERT_TRUE(api.connections.Put(connection));
  const Json one = api.Get("/v1/connections").json.at("connections").at(0);
  EXPECT_EQ(one.at("title"), "Acme Health");
  EXPECT_EQ(one.at("types"), Json({"heart-rate"}));
  EXPECT_EQ(one.at("missing_scopes"), Json({"sleep"}));
  // A provider that does not say what it granted: nothing is refused before it is tried.
  connection = api.connections.Get("ada", connection.id).value();
  connection.scopes.clear();
  ASSERT_TRUE(api.connections.Put(connection));
  const Json silent = api.Get("/v1/connections").json.at("connections").at(0);
  EXPECT_EQ(silent.at("types"), Json({"heart-rate", "sleep"}));
  EXPECT_TRUE(silent.at("missing_scopes").empty());
}

TEST(MeTest, SaysWhoAndWhatTheyMay) {
  Api api;
  const Answered pro = api.Get("/v1/me");
  EXPECT_EQ(pro.json.at("user_id"), "ada");
  EXPECT_EQ(pro.json.at("pro"), true);
  EXPECT_EQ(pro.json.at("upsell").at("plan"), "pro");
  const Answered free = api.Send({.path = "/v1/me", .token = api.Token("bob", false)});
  EXPECT_EQ(free.json.at("user_id"), "bob");
  EXPECT_EQ(free.json.at("pro"), false);
  EXPECT_EQ(api.Send({.path = "/v1/me", .token = "x"}).status, 401);
}

TEST(EstimateTest, NamesTheBudgetThatBoundsIt) {
  Api api;
  const std::string connection = api.Connect("ada");
  const Json quick = api.Post("/v1/estimates", api.SyncBody(connection)).json;
  EXPECT_EQ(quick.at("limited_by"), "latency");
  EXPECT_TRUE(quick.at("limit").is_null());
  EXPECT_TRUE(quick.at("notices").empty());

  api.provider->editable_info().budgets = {
      {planner::BudgetScope::kApp, 2, std::chrono::minutes(10)}};
  const Json slow = api.Post("/v1/estimates", api.SyncBody(connection)).json;
  EXPECT_EQ(slow.at("limited_by"), "acme/app/600s");
  EXPECT_EQ(slow.at("limit").at("text"),
            "Acme Health allows 2 calls in 10 minutes, shared by all users of this service.");
  EXPECT_EQ(slow.at("limit").at("window_seconds"), 600);
  EXPECT_EQ(slow.at("limit").at("shared"), true);
}

TEST(EstimateTest, SaysBeforehandWhatCannotBeHad) {
  Api api;
  planner::ProviderInfo& info = api.provider->editable_info();
  info.streams[0].history_days = 30;
  info.streams[0].scopes = {"heart"};
  info.streams[1].late_data_days = 2;
  domain::Connection connection = api.connections.Get("ada", api.Connect("ada")).value();
  connection.status = domain::ConnectionStatus::kNeedsReauth;
  ASSERT_TRUE(api.connections.Put(connection));
  const Json body{{"connection_id", connection.id}, {"start", "2025-01-01"}, {"end", "2025-06-16"}};
  const Json estimate = api.Post("/v1/estimates", body).json;

  const auto beyond = Of(estimate, "beyond_history");
  ASSERT_EQ(beyond.size(), 1);
  EXPECT_EQ(beyond[0].at("types"), Json({"heart-rate"}));
  EXPECT_EQ(beyond[0].at("start"), "2025-01-01");
  EXPECT_EQ(beyond[0].at("end"), "2025-05-17");
  EXPECT_THAT(beyond[0].at("text").get<std::string>(),
              AllOf(HasSubstr("Heart rate"), HasSubstr("2025-05-17"), HasSubstr("30 days")));
  // The plan makes no call for those days: what is said is what happens.
  EXPECT_THAT(estimate.at("reasons").dump(), HasSubstr("nothing before 2025-05-17"));

  const auto refused = Of(estimate, "not_granted");
  ASSERT_EQ(refused.size(), 1);
  EXPECT_EQ(refused[0].at("types"), Json({"heart-rate"}));
  EXPECT_TRUE(refused[0].at("start").is_null());

  const auto late = Of(estimate, "provisional");
  ASSERT_EQ(late.size(), 1);
  EXPECT_EQ(late[0].at("types"), Json({"sleep"}));
  EXPECT_EQ(late[0].at("start"), "2025-06-13");
  EXPECT_EQ(late[0].at("end"), "2025-06-16");

  EXPECT_EQ(Of(estimate, "needs_reauth").size(), 1);
  EXPECT_EQ(api.Post("/v1/historical-syncs", body, test::kKey1).code(), "needs-reauth");
}

TEST(CoverageTest, ShowsWhatIsFetchedAndWhatWaitsWhileTheSyncRuns) {
  Api api;
  const std::string id = api.StartRunning();
  const auto chunks = api.Chunks(id);
  const domain::Chunk& running = chunks[0];
  const domain::Chunk& waiting = chunks[1];
  api.ChangeChunk(id, running.spec.id,
                  [](domain::Chunk& row) { row.status = domain::ChunkStatus::kRunning; });
  api.ChangeChunk(id, waiting.spec.id, [&](domain::Chunk& row) {
    row.waiting_until = api.sim.Now() + std::chrono::minutes(5);
  });
  const std::string path = "/v1/historical-syncs/" + id + "/coverage";
  const auto count = [&](char state) {
    std::int64_t days = 0;
    const Json types = api.Get(path).json.at("types");
    for (const Json& type : types) {
      days += std::ranges::count(type.at("days").get<std::string>(), state);
    }
    return days;
  };
  EXPECT_EQ(count('r'), running.spec.range.days());
  EXPECT_EQ(count('w'), waiting.spec.range.days());
  const Json counts = api.Get(path).json.at("counts");
  EXPECT_EQ(counts.at("not_attempted"), counts.at("requested"));

  // The quota's time has come: nobody waits for it any more.
  api.sim.RunUntil(api.sim.Now() + std::chrono::minutes(6));
  EXPECT_EQ(count('w'), 0);
  // What an ended sync left undone is not being done.
  api.Settle(id, domain::JobStatus::kSucceeded, domain::JobOutcome::kCancelled);
  EXPECT_EQ(count('r'), 0);
}

TEST(ManifestTest, IsThereOnceAnExecutionHasEnded) {
  Api api;
  const std::string id = api.StartRunning();
  const std::string path = "/v1/historical-syncs/" + id + "/manifest";
  EXPECT_EQ(api.Get(path).code(), "manifest-not-found");
  api.ChangeJob(id, [&](domain::Job& job) {
    job.manifest_key = tasks::ManifestKey("ada", id, job.latest().name);
    EXPECT_TRUE(api.objects.Put(job.manifest_key, R"({"content":{"a":1},"run":{}})"));
  });
  const Answered manifest = api.Get(path);
  EXPECT_EQ(manifest.status, 200);
  EXPECT_EQ(manifest.text, R"({"content":{"a":1},"run":{}})");
  const Answered foreign = api.Send({.path = path, .token = api.Token("bob", true)});
  EXPECT_EQ(foreign.code(), "sync-not-found");
}

}  // namespace
}  // namespace coldpath::api
