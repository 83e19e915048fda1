// Idempotency of starts and retries, as the contract promises it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/api_fixture.h"
#include "service/recovery.h"

namespace coldpath::api::test {
namespace {

using base::Json;
using ::testing::SizeIs;

constexpr const char* kSyncs = "/v1/historical-syncs";

TEST(IdempotencyTest, KeysMustBeUuids) {
  Api api;
  const std::string connection = api.Connect("ada");
  EXPECT_EQ(api.Post(kSyncs, api.SyncBody(connection)).code(), "idempotency-key-missing");
  EXPECT_EQ(api.Post(kSyncs, api.SyncBody(connection), "not-a-uuid").code(),
            "idempotency-key-malformed");
}

TEST(IdempotencyTest, ARepetitionIsAnsweredWithTheSameBytes) {
  Api api;
  const std::string connection = api.Connect("ada");
  const Answered first = api.Post(kSyncs, api.SyncBody(connection), kKey1);
  ASSERT_EQ(first.status, 202);
  EXPECT_EQ(first.headers.Find("Location"),
            "/v1/historical-syncs/" + first.json.at("id").get<std::string>());
  api.sim.RunFor(std::chrono::hours(1));
  // Upper case is the same UUID; the order of members is the same body.
  const Answered second = api.Post(kSyncs, api.SyncBody(connection), kKey1);
  EXPECT_EQ(second.text, first.text);
  EXPECT_EQ(api.engine.started, 1);
  // Even after the connection is gone: the key's row is the first authority.
  ASSERT_TRUE(api.connections.Delete("ada", connection));
  EXPECT_EQ(api.Post(kSyncs, api.SyncBody(connection), kKey1).text, first.text);
}

TEST(IdempotencyTest, TheExecutionsInputIsCanonicalAndHoldsNoTime) {
  Api api;
  const std::string connection = api.Connect("ada");
  const std::string id =
      api.Post(kSyncs, api.SyncBody(connection), kKey1).json.at("id").get<std::string>();
  const std::string input = api.engine.executions.at(kKey1).input;
  EXPECT_EQ(input, base::DumpJson(*base::ParseJson(input)));
  const Json json = *base::ParseJson(input);
  EXPECT_EQ(json.at("userId"), "ada");
  EXPECT_EQ(json.at("jobId"), id);
}

TEST(IdempotencyTest, ForeignAndReusedKeys) {
  Api api;
  const std::string connection = api.Connect("ada");
  ASSERT_EQ(api.Post(kSyncs, api.SyncBody(connection), kKey1).status, 202);
  const std::string other = api.Connect("bob");
  const Answered foreign = api.Send({.method = "POST",
                                     .path = kSyncs,
                                     .body = api.SyncBody(other),
                                     .token = api.Token("bob", true),
                                     .key = kKey1});
  EXPECT_EQ(foreign.status, 409);
  EXPECT_EQ(foreign.code(), "idempotency-key-conflict");
  EXPECT_EQ(foreign.text.find("ada"), std::string::npos);
  Json changed = api.SyncBody(connection);
  changed["end"] = "2025-05-01";
  const Answered reused = api.Post(kSyncs, changed, kKey1);
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(reused.code(), "idempotency-key-reused");
}

TEST(IdempotencyTest, ThenTheExecutionDecides) {
  using asl::ExecutionStatus;
  const std::vector<std::pair<ExecutionStatus, int>> matrix{{ExecutionStatus::kRunning, 202},
                                                            {ExecutionStatus::kSucceeded, 202},
                                                            {ExecutionStatus::kFailed, 409},
                                                            {ExecutionStatus::kTimedOut, 409},
                                                            {ExecutionStatus::kAborted, 409}};
  for (const auto& [status, expected] : matrix) {
    Api api;
    const std::string connection = api.Connect("ada");
    ASSERT_EQ(api.Post(kSyncs, api.SyncBody(connection), kKey1).status, 202);
    api.engine.executions.at(kKey1).status = status;
    const Answered again = api.Post(kSyncs, api.SyncBody(connection), kKey1);
    EXPECT_EQ(again.status, expected) << asl::StatusName(status);
    EXPECT_EQ(again.code(), expected == 409 ? "idempotency-key-spent" : "");
    EXPECT_EQ(api.engine.started, 1);
  }
}

TEST(IdempotencyTest, AnExecutionThatTheEngineForgotIsNotStartedAgain) {
  Api api;
  const std::string connection = api.Connect("ada");
  const Answered first = api.Post(kSyncs, api.SyncBody(connection), kKey1);
  api.Settle(first.json.at("id"), domain::JobStatus::kSucceeded, domain::JobOutcome::kComplete);
  api.engine.executions.clear();
  EXPECT_EQ(api.Post(kSyncs, api.SyncBody(connection), kKey1).text, first.text);
  EXPECT_EQ(api.engine.started, 1);
  EXPECT_TRUE(api.engine.executions.empty());
}

TEST(IdempotencyTest, FiftyEqualStartsInParallelAreOneExecutionAndFiftyEqualAnswers) {
  struct Clock final : base::Clock {
    base::Instant Now() const override {
      return base::ParseRfc3339("2025-06-15T12:00:00Z")->instant;
    }
  } clock;
  const auto pool = base::MakeThreadPool(clock, 8);
  Api api({1000, 100000}, pool.get());
  const std::string connection = api.Connect("ada");
  const base::HttpRequest request = api.Request(
      {.method = "POST", .path = kSyncs, .body = api.SyncBody(connection), .key = kKey1});
  std::vector<std::shared_ptr<Responder>> responders;
  for (int i = 0; i < 50; ++i) {
    responders.push_back(std::make_shared<Responder>());
    api.handler->Handle(request, "127.0.0.1", responders.back());
  }
  std::set<std::string> answers;
  for (const auto& responder : responders) {
    const base::MutexLock lock(responder->mutex);
    while (!responder->answered) responder->answered_changed.Wait(responder->mutex);
    EXPECT_EQ(responder->response.status, 202) << responder->response.body;
    answers.insert(responder->response.body);
  }
  pool->Stop();
  EXPECT_THAT(answers, SizeIs(1));
  EXPECT_EQ(api.engine.started, 1);
  EXPECT_THAT(api.jobs.ListJobs("ada", std::nullopt, 10)->jobs, SizeIs(1));
}

TEST(RecoveryTest, LaunchesWhatWasPersistedAndNeverLaunched) {
  Api api;
  const std::string connection = api.Connect("ada");
  api.engine.unavailable = true;
  ASSERT_EQ(api.Post(kSyncs, api.SyncBody(connection), kKey1).status, 503);
  api.engine.unavailable = false;
  const auto never = [](const engine::ExecutionEnd&) -> base::Status {
    ADD_FAILURE() << "nothing has ended";
    return {};
  };
  const auto counts = service::RecoverJobs(api.context, never);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->launched, 1);
  EXPECT_EQ(api.engine.started, 1);
  EXPECT_EQ(service::RecoverJobs(api.context, never)->launched, 0);
}

TEST(RecoveryTest, SettlesAJobWhoseExecutionHasEndedUnheard) {
  Api api;
  const std::string id = api.StartRunning();
  api.engine.executions.at(kKey1).status = asl::ExecutionStatus::kTimedOut;
  std::vector<engine::ExecutionEnd> ends;
  const auto settle = [&](const engine::ExecutionEnd& end) -> base::Status {
    ends.push_back(end);
    api.Settle(id, domain::JobStatus::kFailed, std::nullopt);
    return {};
  };
  EXPECT_EQ(service::RecoverJobs(api.context, settle)->settled, 1);
  ASSERT_THAT(ends, SizeIs(1));
  EXPECT_EQ(ends[0].status, asl::ExecutionStatus::kTimedOut);
  EXPECT_EQ(ends[0].execution_name, kKey1);
  EXPECT_EQ(service::RecoverJobs(api.context, settle)->settled, 0);
}

}  // namespace
}  // namespace coldpath::api::test
