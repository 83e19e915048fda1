// What every WorkflowEngine and the TaskCallback that belongs to it have to do. A test program
// instantiates it for its engine, which runs kContractDefinition:
//   INSTANTIATE_TEST_SUITE_P(Embedded, WorkflowEngineContract, ::testing::Values(...));
#ifndef COLDPATH_ENGINE_WORKFLOW_ENGINE_CONTRACT_H_
#define COLDPATH_ENGINE_WORKFLOW_ENGINE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/workflow_engine.h"

namespace coldpath::engine {

// Asks somebody outside and waits for the answer by a task token. Who is asked hears of the token
// as the member "token" of the message. ${QueueUrl} is where the message goes.
inline constexpr const char* kContractDefinition = R"({"StartAt": "Which", "States": {
    "Which": {"Type": "Choice", "Choices": [
        {"Variable": "$.ask", "StringEquals": "impatiently", "Next": "AskImpatiently"}],
        "Default": "Ask"},
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "${QueueUrl}",
            "MessageBody": {"token.$": "$$.Task.Token", "execution.$": "$$.Execution.Name"}},
        "TimeoutSeconds": 600, "HeartbeatSeconds": 300,
        "Catch": [{"ErrorEquals": ["Refused"], "ResultPath": "$.refusal", "Next": "Refused"}],
        "End": true},
    "AskImpatiently": {"Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "${QueueUrl}",
            "MessageBody": {"token.$": "$$.Task.Token", "execution.$": "$$.Execution.Name"}},
        "TimeoutSeconds": 600, "HeartbeatSeconds": 1, "End": true},
    "Refused": {"Type": "Pass", "Parameters": {"refusal.$": "$.refusal"}, "End": true}}})";

// What an emulator of Step Functions is known to do otherwise than Step Functions. An engine of
// ours has none.
struct EmulatorDefects {
  bool loses_causes = false;    // of SendTaskFailure
  bool forgets_tokens = false;  // once their task has ended: they are invalid, or accepted again
  bool cannot_stop = false;     // an execution that waits for a token
};

// One engine with nothing in it that these tests start.
class WorkflowEngineFixture {
 public:
  virtual ~WorkflowEngineFixture() = default;
  virtual WorkflowEngine& engine() = 0;
  virtual TaskCallback& callback() = 0;
  // A name that no execution has had: a test's own.
  virtual std::string NewName() = 0;
  // The token with which execution `name` asks; waits until it has asked.
  virtual std::string AwaitToken(const std::string& name) = 0;
  // Waits until the execution has ended.
  virtual ExecutionDescription AwaitEnd(const std::string& name) = 0;
  virtual EmulatorDefects defects() const { return {}; }
};

struct WorkflowEngineUnderTest {
  std::string name;
  // Null: it is not there to be tested now.
  std::function<std::unique_ptr<WorkflowEngineFixture>()> make;
};

inline void PrintTo(const WorkflowEngineUnderTest& engine, std::ostream* out) {
  *out << engine.name;
}

class WorkflowEngineContract : public ::testing::TestWithParam<WorkflowEngineUnderTest> {
 protected:
  void SetUp() override {
    fixture_ = GetParam().make();
    if (fixture_ == nullptr) GTEST_SKIP() << GetParam().name << " is not there to be tested.";
  }

  WorkflowEngine& engine() { return fixture_->engine(); }
  TaskCallback& callback() { return fixture_->callback(); }

  std::string StartNew(const std::string& input = kInput) {
    const std::string name = fixture_->NewName();
    const auto reply = engine().Start(name, input);
    EXPECT_TRUE(reply) << reply.error().message;
    if (reply) {
      EXPECT_EQ(reply->outcome, StartOutcome::kStarted);
    }
    return name;
  }
  void Finish(const std::string& name, const base::Json& output = base::Json::object()) {
    const auto sent = callback().SendTaskSuccess(fixture_->AwaitToken(name), output);
    EXPECT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(fixture_->AwaitEnd(name).status, asl::ExecutionStatus::kSucceeded);
  }
  template <typename T>
  static std::string CodeOf(const base::Result<T>& result) {
    return result ? "" : result.error().code;
  }
  void ExpectSpent(const std::string& token) {
    if (fixture_->defects().forgets_tokens) return;
    EXPECT_EQ(CodeOf(callback().SendTaskSuccess(token, {})), "engine.task_timed_out");
    EXPECT_EQ(CodeOf(callback().SendTaskFailure(token, "Refused", "")), "engine.task_timed_out");
    EXPECT_EQ(CodeOf(callback().SendTaskHeartbeat(token)), "engine.task_timed_out");
  }
  std::vector<asl::HistoryEvent> ReadAll(const std::string& name, int limit) {
    std::vector<asl::HistoryEvent> events;
    std::optional<std::int64_t> after = 0;
    while (after) {
      const auto page = engine().History(name, *after, limit);
      EXPECT_TRUE(page) << page.error().message;
      if (!page) break;
      EXPECT_LE(page->events.size(), static_cast<std::size_t>(limit));
      events.insert(events.end(), page->events.begin(), page->events.end());
      after = page->next;
    }
    return events;
  }

