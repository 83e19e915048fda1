// Attempts against each other: who owns a chunk, what a worker that has lost may still do, and what
// becomes of what it left behind.
#include "tasks/chunk_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/chunk_attempt.h"
#include "tasks/settle_job.h"
#include "tasks/task_testing.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using domain::Chunk;
using domain::ChunkStatus;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kRun = "11111111-1111-4111-8111-111111111111";
constexpr const char* kChunk = "steps-2024-05-21";

// The engine as a worker sees it.
class Reports final : public engine::TaskCallback {
 public:
  base::Status SendTaskSuccess(const std::string& token, const base::Json& output) override {
    said.push_back(token + ": " + base::DumpJson(output));
    return {};
  }
  base::Status SendTaskFailure(const std::string& token, std::string error,
                               std::string cause) override {
    said.push_back(token + ": " + error);
    causes.push_back(std::move(cause));
    return {};
  }
  base::Status SendTaskHeartbeat(const std::string& token) override {
    if (gone.contains(token)) return base::Fail("engine.task_timed_out", "As scripted.");
    return {};
  }
  std::vector<std::string> said;
  std::vector<std::string> causes;
  std::set<std::string> gone;
};

class ChunkWorkerTest : public testing::Test {
 protected:
  ChunkWorkerTest() {
    world.MakeJob(kRun, 10);
    EXPECT_TRUE(world.Call("validate", kRun).succeeded);
    EXPECT_TRUE(world.Call("calculate-chunks", kRun).succeeded);
  }
  void Start(const std::string& token) {
    worker.Run({token, TaskWorld::kUser, TaskWorld::kJob, kChunk, kRun}, [this] { ++ended; });
  }
  Chunk Row() { return world.ReadChunk(kChunk); }
  std::vector<std::string> Keys() {
    return *world.objects.List(JobPrefix(TaskWorld::kUser, TaskWorld::kJob));
  }

  TaskWorld world;
  Reports reports;
  ChunkWorker worker{
      {world.ports, *world.tokens, world.server, world.executor, reports, WorkerLimits{}}};
  int ended = 0;
};

TEST_F(ChunkWorkerTest, AnAttemptFetchesStoresAndReports) {
  Start("a");
  EXPECT_EQ(Row().status, ChunkStatus::kRunning);
  world.executor.Run(10'000);
  EXPECT_EQ(Row().status, ChunkStatus::kComplete);
  EXPECT_EQ(Row().attempt, 1);
  EXPECT_THAT(Row().raw_keys, SizeIs(2));
  EXPECT_THAT(reports.said, ElementsAre(HasSubstr(R"("records":8)")));
  EXPECT_EQ(ended, 1);
}

// The first worker comes to its end while the second, to whom the attempt was given, is at work.
TEST_F(ChunkWorkerTest, AWorkerWhoseAttemptWasGivenAwayChangesNothing) {
  Start("a");
  world.executor.RunFor(50ms);
  Start("b");
  EXPECT_EQ(Row().attempt, 2);
  const Chunk given = Row();
  world.executor.RunFor(155ms);  // "a" has its last page, "b" has not
  EXPECT_THAT(reports.said, ElementsAre("a: Interrupted"));
  EXPECT_THAT(reports.causes, ElementsAre(HasSubstr("took the chunk over")));
  EXPECT_EQ(Row().version, given.version);
  EXPECT_EQ(Row().attempt_token, "b");
  EXPECT_EQ(Row().status, ChunkStatus::kRunning);
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_done, 0);
  world.executor.Run(10'000);
  EXPECT_EQ(Row().status, ChunkStatus::kComplete);
  EXPECT_EQ(Row().provider_calls, 2);
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_done, 1);
  EXPECT_EQ(ended, 2);
}

