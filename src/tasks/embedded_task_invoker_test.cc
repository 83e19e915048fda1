// The tasks of the embedded engine: how many workers run, what waits, what is malformed.
#include "tasks/embedded_task_invoker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/task_testing.h"
#include "tasks/workflow_names.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kRunTask = "arn:aws:states:::ecs:runTask.waitForTaskToken";
constexpr const char* kLambda = "arn:aws:states:::lambda:invoke";

class Heartbeats final : public engine::TaskCallback {
 public:
  base::Status SendTaskSuccess(const std::string&, const base::Json&) override { return {}; }
  base::Status SendTaskFailure(const std::string&, std::string, std::string) override { return {}; }
  base::Status SendTaskHeartbeat(const std::string& token) override {
    tokens.push_back(token);
    if (token == gone) return base::Fail("engine.task_timed_out", "As scripted.");
    return {};
  }
  std::vector<std::string> tokens;
  std::string gone;
};

base::Json Overrides(const std::string& token) {
  base::Json environment = base::Json::array();
  for (const auto& [name, value] :
       {std::pair(kTaskTokenVariable, token), std::pair(kUserVariable, std::string("ada")),
        std::pair(kJobVariable, std::string("job")), std::pair(kChunkVariable, "chunk-" + token),
        std::pair(kExecutionVariable, std::string("e"))}) {
    environment.push_back({{"Name", name}, {"Value", value}});
  }
  return {{"Cluster", "c"},
          {"Overrides", {{"ContainerOverrides", {{{"Environment", environment}}}}}}};
}

class EmbeddedTaskInvokerTest : public testing::Test {
 protected:
  EmbeddedTaskInvokerTest() { invoker.UseCallback(heartbeats); }

  engine::TaskReply Invoke(const std::string& resource, base::Json arguments) {
    engine::TaskInvocation invocation;
    invocation.task.resource = resource;
    invocation.task.arguments = std::move(arguments);
    std::optional<engine::TaskReply> reply;
    invoker.Invoke(std::move(invocation), [&](engine::TaskReply given) { reply = given; });
    EXPECT_TRUE(reply);
    return reply.value_or(engine::TaskReply{});
  }
  void Finish(std::size_t worker) {
    auto ended = std::move(running.at(worker));
    ended();
    world.executor.RunFor(0s);
  }

  TaskWorld world;
  Heartbeats heartbeats;
  std::vector<std::string> started;
  std::vector<std::move_only_function<void()>> running;
  EmbeddedTaskInvoker invoker{
      *world.handlers,
      [this](ChunkAssignment assignment, std::move_only_function<void()> ended) {
        started.push_back(assignment.token);
        running.push_back(std::move(ended));
      },
      world.executor,
      {.workers_max = 2, .heartbeat_every = 10s}};
};

TEST_F(EmbeddedTaskInvokerTest, NoMoreWorkersRunThanAllowedAndTheRestFollowsInOrder) {
  for (const char* token : {"a", "b", "c", "d"}) {
    EXPECT_TRUE(Invoke(kRunTask, Overrides(token)).succeeded);
  }
  world.executor.RunFor(1s);
  EXPECT_THAT(started, ElementsAre("a", "b"));
  Finish(1);
  EXPECT_THAT(started, ElementsAre("a", "b", "c"));
  Finish(0);
  Finish(2);
  EXPECT_THAT(started, ElementsAre("a", "b", "c", "d"));
  Finish(3);
  EXPECT_TRUE(Invoke(kRunTask, Overrides("e")).succeeded);
  world.executor.RunFor(0s);
  EXPECT_EQ(started.back(), "e");
}

TEST_F(EmbeddedTaskInvokerTest, OnlyWhatWaitsForAWorkerIsKeptAliveByTheQueue) {
  for (const char* token : {"a", "b", "c", "d"}) Invoke(kRunTask, Overrides(token));
  heartbeats.gone = "c";  // one that is not wanted any more does not keep the others from theirs
  world.executor.RunFor(10s);
  EXPECT_THAT(heartbeats.tokens, ElementsAre("c", "d"));
  Finish(0);
  world.executor.RunFor(10s);
  EXPECT_THAT(heartbeats.tokens, ElementsAre("c", "d", "d"));
  Finish(1);
  world.executor.RunFor(60s);
  EXPECT_THAT(heartbeats.tokens, ElementsAre("c", "d", "d"));
  // The queue beats again when something waits again.
  Invoke(kRunTask, Overrides("e"));
  world.executor.RunFor(10s);
  EXPECT_THAT(heartbeats.tokens, ElementsAre("c", "d", "d", "e"));
}

