// What the service does by itself: recovery, the outbox, and the clockwork that repeats them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "service/chunk_scan.h"
#include "service/outbox_relay.h"
#include "service/recovery.h"
#include "service/repeat.h"
#include "sim/sim_executor.h"
#include "stores/memory/memory_object_store.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_push_registry.h"
#include "stores/sqlite/sqlite_quota_ledger.h"

namespace coldpath::service {
namespace {

using namespace std::chrono_literals;
using asl::ExecutionStatus;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Knows what it is told.
class ToldEngine final : public engine::WorkflowEngine {
 public:
  base::Result<engine::StartReply> Start(const std::string& name,
                                         const std::string& input) override {
    if (error) return base::Fail(*error, "As scripted.");
    if (executions.contains(name)) {
      return engine::StartReply{engine::StartOutcome::kAlreadyExists, "arn:" + name};
    }
    executions[name] = {
        .arn = "arn:" + name, .name = name, .status = ExecutionStatus::kRunning, .input = input};
    return engine::StartReply{engine::StartOutcome::kStarted, "arn:" + name};
  }
  base::Result<engine::ExecutionDescription> Describe(const std::string& name) override {
    if (error) return base::Fail(*error, "As scripted.");
    const auto found = executions.find(name);
    if (found == executions.end()) return base::Fail("engine.no_such_execution", "Unknown.");
    return found->second;
  }
  base::Status Stop(const std::string&, std::string, std::string) override { return {}; }
  base::Result<engine::HistoryPage> History(const std::string&, std::int64_t, int) override {
    return engine::HistoryPage{};
  }
  std::map<std::string, engine::ExecutionDescription> executions;
  std::optional<std::string> error;
};

class NoHttp final : public base::HttpClient {
 public:
  void Send(base::HttpRequest, Done) override { ADD_FAILURE() << "nothing is to be sent"; }
};

class NoVault final : public tasks::KeyVault {
 public:
  base::Result<std::string> Seal(std::string_view, std::string_view) override {
    return base::Fail("vault.unavailable", "None here.");
  }
  base::Result<std::string> Open(std::string_view, std::string_view) override {
    return base::Fail("vault.unavailable", "None here.");
  }
};

class NoMetrics final : public base::Metrics {
 public:
  void Count(std::string_view, const base::MetricLabels&, double) override {}
  void Observe(std::string_view, double, const base::MetricLabels&) override {}
  void SetGauge(std::string_view, double, const base::MetricLabels&) override {}
};

class UpkeepTest : public testing::Test {
 protected:
  // A job with one execution of the same name; launched unless told otherwise.
  void MakeJob(const std::string& id, bool launched = true) {
    domain::Job job{.id = id, .user_id = "ada", .connection_id = "c", .provider = "acme"};
    job.range = {*base::ParseDate("2024-01-01"), *base::ParseDate("2024-02-01")};
    job.types = {domain::DataType::kSteps};
    job.created = executor.Now();
    job.executions.push_back({.name = id, .input = "{}"});
    if (launched) job.executions[0].launched = executor.Now();
    ASSERT_TRUE(jobs.CreateJob(job, {.key = id,
                                     .user_id = "ada",
                                     .route = "r",
                                     .body_hash = "h",
                                     .job_id = id,
                                     .execution_input = "{}",
                                     .created = executor.Now()}));
  }
  base::Result<RecoveryCounts> Recover() {
    return RecoverJobs(context, [this](const engine::ExecutionEnd& end) -> base::Status {
      ends.push_back(end.execution_name + " " + std::string(asl::StatusName(end.status)));
      if (refuse_ends) return base::Fail("store.io", "As scripted.");
      return {};
    });
  }

