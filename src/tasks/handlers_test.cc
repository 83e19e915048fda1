// The tasks one by one: called again they change nothing, and what they cannot do they say.
#include "tasks/handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/task_testing.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using domain::ChunkStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kRun = "11111111-1111-4111-8111-111111111111";
constexpr const char* kAgain = "22222222-2222-4222-8222-222222222222";
constexpr const char* kNewest = "steps-2024-05-21";

class HandlersTest : public testing::Test {
 protected:
  HandlersTest() { world.MakeJob(kRun, 30); }
  void Plan() {
    ASSERT_TRUE(world.Call("validate", kRun).succeeded);
    ASSERT_TRUE(world.Call("calculate-chunks", kRun).succeeded);
  }
  base::Json Admit(const std::string& chunk) {
    const engine::TaskReply reply = world.Call("admit-chunk", kRun, chunk);
    EXPECT_TRUE(reply.succeeded) << reply.cause.value_or("");
    return reply.output;
  }
  std::vector<std::string> ChunksOf(const engine::TaskReply& calculated) {
    std::vector<std::string> ids;
    const auto text = world.objects.Get(calculated.output["chunksKey"].get<std::string>());
    const base::Json items = *base::ParseJson(*text);
    for (const base::Json& item : items) ids.push_back(item["id"]);
    return ids;
  }
  void ChangeChunk(const std::string& id, const std::function<void(domain::Chunk&)>& change) {
    ASSERT_TRUE(
        tasks::ChangeChunk(world.ports, TaskWorld::kJob, id, [&](domain::Chunk& row, ChunkWrite&) {
          change(row);
          return true;
        }));
  }

  TaskWorld world;
};

TEST_F(HandlersTest, ValidatingAgainStartsAndTellsOnce) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.Call("validate", kRun).output["status"], "RUNNING");
    world.executor.RunFor(1h);
  }
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));
  EXPECT_EQ(world.metrics.counts["coldpath_jobs_started_total,kind=historical"], 1);
  EXPECT_EQ(world.ReadJob().started, base::FromUnixSeconds(1'717'200'000));
}

TEST_F(HandlersTest, AnExecutionThatTheJobDoesNotExpectIsRefusedByAll) {
  for (const char* function : {"validate", "calculate-chunks", "aggregate"}) {
    const engine::TaskReply reply = world.Call(function, kAgain);
    EXPECT_EQ(reply.error, "InvalidTask") << function;
    EXPECT_THAT(reply.cause.value_or(""), HasSubstr("task.invalid_job")) << function;
  }
  const engine::TaskReply ended = world.Call("execution-ended", kAgain, "", {{"status", "FAILED"}});
  EXPECT_EQ(ended.error, "InvalidTask");
  EXPECT_EQ(world.ReadJob().status, domain::JobStatus::kPending);
  EXPECT_EQ(world.Call("admit-chunk", kRun, "no-such-chunk").error, "InvalidTask");
}

TEST_F(HandlersTest, ANotifierThatIsAwayIsTriedAgain) {
  world.notifier.failures = 1;
  EXPECT_EQ(world.Call("validate", kRun).error, "Unavailable");
  EXPECT_TRUE(world.Call("validate", kRun).succeeded);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));
}

TEST_F(HandlersTest, ThePlanIsMadeOnceAndNewestDaysComeFirst) {
  ASSERT_TRUE(world.Call("validate", kRun).succeeded);
  const engine::TaskReply first = world.Call("calculate-chunks", kRun);
  EXPECT_THAT(ChunksOf(first), ElementsAre(kNewest, "steps-2024-05-11", "steps-2024-05-01"));
  const std::string bytes = *world.objects.Get(first.output["chunksKey"].get<std::string>());
  world.executor.RunFor(24h);
  const engine::TaskReply second = world.Call("calculate-chunks", kRun);
  EXPECT_EQ(first.output, second.output);
  EXPECT_EQ(*world.objects.Get(second.output["chunksKey"].get<std::string>()), bytes);
}

