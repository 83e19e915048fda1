#include "asl/advance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "asl/test_driver.h"

namespace coldpath::asl {
namespace {

using base::Json;
using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr const char* kTask = R"({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
  "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
  "Retry": [{"ErrorEquals": ["Transient"], "IntervalSeconds": 2, "MaxAttempts": 2,
             "BackoffRate": 3}],
  "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}]},
  "Caught": {"Type": "Pass", "End": true}}})";

TEST(AdvanceTest, WritesTheHistoryOfATask) {
  const auto outcome = TestDriver(kTask)
                           .WithHandler([](const InvokeTask& t) { return Succeed(t, {{"a", 1}}); })
                           .Run({{"x", 2}});
  EXPECT_EQ(outcome.status, ExecutionStatus::kSucceeded);
  EXPECT_EQ(outcome.output, Json({{"a", 1}}));
  EXPECT_THAT(outcome.Types(),
              ElementsAre("ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                          "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"));
  EXPECT_EQ(outcome.history[1].previous_id, 0);
  EXPECT_EQ(outcome.history[2].details["region"], "eu-west-1");
  EXPECT_EQ(outcome.history[2].details["timeoutInSeconds"], 60);
}

TEST(AdvanceTest, RetriesWithBackoffThenCatches) {
  const auto outcome =
      TestDriver(kTask)
          .WithHandler([](const InvokeTask& t) { return FailTask(t, "Transient", "no"); })
          .Run({{"x", 2}});
  EXPECT_EQ(outcome.output, Json({{"x", 2}, {"error", {{"Error", "Transient"}, {"Cause", "no"}}}}));
  EXPECT_EQ(outcome.invoked.size(), 3u);
  EXPECT_EQ(outcome.invoked[2].attempt, 2);
  EXPECT_EQ(outcome.elapsed, seconds(2 + 6));
}

TEST(AdvanceTest, TimesOutATaskThatNeverEnds) {
  const auto outcome = TestDriver(kTask).Run(Json::object());
  EXPECT_EQ(outcome.output, Json({{"error", {{"Error", "States.Timeout"}, {"Cause", ""}}}}));
  EXPECT_EQ(outcome.elapsed, seconds(60));
}

TEST(AdvanceTest, MissedHeartbeatMatchesItsOwnNameAndTimeouts) {
  for (const char* name : {"States.HeartbeatTimeout", "States.Timeout"}) {
    const auto outcome =
        TestDriver(std::string(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
          "Resource": "arn:aws:states:::ecs:runTask.waitForTaskToken", "HeartbeatSeconds": 10,
          "Parameters": {"Token.$": "$$.Task.Token"}, "TimeoutSeconds": 600,
          "Catch": [{"ErrorEquals": [")") +
                   name + R"("], "Next": "C"}]},
          "C": {"Type": "Succeed"}}})")
            .WithHandler([](const InvokeTask& t) -> std::optional<Event> {
              EXPECT_EQ(t.arguments["Token"], t.token);
              EXPECT_EQ(ExecutionOfToken(t.token).value(),
                        "arn:aws:states:eu-west-1:123456789012:execution:m:e");
              return TaskHeartbeat{t.frame, t.task};
            })
            .Run(Json::object());
    EXPECT_EQ(outcome.status, ExecutionStatus::kSucceeded) << name;
    EXPECT_EQ(outcome.elapsed, seconds(10));
  }
}

TEST(AdvanceTest, RuntimeErrorsAreNotCaught) {
  const auto outcome = TestDriver(R"({"StartAt": "T", "States": {"T": {"Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$.a.b", "Next": "E",
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E"}]}, "E": {"Type": "Succeed"}}})")
                           .Run(Json::object());
  EXPECT_EQ(outcome.status, ExecutionStatus::kFailed);
  EXPECT_EQ(outcome.error, "States.Runtime");
  EXPECT_EQ(outcome.cause,
            "An error occurred while executing the state 'T' (entered at the event id #2). Invalid "
            "path '$.a.b' : Missing property in path $['a']");
}

