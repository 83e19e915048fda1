// Starting, stopping and retrying through the API, and what is shown of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "base/ids.h"

namespace coldpath::api::test {
namespace {

using base::Json;
using domain::ChunkStatus;
using domain::JobOutcome;
using domain::JobStatus;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Path(const std::string& id) { return "/v1/historical-syncs/" + id; }

void FailChunk(Api& api, const std::string& job, const domain::Chunk& chunk,
               domain::FailureKind kind) {
  api.ChangeChunk(job, chunk.spec.id, [&](domain::Chunk& row) {
    row.status = ChunkStatus::kFailed;
    row.attempt_execution = kKey1;
    row.failure = {{kind, "It did not work.", {}, ""}, row.spec.types};
  });
}

TEST(UpsellTest, OthersThanProGetAnUpsellThatIsCounted) {
  Api api;
  const std::string connection = api.Connect("ada");
  const auto start = [&](const std::string& token) {
    return api.Send({.method = "POST",
                     .path = "/v1/historical-syncs",
                     .body = api.SyncBody(connection),
                     .token = token,
                     .key = kKey1});
  };
  const Answered answer = start(api.Token("ada", false));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "upsell");
  EXPECT_FALSE(answer.json.at("upsell").at("gives").empty());
  EXPECT_EQ(api.metrics.counts["coldpath_upsell_answers_total"], 1);
  // The claim is kept: a later token that says nothing of it has what the newest said.
  api.sim.RunFor(std::chrono::minutes(1));
  EXPECT_EQ(start(api.Token("ada", std::nullopt)).status, 403);
  api.sim.RunFor(std::chrono::minutes(1));
  EXPECT_EQ(start(api.Token("ada", true)).status, 202);
  // The estimate is for everybody.
  EXPECT_EQ(api.Send({.method = "POST",
                      .path = "/v1/estimates",
                      .body = api.SyncBody(connection),
                      .token = api.Token("ada", false)})
                .status,
            200);
}

TEST(ViewTest, AJobIsShownWithProgressTimeLeftAndWaiting) {
  Api api;
  const std::string id = api.StartRunning();
  const Json job = api.Get(Path(id)).json;
  EXPECT_EQ(job.at("phase"), "fetching");
  EXPECT_GT(job.at("remaining").at("seconds").get<double>(), 0);
  EXPECT_TRUE(job.at("waiting").is_null());
  for (const domain::Chunk& chunk : api.Chunks(id)) {
    api.ChangeChunk(id, chunk.spec.id, [&](domain::Chunk& row) {
      row.waiting_until = api.sim.Now() + std::chrono::minutes(9);
    });
  }
  const Json waiting = api.Get(Path(id)).json;
  EXPECT_EQ(waiting.at("phase"), "waiting_for_quota");
  EXPECT_EQ(waiting.at("remaining").at("seconds_low"), 540);
  EXPECT_THAT(waiting.at("waiting").at("text").get<std::string>(),
              AllOf(HasSubstr("Acme Health"), HasSubstr("9 min")));
  EXPECT_EQ(api.Get("/v1/historical-syncs").json.at("jobs").size(), 1);
  EXPECT_EQ(api.Get(Path(id) + "/chunks?limit=2").json.at("chunks").size(), 2);
  EXPECT_EQ(api.Get(Path(id) + "/chunks?status=odd").json.at("pointer"), "status");
}

TEST(ViewTest, CoverageAddsUpAndFailuresNameTypesDatesAndCause) {
  Api api;
  const std::string id = api.StartRunning();
  std::vector<domain::Chunk> failed;
  for (const domain::Chunk& chunk : api.Chunks(id)) {
    if (chunk.spec.stream != "sleep" || failed.size() == 2) continue;
    failed.push_back(chunk);
    FailChunk(api, id, chunk, domain::FailureKind::kProviderBug);
  }
  const Json coverage = api.Get(Path(id) + "/coverage").json;
  const Json& counts = coverage.at("counts");
  EXPECT_EQ(counts.at("requested"), 2 * 151);
  EXPECT_EQ(counts.at("failed"), failed[0].spec.range.days() + failed[1].spec.range.days());
  EXPECT_EQ(counts.at("requested").get<int>(),
            counts.at("failed").get<int>() + counts.at("not_attempted").get<int>());
  const Json groups = api.Get(Path(id) + "/failures").json.at("groups");
  ASSERT_EQ(groups.size(), 1);
  EXPECT_EQ(groups[0].at("kind"), "ProviderBug");
  EXPECT_EQ(groups[0].at("chunks"), 2);
  EXPECT_EQ(groups[0].at("types")[0].at("type"), "sleep");
  EXPECT_EQ(api.Get(Path(id) + "/chunks?status=failed").json.at("chunks").size(), 2);
}

TEST(RetryTest, FreezesWhatFailedAndStartsOneExecutionOverIt) {
  Api api;
  const std::string id = api.StartRunning();
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey2).code(), "sync-running");
  api.Settle(id, JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey2).code(), "nothing-failed");
  const domain::Chunk chunk = api.Chunks(id).front();
  FailChunk(api, id, chunk, domain::FailureKind::kTransient);

  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object()).code(), "idempotency-key-missing");
  const Answered accepted = api.Post(Path(id) + "/retry", Json::object(), kKey2);
  ASSERT_EQ(accepted.status, 202) << accepted.text;
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey2).text, accepted.text);
  EXPECT_EQ(api.engine.started, 2);
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey3).code(), "sync-running");
  // The key of the start is not the key of a retry.
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey1).status, 422);

  const domain::Job job = api.Job("ada", id);
  EXPECT_EQ(job.status, JobStatus::kRunning);
  EXPECT_EQ(job.latest().kind, domain::ExecutionKind::kRetry);
  EXPECT_EQ(api.objects.Get(job.latest().chunk_list), base::DumpJson(Json::array({chunk.spec.id})));
}

