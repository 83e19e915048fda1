#include "aws/step_functions_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"

namespace coldpath::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kMachine = "arn:aws:states:eu-central-1:123456789012:stateMachine:sync";
constexpr const char* kArn = "arn:aws:states:eu-central-1:123456789012:execution:sync:run-1";

// What AWS's JSON protocol answers when it refuses.
base::HttpResponse Refusal(const std::string& name, const std::string& message = "as scripted") {
  return {400, {}, base::DumpJson({{"__type", name}, {"message", message}})};
}

struct World {
  void Answers(const base::Json& body) { aws.http.Then(200, base::DumpJson(body)); }
  void Refuses(const std::string& name) { aws.http.Then(400, Refusal(name).body); }
  base::Json Sent(std::size_t index) const {
    return *base::ParseJson(aws.http.requests().at(index).body);
  }
  std::string Target(std::size_t index) const {
    return aws.http.requests().at(index).headers.Find("X-Amz-Target").value_or("");
  }

  ScriptedAws aws;
  std::vector<base::Duration> pauses;
  StepFunctionsEngine engine{
      aws.client, [this](base::Duration pause) { pauses.push_back(pause); }, {kMachine}};
  StepFunctionsCallback callback{aws.client};
};

template <typename T>
std::string CodeOf(const base::Result<T>& result) {
  return result ? "" : result.error().code;
}

TEST(StepFunctionsEngineTest, StartSendsNameAndInputAsTheyAre) {
  World world;
  world.Answers({{"executionArn", kArn}, {"startDate", 1732320000.5}});
  const auto reply = world.engine.Start("run-1", R"({ "b":1,"a":2 })");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->outcome, engine::StartOutcome::kStarted);
  EXPECT_EQ(reply->execution_arn, kArn);
  EXPECT_EQ(world.Target(0), "AWSStepFunctions.StartExecution");
  EXPECT_EQ(world.Sent(0), base::Json({{"stateMachineArn", kMachine},
                                       {"name", "run-1"},
                                       {"input", R"({ "b":1,"a":2 })"}}));
}

TEST(StepFunctionsEngineTest, ANameThatWasUsedIsNoError) {
  World world;
  world.Refuses("com.amazonaws.states#ExecutionAlreadyExists");
  const auto reply = world.engine.Start("run-1", "{}");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->outcome, engine::StartOutcome::kAlreadyExists);
  EXPECT_EQ(reply->execution_arn, kArn);
}