TEST(AdvanceTest, RefusesAResultAboveTheLimit) {
  const auto outcome =
      TestDriver(kTask)
          .WithHandler([](const InvokeTask& t) { return Succeed(t, std::string(262143, 'x')); })
          .Run(Json::object());
  EXPECT_EQ(outcome.output["error"]["Error"], "States.DataLimitExceeded");
}

TEST(AdvanceTest, EndsAnEndlessLoopAtTheHistoryLimit) {
  const auto outcome = TestDriver(R"({"StartAt": "A", "States": {
      "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "E"}],
            "Default": "B"},
      "B": {"Type": "Pass", "Next": "A"}, "E": {"Type": "Succeed"}}})")
                           .Run(Json::object());
  EXPECT_EQ(outcome.status, ExecutionStatus::kFailed);
  EXPECT_EQ(outcome.history.size(), 25000u);
  EXPECT_EQ(outcome.history.back().id, 25000);
  EXPECT_EQ(outcome.cause, "The execution reached the maximum number of history events (25000).");
}

TEST(AdvanceTest, WaitsAndTimesOutAsAWhole) {
  const char* definition = R"({"StartAt": "W", "TimeoutSeconds": 20, "States": {
      "W": {"Type": "Wait", "SecondsPath": "$.s", "End": true}}})";
  auto outcome = TestDriver(definition).Run({{"s", 5}});
  EXPECT_EQ(outcome.status, ExecutionStatus::kSucceeded);
  EXPECT_EQ(outcome.elapsed, seconds(5));
  outcome = TestDriver(definition).Run({{"s", 50}});
  EXPECT_EQ(outcome.status, ExecutionStatus::kTimedOut);
  EXPECT_EQ(outcome.elapsed, seconds(20));
}

TEST(AdvanceTest, StopEndsTheExecution) {
  const auto outcome = TestDriver(kTask).Then(StopRequested{"E", "why"}).Run(Json::object());
  EXPECT_EQ(outcome.status, ExecutionStatus::kAborted);
  EXPECT_EQ(outcome.history.back().type, "ExecutionAborted");
  EXPECT_EQ(outcome.error, "E");
}

TEST(AdvanceTest, LateAnswersChangeNothing) {
  auto definition = ParseDefinition(kTask).value();
  ExecutionState state(definition, {});
  auto first = Advance(state, ExecutionBegins{Json::object()}, {});
  const auto& invoke = std::get<InvokeTask>(first.effects.back());
  EXPECT_FALSE(Advance(state, Succeed(invoke, 1), {}).events.empty());
  EXPECT_TRUE(Advance(state, Succeed(invoke, 2), {}).events.empty());
  EXPECT_TRUE(Advance(state, TimerFired{1, 12345}, {}).effects.empty());
}

TEST(AdvanceTest, ParallelCancelsTheOthersWhenOneFails) {
  const auto outcome = TestDriver(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel",
      "Branches": [
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}},
        {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken"}}}],
      "Catch": [{"ErrorEquals": ["Broken"], "Next": "C"}], "End": true},
      "C": {"Type": "Succeed"}}})")
                           .Run(Json::object());
  EXPECT_EQ(outcome.status, ExecutionStatus::kSucceeded);
  EXPECT_EQ(outcome.elapsed, seconds(0));
  EXPECT_THAT(outcome.Types(), ::testing::Contains("WaitStateAborted"));
}

constexpr const char* kMap = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
    "MaxConcurrency": 2, "ItemsPath": "$.items",
    "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.k"},
    "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
      "Resource": "arn:aws:states:::lambda:invoke"}}}}}})";

TEST(AdvanceTest, MapKeepsOrderAndConcurrency) {
  const auto outcome = TestDriver(kMap)
                           .WithHandler([](const InvokeTask& t) { return Succeed(t, t.arguments); })
                           .Run({{"items", {"a", "b", "c"}}, {"k", 7}});
  EXPECT_EQ(outcome.output, Json::parse(R"([{"i":0,"v":"a","all":7},{"i":1,"v":"b","all":7},
                                            {"i":2,"v":"c","all":7}])"));
}

