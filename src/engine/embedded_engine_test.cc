#include "engine/embedded_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine_testing.h"

namespace coldpath::engine {
namespace {

using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Status = asl::ExecutionStatus;

constexpr const char* kOneTask = R"({"StartAt": "Work", "States": {"Work": {
    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"Payload.$": "$"}, "End": true}}})";

constexpr const char* kRetried = R"({"StartAt": "Work", "States": {"Work": {
    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"Payload.$": "$"},
    "Retry": [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "Result": "caught", "End": true}}})";

TEST(EmbeddedEngineTest, RunsATaskToItsEnd) {
  EngineWorld world(kOneTask);
  world.invoker.On("Work", [](const TaskInvocation& invocation) {
    EXPECT_EQ(invocation.execution_name, "run-1");
    EXPECT_EQ(invocation.execution_arn, "arn:aws:states:local:0:execution:machine:run-1");
    EXPECT_EQ(invocation.task.resource, kLambda);
    EXPECT_TRUE(invocation.task.token.empty());
    return TaskReply::Success({{"sum", invocation.task.arguments["Payload"]["a"]}});
  });
  const base::Instant begin = world.executor.Now();
  const auto done = world.RunToEnd("run-1", R"({ "a": 3 })");
  EXPECT_EQ(done.status, Status::kSucceeded);
  EXPECT_EQ(done.output, R"({"sum":3})");
  EXPECT_EQ(done.input, R"({ "a": 3 })") << "byte for byte";
  EXPECT_EQ(done.arn, "arn:aws:states:local:0:execution:machine:run-1");
  EXPECT_EQ(done.started, begin);
  EXPECT_EQ(done.stopped.value() - begin, std::chrono::milliseconds(10));
  EXPECT_THAT(world.HistoryTypes("run-1"),
              ElementsAre("ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                          "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"));
  ASSERT_THAT(world.ends, SizeIs(1));
  EXPECT_EQ(world.ends[0].execution_name, "run-1");
  EXPECT_EQ(world.ends[0].status, Status::kSucceeded);
  EXPECT_EQ(world.ends[0].input, done.input);
  EXPECT_EQ(world.engine->live_executions(), 0u);
}

TEST(EmbeddedEngineTest, NothingIsDeliveredBeforeItIsDurable) {
  EngineWorld world(kOneTask);
  world.Start("run");
  EXPECT_THAT(world.invoker.deliveries, SizeIs(0));
  ASSERT_TRUE(world.executor.Step());  // Start has flushed: this is the delivery
  EXPECT_THAT(world.invoker.deliveries, SizeIs(1));
  EXPECT_EQ(world.Describe("run").status, Status::kRunning);
}

TEST(EmbeddedEngineTest, RetriesWithBackoffInVirtualTime) {
  EngineWorld world(kRetried);
  world.invoker.FailFirst("Work", 2, "Flaky");
  const auto done = world.RunToEnd("run");
  EXPECT_EQ(done.status, Status::kSucceeded);
  EXPECT_THAT(world.invoker.deliveries, SizeIs(3));
  EXPECT_GE(*done.stopped - done.started, seconds(6));
  EXPECT_LT(*done.stopped - done.started, seconds(7));
}

TEST(EmbeddedEngineTest, CatchesWhatRetriesDoNotHelp) {
  EngineWorld world(kRetried);
  world.invoker.FailFirst("Work", 100, "Flaky");
  EXPECT_EQ(world.RunToEnd("run").output, R"("caught")");
  EXPECT_THAT(world.invoker.deliveries, SizeIs(4));
}

TEST(EmbeddedEngineTest, AFailureNamesErrorAndCause) {
  EngineWorld world(kOneTask);
  world.invoker.FailFirst("Work", 1, "Broken");
  const auto done = world.RunToEnd("run");
  EXPECT_EQ(done.status, Status::kFailed);
  EXPECT_EQ(done.error, "Broken");
  EXPECT_EQ(done.cause, "as scripted");
  EXPECT_EQ(done.output, "");
}

TEST(EmbeddedEngineTest, WaitsWithoutAPoll) {
  EngineWorld world(R"({"StartAt": "W", "States": {
      "W": {"Type": "Wait", "Seconds": 86400, "End": true}}})");
  for (int i = 0; i < 100; ++i) world.Start("run-" + std::to_string(i));
  EXPECT_EQ(world.engine->pending_timers(), 100u);
  EXPECT_LE(world.executor.waiting(), 101u) << "one timer, and the commits that Start has flushed";
  const std::size_t steps = world.executor.Run();
  EXPECT_LT(steps, 500u);
  EXPECT_EQ(*world.Describe("run-99").stopped - world.Describe("run-99").started, seconds(86400));
}

