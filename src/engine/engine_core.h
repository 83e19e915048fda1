// The inside of EmbeddedEngine: its state under one mutex. Work on the executor holds it weakly, so
// that what comes after the engine's end finds nothing.
#ifndef COLDPATH_ENGINE_ENGINE_CORE_H_
#define COLDPATH_ENGINE_ENGINE_CORE_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "engine/embedded_engine.h"
#include "engine/timer_queue.h"

namespace coldpath::engine {

// A run of a Distributed Map. Child i has the items [starts[i], starts[i + 1]).
struct MapRun {
  std::optional<asl::ChildPlan> plan;
  std::vector<base::Json> items;
  std::vector<std::size_t> starts;
  std::map<std::int64_t, ExecutionKey> children;  // those that run, by index
};

using MapRunId = std::pair<asl::FrameId, std::int64_t>;

// An execution that has not ended, or whose end is not durable yet.
struct LiveExecution {
  ExecutionKey key;
  std::string input;  // as given; empty for children
  std::string definition_digest;
  std::optional<ParentLink> parent;
  std::int64_t created_in;  // number of the commit
  asl::ExecutionState state;
  std::map<MapRunId, MapRun> maps = {};
  bool ended = false;

  const std::string& arn() const { return state.context().execution_arn; }
};

class EngineCore : public std::enable_shared_from_this<EngineCore> {
 public:
  EngineCore(EmbeddedEngineConfig config, EmbeddedEnginePorts ports,
             EmbeddedEngine::OnEnded on_ended, std::shared_ptr<const asl::Definition> definition);

  base::Status Recover();
  void Shutdown();
  void Abandon();

  base::Result<StartReply> Start(const std::string& name, const std::string& input);
  base::Status Stop(const std::string& name, std::string error, std::string cause);
  base::Result<std::optional<ExecutionRecord>> Find(const std::string& name);
  Journal& journal() { return ports_.journal; }

  // What a worker says about the task that its token names; `event` makes the event of that task.
  using TaskEvent = std::function<asl::Event(asl::FrameId frame, std::int64_t task)>;
  base::Status OnToken(const std::string& token, const TaskEvent& event);

  base::Status Health() const COLDPATH_EXCLUDES(mutex_);
  std::size_t live_executions() const;
  std::size_t pending_timers() const;

 private:
  // An effect that waits for its transition to be durable.
  struct Released {
    ExecutionKey execution;
    asl::Effect effect;
  };
  // What one commit makes durable, and what may leave after it.
  struct Group {
    std::int64_t number = 1;
    JournalBatch batch;
    std::vector<Released> effects;
  };
  enum class Phase { kNew, kRunning, kDraining, kGone };

  // engine_core.cc: transitions and commits.
  base::Status CheckAvailable() const COLDPATH_REQUIRES(mutex_);
  LiveExecution* FindLive(ExecutionKey key) COLDPATH_REQUIRES(mutex_);
  LiveExecution* FindLive(const std::string& arn) COLDPATH_REQUIRES(mutex_);
  LiveExecution& AddLive(LiveExecution execution) COLDPATH_REQUIRES(mutex_);
  void Enqueue(ExecutionKey execution, asl::Event event) COLDPATH_REQUIRES(mutex_);
  // Applies what is enqueued, and what follows from it in other executions.
  void Drain() COLDPATH_REQUIRES(mutex_);
  void Absorb(LiveExecution& execution, base::Instant now, asl::Transition transition)
      COLDPATH_REQUIRES(mutex_);
  void CreateTop(const std::string& name, const std::string& input, base::Json json)
      COLDPATH_REQUIRES(mutex_);
  void CreateChild(LiveExecution& parent, const asl::StartChild& child, base::Instant now)
      COLDPATH_REQUIRES(mutex_);
  void StopChildren(LiveExecution& execution, MapRunId run) COLDPATH_REQUIRES(mutex_);
  void End(LiveExecution& execution, base::Instant now, const asl::ExecutionEnds& end)
      COLDPATH_REQUIRES(mutex_);
  enum class When { kIdle, kNow };
  void CommitGroup(When when) COLDPATH_REQUIRES(mutex_);
  void OnDurable(const base::Status& status, std::int64_t number, std::vector<Released> effects);
  // Waits until that commit is durable. Error: engine.unavailable.
  base::Status WaitFor(std::int64_t number) COLDPATH_EXCLUDES(mutex_);
  // Applies one event that came from outside.
  void Happen(ExecutionKey execution, asl::Event event) COLDPATH_EXCLUDES(mutex_);