TEST_F(HandlersTest, ARetryProcessesItsFrozenListAndAResumeWhatHasNoResult) {
  Plan();
  ChangeChunk(kNewest, [](domain::Chunk& row) { row.status = ChunkStatus::kComplete; });
  ChangeChunk("steps-2024-05-11", [](domain::Chunk& row) { row.status = ChunkStatus::kFailed; });
  ASSERT_TRUE(world.Call("aggregate", kRun).succeeded);
  world.AddExecution(kAgain, domain::ExecutionKind::kRetry, {"steps-2024-05-11", kNewest});
  EXPECT_THAT(ChunksOf(world.Call("calculate-chunks", kAgain)), ElementsAre("steps-2024-05-11"));
  const char* resumed = "33333333-3333-4333-8333-333333333333";
  world.AddExecution(resumed, domain::ExecutionKind::kResume);
  EXPECT_THAT(ChunksOf(world.Call("calculate-chunks", resumed)), ElementsAre("steps-2024-05-01"));
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_done, 2);
}

TEST_F(HandlersTest, ADamagedListIsNotTakenForAnEmptyOne) {
  Plan();
  world.AddExecution(kAgain, domain::ExecutionKind::kRetry, {kNewest});
  const std::string key = FrozenListKey(TaskWorld::kUser, TaskWorld::kJob, kAgain);
  ASSERT_TRUE(world.objects.Put(key, "[7]"));
  EXPECT_THAT(world.Call("calculate-chunks", kAgain).cause.value_or(""),
              HasSubstr("task.invalid_list"));
  ASSERT_TRUE(world.objects.Delete(key));
  EXPECT_FALSE(world.Call("calculate-chunks", kAgain).succeeded);
}

TEST_F(HandlersTest, EachChunkThatWaitsForQuotaHasItsOwnPlace) {
  world.provider->info().budgets = {{planner::BudgetScope::kUser, 2, 60s}};
  Plan();
  std::vector<std::string> decisions;
  std::vector<base::Instant> places;
  for (const char* chunk : {kNewest, "steps-2024-05-11", "steps-2024-05-01"}) {
    const base::Json answer = Admit(chunk);
    decisions.push_back(answer["decision"]);
    places.push_back(base::ParseRfc3339(answer["waitUntil"].get<std::string>())->instant);
    EXPECT_EQ(Admit(chunk)["waitUntil"], answer["waitUntil"]);  // the same place when asked again
  }
  EXPECT_EQ(decisions[0], "run");
  EXPECT_EQ(decisions.back(), "waitUntil");
  EXPECT_LE(places[0], places[1]);
  EXPECT_LT(places[0], places[2]);
  EXPECT_TRUE(world.ReadChunk("steps-2024-05-01").waiting_since);
  EXPECT_EQ(world.ReadChunk("steps-2024-05-01").attempt, 0);  // waiting is not an attempt
}

TEST_F(HandlersTest, AChunkThatIsNotWantedIsAsIfNobodyHadTouchedIt) {
  Plan();
  ChangeChunk(kNewest, [&](domain::Chunk& row) {
    row.status = ChunkStatus::kRunning;
    row.attempt_token = "t";
    row.waiting_since = world.executor.Now();
  });
  world.Change([](domain::Job& job) { job.desired = domain::Desired::kPause; });
  EXPECT_EQ(Admit(kNewest)["decision"], "skip");
  const domain::Chunk row = world.ReadChunk(kNewest);
  EXPECT_EQ(row.status, ChunkStatus::kNotAttempted);
  EXPECT_EQ(row.attempt_token, "");
  EXPECT_FALSE(row.waiting_since);
}

