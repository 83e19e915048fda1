// What leaves the engine once its transition is durable, and what comes back.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/engine_core.h"
#include "engine/execution_names.h"

namespace coldpath::engine {
namespace {

// So many timers at most are handled under one hold of the mutex.
constexpr std::size_t kTimersAtOnce = 256;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

void EngineCore::Release(Released released) {
  const ExecutionKey key = released.execution;
  if (const auto* end = std::get_if<asl::ExecutionEnds>(&released.effect)) {
    Forget(key, end->status);
    return;
  }
  const LiveExecution* live = FindLive(key);
  if (phase_ != Phase::kRunning || live == nullptr || live->ended) return;
  std::visit(
      Overloaded{
          [&](asl::InvokeTask& task) COLDPATH_REQUIRES(mutex_) { Invoke(key, std::move(task)); },
          [&](asl::SetTimer& timer) COLDPATH_REQUIRES(mutex_) {
            timers_.Add(timer.when, {key, timer.frame, timer.timer});
          },
          [&](asl::LoadItems& load) COLDPATH_REQUIRES(mutex_) { LoadItems(key, std::move(load)); },
          [&](asl::CollectResults& collect) COLDPATH_REQUIRES(mutex_) { Collect(key, collect); },
          // A late answer finds no task: there is nobody to tell.
          [](asl::CancelTask&) {},
          // Part of the transition's own commit.
          [](asl::StartChild&) { COLDPATH_CHECK(false); },
          [](asl::StopChildren&) { COLDPATH_CHECK(false); },
          [](asl::ExecutionEnds&) { COLDPATH_CHECK(false); },
      },
      released.effect);
}

void EngineCore::Forget(ExecutionKey key, asl::ExecutionStatus status) {
  const LiveExecution* live = FindLive(key);
  if (live == nullptr) return;
  timers_.RemoveAll(key);
  if (!live->parent) {
    ++forgotten_;
    if (on_ended_ && phase_ == Phase::kRunning) {
      ports_.executor.Post([weak = weak_from_this(),
                            end = ExecutionEnd{live->arn(), live->state.context().execution_name,
                                               live->input, status}] {
        if (const auto core = weak.lock(); core && core->MayDeliver()) core->on_ended_(end);
      });
    }
  }
  by_arn_.erase(live->arn());
  live_.erase(key);
}

bool EngineCore::MayDeliver() const {
  base::MutexLock lock(mutex_);
  return phase_ == Phase::kRunning;
}

// ---- tasks -------------------------------------------------------------------------------------

void EngineCore::Invoke(ExecutionKey key, asl::InvokeTask task) {
  const asl::ExecutionContext& context = FindLive(key)->state.context();
  TaskInvocation invocation{context.execution_arn, context.execution_name, std::move(task)};
  ports_.executor.Post(
      [weak = weak_from_this(), invocation = std::move(invocation), key]() mutable {
        if (const auto core = weak.lock()) core->Deliver(std::move(invocation), key);
      });
}

void EngineCore::Deliver(TaskInvocation invocation, ExecutionKey key) {
  if (!MayDeliver()) return;
  const asl::FrameId frame = invocation.task.frame;
  const std::int64_t task = invocation.task.task;
  const bool by_token = !invocation.task.token.empty();
  ports_.invoker.Invoke(std::move(invocation), [weak = weak_from_this(), key, frame, task,
                                                by_token](TaskReply reply) {
    const auto core = weak.lock();
    if (!core) return;
    if (!reply.succeeded) {
      core->Happen(key,
                   asl::TaskFailed{frame, task, std::move(reply.error), std::move(reply.cause)});
    } else if (by_token) {
      core->Happen(key, asl::TaskSubmitted{frame, task, std::move(reply.output)});
    } else {
      core->Happen(key, asl::TaskSucceeded{frame, task, std::move(reply.output)});
    }
  });
}

// ---- items and results of a Distributed Map ----------------------------------------------------

void EngineCore::LoadItems(ExecutionKey key, asl::LoadItems load) {
  ports_.executor.Post([weak = weak_from_this(), key, load = std::move(load)]() mutable {
    const auto core = weak.lock();
    if (!core || !core->MayDeliver()) return;
    const MapRunId run{load.frame, load.run};
    core->OnItems(key, run, core->ReadItems(std::move(load)));
  });
}

base::Result<std::vector<base::Json>> EngineCore::ReadItems(asl::LoadItems load) {
  base::Result<base::Json> items = load.items ? base::Result<base::Json>(*std::move(load.items))
                                              : ports_.items.ReadItems(load.reader);
  if (!items) return base::Fail(std::move(items.error()));
  if (!items->is_array()) {
    return base::Fail("States.ItemReaderFailed", "The items of the Map are not an array");
  }
  return std::move(items->get_ref<base::Json::array_t&>());
}

void EngineCore::OnItems(ExecutionKey key, MapRunId run,
                         base::Result<std::vector<base::Json>> items) {
  base::MutexLock lock(mutex_);
  LiveExecution* live = FindLive(key);
  if (failure_ || phase_ == Phase::kGone || live == nullptr || live->ended) return;
  Enqueue(key, KeepItems(*live, run, std::move(items)));
  Drain();
  CommitGroup(When::kIdle);
}

namespace {

// Where each child's items start, and where the last one's end.
std::vector<std::size_t> SplitItems(const asl::ExecutionState& state, asl::FrameId frame,
                                    const asl::ChildPlan& plan,
                                    const std::vector<base::Json>& items) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, plan.items_per_child));
  std::vector<std::size_t> starts{0};
  std::size_t bytes = 0;  // of the input of the child that is being filled
  for (std::size_t at = 0; at < items.size(); ++at) {
    std::size_t alone = 0;
    std::size_t added = 0;
    if (plan.max_bytes) {
      // What surrounds the items has the same size for one item as for many.
      const auto index = static_cast<std::int64_t>(starts.size()) - 1;
      const auto input = asl::ChildInput(state, frame, index, {items[at]});
      alone = input ? base::DumpJson(*input).size() : 0;
      const base::Json* list = input ? base::FindMember(*input, "Items") : nullptr;
      if (list != nullptr && !list->empty()) added = base::DumpJson((*list)[0]).size() + 1;
    }
    const bool full = at - starts.back() == most ||
                      (plan.max_bytes && bytes + added > static_cast<std::size_t>(*plan.max_bytes));
    if (at > starts.back() && full) starts.push_back(at);
    bytes = at == starts.back() ? alone : bytes + added;
  }
  if (!items.empty()) starts.push_back(items.size());
  return starts;
}

}  // namespace

