// Distributed Maps and tasks that complete by their token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/embedded_engine.h"
#include "engine/engine_testing.h"

namespace coldpath::engine {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::SizeIs;
using Status = asl::ExecutionStatus;

// ---- Distributed Map ---------------------------------------------------------------------------

std::string MapDefinition(const std::string& members) {
  return R"({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "Items", "End": true,
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
      "StartAt": "Work", "States": {"Work": {"Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke", "End": true}}})" +
         members + "}}}";
}

base::Json Numbers(int count) {
  base::Json numbers = base::Json::array();
  for (int i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

TEST(EngineMapTest, RunsAThousandChildrenTenAtATime) {
  EngineWorld world(MapDefinition(R"(, "MaxConcurrency": 10)"));
  const base::Json numbers = Numbers(1000);
  const auto done = world.RunToEnd("run", base::DumpJson(numbers));
  EXPECT_EQ(done.status, Status::kSucceeded) << done.cause.value_or("");
  EXPECT_EQ(done.output, base::DumpJson(numbers));
  EXPECT_EQ(world.invoker.most_running, 10);
  std::set<std::string> arns, names;
  for (const auto& delivery : world.invoker.deliveries) {
    arns.insert(delivery.execution_arn);
    names.insert(delivery.execution_name);
  }
  EXPECT_THAT(arns, SizeIs(1000)) << "each child is an execution of its own";
  EXPECT_EQ(*arns.begin(), "arn:aws:states:local:0:execution:machine/Items:" + *names.begin());
  EXPECT_EQ(world.engine->live_executions(), 0u);
  EXPECT_THAT(world.ends, SizeIs(1)) << "children end in silence";
}

TEST(EngineMapTest, ReadsItemsAndWritesResults) {
  EngineWorld world(MapDefinition(R"(,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
      "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key.$": "$.key"}},
    "ItemSelector": {"value.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
      "Parameters": {"Bucket": "b", "Prefix": "p"}})"));
  world.items.items = base::Json{"x", "y"};
  world.items.summary = base::Json{{"written", true}};
  const auto done = world.RunToEnd("run", R"({"key": "chunks.json"})");
  EXPECT_EQ(done.status, Status::kSucceeded) << done.cause.value_or("");
  EXPECT_EQ(world.items.last_reader["Parameters"]["Key"], "chunks.json");
  ASSERT_THAT(world.invoker.deliveries, SizeIs(2));
  EXPECT_EQ(world.invoker.deliveries[1].task.arguments, (base::Json{{"value", "y"}, {"index", 1}}));
  ASSERT_THAT(world.items.last_results, SizeIs(2));
  EXPECT_EQ(world.items.last_results[1]["Status"], "SUCCEEDED");
  EXPECT_EQ(base::ParseJson(world.items.last_results[1]["Output"].get<std::string>()).value(),
            (base::Json{{"value", "y"}, {"index", 1}}));
  EXPECT_THAT(done.output, ::testing::HasSubstr("written"));
}

TEST(EngineMapTest, ItemsThatCannotBeReadFailTheMap) {
  EngineWorld world(MapDefinition(R"(,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
      "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}})"));
  world.items.items = base::Fail("States.ItemReaderFailed", "no such key");
  auto done = world.RunToEnd("missing");
  EXPECT_EQ(done.status, Status::kFailed);
  EXPECT_EQ(done.error, "States.ItemReaderFailed");
  EXPECT_THAT(done.cause.value_or(""), ::testing::HasSubstr("no such key"));
  world.items.items = base::Json{{"not", "an array"}};
  done = world.RunToEnd("object");
  EXPECT_EQ(done.error, "States.ItemReaderFailed");
}

TEST(EngineMapTest, BatchesKeepBothLimits) {
  EngineWorld world(MapDefinition(R"(, "ItemBatcher": {"MaxItemsPerBatch": 4})"));
  EXPECT_EQ(world.RunToEnd("by-count", base::DumpJson(Numbers(10))).status, Status::kSucceeded);
  ASSERT_THAT(world.invoker.deliveries, SizeIs(3));
  EXPECT_EQ(world.invoker.deliveries[2].task.arguments["Items"], (base::Json{8, 9}));

  EngineWorld bytes(
      MapDefinition(R"(, "ItemBatcher": {"MaxItemsPerBatch": 100, "MaxInputBytesPerBatch": 64})"));
  base::Json texts = base::Json::array();
  for (int i = 0; i < 20; ++i) texts.push_back(std::string(static_cast<std::size_t>(i % 7), 'x'));
  texts.push_back(std::string(80, 'y'));  // larger than a batch: goes alone
  EXPECT_EQ(bytes.RunToEnd("by-size", base::DumpJson(texts)).status, Status::kSucceeded);
  base::Json seen = base::Json::array();
  for (const auto& delivery : bytes.invoker.deliveries) {
    const base::Json& items = delivery.task.arguments["Items"];
    EXPECT_TRUE(base::DumpJson(delivery.task.arguments).size() <= 64 || items.size() == 1);
    seen.insert(seen.end(), items.begin(), items.end());
  }
  EXPECT_EQ(seen, texts);
  EXPECT_LT(bytes.invoker.deliveries.size(), 8u) << "batches are filled";
}

TEST(EngineMapTest, AFailedChildFailsTheMapAndStopsTheOthers) {
  EngineWorld world(MapDefinition(R"(, "MaxConcurrency": 3)"));
  world.invoker.On("Work", [](const TaskInvocation& invocation) {
    if (invocation.task.arguments == 4) return TaskReply::Failure("Broken", "item 4");
    return TaskReply::Success(invocation.task.arguments);
  });
  const auto done = world.RunToEnd("run", base::DumpJson(Numbers(100)));
  EXPECT_EQ(done.status, Status::kFailed);
  EXPECT_EQ(done.error, "States.ExceedToleratedFailureThreshold");
  EXPECT_LT(world.invoker.deliveries.size(), 12u);
  EXPECT_EQ(world.engine->live_executions(), 0u) << "the others were stopped";
}

TEST(EngineMapTest, StopStopsTheChildren) {
  EngineWorld world(MapDefinition(R"(, "MaxConcurrency": 3)"));
  world.invoker.TakeTime(seconds(50));
  world.Start("run", base::DumpJson(Numbers(9)));
  world.executor.RunFor(seconds(60));
  EXPECT_EQ(world.engine->live_executions(), 4u);
  ASSERT_TRUE(world.engine->Stop("run", "", ""));
  EXPECT_EQ(world.engine->live_executions(), 0u);
  world.executor.Run();
  EXPECT_EQ(world.Describe("run").status, Status::kAborted);
  EXPECT_THAT(world.invoker.deliveries, SizeIs(6));
}

// ---- tokens ------------------------------------------------------------------------------------

constexpr const char* kToken = R"({"StartAt": "Work", "States": {"Work": {"Type": "Task",
    "Resource": "arn:aws:states:::ecs:runTask.waitForTaskToken", "HeartbeatSeconds": 30,
    "TimeoutSeconds": 300, "Parameters": {"Token.$": "$$.Task.Token"}, "End": true}}})";