TEST_F(HandlersTest, WhatHasAResultIsSkippedAndALateFailureDoesNotUndoIt) {
  Plan();
  ChangeChunk(kNewest, [](domain::Chunk& row) { row.status = ChunkStatus::kComplete; });
  EXPECT_EQ(Admit(kNewest)["decision"], "skip");
  const base::Json late{{"error", {{"Error", "States.Timeout"}, {"Cause", ""}}}};
  EXPECT_EQ(world.Call("log-chunk-failure", kRun, kNewest, late).output["status"], "complete");
  EXPECT_EQ(world.ReadChunk(kNewest).status, ChunkStatus::kComplete);
}

TEST_F(HandlersTest, TheFailureThatTheCatcherBringsIsLoggedOnce) {
  Plan();
  const base::Json platform{{"error", {{"Error", "States.HeartbeatTimeout"}, {"Cause", "{not"}}}};
  const base::Json own{
      {"error", {{"Error", "Transient"}, {"Cause", R"({"message":"5xx","where":"503"})"}}}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(world.Call("log-chunk-failure", kRun, kNewest, platform).succeeded);
    EXPECT_TRUE(world.Call("log-chunk-failure", kRun, "steps-2024-05-11", own).succeeded);
  }
  const domain::Failure interrupted = world.ReadChunk(kNewest).failure->failure;
  EXPECT_EQ(interrupted.kind, domain::FailureKind::kInterrupted);
  EXPECT_EQ(interrupted.where, "States.HeartbeatTimeout");
  const domain::Failure transient = world.ReadChunk("steps-2024-05-11").failure->failure;
  EXPECT_EQ(transient.kind, domain::FailureKind::kTransient);
  EXPECT_EQ(transient.message, "5xx");
  EXPECT_EQ(transient.where, "503");
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_failed, 2);
  EXPECT_EQ(world.metrics.counts["coldpath_chunks_total,result=failed"], 2);
}

TEST_F(HandlersTest, AggregatingAndNotifyingAgainChangesAndTellsNothing) {
  Plan();
  for (const domain::Chunk& chunk : world.AllChunks()) {
    ChangeChunk(chunk.spec.id, [](domain::Chunk& row) { row.status = ChunkStatus::kComplete; });
  }
  EXPECT_EQ(world.Call("aggregate", kRun).output["outcome"], "complete");
  const auto version = world.ReadJob().version;
  world.executor.RunFor(1h);
  EXPECT_EQ(world.Call("aggregate", kRun).output["outcome"], "complete");
  EXPECT_EQ(world.ReadJob().version, version);
  EXPECT_THAT(*world.jobs.ReadOutbox(10), SizeIs(1));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(world.Call("notify", kRun).succeeded);
  // The rule on failed executions may fire as well; the job has its outcome.
  EXPECT_TRUE(world.Call("execution-ended", kRun, "", {{"status", "TIMED_OUT"}}).succeeded);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-05"));
  EXPECT_EQ(world.ReadJob().outcome, domain::JobOutcome::kComplete);
}

TEST_F(HandlersTest, AnExecutionThatFailsAfterACancellationIsSilent) {
  Plan();
  world.Change([](domain::Job& job) { job.desired = domain::Desired::kCancel; });
  EXPECT_TRUE(world.Call("execution-ended", kRun, "", {{"status", "FAILED"}}).succeeded);
  EXPECT_EQ(world.ReadJob().outcome, domain::JobOutcome::kCancelled);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));
}

TEST_F(HandlersTest, AFailedExecutionSaysWhyToThePerson) {
  Plan();
  EXPECT_TRUE(world.Call("execution-ended", kRun, "", {{"status", "TIMED_OUT"}}).succeeded);
  EXPECT_EQ(world.ReadJob().status, domain::JobStatus::kFailed);
  EXPECT_THAT(world.ReadJob().failure_message, HasSubstr("longer than it may"));
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06"));
  const auto outbox = *world.jobs.ReadOutbox(10);
  ASSERT_THAT(outbox, SizeIs(1));
  EXPECT_EQ(outbox[0].data["status"], "FAILED");
}

}  // namespace
}  // namespace coldpath::tasks