  static constexpr const char* kInput = R"({ "ask" : "patiently", "text": "é" })";
  static constexpr const char* kUnknown = "00000000-0000-4000-8000-00000000dead";
  std::unique_ptr<WorkflowEngineFixture> fixture_;
};

TEST_P(WorkflowEngineContract, OneNameStartsOneExecution) {
  const std::string name = fixture_->NewName();
  const auto first = engine().Start(name, kInput);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->outcome, StartOutcome::kStarted);
  EXPECT_TRUE(first->execution_arn.ends_with(":" + name)) << first->execution_arn;

  const auto same = engine().Start(name, kInput);
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_NE(same->outcome, StartOutcome::kAlreadyExists);
  EXPECT_EQ(same->execution_arn, first->execution_arn);
  const auto other = engine().Start(name, R"({"ask": "otherwise"})");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->outcome, StartOutcome::kAlreadyExists);
  EXPECT_EQ(other->execution_arn, first->execution_arn);

  Finish(name);
  for (const char* input : {kInput, R"({"ask": "otherwise"})"}) {
    const auto late = engine().Start(name, input);
    ASSERT_TRUE(late) << late.error().message;
    EXPECT_EQ(late->outcome, StartOutcome::kAlreadyExists) << input;
  }
}

TEST_P(WorkflowEngineContract, WhatCannotBeStartedIsRefused) {
  for (const std::string& name : {std::string(), std::string("two words"), std::string("a:b"),
                                  std::string("é"), std::string(81, 'n')}) {
    EXPECT_EQ(CodeOf(engine().Start(name, kInput)), "engine.invalid_name") << name;
    EXPECT_EQ(CodeOf(engine().Describe(name)), "engine.invalid_name") << name;
  }
  const std::string name = fixture_->NewName();
  EXPECT_EQ(CodeOf(engine().Start(name, "{")), "engine.invalid_input");
  EXPECT_EQ(CodeOf(engine().Start(name, "\"" + std::string(262'143, 'x') + "\"")),
            "engine.input_too_large");
  EXPECT_EQ(CodeOf(engine().Describe(name)), "engine.no_such_execution");
}

TEST_P(WorkflowEngineContract, DescribesAnExecutionWhileItRunsAndAfterwards) {
  const std::string name = StartNew();
  const std::string token = fixture_->AwaitToken(name);
  const auto running = engine().Describe(name);
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_EQ(running->name, name);
  EXPECT_EQ(running->status, asl::ExecutionStatus::kRunning);
  EXPECT_EQ(running->input, kInput) << "byte for byte";
  EXPECT_FALSE(running->stopped);

  ASSERT_TRUE(callback().SendTaskSuccess(token, {{"answer", 42}}));
  const ExecutionDescription done = fixture_->AwaitEnd(name);
  EXPECT_EQ(done.status, asl::ExecutionStatus::kSucceeded);
  EXPECT_EQ(base::ParseJson(done.output), base::Json({{"answer", 42}})) << done.output;
  EXPECT_EQ(done.started, running->started);
  EXPECT_GE(done.stopped.value(), done.started);
  EXPECT_EQ(done.input, kInput);
  EXPECT_EQ(done.arn, running->arn);
}

TEST_P(WorkflowEngineContract, WhatWasNeverStartedIsNotThere) {
  EXPECT_EQ(CodeOf(engine().Describe(kUnknown)), "engine.no_such_execution");
  EXPECT_EQ(CodeOf(engine().Stop(kUnknown, "E", "C")), "engine.no_such_execution");
  EXPECT_EQ(CodeOf(engine().History(kUnknown, 0, 10)), "engine.no_such_execution");
}

TEST_P(WorkflowEngineContract, AStoppedExecutionIsAbortedOnce) {
  if (fixture_->defects().cannot_stop) GTEST_SKIP() << "The emulator cannot stop what waits.";
  const std::string name = StartNew();
  const std::string token = fixture_->AwaitToken(name);
  ASSERT_TRUE(engine().Stop(name, "Operator", "Told to."));
  const ExecutionDescription stopped = fixture_->AwaitEnd(name);
  EXPECT_EQ(stopped.status, asl::ExecutionStatus::kAborted);
  EXPECT_EQ(stopped.error, "Operator");
  EXPECT_EQ(stopped.cause, "Told to.");
  ExpectSpent(token);
  EXPECT_TRUE(engine().Stop(name, "Other", "Again.")) << "ended already";
  EXPECT_EQ(engine().Describe(name)->error, "Operator");
}

TEST_P(WorkflowEngineContract, ATokenIsGoodForOneResult) {
  const std::string name = StartNew();
  const std::string token = fixture_->AwaitToken(name);
  EXPECT_TRUE(callback().SendTaskHeartbeat(token));
  EXPECT_TRUE(callback().SendTaskHeartbeat(token));
  EXPECT_TRUE(callback().SendTaskSuccess(token, {{"first", true}}));
  const ExecutionDescription done = fixture_->AwaitEnd(name);
  EXPECT_EQ(base::ParseJson(done.output), base::Json({{"first", true}}));
  ExpectSpent(token);
}

TEST_P(WorkflowEngineContract, AFailureReachesTheCatcherByItsName) {
  const std::string name = StartNew();
  const std::string cause = R"({"message":"no","retryAt":"2026-01-01T00:00:00Z"})";
  ASSERT_TRUE(callback().SendTaskFailure(fixture_->AwaitToken(name), "Refused", cause));
  const ExecutionDescription done = fixture_->AwaitEnd(name);
  EXPECT_EQ(done.status, asl::ExecutionStatus::kSucceeded);
  const auto output = base::ParseJson(done.output);
  ASSERT_TRUE(output) << done.output;
  EXPECT_EQ(output->at("refusal").at("Error"), "Refused");
  if (!fixture_->defects().loses_causes) {
    EXPECT_EQ(output->at("refusal").at("Cause"), cause);
  }
}

TEST_P(WorkflowEngineContract, AFailureThatNobodyCatchesFailsTheExecution) {
  const std::string name = StartNew();
  ASSERT_TRUE(callback().SendTaskFailure(fixture_->AwaitToken(name), "Broken", "as scripted"));
  const ExecutionDescription done = fixture_->AwaitEnd(name);
  EXPECT_EQ(done.status, asl::ExecutionStatus::kFailed);
  EXPECT_EQ(done.error, "Broken");
}

TEST_P(WorkflowEngineContract, WithoutHeartbeatsATaskIsGivenUp) {
  const std::string name = StartNew(R"({"ask": "impatiently"})");
  const std::string token = fixture_->AwaitToken(name);
  const ExecutionDescription done = fixture_->AwaitEnd(name);
  EXPECT_EQ(done.status, asl::ExecutionStatus::kFailed);
  EXPECT_THAT(done.error.value_or(""),
              ::testing::AnyOf("States.HeartbeatTimeout", "States.Timeout"));
  ExpectSpent(token);
}

TEST_P(WorkflowEngineContract, WhatIsNoTokenIsRefused) {
  EXPECT_EQ(CodeOf(callback().SendTaskHeartbeat("no token")), "engine.invalid_token");
  EXPECT_EQ(CodeOf(callback().SendTaskSuccess("no token", {})), "engine.invalid_token");
  EXPECT_EQ(CodeOf(callback().SendTaskFailure("no token", "E", "")), "engine.invalid_token");
}

TEST_P(WorkflowEngineContract, HistoryIsReadInPages) {
  const std::string name = StartNew();
  Finish(name);
  const std::vector<asl::HistoryEvent> whole = ReadAll(name, 1000);
  ASSERT_GE(whole.size(), 6u);
  EXPECT_EQ(whole.front().type, "ExecutionStarted");
  EXPECT_EQ(whole.front().previous_id, 0);
  EXPECT_EQ(base::ParseJson(base::FindString(whole.front().details, "input").value_or("")),
            base::ParseJson(kInput));
  EXPECT_EQ(whole.back().type, "ExecutionSucceeded");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i].id, static_cast<std::int64_t>(i) + 1);
    if (i > 0) {
      EXPECT_GE(whole[i].time, whole[i - 1].time);
    }
  }
  const std::vector<asl::HistoryEvent> paged = ReadAll(name, 4);
  ASSERT_EQ(paged.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(paged[i].id, whole[i].id);
    EXPECT_EQ(paged[i].type, whole[i].type);
  }
}

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_WORKFLOW_ENGINE_CONTRACT_H_
