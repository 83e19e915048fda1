// What the engine's tests share: an engine in simulated time over a journal in memory, with task
// handlers written in the test.
#ifndef COLDPATH_ENGINE_ENGINE_TESTING_H_
#define COLDPATH_ENGINE_ENGINE_TESTING_H_

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "engine/embedded_engine.h"
#include "sim/sim_executor.h"
#include "stores/memory/memory_journal.h"

namespace coldpath::engine {

// Carries out tasks by a handler for each state, after a simulated while. A state without one
// succeeds with its arguments.
class ScriptedInvoker final : public TaskInvoker {
 public:
  using Handler = std::function<TaskReply(const TaskInvocation&)>;
  explicit ScriptedInvoker(sim::SimExecutor& executor) : executor_(executor) {}

  void On(const std::string& state, Handler handler) { handlers_[state] = std::move(handler); }
  // The first `failures` attempts of each visit fail with that error.
  void FailFirst(const std::string& state, int failures, const std::string& error) {
    On(state, [=](const TaskInvocation& invocation) {
      if (invocation.task.attempt < failures) return TaskReply::Failure(error, "as scripted");
      return TaskReply::Success(invocation.task.arguments);
    });
  }
  void TakeTime(base::Duration duration) { duration_ = duration; }

  void Invoke(TaskInvocation invocation, Done done) override {
    deliveries.push_back(invocation);
    ++running_;
    most_running = std::max(most_running, running_);
    executor_.PostAt(executor_.Now() + duration_, [this, invocation = std::move(invocation),
                                                   done = std::move(done)]() mutable {
      --running_;
      const auto handler = handlers_.find(invocation.task.state);
      done(handler == handlers_.end() ? TaskReply::Success(invocation.task.arguments)
                                      : handler->second(invocation));
    });
  }
  // The process died, and what ran in it.
  void Crash() { running_ = 0; }

  std::vector<TaskInvocation> deliveries;
  int most_running = 0;

 private:
  sim::SimExecutor& executor_;
  base::Duration duration_ = std::chrono::milliseconds(10);
  std::map<std::string, Handler> handlers_;
  int running_ = 0;
};

class ScriptedItems final : public ItemSource {
 public:
  base::Result<base::Json> ReadItems(const base::Json& reader) override {
    ++reads;
    last_reader = reader;
    return items;
  }
  base::Result<base::Json> WriteResults(const base::Json& writer,
                                        const base::Json& results) override {
    last_writer = writer;
    last_results = results;
    return summary;
  }
  base::Result<base::Json> items = base::Json::array();
  base::Result<base::Json> summary = base::Json::object();
  base::Json last_reader, last_writer, last_results;
  int reads = 0;
};

struct EngineWorld {
  explicit EngineWorld(std::string definition_text, std::uint64_t seed = 1)
      : definition(std::move(definition_text)), random(seed) {
    Boot();
  }

  // A process that begins: makes an engine and recovers.
  void Boot() {
    auto made =
        EmbeddedEngine::Make({.definition = definition,
                              .role_arn = "arn:aws:iam::0:role/engine",
                              .state_machine_arn = "arn:aws:states:local:0:stateMachine:machine",
                              .state_machine_name = "machine"},
                             {journal, invoker, items, executor, executor, random, log},
                             [this](const ExecutionEnd& end) { ends.push_back(end); });
    ASSERT_TRUE(made) << made.error().message;
    engine = *std::move(made);
    const auto recovered = engine->Recover();
    ASSERT_TRUE(recovered) << recovered.error().message;
  }
  // The process dies: work, timers and what is not durable are gone.
  void Crash() {
    engine->Abandon();
    engine.reset();
    executor.DropAll();
    journal.CrashLosingUndurable();
    invoker.Crash();
  }

  void Start(const std::string& name, const std::string& input = "{}") {
    const auto reply = engine->Start(name, input);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->outcome, StartOutcome::kStarted);
  }
  // Starts, runs until nothing is left to do, and describes.
  ExecutionDescription RunToEnd(const std::string& name, const std::string& input = "{}") {
    Start(name, input);
    executor.Run();
    return Describe(name);
  }
  ExecutionDescription Describe(const std::string& name) {
    auto description = engine->Describe(name);
    EXPECT_TRUE(description) << description.error().message;
    return description ? *std::move(description) : ExecutionDescription{};
  }
  std::vector<std::string> HistoryTypes(const std::string& name) {
    std::vector<std::string> types;
    std::optional<std::int64_t> after = 0;
    while (after) {
      const auto page = engine->History(name, *after, 100);
      EXPECT_TRUE(page);
      if (!page) break;
      for (const auto& event : page->events) types.push_back(event.type);
      after = page->next;
    }
    return types;
  }

  std::string definition;
  sim::SimExecutor executor;
  std::vector<std::string> log_lines;
  base::Log log{executor, base::LogLevel::kInfo,
                [this](std::string_view line) { log_lines.emplace_back(line); }};
  base::SeededRandom random;
  stores::MemoryJournal journal{executor, executor};
  ScriptedInvoker invoker{executor};
  ScriptedItems items;
  std::vector<ExecutionEnd> ends;
  std::unique_ptr<EmbeddedEngine> engine;
};

inline constexpr const char* kLambda = "arn:aws:states:::lambda:invoke";
inline constexpr const char* kTokenTask = "arn:aws:states:::ecs:runTask.waitForTaskToken";

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_ENGINE_TESTING_H_