  sim::SimExecutor executor{base::FromUnixSeconds(1'717'200'000)};
  base::SeededRandom random{7};
  base::Log log{executor, base::LogLevel::kInfo, [](std::string_view) {}};
  NoMetrics metrics;
  NoHttp http;
  NoVault vault;
  ToldEngine engine;
  std::unique_ptr<stores::ColdpathDb> db = *stores::ColdpathDb::Open(":memory:");
  stores::SqliteJobStore jobs{*db};
  stores::SqliteConnectionStore connections{*db};
  stores::SqliteQuotaLedger quota{*db};
  stores::SqliteInboxStore inbox{*db};
  stores::SqliteEntitlements entitlements{*db};
  stores::SqlitePushRegistry push{*db, vault, {}};
  stores::MemoryObjectStore objects;
  tasks::ProviderRegistry providers;
  Context context{executor, random, executor,    http,      metrics, log,
                  engine,   jobs,   connections, objects,   quota,   entitlements,
                  inbox,    push,   vault,       providers, {}};
  std::vector<std::string> ends;
  bool refuse_ends = false;
};

TEST_F(UpkeepTest, AnExecutionThatTheEngineHasLostIsEndedAfterItsAnswersMayLagNoMore) {
  MakeJob("lost");
  executor.RunFor(10min);
  ASSERT_TRUE(Recover());
  EXPECT_THAT(ends, IsEmpty());
  executor.RunFor(1s);
  const auto counts = Recover();
  EXPECT_EQ(counts->settled, 1);
  EXPECT_THAT(ends, ElementsAre("lost ABORTED"));
}

TEST_F(UpkeepTest, WhatRunsIsLeftAlone) {
  MakeJob("running", false);
  EXPECT_EQ(Recover()->launched, 1);
  executor.RunFor(24h);
  const auto counts = Recover();
  EXPECT_EQ(counts->launched + counts->settled + counts->failed, 0);
  EXPECT_THAT(ends, IsEmpty());
  EXPECT_EQ(jobs.GetJob("ada", "running")->latest().arn, "arn:running");
}

// Started, and the process died before it noted so; the execution has failed meanwhile.
TEST_F(UpkeepTest, AStartThatWasNotNotedAndHasEndedIsSettled) {
  MakeJob("unnoted", false);
  engine.executions["unnoted"] = {
      .arn = "arn:unnoted", .name = "unnoted", .status = ExecutionStatus::kFailed, .input = "{}"};
  EXPECT_EQ(Recover()->settled, 1);
  EXPECT_THAT(ends, ElementsAre("unnoted FAILED"));
  EXPECT_TRUE(jobs.GetJob("ada", "unnoted")->latest().launched);
}

TEST_F(UpkeepTest, WhatCannotBePutRightNowIsCountedAndHoldsUpNoOther) {
  MakeJob("one");
  MakeJob("two", false);
  engine.executions["one"] = {
      .arn = "arn:one", .name = "one", .status = ExecutionStatus::kTimedOut, .input = "{}"};
  refuse_ends = true;
  auto counts = Recover();
  EXPECT_EQ(counts->failed, 1);
  EXPECT_EQ(counts->launched, 1);
  refuse_ends = false;
  counts = Recover();
  EXPECT_EQ(counts->failed, 0);
  EXPECT_EQ(counts->settled, 1);
  EXPECT_THAT(ends, ElementsAre("one TIMED_OUT", "one TIMED_OUT"));
  engine.error = "engine.unavailable";
  EXPECT_EQ(Recover()->failed, 2);
}

// ---- the outbox ----

class Publisher final : public tasks::EventPublisher {
 public:
  explicit Publisher(tasks::JobStore& store) : store_(store) {}
  base::Status Publish(const tasks::OutboxEvent& event) override {
    // Still there: a crash now publishes it again rather than lose it.
    const auto first = store_.ReadOutbox(1);
    EXPECT_EQ(first->at(0).id, event.id);
    ids.push_back(event.id);
    return {};
  }
  std::vector<std::string> ids;

 private:
  tasks::JobStore& store_;
};

TEST_F(UpkeepTest, TheOutboxIsEmptiedInOrderBeyondOneBatch) {
  MakeJob("job");
  std::vector<tasks::OutboxEvent> events;
  std::vector<std::string> expected;
  for (int i = 0; i < 250; ++i) {
    expected.push_back("event-" + std::to_string(1000 + i));
    events.push_back({expected.back(), "T", base::Json::object(), executor.Now()});
  }
  ASSERT_TRUE(jobs.UpdateJob(*jobs.GetJob("ada", "job"), {}, events));
  Publisher publisher(jobs);
  EXPECT_EQ(DrainOutbox(jobs, publisher), 250);
  EXPECT_EQ(publisher.ids, expected);
  EXPECT_EQ(DrainOutbox(jobs, publisher), 0);
}

// ---- scans ----

TEST_F(UpkeepTest, ScansGoThroughEveryPageInOrder) {
  MakeJob("job");
  std::vector<domain::ChunkSpec> specs;
  std::vector<std::string> expected;
  for (int i = 0; i < 450; ++i) {
    expected.push_back("chunk-" + std::to_string(1000 + i));
    specs.push_back({.id = expected.back(),
                     .stream = "steps",
                     .range = {*base::ParseDate("2024-01-01"), *base::ParseDate("2024-01-02")},
                     .types = {domain::DataType::kSteps}});
  }
  ASSERT_TRUE(jobs.PutChunks("job", specs));
  std::vector<std::string> seen;
  ASSERT_TRUE(ForEachChunk(context, "job", std::nullopt,
                           [&](const domain::Chunk& chunk) { seen.push_back(chunk.spec.id); }));
  EXPECT_EQ(seen, expected);
  int failed = 0;
  ASSERT_TRUE(ForEachChunk(context, "job", domain::ChunkStatus::kFailed,
                           [&](const domain::Chunk&) { ++failed; }));
  EXPECT_EQ(failed, 0);

  for (int i = 0; i < 250; ++i) MakeJob("job-" + std::to_string(1000 + i));
  std::set<std::string> jobs_seen;
  ASSERT_TRUE(
      ForEachJob(context, "ada", [&](const domain::Job& job) { jobs_seen.insert(job.id); }));
  EXPECT_THAT(jobs_seen, SizeIs(251));
}

// ---- repetition ----

TEST_F(UpkeepTest, WorkIsRepeatedAfterEachEndUntilItIsNotWanted) {
  std::vector<base::Instant> runs;
  const base::Instant start = executor.Now();
  {
    Repeat repeat(executor, executor, 30s, [&] { runs.push_back(executor.Now()); });
    EXPECT_THAT(runs, IsEmpty());
    executor.RunFor(65s);
    EXPECT_THAT(runs, ElementsAre(start, start + 30s, start + 60s));
  }
  executor.RunFor(10min);
  EXPECT_THAT(runs, SizeIs(3));
  EXPECT_EQ(executor.waiting(), 0u);  // nothing is left that would wake a stopped service
}

}  // namespace
}  // namespace coldpath::service
