// Connections, the first week, records, notifications, deletion, and what operators see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "api/api_fixture.h"
#include "base/ids.h"
#include "records/record_file.h"
#include "service/connections.h"
#include "service/first_week.h"
#include "service/outbox_relay.h"
#include "service/recovery.h"
#include "tasks/access_tokens.h"

namespace coldpath::api::test {
namespace {

using base::Json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Begins to connect as ada; the result is the state.
std::string Begin(Api& api, const std::string& return_url = "") {
  Json body = Json::object();
  if (!return_url.empty()) body["return_url"] = return_url;
  const Answered begun = api.Post("/v1/connections/acme/authorize", body);
  EXPECT_EQ(begun.status, 200) << begun.text;
  return base::ParseUrl(begun.json.at("authorize_url").get<std::string>())
      ->FindParameter("state")
      .value();
}

void AcmeAnswers(Api& api) {
  api.http.answers = {{"/token", {200, {}, ""}}, {"/me", {200, {}, "ada@acme"}}};
}

TEST(ConnectTest, StoresAConnectionOnceAndStartsItsFirstWeek) {
  Api api;
  AcmeAnswers(api);
  const std::string state = Begin(api);
  const Answered page = api.Get("/v1/oauth/callback?code=c0de&state=" + state + "&extra=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.text, HasSubstr("Acme Health is connected"));
  // The verifier belongs to the challenge, the redirect URI to the installation.
  ASSERT_THAT(api.http.sent, SizeIs(2));
  EXPECT_THAT(api.http.sent[0].body, HasSubstr("coldpath.example%2Fv1%2Foauth%2Fcallback"));
  EXPECT_EQ(api.http.sent[1].headers.Find("Authorization"), "Bearer access-secret");

  const Json list = api.Get("/v1/connections").json.at("connections");
  ASSERT_EQ(list.size(), 1);
  const std::string id = list[0].at("id");
  EXPECT_EQ(id, service::ConnectionId("ada", "acme", "ada@acme"));
  const domain::Connection stored = api.connections.Get("ada", id).value();
  EXPECT_EQ(tasks::OpenTokens(api.vault, stored)->refresh_token, "refresh-secret");
  EXPECT_EQ(stored.sealed_tokens.find("secret"), std::string::npos);
  for (const std::string& line : api.log_lines) EXPECT_THAT(line, Not(HasSubstr("secret")));

  const auto jobs = api.jobs.ListJobs("ada", std::nullopt, 10)->jobs;
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].kind, domain::JobKind::kFirstWeek);
  EXPECT_EQ(jobs[0].range.days(), 7);
  EXPECT_THAT(jobs[0].types, SizeIs(2));
  EXPECT_EQ(jobs[0].latest().name, service::FirstWeekKey(stored));
  EXPECT_EQ(api.engine.started, 1);

  // The state works once; connecting again finds the same connection and starts nothing new.
  const Answered used = api.Get("/v1/oauth/callback?code=c0de&state=" + state);
  EXPECT_EQ(used.status, 400);
  EXPECT_THAT(used.text, HasSubstr("used before"));
  domain::Connection lost = stored;
  lost.status = domain::ConnectionStatus::kNeedsReauth;
  ASSERT_TRUE(api.connections.Put(lost));
  EXPECT_EQ(api.Get("/v1/oauth/callback?code=again&state=" + Begin(api)).status, 200);
  EXPECT_EQ(api.connections.Get("ada", id)->status, domain::ConnectionStatus::kActive);
  EXPECT_EQ(api.engine.started, 1);
}

// The process died, or the store failed, between the connection's row and the job's.
TEST(ConnectTest, RecoveryStartsTheFirstWeekOfAConnectionThatHasNone) {
  Api api;
  AcmeAnswers(api);
  ASSERT_EQ(api.Get("/v1/oauth/callback?code=c0de&state=" + Begin(api)).status, 200);
  EXPECT_THAT(api.connections.ListDue().value(), IsEmpty());
  domain::Connection row = api.connections.List("ada")->at(0);
  row.id = service::ConnectionId("ada", "acme", "another");
  row.version = 0;
  row.first_week_due = true;
  ASSERT_TRUE(api.connections.Put(row));
  const auto recover = [&] {
    return service::RecoverJobs(api.context,
                                [](const engine::ExecutionEnd&) { return base::Status(); });
  };
  EXPECT_EQ(recover()->launched, 1);
  const auto jobs = api.jobs.ListJobs("ada", std::nullopt, 10)->jobs;
  ASSERT_THAT(jobs, SizeIs(2));
  EXPECT_EQ(jobs[0].kind, domain::JobKind::kFirstWeek);
  EXPECT_EQ(jobs[0].connection_id, row.id);
  EXPECT_THAT(api.connections.ListDue().value(), IsEmpty());
  EXPECT_EQ(recover()->launched, 0);
}

// A permission that the person unticks is no failure of a job that they did not ask for.
TEST(ConnectTest, AsksInTheFirstWeekForWhatWasGrantedOnly) {
  Api api;
  AcmeAnswers(api);
  api.provider->editable_info().streams[0].scopes = {"not granted"};
  ASSERT_EQ(api.Get("/v1/oauth/callback?code=c0de&state=" + Begin(api)).status, 200);
  const auto jobs = api.jobs.ListJobs("ada", std::nullopt, 10)->jobs;
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].types, api.provider->info().streams[1].types);
}