TEST(EmbeddedEngineTest, RunsBranchesAndInlineMapsAtTheSameTime) {
  EngineWorld world(R"({"StartAt": "P", "States": {
    "P": {"Type": "Parallel", "Next": "M", "Branches": [
      {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"n": 1}, "End": true}}},
      {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"n": 2}, "End": true}}}]},
    "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "C", "States": {
      "C": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"item.$": "$"}, "End": true}}}}}})");
  world.invoker.TakeTime(seconds(10));
  const auto done = world.RunToEnd("run");
  EXPECT_EQ(done.output, R"([{"item":{"n":1}},{"item":{"n":2}}])");
  EXPECT_EQ(world.invoker.most_running, 2);
  EXPECT_LT(*done.stopped - done.started, seconds(21));
}

// ---- Start -------------------------------------------------------------------------------------

TEST(EmbeddedEngineTest, StartIsIdempotentByNameAndInput) {
  EngineWorld world(kOneTask);
  world.Start("run", "{}");
  EXPECT_EQ(world.engine->Start("run", "{}")->outcome, StartOutcome::kAlreadyRunning);
  EXPECT_EQ(world.engine->Start("run", "{ }")->outcome, StartOutcome::kAlreadyExists);
  world.executor.Run();
  EXPECT_EQ(world.engine->Start("run", "{}")->outcome, StartOutcome::kAlreadyExists);
  EXPECT_EQ(world.engine->Start("run", "{}")->execution_arn,
            "arn:aws:states:local:0:execution:machine:run");
  EXPECT_THAT(world.invoker.deliveries, SizeIs(1));
}

