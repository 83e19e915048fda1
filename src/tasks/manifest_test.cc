// What an execution that has drained means for its job, and what its manifest says.
#include "tasks/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::ChunkStatus;
using domain::DataType;
using domain::Desired;
using domain::FailureKind;
using domain::Job;
using domain::JobOutcome;
using domain::JobStatus;

const base::Date kStart = *base::ParseDate("2024-03-01");
const base::Instant kNow = base::FromUnixSeconds(1'717'200'000);

Job MakeJob(int days, std::vector<DataType> types = {DataType::kSteps}) {
  Job job{.id = "job", .user_id = "ada", .connection_id = "c", .provider = "acme"};
  job.range = {kStart, kStart + std::chrono::days(days)};
  job.types = std::move(types);
  job.status = JobStatus::kRunning;
  job.planned_chunks = 1;
  job.executions.push_back({.name = "e"});
  return job;
}

Chunk MakeChunk(int first, int days, ChunkStatus status, std::vector<DataType> types) {
  const base::Date start = kStart + std::chrono::days(first);
  Chunk chunk{.job_id = "job", .status = status};
  chunk.spec = {.id = "chunk-" + std::to_string(1000 + first),
                .stream = "s",
                .range = {start, start + std::chrono::days(days)},
                .types = std::move(types)};
  return chunk;
}

Chunk Failed(FailureKind kind) {
  Chunk chunk = MakeChunk(0, 5, ChunkStatus::kFailed, {DataType::kSteps});
  chunk.failure = domain::ChunkFailure{{kind, "because", {}, {}}, {DataType::kSteps}};
  return chunk;
}

Chunk With(ChunkStatus status) { return MakeChunk(5, 5, status, {DataType::kSteps}); }

// ---- the table of ends ----

struct End {
  const char* name;
  std::vector<Chunk> chunks;
  Desired desired;
  JobStatus status;
  std::optional<JobOutcome> outcome;
  bool paused = false;
};
void PrintTo(const End& end, std::ostream* out) { *out << end.name; }

class SettleTest : public testing::TestWithParam<End> {};

TEST_P(SettleTest, HasTheStatusAndOutcomeOfTheTable) {
  Job job = MakeJob(10);
  job.desired = GetParam().desired;
  const Settlement settled = Settle(job, GetParam().chunks);
  EXPECT_EQ(settled.status, GetParam().status) << domain::Name(settled.status);
  EXPECT_EQ(settled.outcome, GetParam().outcome)
      << (settled.outcome ? domain::Name(*settled.outcome) : "none");
  EXPECT_EQ(settled.paused, GetParam().paused);
}

constexpr auto kRun = Desired::kRun;
constexpr auto kPause = Desired::kPause;
constexpr auto kCancel = Desired::kCancel;
constexpr auto kSucceeded = JobStatus::kSucceeded;

INSTANTIATE_TEST_SUITE_P(
    Ends, SettleTest,
    testing::Values(
        End{"AllComplete", {With(ChunkStatus::kComplete)}, kRun, kSucceeded, JobOutcome::kComplete},
        End{"NothingToFetch", {}, kRun, kSucceeded, JobOutcome::kComplete},
        End{"SomeFailed",
            {With(ChunkStatus::kComplete), Failed(FailureKind::kTransient)},
            kRun,
            kSucceeded,
            JobOutcome::kCompleteWithGaps},
        End{"AllFailed",
            {Failed(FailureKind::kForbidden)},
            kRun,
            kSucceeded,
            JobOutcome::kCompleteWithGaps},
        End{"SomeNeverDone",
            {With(ChunkStatus::kComplete), With(ChunkStatus::kNotAttempted)},
            kRun,
            kSucceeded,
            JobOutcome::kCompleteWithGaps},
        End{"PatienceExhausted",
            {With(ChunkStatus::kComplete), Failed(FailureKind::kProviderLimited)},
            kRun,
            kSucceeded,
            JobOutcome::kProviderLimited},
        End{"PatienceExhaustedAndOtherGaps",
            {Failed(FailureKind::kProviderLimited), Failed(FailureKind::kInvalidData)},
            kRun,
            kSucceeded,
            JobOutcome::kCompleteWithGaps},
        End{"GrantLost",
            {With(ChunkStatus::kComplete), Failed(FailureKind::kNeedsReauth)},
            kRun,
            kSucceeded,
            JobOutcome::kNeedsReauth},
        End{"GrantLostAndOtherGaps",
            {Failed(FailureKind::kNeedsReauth), Failed(FailureKind::kProviderLimited),
             Failed(FailureKind::kTransient)},
            kRun,
            kSucceeded,
            JobOutcome::kNeedsReauth},
        End{"Cancelled",
            {With(ChunkStatus::kComplete), With(ChunkStatus::kNotAttempted)},
            kCancel,
            kSucceeded,
            JobOutcome::kCancelled},
        End{"CancelledWithFailures",
            {Failed(FailureKind::kTransient), With(ChunkStatus::kRunning)},
            kCancel,
            kSucceeded,
            JobOutcome::kCancelled},
        End{"CancelledTooLate",
            {With(ChunkStatus::kComplete)},
            kCancel,
            kSucceeded,
            JobOutcome::kComplete},
        End{"Paused",
            {With(ChunkStatus::kComplete), With(ChunkStatus::kNotAttempted)},
            kPause,
            JobStatus::kRunning,
            std::nullopt,
            true},
        End{"PausedTooLate",
            {With(ChunkStatus::kComplete)},
            kPause,
            kSucceeded,
            JobOutcome::kComplete}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(SettlePlanTest, StoppedBeforeThePlanIsNotComplete) {
  Job job = MakeJob(10);
  job.planned_chunks = 0;
  job.desired = Desired::kPause;
  EXPECT_TRUE(Settle(job, {}).paused);
  job.desired = Desired::kCancel;
  EXPECT_EQ(Settle(job, {}).outcome, JobOutcome::kCancelled);
}

// ---- coverage ----

domain::TypeResult RandomResult(DataType type, const domain::DateRange& range) {
  domain::TypeResult result{.type = type};
  result.coverage.range = range;
  for (int i = 0; i < range.days(); ++i) {
    result.coverage.days.push_back(*rc::gen::element('c', 'e', 'f', 'b'));
  }
  result.records = *rc::gen::inRange(0, 1000);
  result.sha256 = std::string(64, *rc::gen::element('0', 'a', 'f'));
  result.object_key = "users/x/" + result.sha256;
  return result;
}

// Chunks end to end from some day on, of every status, some without a result of one of their types.
std::vector<Chunk> RandomChunks(const Job& job) {
  std::vector<Chunk> chunks;
  for (int at = *rc::gen::inRange(0, 10); at < job.range.days();) {
    const auto left = static_cast<int>(job.range.days()) - at;
    const int days = std::min(left, *rc::gen::inRange(1, 12));
    Chunk chunk = MakeChunk(at, days,
                            *rc::gen::element(ChunkStatus::kNotAttempted, ChunkStatus::kRunning,
                                              ChunkStatus::kComplete, ChunkStatus::kFailed),
                            job.types);
    const bool has_results =
        chunk.status == ChunkStatus::kComplete || chunk.status == ChunkStatus::kFailed;
    for (const DataType type : job.types) {
      if (has_results && *rc::gen::arbitrary<bool>()) {
        chunk.results.push_back(RandomResult(type, chunk.spec.range));
      }
    }
    if (chunk.status == ChunkStatus::kFailed) {
      chunk.failure = domain::ChunkFailure{{FailureKind::kTransient, "because", {}, {}}, job.types};
    }
    chunks.push_back(std::move(chunk));
    at += days;
  }
  return chunks;
}

TEST(ManifestPropertyTest, CoverageAddsUpWhateverTheChunksHold) {
  ASSERT_TRUE(rc::check([] {
    Job job = MakeJob(*rc::gen::inRange(1, 60), {DataType::kSteps, DataType::kHeartRate});
    job.planned_chunks = *rc::gen::inRange(0, 3);
    const std::vector<Chunk> chunks = RandomChunks(job);
    const domain::Coverage coverage = CoverageOf(job, chunks);
    const domain::CoverageCounts counts = domain::Count(coverage);
    RC_ASSERT(counts.AddsUp());
    RC_ASSERT(counts.requested == 2 * job.range.days());
    for (const auto& [type, days] : coverage) {
      RC_ASSERT(days.range == job.range);
      RC_ASSERT(static_cast<std::int64_t>(days.days.size()) == job.range.days());
      RC_ASSERT(days.days.find_first_not_of("cefbn") == std::string::npos);
    }
    const base::Json manifest = MakeManifest(job, chunks, kNow);
    RC_ASSERT(manifest["content"]["coverage"] == CountsJson(counts));
    RC_ASSERT(manifest["format"] == "coldpath.manifest/1");
  }));
}

TEST(ManifestPropertyTest, TheContentDependsOnTheDataAlone) {
  ASSERT_TRUE(rc::check([] {
    const Job job = MakeJob(*rc::gen::inRange(1, 60), {DataType::kSteps, DataType::kHeartRate});
    const std::vector<Chunk> chunks = RandomChunks(job);

    // Another run: other ids, times, calls, attempts, waits, keys and order.
    Job other = job;
    other.id = "another";
    other.user_id = "grace";
    other.created = kNow;
    other.started = kNow;
    other.max_concurrency = 3;
    other.executions.push_back({.name = "again", .kind = domain::ExecutionKind::kResume});
    std::vector<Chunk> others = chunks;
    for (Chunk& chunk : others) {
      chunk.job_id = "another";
      chunk.attempt += *rc::gen::inRange(0, 9);
      chunk.waits += *rc::gen::inRange(0, 9);
      chunk.provider_calls += *rc::gen::inRange(0, 9);
      chunk.bytes += 7;
      chunk.raw_keys = {"elsewhere"};
      for (domain::TypeResult& result : chunk.results) {
        result.object_key = "elsewhere/" + result.sha256;
      }
      std::ranges::reverse(chunk.results);
    }
    std::ranges::reverse(others);
    const base::Json one = MakeManifest(job, chunks, kNow);
    const base::Json two = MakeManifest(other, others, kNow + std::chrono::hours(9));
    RC_ASSERT(base::DumpJson(one["content"]) == base::DumpJson(two["content"]));
    RC_ASSERT(one["run"] != two["run"]);
  }));
}

TEST(ManifestTest, DaysWithoutAChunkAreBeyondHistoryOnceThereIsAPlan) {
  Job job = MakeJob(10);
  const std::vector<Chunk> chunks{MakeChunk(4, 6, ChunkStatus::kFailed, job.types)};
  EXPECT_EQ(CoverageOf(job, chunks).at(DataType::kSteps).days, "bbbbffffff");
  job.planned_chunks = 0;
  EXPECT_EQ(CoverageOf(job, {}).at(DataType::kSteps).days, "nnnnnnnnnn");
}

TEST(ManifestTest, ATypeThatWasBroughtStaysInAChunkThatFailed) {
  const Job job = MakeJob(3, {DataType::kSleep, DataType::kHrvRmssd});
  Chunk chunk = MakeChunk(0, 3, ChunkStatus::kFailed, job.types);
  chunk.results = {{.type = DataType::kSleep, .coverage = {chunk.spec.range, "cec"}, .records = 2}};
  chunk.failure =
      domain::ChunkFailure{{FailureKind::kInvalidData, "because", {}, "/3"}, {DataType::kHrvRmssd}};
  const domain::Coverage coverage = CoverageOf(job, {chunk});
  EXPECT_EQ(coverage.at(DataType::kSleep).days, "cec");
  EXPECT_EQ(coverage.at(DataType::kHrvRmssd).days, "fff");
  const base::Json failures = MakeManifest(job, {chunk}, kNow)["run"]["failures"];
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0]["types"], base::Json({"hrv-rmssd"}));
  EXPECT_EQ(failures[0]["where"], "/3");
}

TEST(ManifestTest, ProgressAddsUpTheChunks) {
  Chunk complete = With(ChunkStatus::kComplete);
  complete.results = {{.type = DataType::kSteps, .records = 7}};
  complete.provider_calls = 2;
  complete.bytes = 100;
  Chunk failed = Failed(FailureKind::kTransient);
  failed.provider_calls = 3;
  const domain::JobProgress progress = ProgressOf({complete, failed, With(ChunkStatus::kRunning)});
  EXPECT_EQ(progress.chunks_total, 3);
  EXPECT_EQ(progress.chunks_done, 2);
  EXPECT_EQ(progress.chunks_failed, 1);
  EXPECT_EQ(progress.records, 7);
  EXPECT_EQ(progress.provider_calls, 5);
  EXPECT_EQ(progress.bytes, 100);
}

}  // namespace
}  // namespace coldpath::tasks
