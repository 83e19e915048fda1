#include "app/aws_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::app {
namespace {

constexpr const char* kMachine = "arn:aws:states:eu-central-1:123456789012:stateMachine:sync";

base::Json Event(const std::string& status = "TIMED_OUT") {
  return {{"source", "aws.states"},
          {"detail-type", "Step Functions Execution Status Change"},
          {"detail",
           {{"executionArn", "arn:execution"},
            {"stateMachineArn", kMachine},
            {"name", "run-1"},
            {"status", status},
            {"input", R"({"jobId":"job","userId":"ada"})"}}}};
}

TEST(StatusChangeTest, SaysWhichExecutionEndedAndHow) {
  using enum asl::ExecutionStatus;
  for (const auto& [name, status] :
       std::vector<std::pair<std::string, asl::ExecutionStatus>>{{"TIMED_OUT", kTimedOut},
                                                                 {"FAILED", kFailed},
                                                                 {"ABORTED", kAborted},
                                                                 {"SUCCEEDED", kSucceeded}}) {
    const auto end = ReadStatusChange(Event(name), kMachine);
    ASSERT_TRUE(end && *end) << name;
    EXPECT_EQ((*end)->status, status);
    EXPECT_EQ((*end)->execution_name, "run-1");
    EXPECT_EQ((*end)->execution_arn, "arn:execution");
    EXPECT_EQ(*EndedPayload(**end),
              base::Json(
                  {{"userId", "ada"}, {"jobId", "job"}, {"execution", "run-1"}, {"status", name}}));
  }
}

TEST(StatusChangeTest, AnotherStateMachineIsIgnored) {
  base::Json event = Event();
  event["detail"]["stateMachineArn"] = std::string(kMachine) + "/Chunks";
  const auto end = ReadStatusChange(event, kMachine);
  ASSERT_TRUE(end);
  EXPECT_FALSE(*end);
  EXPECT_TRUE(*ReadStatusChange(event, "")) << "without one, every state machine is ours";
}

TEST(StatusChangeTest, WhatIsIncompleteIsRefused) {
  const std::vector<std::function<void(base::Json&)>> breaks = {
      [](base::Json& e) { e["source"] = "aws.ecs"; },
      [](base::Json& e) { e.erase("detail"); },
      [](base::Json& e) { e["detail"].erase("name"); },
      [](base::Json& e) { e["detail"]["status"] = "RUNNING"; },
      [](base::Json& e) { e["detail"]["input"] = nullptr; },
      [](base::Json& e) { e = "text"; },
  };
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    base::Json event = Event();
    breaks[i](event);
    const auto end = ReadStatusChange(event, kMachine);
    ASSERT_FALSE(end) << i;
    EXPECT_EQ(end.error().code, "lambda.malformed_event");
  }
  EXPECT_FALSE(EndedPayload({"arn", "run-1", "{", asl::ExecutionStatus::kFailed}));
}

}  // namespace
}  // namespace coldpath::app