TEST_F(EmbeddedTaskInvokerTest, AContainerIsToldAsEcsWouldTellIt) {
  const engine::TaskReply reply = Invoke(kRunTask, Overrides("a"));
  EXPECT_THAT(reply.output["Failures"], IsEmpty());
  EXPECT_THAT(reply.output["Tasks"][0]["TaskArn"].get<std::string>(), HasSubstr("chunk-a"));
}

TEST_F(EmbeddedTaskInvokerTest, OverridesThatLackSomethingAreRefused) {
  const auto read = ReadContainerOverrides(Overrides("a"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->token, "a");
  EXPECT_EQ(read->user_id, "ada");
  EXPECT_EQ(read->job_id, "job");
  EXPECT_EQ(read->chunk_id, "chunk-a");
  EXPECT_EQ(read->execution, "e");

  const base::Json::json_pointer place("/Overrides/ContainerOverrides/0/Environment");
  for (std::size_t i = 0; i < 5; ++i) {
    base::Json without = Overrides("a");
    const std::string name = without[place][i]["Name"];
    without[place].erase(i);
    const auto refused = ReadContainerOverrides(without);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "task.invalid_payload");
    EXPECT_THAT(refused.error().message, HasSubstr(name));
  }
  for (const char* malformed :
       {"{}", "null", "[]", "7", R"({"Overrides": 7})",
        R"({"Overrides": {"ContainerOverrides": []}})",
        R"({"Overrides": {"ContainerOverrides": {"0": 7}}})",
        R"({"Overrides": {"ContainerOverrides": [{"Environment": 7}]}})",
        R"({"Overrides": {"ContainerOverrides": [{"Environment": [7, null, "x"]}]}})",
        R"({"Overrides": {"ContainerOverrides": [{"Environment": [{"Name": 7}]}]}})",
        R"({"Overrides": {"ContainerOverrides": [{"Environment": {"Name": {"Name": 7}}}]}})"}) {
    const engine::TaskReply reply = Invoke(kRunTask, *base::ParseJson(malformed));
    EXPECT_FALSE(reply.succeeded) << malformed;
    EXPECT_EQ(reply.error, "ECS.ClientException") << malformed;
  }
  world.executor.RunFor(1s);
  EXPECT_THAT(started, IsEmpty());
}

TEST_F(EmbeddedTaskInvokerTest, FunctionsAnswerInLambdasEnvelope) {
  world.MakeJob("e", 10);
  const base::Json payload{{"userId", "ada"}, {"jobId", TaskWorld::kJob}, {"execution", "e"}};
  const engine::TaskReply reply =
      Invoke(kLambda,
             {{"FunctionName", "arn:aws:lambda:local:0:function:validate"}, {"Payload", payload}});
  ASSERT_TRUE(reply.succeeded) << reply.cause.value_or("");
  EXPECT_EQ(reply.output["StatusCode"], 200);
  EXPECT_EQ(reply.output["Payload"]["status"], "RUNNING");
}

TEST_F(EmbeddedTaskInvokerTest, UnknownResourcesFunctionsAndPayloadsFail) {
  EXPECT_EQ(Invoke("arn:aws:states:::sqs:sendMessage", {}).error, "States.TaskFailed");
  const base::Json payload{{"userId", "ada"}, {"jobId", "j"}, {"execution", "e"}};
  const auto unknown = Invoke(kLambda, {{"FunctionName", "a:b:nothing"}, {"Payload", payload}});
  EXPECT_EQ(unknown.error, "InvalidTask");
  EXPECT_THAT(unknown.cause.value_or(""), HasSubstr("task.unknown_function"));
  EXPECT_EQ(Invoke(kLambda, {{"FunctionName", "validate"}}).error, "InvalidTask");
  EXPECT_EQ(Invoke(kLambda, base::Json::array()).error, "InvalidTask");
}

}  // namespace
}  // namespace coldpath::tasks
