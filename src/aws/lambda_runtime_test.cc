#include "aws/lambda_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "base/json.h"

namespace coldpath::aws {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct World {
  World() { lines.reserve(100); }
  ~World() { pool->Stop(); }

  // The runtime API's answer to next.
  void Offer(const std::string& event, base::HttpHeaders headers = {}) {
    base::HttpHeaders all{{"Lambda-Runtime-Aws-Request-Id", "request-1"},
                          {"Lambda-Runtime-Deadline-Ms", Deadline(std::chrono::minutes(1))},
                          {"Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:x:1:function:f"},
                          {"Lambda-Runtime-Trace-Id", "Root=1-abc"}};
    for (const auto& [name, value] : headers.fields()) all.Set(name, value);
    http.Then(200, event, all);
  }
  std::string Deadline(base::Duration left) const {
    return std::to_string(base::UnixMillis(clock->Now() + left));
  }
  base::Json Body(std::size_t index) const {
    return *base::ParseJson(http.requests().at(index).body);
  }
  base::Status Serve(const LambdaHandler& handler) { return runtime.ServeOne(handler); }

  std::unique_ptr<base::Clock> clock = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool = base::MakeThreadPool(*clock, 2);
  std::vector<std::string> lines;
  base::Log log{*clock, base::LogLevel::kInfo,
                [this](std::string_view line) { lines.emplace_back(line); }};
  ScriptedHttp http;
  LambdaRuntime runtime{{http, *clock, *pool, log}, {.api = "127.0.0.1:9001"}};
};

LambdaAnswer Echo(const LambdaInvocation& invocation) { return invocation.event; }

TEST(LambdaRuntimeTest, BringsAnInvocationToItsHandlerAndTheAnswerBack) {
  World world;
  world.Offer(R"({"a":1})");
  world.http.Then(202);
  LambdaInvocation seen;
  ASSERT_TRUE(world.Serve([&](const LambdaInvocation& invocation) -> LambdaAnswer {
    seen = invocation;
    return R"({"b":2})";
  }));
  EXPECT_EQ(seen.event, R"({"a":1})");
  EXPECT_EQ(seen.request_id, "request-1");
  EXPECT_EQ(seen.trace_id, "Root=1-abc");
  EXPECT_EQ(seen.function_arn, "arn:aws:lambda:x:1:function:f");
  EXPECT_GT(seen.deadline, world.clock->Now());
  const auto requests = world.http.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_EQ(requests[0].url, "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next");
  EXPECT_GE(requests[0].timeout, std::chrono::hours(24)) << "the sandbox sleeps in it";
  EXPECT_EQ(requests[1].method, "POST");
  EXPECT_EQ(requests[1].url,
            "http://127.0.0.1:9001/2018-06-01/runtime/invocation/request-1/response");
  EXPECT_EQ(requests[1].body, R"({"b":2})");
  ASSERT_THAT(world.lines, SizeIs(1));
  EXPECT_THAT(world.lines[0], HasSubstr("Root=1-abc"));
}

TEST(LambdaRuntimeTest, AFailureIsReportedByItsName) {
  World world;
  world.Offer("{}");
  world.http.Then(202);
  ASSERT_TRUE(world.Serve([](const LambdaInvocation&) -> LambdaAnswer {
    return std::unexpected(LambdaError{"Unavailable", "The store is away."});
  }));
  const auto report = world.http.requests().at(1);
  EXPECT_THAT(report.url, HasSubstr("/invocation/request-1/error"));
  EXPECT_EQ(report.headers.Find("Lambda-Runtime-Function-Error-Type"), "Unavailable");
  EXPECT_EQ(world.Body(1), base::Json({{"errorMessage", "The store is away."},
                                       {"errorType", "Unavailable"},
                                       {"stackTrace", base::Json::array()}}));
}

TEST(LambdaRuntimeTest, AHandlerThatThrowsIsAFailure) {
  World world;
  world.Offer("{}");
  world.http.Then(202);
  ASSERT_TRUE(world.Serve(
      [](const LambdaInvocation&) -> LambdaAnswer { throw std::runtime_error("as scripted"); }));
  EXPECT_EQ(world.Body(1).at("errorType"), "Coldpath.Internal");
}

TEST(LambdaRuntimeTest, AHandlerThatIsLateIsGivenUpBeforeTheDeadline) {
  World world;
  world.Offer("{}",
              {{"Lambda-Runtime-Deadline-Ms", world.Deadline(std::chrono::milliseconds(520))}});
  world.http.Then(202);
  base::Mutex mutex;
  base::CondVar changed;
  bool release = false;
  const LambdaHandler slow = [&](const LambdaInvocation&) -> LambdaAnswer {
    base::MutexLock lock(mutex);
    while (!release) changed.Wait(mutex);
    return "{}";
  };
  ASSERT_TRUE(world.Serve(slow));
  EXPECT_EQ(world.Body(1).at("errorType"), "Unavailable");
  {
    base::MutexLock lock(mutex);
    release = true;
    changed.NotifyAll();
  }
  world.pool->Stop();
  EXPECT_THAT(world.http.requests(), SizeIs(2)) << "the late answer goes nowhere";
}

TEST(LambdaRuntimeTest, WhatIsTooLargeIsNotSent) {
  World world;
  world.Offer("{}");
  world.http.Then(202);
  ASSERT_TRUE(world.Serve([](const LambdaInvocation&) -> LambdaAnswer {
    return std::string(kMostAnswerBytes + 1, ' ');
  }));
  EXPECT_EQ(world.Body(1).at("errorType"), "Function.ResponseSizeTooLarge");
  world.Offer(std::string(kMostEventBytes + 1, ' '));
  world.http.Then(202);
  ASSERT_TRUE(world.Serve(Echo));
  EXPECT_EQ(world.Body(3).at("errorType"), "Coldpath.EventTooLarge");
}

TEST(LambdaRuntimeTest, EndsWhenTheRuntimeApiDoes) {
  World world;
  world.Offer("1");
  world.http.Then(202);
  world.http.ThenFail("http.connect");
  EXPECT_EQ(world.runtime.Run(Echo).code, "lambda.runtime_api");
  EXPECT_THAT(world.http.requests(), SizeIs(3));
  world.http.Then(500);
  EXPECT_EQ(world.runtime.Run(Echo).code, "lambda.runtime_api");
  world.Offer("1");
  world.http.Then(500);
  EXPECT_EQ(world.runtime.Run(Echo).code, "lambda.runtime_api");
  EXPECT_EQ(world.http.left(), 0u);
}

TEST(LambdaRuntimeTest, ARefusedAnswerEndsTheInvocationAlone) {
  World world;
  world.Offer("1");
  world.http.Then(413);
  EXPECT_TRUE(world.Serve(Echo));
  EXPECT_THAT(world.lines.back(), HasSubstr("lambda_answer_refused"));
}

TEST(LambdaRuntimeTest, InvocationsThatCannotBeAnsweredAreNotTaken) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"Lambda-Runtime-Aws-Request-Id", ""},
           {"Lambda-Runtime-Aws-Request-Id", "../../init"},
           {"Lambda-Runtime-Deadline-Ms", ""},
           {"Lambda-Runtime-Deadline-Ms", "soon"},
           {"Lambda-Runtime-Deadline-Ms", "-5"},
           {"Lambda-Runtime-Deadline-Ms", "999999999999999999"}}) {
    World world;
    world.Offer("{}", {{name, value}});
    const auto served = world.Serve(Echo);
    ASSERT_FALSE(served) << name << ": " << value;
    EXPECT_EQ(served.error().code, "lambda.runtime_api");
    EXPECT_THAT(world.http.requests(), SizeIs(1));
  }
}

TEST(LambdaRuntimeTest, SaysWhyAFunctionCannotStart) {
  World world;
  world.http.Then(202);
  ASSERT_TRUE(world.runtime.ReportInitError({"Config\nInvalid", "COLDPATH_TABLE is not set."}));
  const auto report = world.http.requests().at(0);
  EXPECT_EQ(report.url, "http://127.0.0.1:9001/2018-06-01/runtime/init/error");
  EXPECT_EQ(report.headers.Find("Lambda-Runtime-Function-Error-Type"), "Config_Invalid");
  EXPECT_EQ(world.Body(0).at("errorMessage"), "COLDPATH_TABLE is not set.");
}

}  // namespace
}  // namespace coldpath::aws
