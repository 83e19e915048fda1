// Crashes at random moments: an execution ends as if nothing had happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "engine/embedded_engine.h"
#include "engine/engine_testing.h"

namespace coldpath::engine {
namespace {

using std::chrono::seconds;

// Makes definitions out of a seed: a chain of states, some with branches, Maps and waits inside.
class DefinitionMaker {
 public:
  explicit DefinitionMaker(std::uint64_t seed) : random_(seed) {}

  base::Json Machine(int depth) {
    base::Json states = base::Json::object();
    const int length = 1 + Draw(3);
    std::vector<std::string> names;
    for (int i = 0; i < length; ++i) names.push_back("S" + std::to_string(++count_));
    for (int i = 0; i < length; ++i) {
      base::Json state = State(depth, names[static_cast<std::size_t>(i)]);
      if (i + 1 < length) {
        state["Next"] = names[static_cast<std::size_t>(i) + 1];
      } else {
        state["End"] = true;
      }
      states[names[static_cast<std::size_t>(i)]] = std::move(state);
    }
    return {{"StartAt", names[0]}, {"States", std::move(states)}};
  }
  // States whose first attempts fail, and tasks that complete by their token.
  std::map<std::string, int> failures;

 private:
  int Draw(int bound) {
    return static_cast<int>(random_.NextUint64() % static_cast<unsigned>(bound));
  }

  base::Json State(int depth, const std::string& name) {
    switch (Draw(depth > 0 ? 7 : 4)) {
      case 0:
        return {{"Type", "Pass"}};
      case 1:
        return {{"Type", "Wait"}, {"Seconds", 1 + Draw(5)}};
      case 2:
        return Task(name, kLambda);
      case 3: {
        base::Json state = Task(name, kTokenTask);
        state["Parameters"] = {{"token.$", "$$.Task.Token"}};
        state["ResultPath"] = "$";
        state["HeartbeatSeconds"] = 1000;
        return state;
      }
      case 4:
        return {{"Type", "Parallel"}, {"Branches", {Machine(depth - 1), Machine(depth - 1)}}};
      case 5:
        return Map(Machine(depth - 1), "INLINE");
      default:
        return Map(Machine(depth - 1), "DISTRIBUTED");
    }
  }

  base::Json Task(const std::string& name, const char* resource) {
    failures[name] = Draw(3);
    return {{"Type", "Task"},
            {"Resource", resource},
            {"Parameters", {{"state", name}}},
            {"Retry", {{{"ErrorEquals", {"Flaky"}}, {"IntervalSeconds", 1}, {"MaxAttempts", 3}}}}};
  }

  base::Json Map(base::Json processor, const char* mode) {
    processor["ProcessorConfig"] = {{"Mode", mode}};
    if (std::string(mode) == "DISTRIBUTED")
      processor["ProcessorConfig"]["ExecutionType"] = "STANDARD";
    return {{"Type", "Map"},
            {"Parameters", nullptr},
            {"MaxConcurrency", Draw(3)},
            {"ItemProcessor", std::move(processor)}};
  }

  base::SeededRandom random_;
  int count_ = 0;
};

// Maps take their items from a Pass state in front of them, whatever came before.
void FeedMaps(base::Json& machine) {
  base::Json& states = machine["States"];
  base::Json feeders = base::Json::object();
  for (auto& [name, state] : states.items()) {
    for (const char* inner : {"ItemProcessor", "Iterator"}) {
      if (state.contains(inner)) FeedMaps(state[inner]);
    }
    if (state.contains("Branches")) {
      for (base::Json& branch : state["Branches"]) FeedMaps(branch);
    }
    if (state["Type"] != "Map") continue;
    state.erase("Parameters");
    feeders["Feed" + name] = {{"Type", "Pass"}, {"Result", {1, 2, 3, 4, 5}}, {"Next", name}};
  }
  const auto redirect = [&](base::Json& target) {
    const std::string feeder = "Feed" + target.get<std::string>();
    if (feeders.contains(feeder)) target = feeder;
  };
  for (auto& [name, state] : states.items()) {
    if (state.contains("Next")) redirect(state["Next"]);
  }
  redirect(machine["StartAt"]);
  states.update(feeders);
}

struct Outcome {
  ExecutionDescription end;
  std::vector<std::string> types;  // sorted: branches may interleave differently
  std::size_t steps = 0;
  std::size_t tasks = 0;  // distinct ones that were delivered
};

class CrashWorld {
 public:
  explicit CrashWorld(std::uint64_t seed) : maker_(seed) {
    base::Json machine = maker_.Machine(2);
    FeedMaps(machine);
    world_ = std::make_unique<EngineWorld>(base::DumpJson(machine), seed);
    for (const auto& [state, count] : maker_.failures) Script(state, count);
  }

  // Dies after each of `crashes` steps.
  Outcome Go(std::vector<std::size_t> crashes) {
    world_->Start("run", "[1,2,3]");
    Outcome run;
    for (const std::size_t after : crashes) {
      run.steps += world_->executor.Run(after);
      if (world_->executor.waiting() == 0) break;
      world_->Crash();
      NoteWhatIsDurable();
      world_->executor.RunFor(seconds(1));
      world_->Boot();
    }
    run.steps += world_->executor.Run(1'000'000);
    run.end = world_->Describe("run");
    run.types = world_->HistoryTypes("run");
    std::ranges::sort(run.types);
    std::set<std::pair<std::string, std::int64_t>> tasks;
    for (const auto& delivery : world_->invoker.deliveries) {
      tasks.emplace(delivery.execution_arn, delivery.task.task);
    }
    run.tasks = tasks.size();
    EXPECT_EQ(world_->engine->live_executions(), 0u);
    return run;
  }

  bool delivered_after_durable_result = false;

