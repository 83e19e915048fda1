// The engine as it runs in production: real threads, SQLite. Meant to be run under ThreadSanitizer
// too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <semaphore>

#include "base/thread_pool.h"
#include "engine/embedded_engine.h"
#include "stores/sqlite/journal.h"

namespace coldpath::engine {
namespace {

class EchoInvoker final : public TaskInvoker {
 public:
  void Invoke(TaskInvocation invocation, Done done) override {
    ++delivered;
    done(TaskReply::Success(invocation.task.arguments));
  }
  std::atomic<int> delivered = 0;
};

class NoItems final : public ItemSource {
 public:
  base::Result<base::Json> ReadItems(const base::Json&) override { return base::Json::array(); }
  base::Result<base::Json> WriteResults(const base::Json&, const base::Json& results) override {
    return results;
  }
};

class EngineThreadsTest : public ::testing::Test {
 protected:
  EngineThreadsTest() {
    std::filesystem::create_directories(folder_);
    Open();
  }
  ~EngineThreadsTest() override {
    Close();
    std::filesystem::remove_all(folder_);
  }

  void Open() {
    pool_ = base::MakeThreadPool(*clock_, 3);
    writer_ = base::MakeThreadPool(*clock_, 1);
    auto journal = stores::SqliteJournal::Open(folder_ + "/engine.db", *writer_);
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = *std::move(journal);
    auto engine =
        EmbeddedEngine::Make({.definition = kDefinition,
                              .role_arn = "role",
                              .state_machine_arn = "arn:aws:states:local:0:stateMachine:machine",
                              .state_machine_name = "machine"},
                             {*journal_, invoker_, items_, *pool_, *clock_, random_, log_},
                             [this](const ExecutionEnd&) { ended_.release(); });
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
    ASSERT_TRUE(engine_->Recover());
  }
  void Close() {
    engine_->Shutdown();
    pool_->Stop();
    engine_.reset();
    journal_.reset();
    writer_->Stop();
  }

  // Three steps, a Map of 20 children and a timer.
  static constexpr const char* kDefinition = R"({"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 0, "Next": "M"},
    "M": {"Type": "Map", "Label": "M", "End": true, "MaxConcurrency": 5,
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "B", "States": {
          "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}}}})";
  static constexpr const char* kInput = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]";

  const std::string folder_ = ::testing::TempDir() + "engine_threads_" + std::to_string(getpid()) +
                              "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  base::SeededRandom random_{7};
  base::Log log_{*clock_, base::LogLevel::kError, base::StandardErrorSink()};
  EchoInvoker invoker_;
  NoItems items_;
  std::counting_semaphore<> ended_{0};
  std::unique_ptr<base::ThreadPool> pool_, writer_;
  std::unique_ptr<stores::SqliteJournal> journal_;
  std::unique_ptr<EmbeddedEngine> engine_;
};

TEST_F(EngineThreadsTest, FiftyStartsAtOnceAreOneExecution) {
  constexpr int kCallers = 50;
  std::atomic<int> started = 0, known = 0;
  std::latch together(kCallers);
  const auto callers = base::MakeThreadPool(*clock_, kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers->Post([&] {
      together.arrive_and_wait();
      const auto reply = engine_->Start("same", kInput);
      ASSERT_TRUE(reply) << reply.error().message;
      (reply->outcome == StartOutcome::kStarted ? started : known)++;
    });
  }
  callers->Stop();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(known, kCallers - 1);
  ended_.acquire();
  EXPECT_EQ(invoker_.delivered, 21);
}

TEST_F(EngineThreadsTest, ManyExecutionsFromManyThreads) {
  constexpr int kThreads = 4, kEach = 10;
  const auto callers = base::MakeThreadPool(*clock_, kThreads);
  for (int t = 0; t < kThreads; ++t) {
    callers->Post([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = "run-" + std::to_string(t) + "-" + std::to_string(i);
        ASSERT_TRUE(engine_->Start(name, kInput));
        EXPECT_TRUE(engine_->Describe(name));
        EXPECT_TRUE(engine_->History(name, 0, 10));
      }
    });
  }
  callers->Stop();
  for (int i = 0; i < kThreads * kEach; ++i) ended_.acquire();
  for (int t = 0; t < kThreads; ++t) {
    const auto done = engine_->Describe("run-" + std::to_string(t) + "-3");
    EXPECT_EQ(done->status, asl::ExecutionStatus::kSucceeded);
    EXPECT_EQ(done->output, kInput);
  }
  EXPECT_EQ(invoker_.delivered, kThreads * kEach * 21);
  EXPECT_EQ(engine_->live_executions(), 0u);
}

TEST_F(EngineThreadsTest, GoesOnAfterARestartInTheMiddle) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(engine_->Start("run-" + std::to_string(i), kInput));
  Close();
  Open();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(engine_->Describe("run-" + std::to_string(i)));
  // Those that were open at the restart end now.
  while (engine_->live_executions() > 0) {
    static_cast<void>(ended_.try_acquire_for(std::chrono::milliseconds(50)));
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(engine_->Describe("run-" + std::to_string(i))->output, kInput);
  }
  EXPECT_GE(invoker_.delivered, 20 * 21);
}

}  // namespace
}  // namespace coldpath::engine