TEST(RetryTest, ChunksThatFailedForALostGrantNeedAHealthyConnection) {
  Api api;
  const std::string id = api.StartRunning();
  FailChunk(api, id, api.Chunks(id).front(), domain::FailureKind::kNeedsReauth);
  api.Settle(id, JobStatus::kSucceeded, JobOutcome::kNeedsReauth);
  domain::Connection connection =
      api.connections.Get("ada", api.Job("ada", id).connection_id).value();
  connection.status = domain::ConnectionStatus::kNeedsReauth;
  connection.version = api.connections.Put(connection).value();
  const Answered refused = api.Post(Path(id) + "/retry", Json::object(), kKey2);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "needs-reauth");
  // A start over it is refused, too.
  EXPECT_EQ(api.Post("/v1/historical-syncs", api.SyncBody(connection.id), kKey3).code(),
            "needs-reauth");
  connection.status = domain::ConnectionStatus::kActive;
  ASSERT_TRUE(api.connections.Put(connection));
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey2).status, 202);
}

TEST(StopTest, PauseResumeAndCancelWriteWhatIsDesired) {
  Api api;
  const std::string id = api.StartRunning();
  EXPECT_EQ(api.Post(Path(id) + "/resume", Json::object()).code(), "sync-running");
  EXPECT_EQ(api.Post(Path(id) + "/pause", Json::object()).status, 202);
  EXPECT_EQ(api.Post(Path(id) + "/pause", Json::object()).status, 202);
  EXPECT_EQ(api.Get(Path(id)).json.at("phase"), "pausing");
  EXPECT_EQ(api.Post(Path(id) + "/resume", Json::object()).code(), "sync-running");
  api.ChangeJob(id, [](domain::Job& job) {
    job.paused = true;
    job.latest().settled = true;
  });
  EXPECT_EQ(api.Get(Path(id)).json.at("phase"), "paused");
  EXPECT_EQ(api.Post(Path(id) + "/retry", Json::object(), kKey2).code(), "sync-running");

  EXPECT_EQ(api.Post(Path(id) + "/resume", Json::object()).status, 202);
  const domain::Job resumed = api.Job("ada", id);
  EXPECT_EQ(resumed.latest().name, base::MakeUuidV5(id, "resume 1"));
  EXPECT_EQ(resumed.desired, domain::Desired::kRun);
  EXPECT_EQ(api.engine.started, 2);

  EXPECT_EQ(api.Post(Path(id) + "/cancel", Json::object()).status, 202);
  EXPECT_EQ(api.Post(Path(id) + "/cancel", Json::object()).status, 202);
  EXPECT_EQ(api.Job("ada", id).desired, domain::Desired::kCancel);
  EXPECT_EQ(api.Post(Path(id) + "/pause", Json::object()).code(), "sync-being-cancelled");
  api.Settle(id, JobStatus::kSucceeded, JobOutcome::kCancelled);
  for (const char* action : {"/cancel", "/pause", "/resume"}) {
    const Answered late = api.Post(Path(id) + action, Json::object());
    EXPECT_EQ(late.status, 409);
    EXPECT_EQ(late.code(), "sync-ended");
  }
}

TEST(StopTest, APausedSyncIsCancelledAtOnce) {
  Api api;
  const std::string id = api.StartRunning();
  api.ChangeJob(id, [](domain::Job& job) {
    job.paused = true;
    job.desired = domain::Desired::kPause;
    job.latest().settled = true;
  });
  EXPECT_EQ(api.Post(Path(id) + "/cancel", Json::object()).status, 202);
  const domain::Job job = api.Job("ada", id);
  EXPECT_EQ(job.status, JobStatus::kSucceeded);
  EXPECT_EQ(job.outcome, JobOutcome::kCancelled);
  EXPECT_TRUE(job.ended);
  EXPECT_THAT(api.jobs.ReadOutbox(10).value(), SizeIs(1));
}