TEST(ConnectTest, SaysWhatWentWrongAndReturnsOnlyWhereAllowed) {
  Api api;
  AcmeAnswers(api);
  EXPECT_EQ(api.Get("/v1/oauth/callback?state=" + Begin(api) + "&error=access_denied").status, 403);
  EXPECT_EQ(api.Get("/v1/oauth/callback").status, 400);
  const std::string late = Begin(api);
  api.sim.RunFor(std::chrono::minutes(11));
  EXPECT_EQ(api.Get("/v1/oauth/callback?code=c&state=" + late).status, 400);
  api.http.answers["/token"].status = 400;
  const Answered refused =
      api.Get("/v1/oauth/callback?code=c&state=" + Begin(api, "https://app.example/done?x=1#top"));
  EXPECT_EQ(refused.status, 303);
  EXPECT_EQ(refused.headers.Find("Location"),
            "https://app.example/done?x=1&error=provider-refused#top");
  api.http.answers.clear();
  EXPECT_EQ(api.Get("/v1/oauth/callback?code=c&state=" + Begin(api)).status, 502);
  for (const char* bad :
       {"https://evil.example/", "https://app.example.evil.example/", "javascript:alert(1)",
        "https://app.example@evil.example/", "http://127.0.0.1:9/"}) {
    EXPECT_EQ(api.Post("/v1/connections/acme/authorize", {{"return_url", bad}}).code(),
              "return-url-refused")
        << bad;
  }
  api.context.settings.allow_loopback_returns = true;
  EXPECT_EQ(
      api.Post("/v1/connections/acme/authorize", {{"return_url", "http://127.0.0.1:9/"}}).status,
      200);
  EXPECT_THAT(api.connections.List("ada").value(), IsEmpty());
}

TEST(DisconnectTest, RevokesForgetsAndStopsItsSyncs) {
  Api api;
  api.http.answers["/revoke"] = {200, {}, ""};
  const std::string job = api.StartRunning();
  const std::string id = api.Job("ada", job).connection_id;
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/connections/" + id}).status, 204);
  ASSERT_THAT(api.http.sent, SizeIs(1));
  EXPECT_THAT(api.http.sent[0].body, HasSubstr("refresh-secret"));
  EXPECT_EQ(api.Job("ada", job).desired, domain::Desired::kCancel);
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/connections/" + id}).status, 404);
}