 private:
  void Script(const std::string& state, int failures) {
    world_->invoker.On(state, [this, failures](const TaskInvocation& invocation) {
      Check(invocation);
      if (invocation.task.attempt < failures) return TaskReply::Failure("Flaky", "as scripted");
      if (!invocation.task.token.empty()) {
        world_->executor.PostAt(
            world_->executor.Now() + seconds(2),
            [this, token = invocation.task.token, state = invocation.task.state] {
              (void)world_->engine->SendTaskSuccess(token, {{"by", state}});
            });
      }
      return TaskReply::Success({{"by", invocation.task.state}});
    });
  }

  static bool IsResult(const std::string& type) {
    return type == "TaskSucceeded" || type == "TaskFailed" || type == "TaskTimedOut";
  }

  // How many results of each execution the journal has: so many of its tasks may never come again.
  void NoteWhatIsDurable() {
    scheduled_.clear();
    for (const auto& delivery : world_->invoker.deliveries) {
      const std::string& arn = delivery.execution_arn;
      const auto record = world_->journal.FindByArn(arn).value();
      if (!record || scheduled_.contains(arn)) continue;
      const auto history = world_->journal.ReadHistory(record->key, 0, 100'000).value();
      auto& open = scheduled_[arn];
      for (const auto& event : history) {
        if (event.type == "TaskScheduled") ++open;
        if (IsResult(event.type)) --open;
      }
    }
    known_ = {};
    for (const auto& delivery : world_->invoker.deliveries) {
      known_.emplace(delivery.execution_arn, delivery.task.task);
    }
  }

  // A task that was delivered before the crash comes again only in place of an open one.
  void Check(const TaskInvocation& invocation) {
    if (!known_.contains({invocation.execution_arn, invocation.task.task})) return;
    const auto open = scheduled_.find(invocation.execution_arn);
    if (open == scheduled_.end()) return;
    if (--open->second < 0) delivered_after_durable_result = true;
  }

  DefinitionMaker maker_;
  std::unique_ptr<EngineWorld> world_;
  std::map<std::string, int> scheduled_;
  std::set<std::pair<std::string, std::int64_t>> known_;
};

TEST(EngineRecoveryTest, ACrashAtAnyMomentChangesNothing) {
  EXPECT_TRUE(rc::check("crashes at random steps", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const Outcome calm = CrashWorld(seed).Go({});
    RC_ASSERT(calm.end.status == asl::ExecutionStatus::kSucceeded);
    const auto bound = static_cast<int>(calm.steps) + 2;
    const auto crashes = *rc::gen::container<std::vector<std::size_t>>(
        3, rc::gen::cast<std::size_t>(rc::gen::inRange(0, bound)));
    CrashWorld stormy(seed);
    const Outcome run = stormy.Go(crashes);
    RC_ASSERT(run.end.status == calm.end.status);
    RC_ASSERT(run.end.output == calm.end.output);
    RC_ASSERT(run.types == calm.types);
    RC_ASSERT(!stormy.delivered_after_durable_result);
    RC_ASSERT(run.tasks >= calm.tasks);
  }));
}

TEST(EngineRecoveryTest, EveryStepOfAMapMayBeTheLast) {
  const auto world = [] {
    return std::make_unique<EngineWorld>(R"({"StartAt": "M", "States": {"M": {"Type": "Map",
      "Label": "Items", "End": true, "MaxConcurrency": 2,
      "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}},
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Work", "States": {"Work": {"Type": "Task",
          "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}}}})");
  };
  std::size_t crash = 0;
  for (bool crashed = true; crashed; ++crash) {
    auto one = world();
    one->items.items = base::Json{1, 2, 3, 4, 5};
    one->Start("run");
    one->executor.Run(crash);
    crashed = one->executor.waiting() > 0;
    one->Crash();
    one->Boot();
    one->executor.Run();
    ASSERT_EQ(one->Describe("run").output, "[1,2,3,4,5]") << "crash after step " << crash;
    EXPECT_EQ(one->engine->live_executions(), 0u);
  }
  EXPECT_GT(crash, 20u);
}

TEST(EngineRecoveryTest, TimersGoOnWhereTheyWere) {
  EngineWorld world(
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}})");
  world.Start("run");
  world.executor.RunFor(seconds(60));
  world.Crash();
  world.executor.RunFor(seconds(10));
  world.Boot();
  world.executor.RunFor(seconds(29));
  EXPECT_EQ(world.Describe("run").status, asl::ExecutionStatus::kRunning);
  world.executor.RunFor(seconds(2));
  const auto done = world.Describe("run");
  EXPECT_EQ(done.status, asl::ExecutionStatus::kSucceeded);
  EXPECT_EQ(*done.stopped - done.started, seconds(100));
}

TEST(EngineRecoveryTest, WhatCannotBeRestoredIsLoggedAndTheRestGoesOn) {
  EngineWorld world(
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}})");
  world.Start("bad");
  world.Start("good");
  world.Crash();
  JournalBatch damage;
  damage.frames.push_back({1, {.id = 0, .removed = false, .control = "{", .payload = "{"}});
  damage.frames.push_back({1, {.id = 1, .removed = false, .control = "{", .payload = "{"}});
  world.journal.Commit(std::move(damage), nullptr);
  ASSERT_TRUE(world.journal.Flush());
  world.Boot();
  world.executor.Run();
  EXPECT_EQ(world.Describe("good").status, asl::ExecutionStatus::kSucceeded);
  EXPECT_EQ(world.Describe("bad").status, asl::ExecutionStatus::kRunning);
  EXPECT_THAT(world.log_lines, ::testing::Contains(::testing::HasSubstr("execution_not_restored")));
}

}  // namespace
}  // namespace coldpath::engine
