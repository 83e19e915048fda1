// The embedded engine: runs executions of one state machine on this machine, durably. It is the
// thin shell around asl::Advance: it makes each transition durable through the Journal and only
// then carries out its effects.
//
// One mutex guards all executions; what happens under it is short (a call of Advance, no I/O). All
// transitions that arrive while a commit is under way go into the next one together. What one
// transition does to other executions (a Map starts a child, a child's end advances its parent) is
// in the same commit, so that a crash never finds one half.
#ifndef COLDPATH_ENGINE_EMBEDDED_ENGINE_H_
#define COLDPATH_ENGINE_EMBEDDED_ENGINE_H_

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/journal.h"
#include "engine/task_invoker.h"
#include "engine/workflow_engine.h"

namespace coldpath::engine {

struct EmbeddedEngineConfig {
  std::string definition;  // ASL, substitutions done
  std::string role_arn;    // $$.Execution.RoleArn
  std::string state_machine_arn;
  std::string state_machine_name;
};

// Must outlive the engine; the executor must have stopped before the invoker and the item source
// go.
struct EmbeddedEnginePorts {
  Journal& journal;
  TaskInvoker& invoker;
  ItemSource& items;
  base::Executor& executor;
  const base::Clock& clock;
  base::Random& random;
  base::Log& log;
};

class EngineCore;

// Thread-safe. Start, Stop and Shutdown wait for the journal; nothing else blocks. If the journal
// fails, everything that writes answers engine.unavailable from then on, reads go on, and no effect
// of what was not durable leaves the engine.
class EmbeddedEngine final : public WorkflowEngine, public TaskCallback {
 public:
  using OnEnded = std::function<void(const ExecutionEnd&)>;  // called on the executor

  // Error: asl.invalid_definition.
  static base::Result<std::unique_ptr<EmbeddedEngine>> Make(EmbeddedEngineConfig config,
                                                            EmbeddedEnginePorts ports,
                                                            OnEnded on_ended);
  // Shuts down unless it was abandoned.
  ~EmbeddedEngine() override;

  // Takes up every execution that the journal holds unfinished, with the definition that it was
  // started with. To be called once, before anything else. Executions that cannot be restored stay
  // in the journal and are logged. Error: engine.unavailable with the journal's reason.
  base::Status Recover();
  // Delivers no more tasks and lets no timer fire; results that still come in are kept. Returns
  // once all that happened is durable.
  void Shutdown();
  // Stops as the death of the process would: nothing more is committed. For simulations of a crash.
  void Abandon();

  base::Result<StartReply> Start(const std::string& name, const std::string& input) override;
  base::Result<ExecutionDescription> Describe(const std::string& name) override;
  base::Status Stop(const std::string& name, std::string error, std::string cause) override;
  base::Result<HistoryPage> History(const std::string& name, std::int64_t after,
                                    int limit) override;

  base::Status SendTaskSuccess(const std::string& token, const base::Json& output) override;
  base::Status SendTaskFailure(const std::string& token, std::string error,
                               std::string cause) override;
  base::Status SendTaskHeartbeat(const std::string& token) override;

  // Whether executions go on. A journal that has failed once (a full disk) stays failed: what is in
  // memory is ahead of what is durable, so that only a new process can go on. Error:
  // engine.unavailable with the reason.
  base::Status Health() const;
  // Executions in memory: those that have not ended, children included.
  std::size_t live_executions() const;
  std::size_t pending_timers() const;

 private:
  explicit EmbeddedEngine(std::shared_ptr<EngineCore> core);
  std::shared_ptr<EngineCore> core_;
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_EMBEDDED_ENGINE_H_
