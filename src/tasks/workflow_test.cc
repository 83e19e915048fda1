// The real definition under the embedded engine, with the real handlers and workers, in simulated
// time: every path of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/manifest.h"
#include "tasks/task_testing.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using domain::ChunkStatus;
using domain::FailureKind;
using domain::JobOutcome;
using domain::JobStatus;
using engine::TaskReply;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kRun = "11111111-1111-4111-8111-111111111111";
constexpr const char* kAgain = "22222222-2222-4222-8222-222222222222";

class WorkflowTest : public testing::Test {
 protected:
  // Answers `times` data calls of the chunk that starts on `day` with that status.
  void FailCalls(const std::string& day, int times, base::HttpResponse response) {
    world.server.script =
        [day, left = times, response](
            const base::Url& url) mutable -> std::optional<base::Result<base::HttpResponse>> {
      if (url.FindParameter("start") != day || left <= 0) return std::nullopt;
      --left;
      return response;
    };
  }
  void ExpectJob(JobStatus status, std::optional<JobOutcome> outcome) {
    const domain::Job job = world.ReadJob();
    EXPECT_EQ(job.status, status) << domain::Name(job.status);
    EXPECT_EQ(job.outcome, outcome) << (job.outcome ? domain::Name(*job.outcome) : "none");
  }

  TaskWorld world;
};

TEST_F(WorkflowTest, HappyPathStoresEverythingAndTellsOnce) {
  world.MakeJob(kRun, 30);
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-05"));
  EXPECT_THAT(world.AllChunks(), SizeIs(3));
  EXPECT_THAT(world.server.calls, SizeIs(6));  // 10 days a chunk, 5 a page
  const base::Json content = world.Manifest()["content"];
  EXPECT_EQ(content["coverage"]["requested"], 30);
  EXPECT_EQ(content["coverage"]["complete"], 25);
  EXPECT_EQ(content["coverage"]["empty"], 5);
  EXPECT_EQ(content["records"], 25);
  const auto outbox = *world.jobs.ReadOutbox(10);
  ASSERT_THAT(outbox, SizeIs(1));
  EXPECT_EQ(outbox[0].type, "HistoricalSyncCompleted");
  EXPECT_EQ(outbox[0].data["outcome"], "complete");
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_done, 3);
  EXPECT_EQ(world.metrics.counts["coldpath_jobs_ended_total,outcome=complete"], 1);
}

TEST_F(WorkflowTest, AFirstWeekJobNeedsNoProAndPushesNothing) {
  world.MakeJob(kRun, 7);
  world.Change([](domain::Job& job) { job.kind = domain::JobKind::kFirstWeek; });
  (void)world.entitlements.Record("ada", false, world.executor.Now() + 1s);
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  for (const Notification& one : world.notifier.sent) EXPECT_FALSE(one.push);
}

TEST_F(WorkflowTest, TransientErrorsAreTriedAgain) {
  world.MakeJob(kRun, 10);
  FailCalls("2024-05-21", 2, {.status = 503});
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_EQ(world.AllChunks()[0].attempt, 3);
  EXPECT_EQ(world.AllChunks()[0].provider_calls, 4);
}

TEST_F(WorkflowTest, RateLimitedWaitsAsLongAsTheProviderSays) {
  world.MakeJob(kRun, 10);
  const base::Instant start = world.executor.Now();
  base::HttpResponse limited{.status = 429};
  limited.headers.Set("Retry-After", "1800");
  FailCalls("2024-05-21", 1, limited);
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_GE(*world.ReadJob().ended - start, 1800s);
  EXPECT_LE(*world.ReadJob().ended - start, 1900s);
  EXPECT_THAT(world.server.calls, SizeIs(3));
}

TEST_F(WorkflowTest, RateLimitedWithoutATimeWaitsForTheWindowAndDoubles) {
  world.MakeJob(kRun, 10);
  const base::Instant start = world.executor.Now();
  FailCalls("2024-05-21", 3, {.status = 429});
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_GE(*world.ReadJob().ended - start, 60s + 120s + 240s);
  EXPECT_LE(*world.ReadJob().ended - start, 480s);
}

TEST_F(WorkflowTest, PatienceEndsAsProviderLimited) {
  world.MakeJob(kRun, 10);
  FailCalls("2024-05-21", 1'000'000, {.status = 429});
  const base::Instant start = world.executor.Now();
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kProviderLimited);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06"));
  EXPECT_GE(*world.ReadJob().ended - start, 24h);
  EXPECT_LE(*world.ReadJob().ended - start, 25h);
  EXPECT_LE(world.server.calls.size(), 20u);
}