// ---- the progress stream

struct Follower {
  Follower(Api& api, const std::string& id, const std::string& last_id = "") {
    RequestParts parts{.path = Path(id) + "/events"};
    if (!last_id.empty()) parts.headers.Set("Last-Event-ID", last_id);
    api.handler->Handle(api.Request(parts), "127.0.0.1", responder);
    api.sim.RunFor(std::chrono::milliseconds(300));
  }
  std::shared_ptr<Responder> responder = std::make_shared<Responder>();
};

TEST(EventsTest, AreReplayedByNumberAndEndWithTheSync) {
  Api api;
  const std::string id = api.StartRunning();
  const std::string chunk = api.Chunks(id).front().spec.id;
  const Follower follower(api, id);
  EXPECT_EQ(follower.responder->response.headers.Find("Content-Type"), "text/event-stream");
  EXPECT_THAT(follower.responder->stream, HasSubstr("retry: 2000\n\nid: 1\nevent: job\ndata: {"));
  EXPECT_FALSE(follower.responder->ended);
  api.ChangeChunk(id, chunk, [](domain::Chunk& row) { row.attempt = 1; });
  api.sim.RunFor(std::chrono::milliseconds(300));
  EXPECT_THAT(follower.responder->stream, HasSubstr("id: 2\nevent: chunk\n"));
  api.sim.RunFor(std::chrono::seconds(31));
  EXPECT_THAT(follower.responder->stream, HasSubstr(": keep-alive\n\n"));

  api.Settle(id, JobStatus::kSucceeded, JobOutcome::kComplete);
  api.sim.RunFor(std::chrono::milliseconds(300));
  EXPECT_TRUE(follower.responder->ended);
  EXPECT_THAT(follower.responder->stream, HasSubstr("id: 3\nevent: job\n"));
  EXPECT_THAT(follower.responder->stream, HasSubstr("event: end\ndata: {"));
  EXPECT_EQ(api.sim.waiting(), 0);

  const Follower again(api, id, "2");
  EXPECT_THAT(again.responder->stream, Not(HasSubstr("id: 2\n")));
  EXPECT_THAT(again.responder->stream, HasSubstr("id: 3\n"));
  EXPECT_TRUE(again.responder->ended);
  EXPECT_EQ(api.Send({.path = Path(id) + "/events", .headers = {{"Last-Event-ID", "x"}}}).status,
            400);
}

TEST(EventsTest, WhereNothingIsStreamedTheAnswerIsWhatIsNew) {
  Api api;
  const std::string id = api.StartRunning();
  ApiOptions options;
  options.jwt = {kIssuer, "coldpath"};
  options.events.once = true;
  options.events.retry_ms = 5000;
  api.handler = std::make_unique<ApiHandler>(api.context, api.keys, std::move(options));
  const Follower first(api, id);
  EXPECT_TRUE(first.responder->ended);
  EXPECT_THAT(first.responder->stream, HasSubstr("retry: 5000\n\nid: 1\nevent: job\n"));
  EXPECT_THAT(first.responder->stream, Not(HasSubstr("event: end")));
  EXPECT_EQ(api.sim.waiting(), 0);

  const Follower again(api, id, "1");
  EXPECT_TRUE(again.responder->ended);
  EXPECT_EQ(again.responder->stream, "retry: 5000\n\n") << "nothing has happened since";
  api.Settle(id, JobStatus::kSucceeded, JobOutcome::kComplete);
  const Follower last(api, id, "1");
  EXPECT_THAT(last.responder->stream, HasSubstr("id: 2\nevent: job\n"));
  EXPECT_THAT(last.responder->stream, HasSubstr("event: end\ndata: {"));
}

TEST(EventsTest, SlowClientsAreDroppedAndDrainEndsTheRest) {
  Api api;
  const std::string id = api.StartRunning();
  const Follower slow(api, id);
  slow.responder->client_gone = true;
  api.ChangeChunk(id, api.Chunks(id).front().spec.id, [](domain::Chunk& row) { row.waits = 1; });
  api.sim.RunFor(std::chrono::seconds(1));
  EXPECT_EQ(api.sim.waiting(), 0);
  const Follower other(api, id);
  EXPECT_EQ(api.sim.waiting(), 1);
  other.responder->should_end = true;
  api.sim.RunFor(std::chrono::seconds(1));
  EXPECT_TRUE(other.responder->ended);
  EXPECT_EQ(api.sim.waiting(), 0);
}

}  // namespace
}  // namespace coldpath::api::test
