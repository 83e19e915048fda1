#include "engine/engine_core.h"

#include <utility>

#include "base/check.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "engine/execution_names.h"

namespace coldpath::engine {

EngineCore::EngineCore(EmbeddedEngineConfig config, EmbeddedEnginePorts ports,
                       EmbeddedEngine::OnEnded on_ended,
                       std::shared_ptr<const asl::Definition> definition)
    : config_(std::move(config)),
      ports_(ports),
      on_ended_(std::move(on_ended)),
      definition_(std::move(definition)),
      digest_(base::Sha256Hex(config_.definition)) {
  base::MutexLock lock(mutex_);
  definitions_[digest_] = definition_;
}

// ---- the calls of WorkflowEngine and TaskCallback ----------------------------------------------

base::Status EngineCore::CheckAvailable() const {
  if (failure_) {
    return base::Fail("engine.unavailable",
                      "the engine's journal has failed: " + failure_->message);
  }
  if (phase_ == Phase::kNew) return base::Fail("engine.unavailable", "the engine is starting");
  if (phase_ != Phase::kRunning) {
    return base::Fail("engine.unavailable", "the engine is shutting down");
  }
  return {};
}

base::Result<std::optional<ExecutionRecord>> EngineCore::Find(const std::string& name) {
  COLDPATH_RETURN_IF_ERROR(CheckExecutionName(name));
  auto found = ports_.journal.FindByArn(ExecutionArn(config_.state_machine_arn, name));
  if (!found) return base::Fail("engine.unavailable", found.error().message);
  return found;
}

base::Result<StartReply> EngineCore::Start(const std::string& name, const std::string& input) {
  COLDPATH_RETURN_IF_ERROR(CheckExecutionName(name));
  if (input.size() > kMaxInputBytes) {
    return base::Fail("engine.input_too_large", "the input has " + std::to_string(input.size()) +
                                                    " bytes; 262144 are allowed");
  }
  auto json = base::ParseJson(input);
  if (!json) return base::Fail("engine.invalid_input", "the input: " + json.error().message);
  const std::string arn = ExecutionArn(config_.state_machine_arn, name);
  const auto outcome = [&](const std::string& used) {
    return used == input ? StartOutcome::kAlreadyRunning : StartOutcome::kAlreadyExists;
  };
  while (true) {
    std::int64_t forgotten;
    {
      base::MutexLock lock(mutex_);
      COLDPATH_RETURN_IF_ERROR(CheckAvailable());
      forgotten = forgotten_;
    }
    // Reads the disk, so not under the mutex; below we see whether anything happened meanwhile.
    COLDPATH_ASSIGN_OR_RETURN(const auto found, Find(name));
    StartReply reply{StartOutcome::kStarted, arn};
    std::int64_t commit;
    {
      base::MutexLock lock(mutex_);
      COLDPATH_RETURN_IF_ERROR(CheckAvailable());
      if (const LiveExecution* live = FindLive(arn)) {
        // It may have been created by a call that is still waiting for the disk: wait with it.
        reply.outcome = outcome(live->input);
        commit = live->created_in;
      } else if (forgotten != forgotten_) {
        continue;
      } else if (found) {
        const bool running = found->status == asl::ExecutionStatus::kRunning;
        reply.outcome = running ? outcome(found->input) : StartOutcome::kAlreadyExists;
        return reply;
      } else {
        commit = group_.number;
        CreateTop(name, input, *std::move(json));
      }
      if (commit == group_.number) CommitGroup(When::kNow);
    }
    COLDPATH_RETURN_IF_ERROR(WaitFor(commit));
    return reply;
  }
}

base::Status EngineCore::Stop(const std::string& name, std::string error, std::string cause) {
  COLDPATH_RETURN_IF_ERROR(CheckExecutionName(name));
  std::int64_t commit = 0;
  {
    base::MutexLock lock(mutex_);
    COLDPATH_RETURN_IF_ERROR(CheckAvailable());
    if (LiveExecution* live = FindLive(ExecutionArn(config_.state_machine_arn, name))) {
      asl::StopRequested stop;
      if (!error.empty()) stop.error = std::move(error);
      if (!cause.empty()) stop.cause = std::move(cause);
      Enqueue(live->key, std::move(stop));
      Drain();
      commit = group_.number;
      CommitGroup(When::kNow);
    }
  }
  if (commit != 0) return WaitFor(commit);
  COLDPATH_ASSIGN_OR_RETURN(const auto found, Find(name));
  if (found) return {};
  return base::Fail("engine.no_such_execution", "there is no execution named " + name);
}

base::Status EngineCore::OnToken(const std::string& token, const TaskEvent& event) {
  const auto arn = asl::ExecutionOfToken(token);
  if (!arn) return base::Fail("engine.invalid_token", "the task token is not one of this engine");
  base::MutexLock lock(mutex_);
  if (failure_ || phase_ == Phase::kNew || phase_ == Phase::kGone) {
    return base::Fail("engine.unavailable", "the engine takes no results now; try again later");
  }
  LiveExecution* live = FindLive(*arn);
  const auto task = live == nullptr || live->ended ? std::nullopt : live->state.FindTask(token);
  if (!task) {
    return base::Fail("engine.task_timed_out",
                      "the task has ended, or its execution has: its result is not wanted");
  }
  Enqueue(live->key, event(task->frame, task->task));
  Drain();
  CommitGroup(When::kIdle);
  return {};
}

// ---- transitions -------------------------------------------------------------------------------

LiveExecution* EngineCore::FindLive(ExecutionKey key) {
  const auto found = live_.find(key);
  return found == live_.end() ? nullptr : found->second.get();
}

LiveExecution* EngineCore::FindLive(const std::string& arn) {
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : FindLive(found->second);
}

LiveExecution& EngineCore::AddLive(LiveExecution execution) {
  const ExecutionKey key = execution.key;
  by_arn_[execution.arn()] = key;
  return *live_.emplace(key, std::make_unique<LiveExecution>(std::move(execution))).first->second;
}

void EngineCore::Happen(ExecutionKey execution, asl::Event event) {
  base::MutexLock lock(mutex_);
  if (failure_ || phase_ == Phase::kGone) return;
  Enqueue(execution, std::move(event));
  Drain();
  CommitGroup(When::kIdle);
}

void EngineCore::Enqueue(ExecutionKey execution, asl::Event event) {
  events_.emplace_back(execution, std::move(event));
}

void EngineCore::Drain() {
  while (!events_.empty()) {
    const auto [key, event] = std::move(events_.front());
    events_.pop_front();
    LiveExecution* execution = FindLive(key);
    if (execution == nullptr || execution->ended) continue;
    const asl::Moment moment{ports_.clock.Now(), ports_.random.NextUint64()};
    Absorb(*execution, moment.now, asl::Advance(execution->state, event, moment));
    if (const auto* collected = std::get_if<asl::ResultsCollected>(&event)) {
      execution->maps.erase({collected->frame, collected->run});
    }
  }
}

void EngineCore::Absorb(LiveExecution& execution, base::Instant now, asl::Transition transition) {
  for (asl::FrameChange& change : transition.frames) {
    group_.batch.frames.push_back({execution.key, std::move(change)});
  }
  for (asl::HistoryEvent& event : transition.events) {
    group_.batch.history.push_back({execution.key, std::move(event)});
  }
  for (asl::Effect& effect : transition.effects) {
    if (const auto* child = std::get_if<asl::StartChild>(&effect)) {
      CreateChild(execution, *child, now);
    } else if (const auto* stop = std::get_if<asl::StopChildren>(&effect)) {
      StopChildren(execution, {stop->frame, stop->run});
    } else {
      if (const auto* end = std::get_if<asl::ExecutionEnds>(&effect)) End(execution, now, *end);
      group_.effects.push_back({execution.key, std::move(effect)});
    }
  }
}

void EngineCore::CreateTop(const std::string& name, const std::string& input, base::Json json) {
  asl::ExecutionContext context;
  context.execution_arn = ExecutionArn(config_.state_machine_arn, name);
  context.execution_name = name;
  context.role_arn = config_.role_arn;
  context.start_time = ports_.clock.Now();
  context.state_machine_arn = config_.state_machine_arn;
  context.state_machine_name = config_.state_machine_name;

  ExecutionRecord record;
  record.key = ++last_key_;
  record.arn = context.execution_arn;
  record.name = name;
  record.state_machine_arn = context.state_machine_arn;
  record.definition_digest = digest_;
  record.input = input;
  record.context = DumpContext(context);
  record.started = context.start_time;
  if (!std::exchange(definition_stored_, true)) {
    group_.batch.definitions.push_back({digest_, config_.definition});
  }
  group_.batch.created.push_back(std::move(record));
  AddLive({.key = last_key_,
           .input = input,
           .definition_digest = digest_,
           .parent = {},
           .created_in = group_.number,
           .state = asl::ExecutionState(definition_, std::move(context))});
  Enqueue(last_key_, asl::ExecutionBegins{std::move(json), input});
  Drain();
}

void EngineCore::CreateChild(LiveExecution& parent, const asl::StartChild& child,
                             base::Instant now) {
  MapRun& run = parent.maps[{child.frame, child.run}];
  if (!run.plan) run.plan = asl::PlanChildren(parent.state, child.frame);
  const auto index = static_cast<std::size_t>(child.index);
  base::Result<base::Json> input =
      base::Fail("States.ItemReaderFailed", "The items of the Map could not be read again");
  if (index + 1 < run.starts.size()) {
    const auto item = [&](std::size_t at) {
      return run.items.begin() + static_cast<std::ptrdiff_t>(at);
    };
    input = asl::ChildInput(parent.state, child.frame, child.index,
                            {item(run.starts[index]), item(run.starts[index + 1])});
  }
  if (!input) {
    Enqueue(parent.key,
            asl::ChildEnded{child.frame, child.run, child.index, asl::ExecutionStatus::kFailed,
                            std::move(input.error().code), std::move(input.error().message)});
    return;
  }
  const asl::ExecutionContext& above = parent.state.context();
  asl::ExecutionContext context;
  context.state_machine_arn = ChildMachine(above.state_machine_arn, run.plan->label);
  context.state_machine_name = ChildMachine(above.state_machine_name, run.plan->label);
  context.execution_name = base::MakeUuidV7(now, ports_.random);
  context.execution_arn = ExecutionArn(context.state_machine_arn, context.execution_name);
  context.role_arn = above.role_arn;
  context.start_time = now;
  if (!run.plan->batched) {
    context.map_item_index = child.index;
    context.map_item_value = run.items[run.starts[index]];
  }
  ExecutionRecord record;
  record.key = ++last_key_;
  record.arn = context.execution_arn;
  record.name = context.execution_name;
  record.state_machine_arn = context.state_machine_arn;
  record.definition_digest = parent.definition_digest;
  record.scope = run.plan->label;
  record.input = base::DumpJson(*input);
  record.context = DumpContext(context);
  record.parent = ParentLink{parent.key, child.frame, child.run, child.index};
  record.started = now;
  AddLive({.key = last_key_,
           .input = {},
           .definition_digest = parent.definition_digest,
           .parent = record.parent,
           .created_in = group_.number,
           .state = asl::ExecutionState(run.plan->definition, std::move(context))});
  group_.batch.created.push_back(std::move(record));
  run.children[child.index] = last_key_;
  Enqueue(last_key_, asl::ExecutionBegins{*std::move(input)});
}

void EngineCore::StopChildren(LiveExecution& execution, MapRunId id) {
  const auto run = execution.maps.find(id);
  if (run == execution.maps.end()) return;
  for (const auto& [index, child] : run->second.children) Enqueue(child, asl::StopRequested{});
  execution.maps.erase(run);
}

void EngineCore::End(LiveExecution& execution, base::Instant now, const asl::ExecutionEnds& end) {
  execution.ended = true;
  const bool succeeded = end.status == asl::ExecutionStatus::kSucceeded;
  group_.batch.ended.push_back({execution.key, end.status, now,
                                succeeded ? base::DumpJson(end.output) : std::string(), end.error,
                                end.cause});
  while (!execution.maps.empty()) StopChildren(execution, execution.maps.begin()->first);
  if (!execution.parent) return;
  const ParentLink& link = *execution.parent;
  if (LiveExecution* parent = FindLive(link.parent)) {
    if (const auto run = parent->maps.find({link.frame, link.run}); run != parent->maps.end()) {
      run->second.children.erase(link.index);
    }
    Enqueue(link.parent,
            asl::ChildEnded{link.frame, link.run, link.index, end.status, end.error, end.cause});
  }
}

// ---- commits -----------------------------------------------------------------------------------

void EngineCore::CommitGroup(When when) {
  if (failure_ || phase_ == Phase::kGone) return;
  // One commit at a time gathers more into the next; only who waits for the disk goes ahead.
  if (commits_in_flight_ > 0 && when == When::kIdle) return;
  if (group_.batch.empty() && group_.effects.empty()) return;
  Group group =
      std::exchange(group_, Group{.number = group_.number + 1, .batch = {}, .effects = {}});
  ++commits_in_flight_;
  ports_.journal.Commit(std::move(group.batch),
                        [weak = weak_from_this(), number = group.number,
                         effects = std::move(group.effects)](base::Status status) mutable {
                          if (const auto core = weak.lock()) {
                            core->OnDurable(status, number, std::move(effects));
                          }
                        });
}

void EngineCore::OnDurable(const base::Status& status, std::int64_t number,
                           std::vector<Released> effects) {
  base::MutexLock lock(mutex_);
  --commits_in_flight_;
  if (phase_ == Phase::kGone) return;
  if (!status) {
    if (!failure_) {
      failure_ = status.error();
      ports_.log.Error("engine_journal_failed",
                       {{"code", status.error().code}, {"reason", status.error().message}});
    }
    return;
  }
  durable_ = number;
  for (Released& effect : effects) Release(std::move(effect));
  ArmTimer();
  CommitGroup(When::kIdle);
}

base::Status EngineCore::WaitFor(std::int64_t number) {
  {
    base::MutexLock lock(mutex_);
    if (durable_ >= number) return {};
  }
  const base::Status flushed = ports_.journal.Flush();
  base::MutexLock lock(mutex_);
  if (durable_ >= number) return {};
  return base::Fail("engine.unavailable",
                    flushed ? "the engine has shut down"
                            : "the engine's journal has failed: " + flushed.error().message);
}

void EngineCore::Shutdown() {
  {
    base::MutexLock lock(mutex_);
    if (phase_ == Phase::kGone) return;
    phase_ = Phase::kDraining;
    if (armed_) ports_.executor.Cancel(armed_->second);
    armed_.reset();
    CommitGroup(When::kNow);
  }
  (void)ports_.journal.Flush();  // a failure has been logged by OnDurable
}

void EngineCore::Abandon() {
  base::MutexLock lock(mutex_);
  if (phase_ == Phase::kGone) return;
  phase_ = Phase::kGone;
  if (armed_) ports_.executor.Cancel(armed_->second);
  armed_.reset();
}

base::Status EngineCore::Health() const {
  base::MutexLock lock(mutex_);
  return CheckAvailable();
}

std::size_t EngineCore::live_executions() const {
  base::MutexLock lock(mutex_);
  return live_.size();
}

std::size_t EngineCore::pending_timers() const {
  base::MutexLock lock(mutex_);
  return timers_.size();
}

}  // namespace coldpath::engine