// Puts three records of the first heart-rate chunk into the store.
domain::Chunk StoreRecords(Api& api, const std::string& job) {
  std::vector<domain::Record> records;
  domain::Chunk chunk;
  for (const domain::Chunk& one : api.Chunks(job)) {
    if (one.spec.stream == "heart-rate") chunk = one;
  }
  for (int i = 0; i < 3; ++i) {
    domain::Record record;
    record.type = domain::DataType::kHeartRate;
    record.start = record.end =
        base::StartOfDay(chunk.spec.range.start, {}) + std::chrono::hours(10 * i);
    record.local_date = base::LocalDate(record.start, {});
    record.value = 60 + i;
    records.push_back(record);
  }
  const std::string bytes =
      records::EncodeRecordFile({"acme", "ada@acme", domain::DataType::kHeartRate}, records);
  const std::string key =
      tasks::RecordsKey("ada", job, chunk.spec.id, "heart-rate", base::Sha256Hex(bytes));
  EXPECT_TRUE(api.objects.Put(key, bytes));
  api.ChangeChunk(job, chunk.spec.id, [&](domain::Chunk& row) {
    row.status = domain::ChunkStatus::kComplete;
    row.results = {
        {domain::DataType::kHeartRate,
         {row.spec.range, std::string(static_cast<std::size_t>(row.spec.range.days()), 'c')},
         3,
         key,
         base::Sha256Hex(bytes),
         0}};
  });
  return chunk;
}

TEST(RecordsTest, ComeInPagesAndAsAnExport) {
  Api api;
  const std::string job = api.StartRunning();
  const domain::Chunk chunk = StoreRecords(api, job);
  const std::string path = "/v1/records?type=heart-rate&start=2025-01-01&end=2025-06-01&limit=2";
  const Json first = api.Get(path).json;
  ASSERT_EQ(first.at("records").size(), 2);
  EXPECT_EQ(first.at("records")[0].at("value"), 60);
  EXPECT_EQ(first.at("records")[0].at("unit"), "/min");
  const Json second = api.Get(path + "&cursor=" + first.at("next_cursor").get<std::string>()).json;
  ASSERT_EQ(second.at("records").size(), 1);
  EXPECT_EQ(second.at("records")[0].at("value"), 62);
  EXPECT_TRUE(second.at("next_cursor").is_null());
  EXPECT_EQ(api.Get(path + "&cursor=nonsense").code(), "invalid-cursor");
  EXPECT_EQ(api.Get("/v1/records?type=mood&start=2025-01-01&end=2025-06-01").code(),
            "unknown-type");
  EXPECT_EQ(api.Get("/v1/records?type=sleep&start=2025-06-01&end=2025-01-01").code(),
            "dates-reversed");
  EXPECT_EQ(api.Get("/v1/records?type=sleep").json.at("pointer"), "start");
  EXPECT_TRUE(api.Send({.path = path, .token = api.Token("bob", true)}).json.at("records").empty());

  const Answered exported = api.Get("/v1/historical-syncs/" + job + "/export?format=ndjson");
  EXPECT_EQ(std::ranges::count(exported.text, '\n'), 3);
  EXPECT_EQ(base::ParseJson(exported.text.substr(0, exported.text.find('\n')))->at("type"),
            "heart-rate");
  EXPECT_EQ(api.Get("/v1/historical-syncs/" + job + "/export?format=csv").status, 400);
}

TEST(InboxTest, ShowsTheNotificationsWithTheirTexts) {
  Api api;
  const std::string job = api.StartRunning();
  ASSERT_TRUE(api.inbox.Add(
      {"k", "ada", job, tasks::NotificationKind::kFinishedWithErrors, true, api.sim.Now()}));
  const Json list = api.Get("/v1/notifications").json.at("notifications");
  ASSERT_EQ(list.size(), 1);
  EXPECT_EQ(list[0].at("code"), "N-06");
  EXPECT_EQ(list[0].at("text"), "Your historical sync finished with some errors.");
  EXPECT_EQ(api.Get("/v1/notifications?limit=0").json.at("pointer"), "limit");
}