TEST(AdvanceTest, AnIterationsStepTouchesFewFrames) {
  Json items = Json::array();
  for (int i = 0; i < 300; ++i) items.push_back(i);
  TestDriver driver(kMap);
  std::size_t most = 0;
  auto definition = ParseDefinition(kMap).value();
  ExecutionState state(definition, {});
  auto t = Advance(state, ExecutionBegins{{{"items", items}, {"k", 0}}}, {});
  std::deque<InvokeTask> pending;
  while (!state.ended()) {
    for (const Effect& e : t.effects) {
      if (const auto* invoke = std::get_if<InvokeTask>(&e)) pending.push_back(*invoke);
    }
    ASSERT_FALSE(pending.empty());
    t = Advance(state, Succeed(pending.front(), 1), {});
    pending.pop_front();
    if (!state.ended()) most = std::max(most, t.frames.size());
  }
  EXPECT_LE(most, 3u);
}

constexpr const char* kDistributed = R"({"StartAt": "M", "States": {"M": {"Type": "Map",
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
      "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
    "ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailurePercentage": 40,
    "Label": "L", "MaxConcurrency": 2, "End": true}}})";

TEST(AdvanceTest, DistributedMapRunsBatchesOfItems) {
  const auto outcome = TestDriver(kDistributed).Run({1, 2, 3, 4, 5});
  EXPECT_EQ(outcome.output, Json::parse(R"([{"Items":[1,2]},{"Items":[3,4]},{"Items":[5]}])"));
  EXPECT_THAT(outcome.Types(), ElementsAre("ExecutionStarted", "MapStateEntered", "MapStateStarted",
                                           "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded",
                                           "MapStateExited", "ExecutionSucceeded"));
  EXPECT_THAT(outcome.history[3].details["mapRunArn"].get<std::string>(),
              ::testing::StartsWith("arn:aws:states:eu-west-1:123456789012:mapRun:m/L:"));
}

TEST(AdvanceTest, DistributedMapToleratesAShareOfFailures) {
  auto outcome = TestDriver(kDistributed).FailingChildren({1}).Run({1, 2, 3, 4, 5});
  EXPECT_EQ(outcome.status, ExecutionStatus::kSucceeded);
  outcome = TestDriver(kDistributed).FailingChildren({0, 1}).Run({1, 2, 3, 4, 5});
  EXPECT_EQ(outcome.error, "States.ExceedToleratedFailureThreshold");
}

TEST(AdvanceTest, VariablesOutliveStates) {
  const auto outcome = TestDriver(R"j({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"n.$": "$.x"}, "Next": "B"},
      "B": {"Type": "Pass", "Parameters": {"got.$": "States.MathAdd($n, 1)"}, "End": true
}
}
})j")
                           .Run({{"x", 4}});
  EXPECT_EQ(outcome.output, Json({{"got", 5}}));
  EXPECT_EQ(outcome.history[2].details["assignedVariables"], Json({{"n", "4"}}));
}

TEST(AdvanceTest, RestoringAfterEveryStepChangesNothing) {
  for (const char* definition : {kTask, kMap, kDistributed}) {
    const bool array = definition == kDistributed;
    const Json input = array ? Json({1, 2, 3}) : Json({{"items", {1, 2, 3, 4}}, {"k", 1}});
    auto run = [&](bool restores) {
      int calls = 0;
      TestDriver driver(definition);
      if (!restores) driver.WithoutRestoring();
      return driver
          .WithHandler([&calls](const InvokeTask& t) {
            return ++calls % 2 == 1 && t.attempt < 2 && calls < 3 ? FailTask(t, "Transient")
                                                                  : Succeed(t, calls);
          })
          .Run(input);
    };
    const TestOutcome with = run(true);
    const TestOutcome without = run(false);
    EXPECT_EQ(with.status, without.status);
    EXPECT_EQ(with.output, without.output);
    ASSERT_EQ(with.history.size(), without.history.size());
    for (std::size_t i = 0; i < with.history.size(); ++i) {
      EXPECT_EQ(with.history[i].type, without.history[i].type);
      EXPECT_EQ(with.history[i].previous_id, without.history[i].previous_id);
      EXPECT_EQ(with.history[i].details, without.history[i].details);
    }
  }
}