TEST_F(WorkflowTest, AFailedChunkLeavesAGapAndIsRetriedAlone) {
  world.MakeJob(kRun, 30);
  FailCalls("2024-05-11", 1'000'000, {.status = 500});
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kCompleteWithGaps);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06"));
  const domain::Chunk failed = world.ReadChunk("steps-2024-05-11");
  EXPECT_EQ(failed.status, ChunkStatus::kFailed);
  EXPECT_EQ(failed.failure->failure.kind, FailureKind::kTransient);
  EXPECT_EQ(failed.attempt, 4);
  EXPECT_EQ(world.Manifest()["content"]["coverage"]["failed"], 10);

  world.server.script = nullptr;
  world.server.calls.clear();
  world.AddExecution(kAgain, domain::ExecutionKind::kRetry, {"steps-2024-05-11"});
  world.RunToEnd(kAgain);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_THAT(world.server.calls,
              ElementsAre(HasSubstr("start=2024-05-11"), HasSubstr("start=2024-05-11")));
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06", "N-04", "N-05"));
  EXPECT_EQ(world.jobs.GetProgress(TaskWorld::kJob)->chunks_failed, 0);
}

TEST_F(WorkflowTest, AnImpossibleValueFailsItsTypeAlone) {
  world.MakeJob(kRun, 10, {domain::DataType::kSleep, domain::DataType::kHrvRmssd});
  FailCalls("2024-05-21", 1,
            {.status = 200, .body = R"({"records":[{"type":"sleep","day":"2024-05-22","value":400}],
                         "invalid":[{"type":"hrv-rmssd","where":"/3: -1"}]})"});
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kCompleteWithGaps);
  const domain::Chunk chunk = world.AllChunks()[0];
  EXPECT_EQ(chunk.failure->failure.kind, FailureKind::kInvalidData);
  EXPECT_EQ(chunk.failure->failure.where, "/3: -1");
  EXPECT_THAT(chunk.failure->types, ElementsAre(domain::DataType::kHrvRmssd));
  ASSERT_THAT(chunk.results, SizeIs(1));
  EXPECT_EQ(chunk.results[0].coverage.days, "eceeeeeeee");
  EXPECT_EQ(world.server.calls.size(), 1u);
}

TEST_F(WorkflowTest, ALostGrantEndsAsNeedsReauthWithoutRetries) {
  world.MakeJob(kRun, 30);
  world.server.tokens_given = 2;  // ours is the first
  world.server.grant_revoked = true;
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kNeedsReauth);
  EXPECT_EQ(world.server.refreshes, 1);
  EXPECT_EQ(world.connections.Get("ada", TaskWorld::kConnection)->status,
            domain::ConnectionStatus::kNeedsReauth);
}

TEST_F(WorkflowTest, PauseStopsWithinAPageAndResumeGoesOn) {
  world.MakeJob(kRun, 60);
  world.Change([](domain::Job& job) { job.max_concurrency = 1; });
  world.server.script =
      [this](const base::Url&) -> std::optional<base::Result<base::HttpResponse>> {
    if (world.server.calls.size() == 3) {
      world.Change([](domain::Job& job) { job.desired = domain::Desired::kPause; });
    }
    return std::nullopt;
  };
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  ExpectJob(JobStatus::kRunning, std::nullopt);
  EXPECT_TRUE(world.ReadJob().paused);
  EXPECT_THAT(world.server.calls, SizeIs(3));
  EXPECT_EQ(world.Manifest()["content"]["coverage"]["not_attempted"], 50);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));

  world.AddExecution(kAgain, domain::ExecutionKind::kResume);
  world.RunToEnd(kAgain);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_THAT(world.server.calls, SizeIs(3 + 10));
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-05"));
}

TEST_F(WorkflowTest, CancelDrainsQuietly) {
  world.MakeJob(kRun, 60);
  world.server.script =
      [this](const base::Url&) -> std::optional<base::Result<base::HttpResponse>> {
    world.Change([](domain::Job& job) { job.desired = domain::Desired::kCancel; });
    return std::nullopt;
  };
  EXPECT_EQ(world.RunToEnd(kRun).status, asl::ExecutionStatus::kSucceeded);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kCancelled);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));
}

TEST_F(WorkflowTest, ADowngradeStopsARunningJob) {
  world.MakeJob(kRun, 60);
  world.Change([](domain::Job& job) { job.max_concurrency = 1; });
  world.server.script =
      [this](const base::Url&) -> std::optional<base::Result<base::HttpResponse>> {
    (void)world.entitlements.Record("ada", false, world.executor.Now());
    return std::nullopt;
  };
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kCancelled);
  EXPECT_EQ(world.ReadJob().stop_reason, domain::StopReason::kDowngrade);
  EXPECT_THAT(world.server.calls, SizeIs(2));  // the chunk that ran came to its end
}