TEST(EraseTest, DeleteMeansDelete) {
  Api api;
  api.http.answers["/revoke"] = {200, {}, ""};
  const std::string job = api.StartRunning();
  StoreRecords(api, job);
  ASSERT_TRUE(
      api.inbox.Add({"k", "ada", job, tasks::NotificationKind::kStarted, true, api.sim.Now()}));
  EXPECT_EQ(api.Send({.method = "DELETE", .path = "/v1/me"}).status, 204);
  EXPECT_THAT(api.jobs.ListJobs("ada", std::nullopt, 10)->jobs, IsEmpty());
  EXPECT_THAT(api.connections.List("ada").value(), IsEmpty());
  EXPECT_THAT(api.inbox.List("ada", 10).value(), IsEmpty());
  EXPECT_THAT(api.objects.List(tasks::UserPrefix("ada")).value(), IsEmpty());
  EXPECT_EQ(api.entitlements.HasPro("ada"), false);
  EXPECT_EQ(api.engine.executions.at(kKey1).status, asl::ExecutionStatus::kAborted);
  EXPECT_THAT(api.http.sent, SizeIs(1));
  // What a worker wrote in that moment is swept.
  ASSERT_TRUE(api.objects.Put(tasks::UserPrefix("ada") + "late", "x"));
  api.sim.RunFor(std::chrono::minutes(6));
  EXPECT_THAT(api.objects.List(tasks::UserPrefix("ada")).value(), IsEmpty());
}

TEST(SystemTest, HealthMetricsAndContractNeedNoToken) {
  Api api;
  const auto open = [&](const std::string& path) {
    return api.Send({.path = path, .headers = {{"Authorization", "none"}}});
  };
  EXPECT_EQ(open("/healthz").status, 200);
  EXPECT_EQ(open("/readyz").status, 200);
  EXPECT_EQ(open("/metrics").text, "coldpath_up 1\n");
  EXPECT_EQ(open("/openapi.json").text, api.contract_text);
  api.ready = base::Fail("store.read_only", "The disk is read-only.");
  EXPECT_EQ(open("/readyz").code(), "not-ready");
}

TEST(ContractTest, TheServedDocumentIsMadeFromTheYaml) {
  Api api;
  std::ifstream file(COLDPATH_SOURCE_DIR "/api/openapi.yaml", std::ios::binary);
  std::ostringstream yaml;
  yaml << file.rdbuf();
  EXPECT_EQ(api.contract.document().at("x-source-sha256"), base::Sha256Hex(yaml.str()))
      << "run: node api/generate_json.mjs";
}

TEST(KeysTest, ANewKeyOfTheIssuerIsFoundAndMadeUpOnesCostNothing) {
  Api api;
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
  const base::SigningKeyPtr old = api.key;
  api.key = base::GenerateEs256Key();
  EXPECT_EQ(api.Get("/v1/connections").code(), "token-bad-signature");
  EXPECT_EQ(api.keys.reads, 1);
  api.keys.text = "{\"keys\":[" + base::PublicJwk(*old) + "," + base::PublicJwk(*api.key) + "]}";
  api.sim.RunFor(std::chrono::seconds(11));
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
  EXPECT_EQ(api.keys.reads, 2);
  // A source that has trouble locks nobody out.
  api.keys.text = "away";
  api.sim.RunFor(std::chrono::minutes(11));
  EXPECT_EQ(api.Get("/v1/connections").status, 200);
}

TEST(OutboxTest, StopsAtTheFirstEventThatIsRefusedAndGoesOnLater) {
  struct Publisher final : tasks::EventPublisher {
    base::Status Publish(const tasks::OutboxEvent& event) override {
      if (event.id == refused) return base::Fail("publisher.away", "Try later.");
      ids.push_back(event.id);
      return {};
    }
    std::string refused = "b";
    std::vector<std::string> ids;
  } publisher;
  Api api;
  const std::string id = api.StartRunning();
  domain::Job job = api.Job("ada", id);
  ASSERT_TRUE(api.jobs.UpdateJob(
      job, {},
      {{"a", "T", Json::object(), api.sim.Now()}, {"b", "T", Json::object(), api.sim.Now()}}));
  EXPECT_EQ(service::DrainOutbox(api.jobs, publisher).error().code, "publisher.away");
  EXPECT_THAT(api.jobs.ReadOutbox(10).value(), SizeIs(1));
  publisher.refused.clear();
  EXPECT_EQ(service::DrainOutbox(api.jobs, publisher), 1);
  EXPECT_THAT(publisher.ids, ::testing::ElementsAre("a", "b"));
}

}  // namespace
}  // namespace coldpath::api::test