TEST(EmbeddedEngineTest, StartChecksNameAndInput) {
  EngineWorld world(kOneTask);
  EXPECT_EQ(world.engine->Start("a b", "{}").error().code, "engine.invalid_name");
  EXPECT_EQ(world.engine->Start("", "{}").error().code, "engine.invalid_name");
  EXPECT_EQ(world.engine->Start("a", "{").error().code, "engine.invalid_input");
  EXPECT_EQ(world.engine->Start("a", "\"" + std::string(262'143, 'x') + "\"").error().code,
            "engine.input_too_large");
  EXPECT_TRUE(world.engine->Start("a", "\"" + std::string(262'142, 'x') + "\""));
}

TEST(EmbeddedEngineTest, UnknownExecutionsAreSaidToBe) {
  EngineWorld world(kOneTask);
  EXPECT_EQ(world.engine->Describe("none").error().code, "engine.no_such_execution");
  EXPECT_EQ(world.engine->History("none", 0, 10).error().code, "engine.no_such_execution");
  EXPECT_EQ(world.engine->Stop("none", "", "").error().code, "engine.no_such_execution");
  EXPECT_EQ(world.engine->Describe("no name").error().code, "engine.invalid_name");
}

TEST(EmbeddedEngineTest, RefusesADefinitionThatIsNotValid) {
  sim::SimExecutor executor;
  stores::MemoryJournal journal(executor, executor);
  ScriptedInvoker invoker(executor);
  ScriptedItems items;
  base::SeededRandom random(1);
  base::Log log(executor, base::LogLevel::kError, [](std::string_view) {});
  const auto made = EmbeddedEngine::Make(
      {.definition = "{}"}, {journal, invoker, items, executor, executor, random, log}, nullptr);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "asl.invalid_definition");
}

TEST(EmbeddedEngineTest, PagesThroughTheHistory) {
  EngineWorld world(kOneTask);
  world.RunToEnd("run");
  const auto first = world.engine->History("run", 0, 3);
  ASSERT_TRUE(first);
  EXPECT_THAT(first->events, SizeIs(3));
  EXPECT_EQ(first->next, 3);
  const auto rest = world.engine->History("run", *first->next, 4);
  EXPECT_THAT(rest->events, SizeIs(4));
  EXPECT_EQ(rest->next, std::nullopt);
}

// ---- Stop, failure, shutdown -------------------------------------------------------------------

TEST(EmbeddedEngineTest, StopAborts) {
  EngineWorld world(kOneTask);
  world.invoker.TakeTime(seconds(100));
  world.Start("run");
  world.executor.RunFor(seconds(1));
  ASSERT_TRUE(world.engine->Stop("run", "Operator", "enough"));
  const auto done = world.Describe("run");
  EXPECT_EQ(done.status, Status::kAborted);
  EXPECT_EQ(done.error, "Operator");
  EXPECT_EQ(done.cause, "enough");
  EXPECT_TRUE(world.engine->Stop("run", "", "")) << "it has ended already";
  world.executor.Run();
  EXPECT_EQ(world.Describe("run").status, Status::kAborted) << "the late answer changes nothing";
  EXPECT_THAT(world.ends, SizeIs(1));
  EXPECT_EQ(world.engine->live_executions(), 0u);
}

TEST(EmbeddedEngineTest, AFailingJournalStopsWritesButNotReads) {
  EngineWorld world(kOneTask);
  world.RunToEnd("before");
  world.Start("run");
  world.executor.Step();  // delivered
  EXPECT_TRUE(world.engine->Health());
  world.journal.FailCommits("the disk is full");
  world.executor.Run();
  ASSERT_FALSE(world.engine->Health());
  EXPECT_THAT(world.engine->Health().error().message, HasSubstr("the disk is full"));
  EXPECT_THAT(world.ends, SizeIs(1)) << "the end of `run` is not durable: nobody may hear of it";
  const auto refused = world.engine->Start("next", "{}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "engine.unavailable");
  EXPECT_THAT(refused.error().message, HasSubstr("the disk is full"));
  EXPECT_EQ(world.engine->Stop("run", "", "").error().code, "engine.unavailable");
  EXPECT_EQ(world.Describe("before").status, Status::kSucceeded);
  EXPECT_EQ(world.Describe("run").status, Status::kRunning);
  EXPECT_THAT(world.log_lines, ::testing::Contains(HasSubstr("engine_journal_failed")));
}

TEST(EmbeddedEngineTest, AStartThatIsNotDurableIsAnError) {
  EngineWorld world(kOneTask);
  world.journal.FailCommits("the disk is full");
  EXPECT_EQ(world.engine->Start("run", "{}").error().code, "engine.unavailable");
  world.executor.Run();
  EXPECT_THAT(world.invoker.deliveries, SizeIs(0));
}

TEST(EmbeddedEngineTest, ShutdownKeepsResultsAndDeliversNothingNew) {
  EngineWorld world(R"({"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "B"},
    "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}})");
  world.Start("run");
  world.executor.Step();  // A is delivered
  world.engine->Shutdown();
  EXPECT_EQ(world.engine->Start("other", "{}").error().code, "engine.unavailable");
  world.executor.Run();
  EXPECT_THAT(world.invoker.deliveries, SizeIs(1));
  EXPECT_THAT(world.HistoryTypes("run"), ::testing::Contains("TaskStateExited"))
      << "A's result is not lost";
  world.engine.reset();
  world.Boot();
  world.executor.Run();
  EXPECT_EQ(world.Describe("run").status, Status::kSucceeded);
  ASSERT_THAT(world.invoker.deliveries, SizeIs(2));
  EXPECT_EQ(world.invoker.deliveries[1].task.state, "B");
}

TEST(EmbeddedEngineTest, OldExecutionsGoOnWithTheirOwnDefinition) {
  EngineWorld world(
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "Next": "Old"},
    "Old": {"Type": "Pass", "Result": "old", "End": true}}})");
  world.Start("run");
  world.Crash();
  world.definition = R"({"StartAt": "New", "States": {
    "New": {"Type": "Pass", "Result": "new", "End": true}}})";
  world.Boot();
  world.executor.Run();
  EXPECT_EQ(world.Describe("run").output, R"("old")");
  EXPECT_EQ(world.RunToEnd("run-2").output, R"("new")");
}

TEST(EmbeddedEngineTest, CallsBeforeRecoveryAreRefused) {
  EngineWorld world(kOneTask);
  auto made = EmbeddedEngine::Make({.definition = kOneTask},
                                   {world.journal, world.invoker, world.items, world.executor,
                                    world.executor, world.random, world.log},
                                   nullptr);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->Start("a", "{}").error().code, "engine.unavailable");
}

}  // namespace
}  // namespace coldpath::engine