asl::ItemsLoaded EngineCore::KeepItems(LiveExecution& execution, MapRunId id,
                                       base::Result<std::vector<base::Json>> items) {
  asl::ItemsLoaded loaded{.frame = id.first, .run = id.second, .error = {}, .cause = {}};
  if (!items) {
    loaded.error = std::move(items.error().code);
    loaded.cause = std::move(items.error().message);
    return loaded;
  }
  MapRun& run = execution.maps[id];
  run.items = *std::move(items);
  if (!run.plan) run.plan = asl::PlanChildren(execution.state, id.first);
  run.starts = SplitItems(execution.state, id.first, *run.plan, run.items);
  loaded.items = static_cast<std::int64_t>(run.items.size());
  loaded.children = static_cast<std::int64_t>(run.starts.size()) - 1;
  return loaded;
}

void EngineCore::Collect(ExecutionKey key, const asl::CollectResults& collect) {
  ports_.executor.Post([weak = weak_from_this(), key, collect] {
    const auto core = weak.lock();
    if (!core || !core->MayDeliver()) return;
    core->OnResults(key, {collect.frame, collect.run}, core->ReadResults(key, collect));
  });
}

namespace {

// An entry of a ResultWriter's file, with the members of
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
base::Json ResultEntry(const ExecutionRecord& child) {
  base::Json entry = {{"ExecutionArn", child.arn},
                      {"Input", child.input},
                      {"InputDetails", {{"Included", true}}},
                      {"Name", child.name},
                      {"StartDate", base::FormatInstant(child.started)},
                      {"StateMachineArn", child.state_machine_arn},
                      {"Status", std::string(asl::StatusName(child.status))}};
  if (child.ended) entry["StopDate"] = base::FormatInstant(*child.ended);
  if (child.status == asl::ExecutionStatus::kSucceeded) {
    entry["Output"] = child.output;
    entry["OutputDetails"] = {{"Included", true}};
  }
  if (child.error) entry["Error"] = *child.error;
  if (child.cause) entry["Cause"] = *child.cause;
  return entry;
}

}  // namespace

base::Result<base::Json> EngineCore::ReadResults(ExecutionKey key,
                                                 const asl::CollectResults& collect) {
  auto children = ports_.journal.Children(key, collect.frame, collect.run);
  if (!children) return base::Fail("States.Runtime", std::move(children.error().message));
  base::Json results = base::Json::array();
  for (const ExecutionRecord& child : *children) {
    if (!collect.writer.is_null()) {
      results.push_back(ResultEntry(child));
    } else if (child.status == asl::ExecutionStatus::kSucceeded) {
      auto output = base::ParseJson(child.output);
      if (!output) return base::Fail("States.Runtime", std::move(output.error().message));
      results.push_back(*std::move(output));
    }
  }
  if (collect.writer.is_null()) return results;
  return ports_.items.WriteResults(collect.writer, results);
}

void EngineCore::OnResults(ExecutionKey key, MapRunId run, base::Result<base::Json> results) {
  asl::ResultsCollected collected{
      .frame = run.first, .run = run.second, .results = {}, .error = {}, .cause = {}};
  if (results) {
    collected.results = *std::move(results);
  } else {
    collected.error = std::move(results.error().code);
    collected.cause = std::move(results.error().message);
  }
  Happen(key, std::move(collected));
}

// ---- timers ------------------------------------------------------------------------------------

void EngineCore::ArmTimer() {
  if (phase_ != Phase::kRunning) return;
  const auto earliest = timers_.Earliest();
  if (!earliest || (armed_ && armed_->first <= *earliest)) return;
  if (armed_) ports_.executor.Cancel(armed_->second);
  armed_.emplace(*earliest, ports_.executor.PostAt(*earliest, [weak = weak_from_this()] {
    if (const auto core = weak.lock()) core->OnTimer();
  }));
}

void EngineCore::OnTimer() {
  base::MutexLock lock(mutex_);
  armed_.reset();
  if (failure_ || phase_ != Phase::kRunning) return;
  for (const TimerQueue::Due& due : timers_.TakeDue(ports_.clock.Now(), kTimersAtOnce)) {
    Enqueue(due.execution, asl::TimerFired{due.frame, due.timer});
  }
  Drain();
  CommitGroup(When::kIdle);
  ArmTimer();
}

}  // namespace coldpath::engine