// The first worker is so slow that the second has long written its result, and brings other data.
TEST_F(ChunkWorkerTest, ALateWorkerReportsTheResultThatTheRowHolds) {
  world.server.latency = 60s;
  world.server.script = [](const base::Url&) -> std::optional<base::Result<base::HttpResponse>> {
    return base::HttpResponse{.body = R"({"records":[]})"};
  };
  Start("slow");
  world.executor.RunFor(1s);
  world.server.latency = 100ms;
  const auto other_data = std::exchange(world.server.script, nullptr);
  Start("quick");
  world.executor.RunFor(1s);
  const Chunk won = Row();
  ASSERT_EQ(won.status, ChunkStatus::kComplete);
  world.server.script = other_data;
  world.executor.Run(10'000);
  EXPECT_EQ(Row().version, won.version);
  EXPECT_EQ(Row().results[0].sha256, won.results[0].sha256);
  EXPECT_THAT(reports.said, ElementsAre(HasSubstr("quick"), HasSubstr(R"("records":8)")));
  EXPECT_THAT(reports.said[1], testing::StartsWith("slow: {"));
}

TEST_F(ChunkWorkerTest, ATokenThatNobodyWaitsForDoesNotTakeTheChunk) {
  Start("a");
  reports.gone = {"b"};
  Start("b");
  EXPECT_EQ(Row().attempt, 1);
  EXPECT_EQ(Row().attempt_token, "a");
  EXPECT_EQ(ended, 1);
  world.executor.Run(10'000);
  EXPECT_THAT(reports.said, ElementsAre(HasSubstr("a: {")));
}

TEST_F(ChunkWorkerTest, ATokenThatIsDeliveredAgainReportsTheResultWithoutACall) {
  Start("a");
  world.executor.Run(10'000);
  const auto calls = world.server.calls.size();
  Start("a");
  Start("later");
  world.executor.Run(10'000);
  EXPECT_EQ(world.server.calls.size(), calls);
  EXPECT_EQ(Row().attempt, 1);
  EXPECT_THAT(reports.said, SizeIs(3));
  EXPECT_THAT(reports.said, testing::Each(HasSubstr(R"("records":8)")));
}

TEST_F(ChunkWorkerTest, StoppingSilentlyReportsNothingAndStoppingForThePlatformSaysSo) {
  Start("a");
  world.executor.RunFor(50ms);
  worker.Stop(ChunkWorker::StopMode::kSilently);
  world.executor.Run(10'000);
  EXPECT_THAT(reports.said, IsEmpty());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(Row().status, ChunkStatus::kRunning);

  ChunkWorker spot({world.ports, *world.tokens, world.server, world.executor, reports, {}});
  spot.Run({"s", TaskWorld::kUser, TaskWorld::kJob, kChunk, kRun}, [this] { ++ended; });
  world.executor.RunFor(50ms);
  spot.Stop(ChunkWorker::StopMode::kReportInterrupted);
  world.executor.Run(10'000);
  EXPECT_THAT(reports.said, ElementsAre("s: Interrupted"));
}

TEST_F(ChunkWorkerTest, AnAssignmentForNothingIsReportedAndEnds) {
  worker.Run({"t", TaskWorld::kUser, TaskWorld::kJob, "no-such-chunk", kRun}, [this] { ++ended; });
  worker.Run({"u", "grace", TaskWorld::kJob, kChunk, kRun}, [this] { ++ended; });
  world.executor.Run(10'000);
  EXPECT_THAT(reports.said, ElementsAre("t: Interrupted", "u: Interrupted"));
  EXPECT_EQ(ended, 2);
}

// ---- garbage ----

TEST_F(ChunkWorkerTest, WhatLostAttemptsLeftIsDeletedAndWhatChunksReferToStays) {
  Start("a");
  world.executor.RunFor(50ms);
  Start("b");
  world.executor.Run(10'000);
  const std::string lost_records =
      RecordsKey(TaskWorld::kUser, TaskWorld::kJob, kChunk, "steps", std::string(64, '0'));
  const std::string lost_raw = RawKey(TaskWorld::kUser, TaskWorld::kJob, kChunk, 1, 1);
  const std::string foreign = RawKey(TaskWorld::kUser, "another-job", kChunk, 1, 1);
  const std::string stranger = RawKey("grace", TaskWorld::kJob, kChunk, 1, 1);
  for (const std::string& key : {lost_records, foreign, stranger}) {
    ASSERT_TRUE(world.objects.Put(key, "x"));
  }
  ASSERT_THAT(Keys(), Contains(lost_raw));  // of "a"

  ASSERT_TRUE(world.Call("aggregate", kRun).succeeded);
  EXPECT_THAT(Keys(), Not(Contains(lost_records)));
  EXPECT_THAT(Keys(), Not(Contains(lost_raw)));
  EXPECT_TRUE(world.objects.Get(foreign));
  EXPECT_TRUE(world.objects.Get(stranger));
  const Chunk row = Row();
  ASSERT_THAT(row.raw_keys, SizeIs(2));
  for (const std::string& key : row.raw_keys) EXPECT_THAT(Keys(), Contains(key));
  EXPECT_THAT(Keys(), Contains(row.results[0].object_key));
  EXPECT_THAT(Keys(), Contains(ChunkArrayKey(TaskWorld::kUser, TaskWorld::kJob, kRun)));
  EXPECT_THAT(Keys(), Contains(ManifestKey(TaskWorld::kUser, TaskWorld::kJob, kRun)));
}

// ---- the entitlement before the start ----

TEST(DowngradeTest, BeforeTheStartStopsTheJobBeforeAnyCall) {
  TaskWorld world;
  world.MakeJob(kRun, 30);
  (void)world.entitlements.Record(TaskWorld::kUser, false, world.executor.Now() + 1s);
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  const domain::Job job = world.ReadJob();
  EXPECT_EQ(job.status, domain::JobStatus::kSucceeded);
  EXPECT_EQ(job.outcome, domain::JobOutcome::kCancelled);
  EXPECT_EQ(job.stop_reason, domain::StopReason::kDowngrade);
  EXPECT_THAT(world.server.calls, IsEmpty());
  EXPECT_THAT(world.notifier.sent, IsEmpty());
}

TEST(ScopeTest, DataThatThePersonDidNotAllowFailsWithoutACall) {
  TaskWorld world;
  world.MakeJob(kRun, 10, {domain::DataType::kSleep});
  domain::Connection connection = *world.connections.Get(TaskWorld::kUser, TaskWorld::kConnection);
  connection.scopes = {"activity"};
  ASSERT_TRUE(world.connections.Put(connection));
  world.RunToEnd(kRun);
  EXPECT_EQ(world.ReadJob().outcome, domain::JobOutcome::kCompleteWithGaps);
  const Chunk chunk = world.AllChunks().at(0);
  EXPECT_EQ(chunk.failure->failure.kind, domain::FailureKind::kForbidden);
  EXPECT_EQ(chunk.failure->failure.where, "sleep");
  EXPECT_THAT(world.server.calls, IsEmpty());
}

}  // namespace
}  // namespace coldpath::tasks