TEST(AdvanceTest, OutstandingTasksAskForTheSameAgain) {
  auto definition = ParseDefinition(R"j({"StartAt": "T", "States": {"T": {"Type": "Task",
      "Resource": "arn:aws:states:::ecs:runTask.waitForTaskToken", "End": true,
      "Parameters": {"id.$": "States.UUID()", "t.$": "$$.Task.Token"}
}
}
})j")
                        .value();
  ExecutionContext context;
  context.execution_arn = "arn:x";
  ExecutionState state(definition, context);
  auto t = Advance(state, ExecutionBegins{Json::object()}, {{}, 42});
  const auto first = std::get<InvokeTask>(t.effects.back());
  auto restored =
      ExecutionState::Restore(definition, context, Json::object(), t.frames, t.events.back().id);
  ASSERT_TRUE(restored);
  const auto again = OutstandingEffects(*restored);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(std::get<InvokeTask>(again[0]).arguments, first.arguments);
  EXPECT_EQ(restored->FindTask(first.token)->task, first.task);
  EXPECT_FALSE(restored->FindTask("nonsense"));
  Advance(*restored, TaskSubmitted{first.frame, first.task, 1}, {});
  // A task that was accepted is delivered again too: its worker may have gone with the process.
  EXPECT_EQ(OutstandingEffects(*restored).size(), 1u);
  EXPECT_TRUE(Advance(*restored, TaskSubmitted{first.frame, first.task, 2}, {}).events.empty());
}

TEST(AdvanceTest, ASyncTaskIsSubmittedAndEndsByAReport) {
  auto definition = ParseDefinition(R"j({"StartAt": "T", "States": {"T": {"Type": "Task",
      "Resource": "arn:aws:states:::states:startExecution.sync", "End": true,
      "Parameters": {"StateMachineArn": "arn:y"}}}})j")
                        .value();
  ExecutionContext context;
  context.execution_arn = "arn:x";
  ExecutionState state(definition, context);
  auto begun = Advance(state, ExecutionBegins{Json::object()}, {});
  const auto task = std::get<InvokeTask>(begun.effects.back());
  EXPECT_EQ(state.FindTask(task.token)->task, task.task);
  auto submitted = Advance(state, TaskSubmitted{task.frame, task.task, Json::object()}, {});
  ASSERT_EQ(submitted.events.size(), 1u);
  EXPECT_EQ(submitted.events[0].type, "TaskSubmitted");
  EXPECT_EQ(Advance(state, TaskSucceeded{task.frame, task.task, 1}, {}).events[0].type,
            "TaskSucceeded");
}

TEST(AdvanceTest, ShowsTheInputAsItWasGiven) {
  auto definition =
      ParseDefinition(R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})")
          .value();
  ExecutionState state(definition, {});
  const auto t = Advance(state, ExecutionBegins{{{"a", 1}}, R"({ "a": 1 })"}, {});
  ASSERT_GE(t.events.size(), 2u);
  EXPECT_EQ(t.events[0].details["input"], R"({ "a": 1 })");
  EXPECT_EQ(t.events[1].details["input"], R"({ "a": 1 })");
}

TEST(AdvanceTest, NamesACorruptFrame) {
  auto definition = ParseDefinition(kTask).value();
  const auto restored =
      ExecutionState::Restore(definition, {}, {}, {{1, false, "\x07junk", "2 {}"}}, 3);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, "asl.corrupt_frame");
}

TEST(AdvanceTest, RefusesTextThatIsNoToken) {
  EXPECT_EQ(ExecutionOfToken("x").error().code, "asl.invalid_token");
}

}  // namespace
}  // namespace coldpath::asl