TEST(StepFunctionsEngineTest, WhatAwsWouldRefuseIsNotSent) {
  World world;
  EXPECT_EQ(CodeOf(world.engine.Start("not a name", "{}")), "engine.invalid_name");
  EXPECT_EQ(CodeOf(world.engine.Start("run-1", "{")), "engine.invalid_input");
  EXPECT_EQ(CodeOf(world.engine.Start("run-1", std::string(262'145, ' '))),
            "engine.input_too_large");
  EXPECT_EQ(CodeOf(world.engine.Stop("", "", "")), "engine.invalid_name");
  EXPECT_EQ(CodeOf(world.engine.History("", 0, 1)), "engine.invalid_name");
  EXPECT_THAT(world.aws.http.requests(), SizeIs(0));
}

TEST(StepFunctionsEngineTest, RefusalsHaveThePortsNames) {
  for (const auto& [aws, code] : std::vector<std::pair<std::string, std::string>>{
           {"InvalidName", "engine.invalid_name"},
           {"InvalidExecutionInput", "engine.invalid_input"},
           {"StateMachineDoesNotExist", "engine.unavailable"},
           {"AccessDeniedException", "engine.unavailable"},
           {"ExecutionLimitExceeded", "engine.unavailable"}}) {
    World world;
    world.Refuses(aws);
    const auto reply = world.engine.Start("run-1", "{}");
    EXPECT_EQ(CodeOf(reply), code) << aws;
    EXPECT_THAT(reply.error().message, HasSubstr(aws));
    EXPECT_THAT(reply.error().message, HasSubstr("as scripted"));
  }
  World world;
  world.Answers({{"startDate", 1}});
  EXPECT_EQ(CodeOf(world.engine.Start("run-1", "{}")), "engine.unavailable");
}

TEST(StepFunctionsEngineTest, DescribesWhatItIsTold) {
  World world;
  world.Answers({{"executionArn", kArn},
                 {"status", "FAILED"},
                 {"startDate", 1732320000.123},
                 {"stopDate", 1732320009.0},
                 {"input", "{ }"},
                 {"error", "Broken"},
                 {"cause", "so"}});
  const auto described = world.engine.Describe("run-1");
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ(world.Sent(0), base::Json({{"executionArn", kArn}}));
  EXPECT_EQ(described->name, "run-1");
  EXPECT_EQ(described->arn, kArn);
  EXPECT_EQ(described->status, asl::ExecutionStatus::kFailed);
  EXPECT_EQ(base::FormatInstant(described->started), "2024-11-23T00:00:00.123Z");
  EXPECT_EQ(base::FormatInstant(described->stopped.value()), "2024-11-23T00:00:09Z");
  EXPECT_EQ(described->input, "{ }");
  EXPECT_EQ(described->error, "Broken");
  EXPECT_EQ(described->cause, "so");
}

TEST(StepFunctionsEngineTest, KnowsEveryStatus) {
  using enum asl::ExecutionStatus;
  for (const auto& [name, status] :
       std::vector<std::pair<std::string, asl::ExecutionStatus>>{{"RUNNING", kRunning},
                                                                 {"PENDING_REDRIVE", kRunning},
                                                                 {"SUCCEEDED", kSucceeded},
                                                                 {"FAILED", kFailed},
                                                                 {"TIMED_OUT", kTimedOut},
                                                                 {"ABORTED", kAborted}}) {
    World world;
    world.Answers({{"status", name}, {"startDate", 1732320000}});
    const auto described = world.engine.Describe("run-1");
    ASSERT_TRUE(described) << name;
    EXPECT_EQ(described->status, status) << name;
  }
  for (const base::Json& broken :
       {base::Json{{"status", "NEW"}, {"startDate", 1}}, base::Json{{"startDate", 1}},
        base::Json{{"status", "RUNNING"}}, base::Json{{"status", "RUNNING"}, {"startDate", 1e300}},
        base::Json::array()}) {
    World world;
    world.Answers(broken);
    EXPECT_EQ(CodeOf(world.engine.Describe("run-1")), "engine.unavailable") << broken;
  }
}

TEST(StepFunctionsEngineTest, ANewExecutionMayNotBeKnownAtOnce) {
  World world;
  world.Refuses("ExecutionDoesNotExist");
  world.Refuses("ExecutionDoesNotExist");
  world.Answers({{"status", "RUNNING"}, {"startDate", 1732320000}});
  EXPECT_TRUE(world.engine.Describe("run-1"));
  using std::chrono::milliseconds;
  EXPECT_THAT(world.pauses, ElementsAre(milliseconds(200), milliseconds(400)));

  World unknown;
  for (int i = 0; i < 4; ++i) unknown.Refuses("ExecutionDoesNotExist");
  EXPECT_EQ(CodeOf(unknown.engine.Describe("run-1")), "engine.no_such_execution");
  EXPECT_EQ(unknown.aws.http.left(), 0u);
  EXPECT_THAT(unknown.pauses, SizeIs(3));
}

TEST(StepFunctionsEngineTest, StopCutsWhatIsTooLong) {
  World world;
  world.Answers({{"stopDate", 1732320000}});
  // The limit falls into the middle of a character.
  ASSERT_TRUE(
      world.engine.Stop("run-1", "x" + std::string(254, 'e') + "é", std::string(40'000, 'c')));
  const base::Json sent = world.Sent(0);
  EXPECT_EQ(sent.at("error"), "x" + std::string(254, 'e'));
  EXPECT_EQ(sent.at("cause").get<std::string>().size(), 32'768u);
  world.Answers(base::Json::object());
  ASSERT_TRUE(world.engine.Stop("run-1", "", ""));
  EXPECT_EQ(world.Sent(1), base::Json({{"executionArn", kArn}}));
  world.Refuses("ExecutionDoesNotExist");
  EXPECT_EQ(CodeOf(world.engine.Stop("run-1", "", "")), "engine.no_such_execution");
}

base::Json Event(int id, const std::string& type) {
  return {{"id", id}, {"previousEventId", id - 1}, {"timestamp", 1732320000 + id}, {"type", type}};
}

TEST(StepFunctionsEngineTest, HistoryFollowsThePagesOfAws) {
  World world;
  world.Answers({{"events", {Event(1, "ExecutionStarted"), Event(2, "PassStateEntered")}},
                 {"nextToken", "more"}});
  world.Answers({{"events", {Event(3, "PassStateExited"), Event(4, "ExecutionSucceeded")}}});
  const auto page = world.engine.History("run-1", 1, 2);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_THAT(page->events, SizeIs(2));
  EXPECT_EQ(page->events[0].id, 2);
  EXPECT_EQ(page->events[1].type, "PassStateExited");
  EXPECT_EQ(page->events[1].previous_id, 2);
  EXPECT_EQ(page->next, 3);
  EXPECT_EQ(world.Sent(0), base::Json({{"executionArn", kArn}, {"maxResults", 1000}}));
  EXPECT_EQ(world.Sent(1).at("nextToken"), "more");

  World last;
  last.Answers({{"events", {Event(1, "ExecutionStarted"), Event(2, "ExecutionSucceeded")}}});
  const auto rest = last.engine.History("run-1", 1, 2);
  ASSERT_TRUE(rest);
  EXPECT_THAT(rest->events, SizeIs(1));
  EXPECT_FALSE(rest->next);
}

TEST(StepFunctionsEngineTest, AHistoryWithoutEndIsNotFollowedForEver) {
  World world;
  world.aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
    return base::HttpResponse{200, {}, R"({"events": [], "nextToken": "again"})"};
  });
  EXPECT_EQ(CodeOf(world.engine.History("run-1", 0, 10)), "engine.unavailable");
  World broken;
  broken.Answers({{"events", {{{"id", 1}}}}});
  EXPECT_EQ(CodeOf(broken.engine.History("run-1", 0, 10)), "engine.unavailable");
}

TEST(StepFunctionsEngineTest, EventsKeepTheirDetails) {
  base::Json json = Event(5, "TaskStateEntered");
  json["stateEnteredEventDetails"] = {
      {"name", "Work"}, {"input", "{}"}, {"inputDetails", {{"truncated", false}}}};
  auto event = ReadHistoryEvent(json);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->details, base::Json({{"name", "Work"}, {"input", "{}"}}));
  json["stateEnteredEventDetails"]["inputDetails"]["truncated"] = true;
  event = ReadHistoryEvent(json);
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->details.contains("inputDetails")) << "something is missing in it";
  event = ReadHistoryEvent(Event(6, "ChoiceStateExited"));
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->details.is_null());
  EXPECT_EQ(CodeOf(ReadHistoryEvent("text")), "engine.unavailable");
}

TEST(StepFunctionsEngineTest, ExecutionsBelongToTheStateMachineNotToItsVersion) {
  EXPECT_EQ(StepFunctionsExecutionArn(kMachine, "run-1"), kArn);
  EXPECT_EQ(StepFunctionsExecutionArn(std::string(kMachine) + ":7", "run-1"), kArn);
  EXPECT_EQ(StepFunctionsExecutionArn(std::string(kMachine) + ":live", "run-1"), kArn);
}

TEST(StepFunctionsCallbackTest, ReportsByToken) {
  World world;
  for (int i = 0; i < 3; ++i) world.Answers(base::Json::object());
  EXPECT_TRUE(world.callback.SendTaskSuccess("token", {{"records", 3}}));
  EXPECT_TRUE(world.callback.SendTaskFailure("token", "RateLimited", R"({"retryAt":"x"})"));
  EXPECT_TRUE(world.callback.SendTaskHeartbeat("token"));
  EXPECT_EQ(world.Target(0), "AWSStepFunctions.SendTaskSuccess");
  EXPECT_EQ(world.Sent(0), base::Json({{"taskToken", "token"}, {"output", R"({"records":3})"}}));
  EXPECT_EQ(world.Target(1), "AWSStepFunctions.SendTaskFailure");
  EXPECT_EQ(world.Sent(1), base::Json({{"taskToken", "token"},
                                       {"error", "RateLimited"},
                                       {"cause", R"({"retryAt":"x"})"}}));
  EXPECT_EQ(world.Target(2), "AWSStepFunctions.SendTaskHeartbeat");
  EXPECT_EQ(world.Sent(2), base::Json({{"taskToken", "token"}}));
}

TEST(StepFunctionsCallbackTest, RefusalsHaveThePortsNames) {
  for (const auto& [aws, code] : std::vector<std::pair<std::string, std::string>>{
           {"TaskTimedOut", "engine.task_timed_out"},
           {"TaskDoesNotExist", "engine.task_timed_out"},
           {"InvalidToken", "engine.invalid_token"},
           {"AccessDeniedException", "engine.unavailable"}}) {
    World world;
    for (int i = 0; i < 3; ++i) world.Refuses(aws);
    EXPECT_EQ(CodeOf(world.callback.SendTaskSuccess("token", {})), code) << aws;
    EXPECT_EQ(CodeOf(world.callback.SendTaskFailure("token", "E", "")), code) << aws;
    EXPECT_EQ(CodeOf(world.callback.SendTaskHeartbeat("token")), code) << aws;
  }
}

TEST(StepFunctionsCallbackTest, ACauseStaysJsonHoweverLong) {
  World world;
  world.Answers(base::Json::object());
  ASSERT_TRUE(world.callback.SendTaskFailure(
      "token", std::string(300, 'e'), base::DumpJson({{"message", std::string(40'000, '\x01')}})));
  const base::Json sent = world.Sent(0);
  EXPECT_EQ(sent.at("error").get<std::string>().size(), 256u);
  const auto cause = sent.at("cause").get<std::string>();
  EXPECT_LE(cause.size(), 32'768u);
  EXPECT_TRUE(base::ParseJson(cause));
}

}  // namespace
}  // namespace coldpath::aws