TEST_F(WorkflowTest, AJobThatHasSpentItsBudgetStops) {
  // A chunk costs 0.0002 dollars and more, the job itself about as much: the second goes beyond.
  world.ports.settings.job_budget_dollars = 0.001;
  world.Boot();
  world.MakeJob(kRun, 400);
  world.Change([](domain::Job& job) { job.max_concurrency = 1; });
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kCancelled);
  EXPECT_EQ(world.ReadJob().stop_reason, domain::StopReason::kBudget);
  const auto progress = world.jobs.GetProgress(world.ReadJob().id);
  ASSERT_TRUE(progress);
  EXPECT_GT(progress->chunks_done, 0);
  EXPECT_LT(progress->chunks_done, progress->chunks_total);
  EXPECT_EQ(progress->attempts, progress->chunks_done);
  EXPECT_EQ(progress->billed_seconds, 60 * progress->attempts);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04"));
}

TEST_F(WorkflowTest, LaunchesArePacedAndWaitingForThemIsNotAnAttempt) {
  world.ports.settings.launches_per_minute = 6;
  world.Boot();
  world.MakeJob(kRun, 300);
  world.Change([](domain::Job& job) { job.max_concurrency = 40; });
  const base::Instant begun = world.executor.Now();
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  const auto progress = world.jobs.GetProgress(world.ReadJob().id);
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->chunks_total, 30);
  EXPECT_EQ(progress->attempts, 30);
  EXPECT_GE(progress->waits, 24);
  // Six at once, then six in each minute.
  EXPECT_GE(world.executor.Now() - begun, std::chrono::minutes(4));
  EXPECT_LE(world.executor.Now() - begun, std::chrono::minutes(10));
}

TEST_F(WorkflowTest, PlatformFailuresLeadToOnDemandCapacityOnce) {
  world.MakeJob(kRun, 10);
  int taken_away = 0;
  world.intercept = [&](const ChunkAssignment& assignment) {
    if (++taken_away > 9) return false;
    (void)world.engine->SendTaskFailure(assignment.token, "Interrupted", "Spot");
    return true;
  };
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_EQ(taken_away, 10);
}

TEST_F(WorkflowTest, AWorkerThatFallsSilentIsReplaced) {
  world.MakeJob(kRun, 10);
  int lost = 0;
  world.intercept = [&](const ChunkAssignment&) { return ++lost <= 2; };
  world.RunToEnd(kRun);
  ExpectJob(JobStatus::kSucceeded, JobOutcome::kComplete);
  EXPECT_EQ(lost, 3);
}

TEST_F(WorkflowTest, AFailureOutsideAChunkFailsTheJobAndTells) {
  world.MakeJob(kRun, 10);
  world.Change([](domain::Job& job) { job.provider = "gone"; });
  const auto description = world.RunToEnd(kRun);
  EXPECT_EQ(description.status, asl::ExecutionStatus::kFailed);
  EXPECT_EQ(description.error, "InvalidTask");
  EXPECT_THAT(description.cause.value_or(""), HasSubstr("not configured"));
  ExpectJob(JobStatus::kFailed, std::nullopt);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06"));
  EXPECT_EQ(world.Manifest()["content"]["coverage"]["not_attempted"], 10);
}

TEST_F(WorkflowTest, AnAbortedExecutionFailsTheJobThroughItsHandler) {
  world.MakeJob(kRun, 60);
  world.Launch(kRun);
  world.executor.RunFor(100ms);
  ASSERT_TRUE(world.engine->Stop(kRun, "Operator", "because"));
  world.executor.Run(1'000'000);
  ASSERT_THAT(world.ends, SizeIs(1));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(world.Call("execution-ended", kRun, "", {{"status", "ABORTED"}}).succeeded);
  }
  ExpectJob(JobStatus::kFailed, std::nullopt);
  EXPECT_THAT(world.notifier.Codes(), ElementsAre("N-04", "N-06"));
}

// The stores keep what they have, the process forgets everything: at every moment of a run.
TEST_F(WorkflowTest, ACrashAtAnyMomentChangesNoByteOfTheContent) {
  world.MakeJob(kRun, 40);
  world.RunToEnd(kRun);
  const std::string undisturbed = base::DumpJson(world.Manifest()["content"]);
  for (int steps = 3; steps < 400; steps += 23) {
    TaskWorld other;
    other.MakeJob(kRun, 40);
    other.Launch(kRun);
    other.executor.Run(static_cast<std::size_t>(steps));
    other.Crash();
    other.Boot();
    other.executor.Run(1'000'000);
    const domain::Job job = other.ReadJob();
    if (!job.outcome) {
      // Before the start was durable: what recovery does with a job that was never launched.
      other.RunToEnd(kRun);
    }
    ASSERT_EQ(other.ReadJob().outcome, JobOutcome::kComplete) << steps;
    EXPECT_EQ(base::DumpJson(other.Manifest()["content"]), undisturbed) << steps;
    EXPECT_THAT(other.notifier.Codes(), ElementsAre("N-04", "N-05"));
    // Four chunks ran at the crash, each may call again what it had called.
    EXPECT_LE(other.server.calls.size(), 8u + 8u) << steps;
  }
}

}  // namespace
}  // namespace coldpath::tasks
