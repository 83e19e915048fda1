// DELETE /v1/connections/{id}?data=delete: all that a connection brought goes, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "service/first_week.h"
#include "service/recovery.h"

namespace coldpath::api {
namespace {

using base::Json;
using test::Api;
using testing::IsEmpty;
using testing::SizeIs;

struct Stage {
  Stage() {
    api.http.answers["/revoke"] = {200, {}, ""};
    job = api.StartRunning();
    connection = api.Job("ada", job).connection_id;
    prefix = tasks::JobPrefix("ada", job);
    EXPECT_TRUE(api.objects.Put(prefix + "raw/a", "secret"));
    EXPECT_TRUE(api.objects.Put(prefix + "manifests/b.json", "{}"));
    EXPECT_TRUE(api.objects.Put(tasks::JobPrefix("ada", "another") + "raw/a", "stays"));
    EXPECT_TRUE(api.inbox.Add({"k1", "ada", job, tasks::NotificationKind::kStarted, true, {}}));
    EXPECT_TRUE(
        api.inbox.Add({"k2", "ada", "another", tasks::NotificationKind::kStarted, true, {}}));
  }
  void ExpectGone() {
    EXPECT_EQ(api.jobs.GetJob("ada", job).error().code, "store.not_found");
    EXPECT_THAT(api.jobs.ReadEvents(job, 0, 10).value(), IsEmpty());
    EXPECT_EQ(api.jobs.FindKey(test::kKey1).value(), std::nullopt);
    EXPECT_THAT(api.objects.List(prefix).value(), IsEmpty());
    EXPECT_THAT(api.connections.List("ada").value(), IsEmpty());
    EXPECT_THAT(api.connections.ListDue().value(), IsEmpty());
    const auto left = api.inbox.List("ada", 10).value();
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].job_id, "another");
    EXPECT_THAT(api.objects.List(tasks::UserPrefix("ada")).value(), SizeIs(1));
    const base::MutexLock lock(api.engine.mutex);
    EXPECT_EQ(api.engine.executions[test::kKey1].status, asl::ExecutionStatus::kAborted);
  }

  Api api;
  std::string job;
  std::string connection;
  std::string prefix;
};

TEST(EraseConnectionTest, RemovesWhatItBroughtAndNothingElse) {
  Stage stage;
  Api& api = stage.api;
  const std::string path = "/v1/connections/" + stage.connection;
  EXPECT_EQ(
      api.Send({.method = "DELETE", .path = path + "?data=delete", .token = api.Token("bob", true)})
          .code(),
      "connection-not-found");
  EXPECT_EQ(api.Send({.method = "DELETE", .path = path + "?data=some"}).code(), "invalid-request");
  EXPECT_EQ(api.Send({.method = "DELETE", .path = path + "?data=delete"}).status, 204);
  stage.ExpectGone();
  EXPECT_THAT(api.http.sent, SizeIs(1));  // revoked
  // What a worker wrote in that moment is swept.
  ASSERT_TRUE(api.objects.Put(stage.prefix + "raw/late", "secret"));
  api.sim.RunFor(std::chrono::minutes(6));
  EXPECT_THAT(api.objects.List(stage.prefix).value(), IsEmpty());
}

TEST(EraseConnectionTest, KeepsTheDataIfNothingElseIsSaid) {
  Stage stage;
  EXPECT_EQ(
      stage.api
          .Send({.method = "DELETE", .path = "/v1/connections/" + stage.connection + "?data=keep"})
          .status,
      204);
  EXPECT_TRUE(stage.api.jobs.GetJob("ada", stage.job));
  EXPECT_THAT(stage.api.objects.List(stage.prefix).value(), SizeIs(2));
}

TEST(EraseConnectionTest, RecoveryFinishesWhatACrashInterrupted) {
  Stage stage;
  Api& api = stage.api;
  domain::Connection row = api.connections.Get("ada", stage.connection).value();
  row.erasing = true;
  ASSERT_TRUE(api.connections.Put(row));
  // Nothing uses it meanwhile.
  EXPECT_TRUE(api.Get("/v1/connections").json.at("connections").empty());
  EXPECT_EQ(api.Post("/v1/estimates", api.SyncBody(stage.connection)).code(),
            "connection-not-found");
  const auto recovered =
      service::RecoverJobs(api.context, [](const engine::ExecutionEnd&) { return base::Status(); });
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_EQ(recovered->failed, 0);
  stage.ExpectGone();
}

TEST(EraseConnectionTest, ConnectingAgainBeginsAnew) {
  Stage stage;
  Api& api = stage.api;
  api.http.answers["/token"] = {200, {}, ""};
  api.http.answers["/me"] = {200, {}, "ada@acme"};
  const domain::Connection before = api.connections.Get("ada", stage.connection).value();
  ASSERT_EQ(
      api.Send({.method = "DELETE", .path = "/v1/connections/" + stage.connection + "?data=delete"})
          .status,
      204);
  api.sim.RunFor(std::chrono::minutes(1));
  const Json begun = api.Post("/v1/connections/acme/authorize",
                              {{"return_url", "https://coldpath.example/connections"}})
                         .json;
  const std::string state =
      base::ParseUrl(begun.at("authorize_url").get<std::string>())->FindParameter("state").value();
  const auto back = api.Get("/v1/oauth/callback?code=c0de&state=" + state);
  EXPECT_EQ(back.headers.Find("Location"),
            "https://coldpath.example/connections?connection=" + stage.connection);
  const domain::Connection after = api.connections.Get("ada", stage.connection).value();
  EXPECT_NE(service::FirstWeekKey(before), service::FirstWeekKey(after));
  const auto jobs = api.jobs.ListJobs("ada", std::nullopt, 10)->jobs;
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].kind, domain::JobKind::kFirstWeek);
}

}  // namespace
}  // namespace coldpath::api