class EngineTokenTest : public ::testing::Test {
 protected:
  void Begin() {
    world_.Start("run");
    world_.executor.RunFor(seconds(1));
    ASSERT_THAT(world_.invoker.deliveries, SizeIs(1));
    token_ = world_.invoker.deliveries[0].task.token;
    EXPECT_EQ(world_.invoker.deliveries[0].task.arguments["Token"], token_);
  }
  EngineWorld world_{kToken};
  std::string token_;
};

TEST_F(EngineTokenTest, SuccessCompletesTheTask) {
  Begin();
  EXPECT_EQ(world_.Describe("run").status, Status::kRunning);
  ASSERT_TRUE(world_.engine->SendTaskSuccess(token_, {{"ok", true}}));
  EXPECT_EQ(world_.engine->SendTaskSuccess(token_, {{"ok", true}}).error().code,
            "engine.task_timed_out");
  world_.executor.Run();
  EXPECT_EQ(world_.Describe("run").output, R"({"ok":true})");
  EXPECT_THAT(world_.HistoryTypes("run"), Contains("TaskSubmitted"));
  EXPECT_EQ(world_.engine->SendTaskFailure(token_, "E", "c").error().code, "engine.task_timed_out");
  EXPECT_EQ(world_.engine->pending_timers(), 0u);
}

TEST_F(EngineTokenTest, FailureNamesErrorAndCause) {
  Begin();
  ASSERT_TRUE(world_.engine->SendTaskFailure(token_, "RateLimited", "{\"retryAt\":1}"));
  world_.executor.Run();
  const auto done = world_.Describe("run");
  EXPECT_EQ(done.status, Status::kFailed);
  EXPECT_EQ(done.error, "RateLimited");
  EXPECT_EQ(done.cause, "{\"retryAt\":1}");
}

TEST_F(EngineTokenTest, HeartbeatsKeepTheTaskAlive) {
  Begin();
  for (int i = 0; i < 5; ++i) {
    world_.executor.RunFor(seconds(20));
    ASSERT_TRUE(world_.engine->SendTaskHeartbeat(token_));
  }
  EXPECT_EQ(world_.Describe("run").status, Status::kRunning);
  world_.executor.RunFor(seconds(31));
  const auto done = world_.Describe("run");
  EXPECT_EQ(done.status, Status::kTimedOut == done.status ? Status::kTimedOut : Status::kFailed);
  EXPECT_EQ(done.error, "States.Timeout");
  EXPECT_EQ(world_.engine->SendTaskHeartbeat(token_).error().code, "engine.task_timed_out");
}

TEST_F(EngineTokenTest, TimesOutDespiteHeartbeats) {
  Begin();
  for (int i = 0; i < 20; ++i) {
    world_.executor.RunFor(seconds(20));
    (void)world_.engine->SendTaskHeartbeat(token_);
  }
  EXPECT_EQ(world_.Describe("run").error, "States.Timeout");
}

TEST_F(EngineTokenTest, OtherTokensAreRefused) {
  Begin();
  EXPECT_EQ(world_.engine->SendTaskSuccess("nonsense", {}).error().code, "engine.invalid_token");
  EXPECT_EQ(world_.engine->SendTaskHeartbeat("").error().code, "engine.invalid_token");
}

TEST_F(EngineTokenTest, ARestartDeliversAgainAndDoesNotCountTheSilence) {
  Begin();
  world_.Crash();
  world_.executor.RunFor(seconds(100));  // down for longer than a heartbeat
  world_.Boot();
  world_.executor.RunFor(seconds(1));
  ASSERT_THAT(world_.invoker.deliveries, SizeIs(2));
  EXPECT_EQ(world_.invoker.deliveries[1].task.token, token_);
  ASSERT_TRUE(world_.engine->SendTaskSuccess(token_, 1));
  world_.executor.Run();
  EXPECT_EQ(world_.Describe("run").status, Status::kSucceeded);
}

}  // namespace
}  // namespace coldpath::engine