  // engine_effects.cc: what leaves the engine, and what comes back.
  void Release(Released released) COLDPATH_REQUIRES(mutex_);
  void Invoke(ExecutionKey execution, asl::InvokeTask task) COLDPATH_REQUIRES(mutex_);
  void Deliver(TaskInvocation invocation, ExecutionKey execution);
  void LoadItems(ExecutionKey execution, asl::LoadItems load) COLDPATH_REQUIRES(mutex_);
  base::Result<std::vector<base::Json>> ReadItems(asl::LoadItems load);
  void OnItems(ExecutionKey execution, MapRunId run, base::Result<std::vector<base::Json>> items);
  asl::ItemsLoaded KeepItems(LiveExecution& execution, MapRunId run,
                             base::Result<std::vector<base::Json>> items) COLDPATH_REQUIRES(mutex_);
  void Collect(ExecutionKey execution, const asl::CollectResults& collect)
      COLDPATH_REQUIRES(mutex_);
  base::Result<base::Json> ReadResults(ExecutionKey execution, const asl::CollectResults& collect);
  void OnResults(ExecutionKey execution, MapRunId run, base::Result<base::Json> results);
  void Forget(ExecutionKey execution, asl::ExecutionStatus status) COLDPATH_REQUIRES(mutex_);
  void ArmTimer() COLDPATH_REQUIRES(mutex_);
  void OnTimer();
  bool MayDeliver() const;

  // engine_recovery.cc
  base::Status Restore(UnfinishedExecution unfinished) COLDPATH_REQUIRES(mutex_);
  base::Result<std::shared_ptr<const asl::Definition>> DefinitionOf(const ExecutionRecord& record)
      COLDPATH_REQUIRES(mutex_);
  void Resume(ExecutionKey key) COLDPATH_REQUIRES(mutex_);

  const EmbeddedEngineConfig config_;
  const EmbeddedEnginePorts ports_;
  const EmbeddedEngine::OnEnded on_ended_;
  const std::shared_ptr<const asl::Definition> definition_;
  const std::string digest_;

  mutable base::Mutex mutex_;
  Phase phase_ COLDPATH_GUARDED_BY(mutex_) = Phase::kNew;
  std::optional<base::Error> failure_ COLDPATH_GUARDED_BY(mutex_);
  ExecutionKey last_key_ COLDPATH_GUARDED_BY(mutex_) = 0;
  std::unordered_map<ExecutionKey, std::unique_ptr<LiveExecution>> live_
      COLDPATH_GUARDED_BY(mutex_);
  std::unordered_map<std::string, ExecutionKey> by_arn_ COLDPATH_GUARDED_BY(mutex_);
  // Counts top-level executions that left memory: tells Start that it has to look again.
  std::int64_t forgotten_ COLDPATH_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::shared_ptr<const asl::Definition>> definitions_
      COLDPATH_GUARDED_BY(mutex_);
  bool definition_stored_ COLDPATH_GUARDED_BY(mutex_) = false;

  std::deque<std::pair<ExecutionKey, asl::Event>> events_ COLDPATH_GUARDED_BY(mutex_);
  Group group_ COLDPATH_GUARDED_BY(mutex_);
  int commits_in_flight_ COLDPATH_GUARDED_BY(mutex_) = 0;
  std::int64_t durable_ COLDPATH_GUARDED_BY(mutex_) = 0;

  TimerQueue timers_ COLDPATH_GUARDED_BY(mutex_);
  std::optional<std::pair<base::Instant, base::Executor::TimerId>> armed_
      COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_ENGINE_CORE_H_
